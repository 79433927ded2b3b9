//! The funnel: how many of those who entered got how far.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{PipelineId, StageId, UserId};
use crate::{Label, Money};

/// Which cohort a funnel counts: leads registered, and deals opened, in the period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FunnelFilter {
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub owner: Option<UserId>,
    /// `None`: the default pipeline.
    pub pipeline: Option<PipelineId>,
}

/// A step of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", content = "id", rename_all = "snake_case")]
pub enum Step {
    Leads,
    /// Leads that became contacts.
    Contacts,
    Stage(StageId),
    Won,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunnelRow {
    pub step: Step,
    /// Name of a stage; empty for the other steps.
    pub name: Label,
    /// How many reached this step, those included that got further or were lost later.
    pub count: u64,
    /// Amounts of the deals among them, one sum per currency.
    pub sums: Vec<Money>,
    /// How many were lost or disqualified at this step.
    pub lost: u64,
    pub lost_sums: Vec<Money>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Funnel {
    pub rows: Vec<FunnelRow>,
}

impl Funnel {
    /// Share of the row before that reached row `index`, in tenths of a percent; `None` for the first row and after an empty one.
    /// Deals opened without a lead can make a stage larger than the row of contacts.
    pub fn conversion(&self, index: usize) -> Option<i64> {
        let before = self.rows.get(index.checked_sub(1)?)?.count;
        let here = self.rows.get(index)?.count;
        (before > 0).then(|| crate::money::half_up(i128::from(here) * 1000, i128::from(before)))
    }
}

/// What won deals are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Owner,
    /// The main service of the deal.
    Service,
}

/// The won deals of one owner or service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WonRow {
    /// Empty: those without an owner or service.
    pub name: Label,
    pub count: u64,
    /// One sum per currency.
    pub sums: Vec<Money>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversion_is_from_the_step_before() {
        let row = |count| FunnelRow {
            step: Step::Leads,
            name: Label::default(),
            count,
            sums: vec![],
            lost: 0,
            lost_sums: vec![],
        };
        let funnel = Funnel { rows: vec![row(60), row(41), row(0), row(0)] };
        assert_eq!(funnel.conversion(0), None);
        assert_eq!(funnel.conversion(1), Some(683));
        assert_eq!(funnel.conversion(2), Some(0));
        assert_eq!(funnel.conversion(3), None);
    }
}
