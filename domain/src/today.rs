//! Today: the one queue of what to do now.

use serde::{Deserialize, Serialize};

use crate::Money;
use crate::id::{DealId, LeadId};
use crate::lead::LeadRow;
use crate::offer::OfferRow;
use crate::task::Task;

/// The queue, worked top-down.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Today {
    /// Leads that wait for their first call, the longest waiting first.
    pub first_calls: Vec<LeadRow>,
    pub overdue: Vec<TodayTask>,
    pub today: Vec<TodayTask>,
    /// Tasks of the coming days.
    pub later: Vec<TodayTask>,
    /// Sent offers without an answer.
    pub offers: Vec<OfferRow>,
    /// What I did since midnight: calls, meetings, offers sent, tasks done.
    pub done: Done,
}

/// A task with what it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TodayTask {
    pub task: Task,
    pub about: Option<About>,
}

/// The record a task belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct About {
    pub lead: Option<LeadId>,
    pub deal: Option<DealId>,
    /// The lead's name or the deal's title.
    pub title: String,
    /// The account's name.
    pub client: String,
    pub phone: String,
    pub amount: Option<Money>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Done {
    pub calls: u64,
    pub meetings: u64,
    pub offers: u64,
    pub tasks: u64,
}
