//! The few offsets of a time zone that pages need, so that browsers carry no time-zone database.

use chrono::{DateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use domain::zone::Zone;

/// How far around now times are shown exactly.
const REACH: TimeDelta = TimeDelta::days(3 * 366);

/// Shorter than the time between any two changes of an offset.
const STEP: TimeDelta = TimeDelta::days(7);

/// The zone of that IANA name around `now`; an unknown name is UTC.
pub(crate) fn around(name: &str, now: DateTime<Utc>) -> Zone {
    let zone: Tz = name.parse().unwrap_or(Tz::UTC);
    let offset = |at: DateTime<Utc>| zone.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc();
    let mut at = now - REACH;
    let mut offsets = vec![(at.timestamp(), offset(at))];
    while at < now + REACH {
        let next = at + STEP;
        if offset(at) != offset(next) {
            let (mut before, mut after) = (at.timestamp(), next.timestamp());
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                let same = DateTime::from_timestamp(middle, 0).is_some_and(|m| offset(m) == offset(at));
                if same { before = middle } else { after = middle }
            }
            offsets.push((after, offset(next)));
        }
        at = next;
    }
    Zone { name: zone.name().to_owned(), offsets }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn berlin_changes_twice_a_year_at_one_in_the_morning_of_utc() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        let zone = around("Europe/Berlin", now);
        assert_eq!(zone.offsets.len(), 13);
        for (instant, offset) in [("2026-03-29T01:00:00Z", 7200), ("2026-10-25T01:00:00Z", 3600)] {
            let instant: DateTime<Utc> = instant.parse().unwrap();
            assert!(zone.offsets.contains(&(instant.timestamp(), offset)), "{instant}");
        }
    }

    #[test]
    fn moscow_has_one_offset_and_nowhere_is_utc() {
        let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(around("Europe/Moscow", now).offsets.len(), 1);
        assert_eq!(around("Europe/Moscow", now).offsets[0].1, 10_800);
        assert_eq!(around("Nowhere/Land", now).name, "UTC");
    }
}
