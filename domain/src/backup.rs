//! When the last good backup was made, and when that is too long ago.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// What is known of this instance's backups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backups {
    /// `None`: the server makes none by itself.
    pub schedule: Option<Schedule>,
    /// The last one that was written and read back.
    pub good: Option<Good>,
    /// What went wrong since the last good one.
    pub failure: Option<Failure>,
}

/// How often the server makes a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub every_minutes: i64,
    /// When this schedule was set.
    pub since: DateTime<Utc>,
}

/// A backup that was written and read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Good {
    pub at: DateTime<Utc>,
    /// Its path on the server.
    pub file: String,
    pub rows: u64,
    pub bytes: u64,
}

/// A backup that was not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub at: DateTime<Utc>,
    pub reason: String,
}

/// Minutes to wait before a failed backup is tried again.
const RETRY_MINUTES: i64 = 10;

impl Backups {
    /// Whether the schedule was missed: nothing good for longer than twice its interval.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.schedule.is_some_and(|schedule| {
            let last = self.good.as_ref().map_or(schedule.since, |good| good.at.max(schedule.since));
            now - last > TimeDelta::minutes(schedule.every_minutes.saturating_mul(2))
        })
    }

    /// When the server makes the next one; `None` without a schedule. A failure is followed by another try soon.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        let schedule = self.schedule?;
        let due = self
            .good
            .as_ref()
            .map_or(schedule.since, |good| good.at + TimeDelta::minutes(schedule.every_minutes));
        Some(match &self.failure {
            Some(failure) => {
                due.max(failure.at + TimeDelta::minutes(schedule.every_minutes.min(RETRY_MINUTES)))
            }
            None => due,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn good(hour: i64) -> Option<Good> {
        Some(Good { at: at(hour), file: "b.gz".into(), rows: 1, bytes: 1 })
    }

    fn daily() -> Option<Schedule> {
        Some(Schedule { every_minutes: 24 * 60, since: at(0) })
    }

    #[test]
    fn a_schedule_is_missed_after_twice_its_interval() {
        let never = Backups { schedule: daily(), ..Backups::default() };
        assert!(!never.is_overdue(at(48)));
        assert!(never.is_overdue(at(49)));
        let once = Backups { good: good(24), ..never };
        assert!(!once.is_overdue(at(72)));
        assert!(once.is_overdue(at(73)));
        assert!(!Backups { schedule: None, ..once }.is_overdue(at(1000)));
    }

    #[test]
    fn a_failure_is_tried_again_soon() {
        let first = Backups { schedule: daily(), ..Backups::default() };
        assert_eq!(first.next(), Some(at(0)));
        let made = Backups { good: good(1), ..first };
        assert_eq!(made.next(), Some(at(25)));
        let failure = Some(Failure { at: at(25), reason: "no space left".into() });
        let failed = Backups { failure, ..made };
        assert_eq!(failed.next(), Some(at(25) + TimeDelta::minutes(10)));
        assert_eq!(Backups::default().next(), None);
    }
}
