//! Local time without a time-zone database: the server sends the few offset changes around now, both sides compute alike.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

use crate::Lang;

/// A user's time zone as a list of offsets from UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name, e.g. `Europe/Moscow`.
    pub name: String,
    /// (instant in seconds since 1970 from which it holds, offset east of UTC in seconds), ascending.
    pub offsets: Vec<(i64, i32)>,
}

impl Zone {
    fn offset_at(&self, seconds: i64) -> i64 {
        let index = self.offsets.partition_point(|(from, _)| *from <= seconds);
        self.offsets.get(index.saturating_sub(1)).map_or(0, |(_, offset)| i64::from(*offset))
    }

    /// The wall clock at `at`.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        (at + TimeDelta::seconds(self.offset_at(at.timestamp()))).naive_utc()
    }

    /// The instant of a wall-clock time; a time in a gap is moved forward, of two the earlier is taken.
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let naive = local.and_utc();
        let early = naive - TimeDelta::seconds(self.offset_at(naive.timestamp() - 86_400));
        let late = naive - TimeDelta::seconds(self.offset_at(naive.timestamp() + 86_400));
        [early.min(late), early.max(late)]
            .into_iter()
            .find(|at| self.local(*at) == local)
            .unwrap_or_else(|| early.max(late))
    }

    /// The local calendar day of `at`.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }

    /// The instant a local day begins.
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.instant(day.and_time(chrono::NaiveTime::MIN))
    }
}

const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
pub(crate) const MONTHS_LONG_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_RU: [&str; 12] =
    ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
const MONTHS_LONG_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAYS_RU: [&str; 7] =
    ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];

fn pick(names: &[&'static str], index: u32) -> &'static str {
    names.get(index as usize).copied().unwrap_or_default()
}

/// `24 Nov 2026` / `24 ноя 2026`.
pub fn date(day: NaiveDate, lang: Lang) -> String {
    let months = match lang {
        Lang::En => &MONTHS_EN,
        Lang::Ru => &MONTHS_RU,
    };
    format!("{} {} {}", day.day(), pick(months, day.month0()), day.year())
}

/// `24 Nov` / `24 ноя`.
pub fn day_month(day: NaiveDate, lang: Lang) -> String {
    let months = match lang {
        Lang::En => &MONTHS_EN,
        Lang::Ru => &MONTHS_RU,
    };
    format!("{} {}", day.day(), pick(months, day.month0()))
}

/// `24 November 2026` / `24 ноября 2026 г.`, for documents.
pub fn long_date(day: NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} {} {}", day.day(), pick(&MONTHS_LONG_EN, day.month0()), day.year()),
        Lang::Ru => format!("{} {} {} г.", day.day(), pick(&MONTHS_LONG_RU, day.month0()), day.year()),
    }
}

/// `Tuesday, 24 November` / `вторник, 24 ноября`.
pub fn weekday_date(day: NaiveDate, lang: Lang) -> String {
    let weekday = day.weekday().num_days_from_monday();
    match lang {
        Lang::En => {
            format!("{}, {} {}", pick(&DAYS_EN, weekday), day.day(), pick(&MONTHS_LONG_EN, day.month0()))
        }
        Lang::Ru => {
            format!("{}, {} {}", pick(&DAYS_RU, weekday), day.day(), pick(&MONTHS_LONG_RU, day.month0()))
        }
    }
}

/// `13:46`.
pub fn time(local: NaiveDateTime) -> String {
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `24 Nov 2026, 13:46`.
pub fn date_time(local: NaiveDateTime, lang: Lang) -> String {
    format!("{}, {}", date(local.date(), lang), time(local))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        // 2026: CET +1 h until 29 March 01:00 UTC, CEST +2 h until 25 October 01:00 UTC.
        Zone {
            name: "Europe/Berlin".into(),
            offsets: vec![(1_700_000_000, 3600), (1_774_746_000, 7200), (1_792_890_000, 3600)],
        }
    }

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn wall_clock_follows_the_offset_of_its_instant() {
        assert_eq!(berlin().local(utc("2026-01-10T12:00:00Z")).to_string(), "2026-01-10 13:00:00");
        assert_eq!(berlin().local(utc("2026-07-10T12:00:00Z")).to_string(), "2026-07-10 14:00:00");
    }

    #[test]
    fn a_time_in_the_gap_moves_forward_and_a_double_one_is_the_first() {
        let gap = "2026-03-29T02:30:00".parse().unwrap();
        assert_eq!(berlin().instant(gap), utc("2026-03-29T01:30:00Z"));
        let double = "2026-10-25T02:30:00".parse().unwrap();
        assert_eq!(berlin().instant(double), utc("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn every_plain_local_time_survives_the_way_there_and_back() {
        let zone = berlin();
        for hour in 0..24 {
            let at = utc("2026-06-01T00:00:00Z") + TimeDelta::hours(hour * 37);
            assert_eq!(zone.instant(zone.local(at)), at);
        }
    }

    #[test]
    fn dates_read_naturally() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(long_date(day, Lang::Ru), "24 ноября 2026 г.");
        assert_eq!(weekday_date(day, Lang::Ru), "вторник, 24 ноября");
        assert_eq!(date(day, Lang::En), "24 Nov 2026");
    }
}
