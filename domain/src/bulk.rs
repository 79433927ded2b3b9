//! Many deals changed at once, and the way back.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::id::{BatchId, DealId, LossReasonId, StageId, UserId};

/// Deals that can be changed at once.
pub const MOST: usize = 500;
/// How long the change can be taken back, in minutes.
pub const UNDO_MINUTES: i64 = 10;

/// What is to be done with which deals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    pub on: Vec<DealId>,
    pub what: BulkChange,
}

/// What is done with each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum BulkChange {
    Move {
        to: StageId,
        note: String,
    },
    /// Moved into the lost stage of its own pipeline.
    Lose {
        reason: Option<LossReasonId>,
        note: String,
    },
    Assign {
        to: UserId,
        /// Whether what is planned for them and still open goes along.
        tasks: bool,
    },
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    pub id: BatchId,
    pub at: DateTime<Utc>,
    /// Deals that were changed.
    pub done: u32,
    /// Those that stay as they were, as far as the reader may know of them.
    pub left: Vec<Left>,
    /// Set when the batch was taken back.
    pub undone: Option<Undone>,
}

impl Batch {
    /// Whether it can still be taken back.
    pub fn can_be_undone(&self, now: DateTime<Utc>) -> bool {
        self.done > 0 && self.undone.is_none() && now < self.at + TimeDelta::minutes(UNDO_MINUTES)
    }
}

/// What became of taking a batch back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undone {
    /// Deals that are as they were before.
    pub back: u32,
    /// Those that somebody changed since: nothing of theirs is overwritten.
    pub left: Vec<Left>,
}

/// A deal that a batch did not change, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    pub id: DealId,
    pub title: String,
    pub why: Problem,
}
