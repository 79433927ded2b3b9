//! How long a deal was where: its stage changes as stays in stages.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Label;
use crate::id::StageId;
use crate::pipeline::StageKind;
use crate::user::Person;

/// One entering of a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entering {
    pub stage: StageId,
    /// As it is called now.
    pub name: Label,
    pub kind: StageKind,
    /// Days after which a deal there is rotting.
    pub limit_days: Option<i32>,
    pub at: DateTime<Utc>,
    pub by: Option<Person>,
    pub reason: String,
    /// The pipeline's version under which it happened.
    pub process_version: i32,
}

/// A stay in a stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stay {
    #[serde(flatten)]
    pub entered: Entering,
    /// `None`: it is still there.
    pub left: Option<DateTime<Utc>>,
}

impl Stay {
    /// Minutes of the stay until it ended or `now`; none where a deal is not worked on any more.
    pub fn minutes(&self, now: DateTime<Utc>) -> Option<i64> {
        let until = self.left.unwrap_or(now);
        (self.entered.kind == StageKind::Open).then(|| (until - self.entered.at).num_minutes().max(0))
    }

    /// Whether it lasts, or lasted, longer than the stage's limit.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        let limit = self.entered.limit_days.map(|days| i64::from(days) * 24 * 60);
        self.minutes(now).zip(limit).is_some_and(|(minutes, limit)| minutes > limit)
    }
}

/// What was entered, in the order of time, as stays: each ends where the next begins.
pub fn stays(entered: Vec<Entering>) -> Vec<Stay> {
    let ends: Vec<_> = entered.iter().skip(1).map(|next| Some(next.at)).chain([None]).collect();
    entered.into_iter().zip(ends).map(|(entered, left)| Stay { entered, left }).collect()
}

/// Minutes in a stage over all stays in it.
pub fn in_all(stays: &[Stay], stage: StageId, now: DateTime<Utc>) -> i64 {
    stays.iter().filter(|stay| stay.entered.stage == stage).filter_map(|stay| stay.minutes(now)).sum()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn entering(stage: u128, kind: StageKind, minutes: i64) -> Entering {
        Entering {
            stage: StageId(uuid::Uuid::from_u128(stage)),
            name: Label::default(),
            kind,
            limit_days: Some(1),
            at: DateTime::<Utc>::default() + TimeDelta::minutes(minutes),
            by: None,
            reason: String::new(),
            process_version: 1,
        }
    }

    #[test]
    fn each_stay_ends_where_the_next_begins() {
        let open = StageKind::Open;
        let stays = stays(vec![
            entering(1, open, 0),
            entering(2, open, 30),
            entering(1, open, 2000),
            entering(3, StageKind::Won, 2010),
        ]);
        let now = DateTime::<Utc>::default() + TimeDelta::minutes(5000);
        let minutes: Vec<_> = stays.iter().map(|stay| stay.minutes(now)).collect();
        assert_eq!(minutes, [Some(30), Some(1970), Some(10), None]);
        assert_eq!(
            stays.iter().map(|stay| stay.is_over(now)).collect::<Vec<_>>(),
            [false, true, false, false]
        );
        assert_eq!(in_all(&stays, stays[0].entered.stage, now), 40);
    }

    #[test]
    fn the_last_stay_lasts() {
        let stays = stays(vec![entering(1, StageKind::Open, 0)]);
        let now = DateTime::<Utc>::default() + TimeDelta::minutes(7);
        assert_eq!((stays[0].left, stays[0].minutes(now)), (None, Some(7)));
        assert_eq!(super::stays(Vec::new()), []);
    }
}
