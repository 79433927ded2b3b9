//! A month of days, and what is expected to close on them.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::deal::DealRow;
use crate::{Lang, Money};

/// Days of a week.
const WEEK: usize = 7;

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first: NaiveDate,
}

impl Month {
    /// The month that `day` is in.
    pub fn of(day: NaiveDate) -> Month {
        Month { first: day.with_day(1).unwrap_or(day) }
    }

    /// `2026-11`; years that no deal is planned for are none.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let is_number = |text: &str, digits| text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) {
            return None;
        }
        let year = year.parse().ok().filter(|year| (2000..2200).contains(year))?;
        NaiveDate::from_ymd_opt(year, month.parse().ok()?, 1).map(|first| Month { first })
    }

    pub fn previous(self) -> Month {
        Month { first: self.first.checked_sub_months(Months::new(1)).unwrap_or(self.first) }
    }

    pub fn next(self) -> Month {
        Month { first: self.first.checked_add_months(Months::new(1)).unwrap_or(self.first) }
    }

    pub fn contains(self, day: NaiveDate) -> bool {
        Month::of(day) == self
    }

    /// The weeks, Monday first as in both of our languages' calendars, that have a day of the month.
    pub fn weeks(self) -> Vec<[NaiveDate; WEEK]> {
        let into = u64::from(self.first.weekday().num_days_from_monday());
        let Some(monday) = self.first.checked_sub_days(Days::new(into)) else { return Vec::new() };
        let end = self.next().first;
        let mondays = (0..).map_while(|week| monday.checked_add_days(Days::new(7 * week)));
        mondays
            .take_while(|monday| *monday < end)
            .map(|monday| {
                std::array::from_fn(|day| monday.checked_add_days(Days::new(day as u64)).unwrap_or(monday))
            })
            .collect()
    }

    /// `November 2026` / `ноябрь 2026`.
    pub fn name(self, lang: Lang) -> String {
        let names = match lang {
            Lang::En => &crate::zone::MONTHS_LONG_EN,
            Lang::Ru => &MONTHS_RU,
        };
        let name = names.get(self.first.month0() as usize).copied().unwrap_or_default();
        format!("{name} {}", self.first.year())
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl From<Month> for String {
    fn from(month: Month) -> String {
        month.to_string()
    }
}

impl TryFrom<String> for Month {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Month::parse(&text).ok_or("no month")
    }
}

const MONTHS_RU: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];

/// The names of a week's days in a calendar's head, Monday first.
pub fn weekdays(lang: Lang) -> [&'static str; WEEK] {
    match lang {
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Lang::Ru => ["пн", "вт", "ср", "чт", "пт", "сб", "вс"],
    }
}

/// What is expected to close in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    pub month: Month,
    /// Those on which something is expected, in order; of the days before and after the month as well, as far as its weeks reach.
    pub days: Vec<CalendarDay>,
    /// Deals that no day is known for, counted as lists count.
    pub undated: u64,
}

/// A day on which something is expected to close.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CalendarDay {
    pub day: NaiveDate,
    pub count: u64,
    /// One sum per currency.
    pub sums: Vec<Money>,
    /// The first few.
    pub deals: Vec<DealRow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_has_the_weeks_that_touch_it() {
        // 1 November 2026 is a Sunday, the 30th a Monday.
        let weeks = Month::parse("2026-11").unwrap().weeks();
        assert_eq!(weeks.len(), 6);
        assert_eq!((weeks[0][0], weeks[0][6]), (day("2026-10-26"), day("2026-11-01")));
        assert_eq!((weeks[5][0], weeks[5][6]), (day("2026-11-30"), day("2026-12-06")));
        // A February that is four weeks.
        assert_eq!(Month::parse("2027-02").unwrap().weeks().len(), 4);
    }

    #[test]
    fn months_follow_each_other_over_the_year() {
        let december = Month::of(day("2026-12-31"));
        assert_eq!(december.to_string(), "2026-12");
        assert_eq!(december.next(), Month::of(day("2027-01-01")));
        assert_eq!(december.next().previous(), december);
        assert_eq!(december.name(Lang::Ru), "декабрь 2026");
        assert!(december.contains(day("2026-12-01")) && !december.contains(day("2026-11-30")));
    }

    #[test]
    fn what_is_no_month_is_none() {
        for text in "2026 2026-13 2026-00 26-11 2026-1 +026-01 1999-01 9999-12 2026-11-01 x".split(' ') {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
