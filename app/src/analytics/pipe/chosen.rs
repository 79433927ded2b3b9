//! Whose work the pipe shows, as its address says it.

use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use domain::Lang;
use domain::pipe::PipeFilter;
use domain::zone::date;

const PAGE: &str = "/analytics/pipe";
const FILE: &str = "/analytics/pipe.csv";
/// Days that are shown when the address says nothing of a period.
const DAYS: u64 = 90;

/// The filter of an address, whose parameters `get` answers. An empty day is no limit, one that is missing altogether is the last 90
/// days up to `today`.
pub fn of(get: impl Fn(&str) -> Option<String>, today: NaiveDate) -> PipeFilter {
    fn parsed<T: FromStr>(text: Option<String>) -> Option<T> {
        text?.parse().ok()
    }
    // No company is older, and databases know no later years.
    let known = |day: &NaiveDate| (1970..=9999).contains(&day.year());
    let day = |name: &str| parsed::<NaiveDate>(get(name)).filter(known);
    let says_nothing = get("from").is_none() && get("until").is_none();
    PipeFilter {
        from: if says_nothing { last(today, DAYS) } else { day("from") },
        until: day("until"),
        pipeline: parsed(get("pipeline")),
        owner: parsed(get("owner")),
        team: parsed(get("team")),
    }
}

fn last(today: NaiveDate, days: u64) -> Option<NaiveDate> {
    today.checked_sub_days(Days::new(days - 1))
}

/// The beginnings of this month, of 30 and 90 days, of a year, counted from `today`; and none.
pub(super) fn beginnings(today: NaiveDate) -> [Option<NaiveDate>; 5] {
    [today.with_day(1), last(today, 30), last(today, DAYS), today.checked_sub_months(Months::new(12)), None]
}

/// The pipe's address with another beginning and no end.
pub(super) fn since(filter: &PipeFilter, from: Option<NaiveDate>) -> String {
    address(PAGE, filter, from)
}

/// The pipe as a file.
pub(super) fn file(filter: &PipeFilter) -> String {
    let until = filter.until.map(|day| format!("&until={day}")).unwrap_or_default();
    address(FILE, filter, filter.from) + &until
}

fn address(path: &str, filter: &PipeFilter, from: Option<NaiveDate>) -> String {
    let from = from.map(|day| day.to_string()).unwrap_or_default();
    let mut address = format!("{path}?from={from}");
    address += &filter.pipeline.map(|id| format!("&pipeline={id}")).unwrap_or_default();
    address += &filter.owner.map(|id| format!("&owner={id}")).unwrap_or_default();
    address += &filter.team.map(|id| format!("&team={id}")).unwrap_or_default();
    address
}

/// The period in words.
pub(super) fn period(lang: Lang, filter: &PipeFilter) -> String {
    match (filter.from, filter.until) {
        (None, None) => tr!(lang, pipe.period_all),
        (Some(from), None) => tr!(lang, pipe.period_since, from = date(from, lang)),
        (None, Some(until)) => tr!(lang, pipe.period_until, until = date(until, lang)),
        (Some(from), Some(until)) => {
            tr!(lang, pipe.period, from = date(from, lang), until = date(until, lang))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn asked(pairs: &[(&str, &str)]) -> PipeFilter {
        let get = |wanted: &str| {
            let found = pairs.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, value)| (*value).to_owned())
        };
        of(get, day("2026-11-24"))
    }

    #[test]
    fn nothing_said_is_the_last_ninety_days_and_an_empty_day_is_no_limit() {
        assert_eq!(asked(&[]).from, Some(day("2026-08-27")));
        assert_eq!(asked(&[("from", "")]).from, None);
        assert_eq!(asked(&[("until", "2026-10-31")]).from, None);
        assert_eq!(asked(&[("from", "-200000-01-01"), ("owner", "me")]), PipeFilter::default());
    }

    #[test]
    fn a_preset_keeps_whose_work_is_shown() {
        let team = domain::id::TeamId(uuid::Uuid::nil());
        let filter = PipeFilter { team: Some(team), until: Some(day("2026-10-31")), ..PipeFilter::default() };
        let address = since(&filter, beginnings(day("2026-11-24"))[0]);
        assert_eq!(address, format!("/analytics/pipe?from=2026-11-01&team={team}"));
    }

    #[test]
    fn the_file_is_of_the_same_filter() {
        let pipeline = domain::id::PipelineId(uuid::Uuid::nil());
        let (from, until) = (Some(day("2026-10-01")), Some(day("2026-10-31")));
        let filter = PipeFilter { from, until, pipeline: Some(pipeline), ..PipeFilter::default() };
        let (path, query) = file(&filter).split_once('?').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let pairs: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        assert_eq!((path.as_str(), asked(&pairs)), ("/analytics/pipe.csv", filter));
        // What is missing altogether would be the last 90 days.
        assert_eq!(file(&PipeFilter::default()), "/analytics/pipe.csv?from=");
    }
}
