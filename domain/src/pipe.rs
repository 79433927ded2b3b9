//! The pipe: whether deals were worked on as the process says, and where they leaked. Pure: the log of what happened to a deal is held
//! against the versions of its pipeline that were in force at each move.

mod check;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::{Action, Actor, Entity, Reach};
use crate::id::{CheckItemId, StageId};
use crate::pipeline::{DealField, Logging, Pipeline, Requirement};
use crate::task::TaskKind;

pub use check::check;
pub use report::{FirstContact, LeakRow, Leaky, Manager, Pipe, PipeFilter, PipeStage, Run, Span, Spot};

/// Ways in which work leaves the process. What each means is exact, and what is one of them is no other:
///
/// | kind | found |
/// |---|---|
/// | late first response | once: nobody had called or met the person (or made a deal of the lead) by the time that the lead was promised an answer. Putting the call off changes nothing |
/// | skipped stage | for each open stage that a move forward jumped over and that the deal had never been in |
/// | missing required step | for each item that a move asked for and that nobody did to this day |
/// | late required step | for each item that was done only after the first move that asked for it, or a task of the kind that was done after it was due |
/// | backward move | for each move from a stage to an earlier one, and from won back into the process |
/// | idle beyond the limit | for each stay in a stage: nothing happened for longer than the stage's limit |
/// | no next step | once: the deal is open now, and nothing is planned |
/// | waiver | for each item that somebody let pass; it is then neither missing nor late |
/// | lost without talking | once: the deal was lost, and nobody had reached the client on the phone or met them |
///
/// A move is judged by the version in force when it was made. The first entry of a log is the beginning and never judged, nor is a move
/// out of a stage that this version does not have: the process was changed, not left. A reopened deal goes on from the stage it was
/// lost in. A field carries no time: filled by now counts as filled in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeakKind {
    LateFirstResponse,
    SkippedStage,
    MissingRequiredStep,
    LateRequiredStep,
    BackwardMove,
    IdleBeyondLimit,
    NoNextStep,
    Waiver,
    LostWithoutTalking,
}

impl LeakKind {
    pub const ALL: [LeakKind; 9] = [
        LeakKind::LateFirstResponse,
        LeakKind::SkippedStage,
        LeakKind::MissingRequiredStep,
        LeakKind::LateRequiredStep,
        LeakKind::BackwardMove,
        LeakKind::IdleBeyondLimit,
        LeakKind::NoNextStep,
        LeakKind::Waiver,
        LeakKind::LostWithoutTalking,
    ];

    /// As addresses and the command line write it.
    pub fn code(self) -> &'static str {
        match self {
            LeakKind::LateFirstResponse => "late_first_response",
            LeakKind::SkippedStage => "skipped_stage",
            LeakKind::MissingRequiredStep => "missing_required_step",
            LeakKind::LateRequiredStep => "late_required_step",
            LeakKind::BackwardMove => "backward_move",
            LeakKind::IdleBeyondLimit => "idle_beyond_limit",
            LeakKind::NoNextStep => "no_next_step",
            LeakKind::Waiver => "waiver",
            LeakKind::LostWithoutTalking => "lost_without_talking",
        }
    }

    pub fn from_code(code: &str) -> Option<LeakKind> {
        LeakKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One place where a deal left the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    pub kind: LeakKind,
    /// When it began to be one.
    pub at: DateTime<Utc>,
    /// Where it dripped: the stage that was skipped, fallen out of or stood in, or the one that asked for the item. `None`: before the
    /// first stage, at the first contact.
    pub stage: Option<StageId>,
    /// What was missing, late or let pass.
    pub item: Option<Requirement>,
}

/// What happened to a deal, as far as the process asks about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// How its lead was answered, if it came from one.
    pub arrival: Option<Arrival>,
    /// Fields that are filled now.
    pub filled: Vec<DealField>,
    /// Whether something is planned for it now.
    pub planned: bool,
    /// In any order, but moves of one instant in theirs; what else happened at the instant of a move came before it.
    pub events: Vec<Event>,
}

/// How soon a lead was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// By when an answer was promised.
    pub due_at: DateTime<Utc>,
    /// When somebody first called, met, or tried to reach the person.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub at: DateTime<Utc>,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The deal entered a stage, under that version of the pipeline; without `from` it began there.
    Entered {
        from: Option<StageId>,
        to: StageId,
        version: i32,
    },
    OfferSent,
    OfferAccepted,
    ActIssued,
    ActSigned,
    FeedbackAsked,
    TaskDone {
        kind: TaskKind,
        due_at: DateTime<Utc>,
    },
    Logged(Logging),
    Ticked(CheckItemId),
    Waived(Requirement),
    /// Anything else that shows that somebody works on it.
    Touched,
}

/// The versions of one pipeline that a log refers to.
#[derive(Debug, Clone, Default)]
pub struct Versions(BTreeMap<i32, Pipeline>);

impl Versions {
    pub fn add(&mut self, pipeline: Pipeline) {
        self.0.insert(pipeline.version, pipeline);
    }

    /// The pipeline as it was in that version, or in the next older one that is known.
    pub fn at(&self, number: i32) -> Option<&Pipeline> {
        let older = self.0.range(..=number).next_back();
        older.or_else(|| self.0.first_key_value()).map(|(_, pipeline)| pipeline)
    }
}

/// Whether the pipe shows them how others work. Heads of teams and whoever may give deals to others see as far as reports reach, those
/// whose reports reach everything see everything; everybody else sees their own deals only, whatever else reports show them.
pub fn sees_others(actor: &Actor, heads_team: bool) -> bool {
    heads_team
        || actor.reaches(Action::Assign, Entity::Deal)
        || actor.rights.reach(Entity::Report, Action::Read) == Reach::All
}
