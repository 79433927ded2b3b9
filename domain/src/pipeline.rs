//! Pipelines, their stages, and what a stage asks for.

mod check;
pub mod diff;
pub mod map;
mod order;
mod requirement;
#[cfg(test)]
pub(crate) mod sample;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::Label;
use crate::access::Role;
use crate::id::{CheckItemId, PipelineId, StageId, TeamId, UserId};
use crate::task::TaskKind;
use crate::user::Person;

pub use check::{CHECKLIST, DUE_MINUTES, NAME, REQUIREMENTS, STAGES, TASK_TITLE, TASKS, TEXT};
pub use requirement::{DealField, Evidence, Logging, Requirement, wanted};

/// A company's way of selling, as it is now. Every saved change is a version of its own, which stays readable: what happened to a
/// deal refers to the version it happened under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: Label,
    /// Counts up from 1 with every saved change.
    pub version: i32,
    /// No new deals begin in it.
    pub retired: bool,
    /// In order; open stages first, then won, then lost. A sub-stage stands behind its parent. Retired stages are in earlier
    /// versions only.
    pub stages: Vec<Stage>,
}

impl Pipeline {
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|s| s.id == id)
    }

    /// The place of a stage in the order, from 0.
    pub fn place(&self, id: StageId) -> Option<usize> {
        self.stages.iter().position(|s| s.id == id)
    }

    /// The stage that a new deal begins in.
    pub fn first(&self) -> Option<&Stage> {
        self.stages.iter().find(|s| s.kind == StageKind::Open)
    }

    pub fn of_kind(&self, kind: StageKind) -> Option<&Stage> {
        self.stages.iter().find(|s| s.kind == kind)
    }

    pub fn open_stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().filter(|s| s.kind == StageKind::Open)
    }

    /// What is chosen from it elsewhere: [`Stage::outlined`].
    #[must_use]
    pub fn outlined(self) -> Pipeline {
        Pipeline { stages: self.stages.into_iter().map(Stage::outlined).collect(), ..self }
    }

    /// The item of any stage's checklist.
    pub fn check_item(&self, id: CheckItemId) -> Option<&CheckItem> {
        self.check_items().find(|item| item.id == id)
    }

    /// Every item of every stage's checklist, in order.
    pub fn check_items(&self) -> impl Iterator<Item = &CheckItem> {
        self.stages.iter().flat_map(|stage| &stage.about.checklist)
    }
}

/// One step of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub id: StageId,
    pub name: Label,
    pub kind: StageKind,
    /// Of a sub-stage: the open stage that it is a part of.
    pub parent: Option<StageId>,
    /// Chance of winning from here, percent.
    pub probability: i32,
    /// Days after which a deal here is rotting.
    pub limit_days: Option<i32>,
    #[serde(flatten)]
    pub about: About,
}

impl Stage {
    /// What a list or a board shows of it, without what it says and asks for.
    #[must_use]
    pub fn outlined(self) -> Stage {
        let about = About { hue: self.about.hue, ..About::default() };
        Stage { about, ..self }
    }
}

/// What a stage says and asks for, beside its place in the pipeline.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    pub description: Label,
    /// What to say on a call in this stage.
    pub script: Label,
    /// Degrees of the colour circle in steps of 30; `None`: the colour of its place.
    pub hue: Option<u16>,
    /// Who works on deals here, by role …
    pub role: Option<Role>,
    /// … and by team.
    pub team: Option<TeamId>,
    /// Tasks that a deal gets by itself when it enters.
    pub tasks: Vec<StageTask>,
    pub checklist: Vec<CheckItem>,
    /// What must be true to enter.
    pub enter: Vec<Requirement>,
    /// What must be true to go on to a later open stage or to win.
    pub leave: Vec<Requirement>,
}

/// A task that a deal gets by itself when it enters a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageTask {
    pub kind: TaskKind,
    pub title: Label,
    /// Minutes after the deal entered.
    pub due_minutes: i32,
    pub assignee: TaskTaker,
}

/// Who gets a stage's task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "taker", content = "id", rename_all = "snake_case")]
pub enum TaskTaker {
    /// The deal's owner.
    Owner,
    /// The head of the owner's team; the owner where it has none.
    Head,
    /// One person; the owner while that one is switched off.
    User(UserId),
}

/// Something to tick off in a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckItem {
    pub id: CheckItemId,
    pub text: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    Open,
    Won,
    Lost,
}

impl StageKind {
    pub const ALL: [StageKind; 3] = [StageKind::Open, StageKind::Won, StageKind::Lost];

    pub fn code(self) -> &'static str {
        match self {
            StageKind::Open => "open",
            StageKind::Won => "won",
            StageKind::Lost => "lost",
        }
    }

    pub fn from_code(code: &str) -> Option<StageKind> {
        StageKind::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// A pipeline as somebody wants it to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavePipeline {
    /// `None`: a new one.
    pub id: Option<PipelineId>,
    /// The version that was edited; another one in force by now is a conflict.
    pub version: i32,
    pub name: Label,
    pub retired: bool,
    /// All stages that there shall be, in order; what is left out is retired. Ids of new stages and checklist items are chosen by
    /// whoever edits; they must be new everywhere.
    pub stages: Vec<Stage>,
    /// Where the deals of each retired stage go. A retired stage that has deals must be named here.
    pub moves: Vec<(StageId, StageId)>,
}

/// A pipeline with everything that whoever looks at it or edits it has to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Process {
    pub pipeline: Pipeline,
    /// How many open deals stand in each stage that has any; only for those who may edit the pipeline.
    pub open_deals: Vec<(StageId, u64)>,
    /// Newest first.
    pub versions: Vec<VersionRow>,
}

/// One of the states that a pipeline was in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRow {
    pub number: i32,
    /// In force since then.
    pub at: DateTime<Utc>,
    /// `None`: Millrace itself.
    pub by: Option<Person>,
}
