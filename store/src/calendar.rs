//! Days of named time zones. The browser gets a few offsets instead (`domain::zone`); here is the whole table.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// The zone of that IANA name; an unknown one is UTC.
fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// The calendar day of `at`.
pub(crate) fn day(at: DateTime<Utc>, zone_name: &str) -> NaiveDate {
    at.with_timezone(&zone(zone_name)).date_naive()
}

/// The time of day of `at`, as `15:04`.
pub(crate) fn time(at: DateTime<Utc>, zone_name: &str) -> String {
    at.with_timezone(&zone(zone_name)).format("%H:%M").to_string()
}

/// The first instant after `day`; where clocks skip midnight, the one an hour later.
pub(crate) fn end_of(day: NaiveDate, zone_name: &str) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day).and_time(NaiveTime::MIN);
    let zone = zone(zone_name);
    zone.from_local_datetime(&next)
        .earliest()
        .or_else(|| zone.from_local_datetime(&(next + TimeDelta::hours(1))).earliest())
        .map_or_else(|| next.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_that_of_its_zone() {
        let at: DateTime<Utc> = "2026-11-24T21:30:00Z".parse().unwrap();
        assert_eq!(day(at, "Europe/Moscow").to_string(), "2026-11-25");
        assert_eq!(time(at, "Europe/Moscow"), "00:30");
        assert_eq!(day(at, "Nowhere/Land").to_string(), "2026-11-24");
        assert_eq!(
            end_of(day(at, "Europe/Moscow"), "Europe/Moscow").to_rfc3339(),
            "2026-11-25T21:00:00+00:00"
        );
    }
}
