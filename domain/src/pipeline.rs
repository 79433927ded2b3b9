//! Pipelines, their stages, and what a stage asks for.

use serde::{Deserialize, Serialize};

use crate::id::{PipelineId, StageId};
use crate::{Label, Refusal};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    pub id: PipelineId,
    pub name: Label,
    /// In order; open stages first, then won, then lost.
    pub stages: Vec<Stage>,
}

impl Pipeline {
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|s| s.id == id)
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
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub id: StageId,
    pub name: Label,
    pub kind: StageKind,
    /// Chance of winning from here, percent.
    pub probability: i32,
    /// Days after which a deal here is rotting.
    pub limit_days: Option<i32>,
    /// What must be true to enter.
    pub requirements: Vec<Requirement>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    Open,
    Won,
    Lost,
}

impl StageKind {
    pub fn code(self) -> &'static str {
        match self {
            StageKind::Open => "open",
            StageKind::Won => "won",
            StageKind::Lost => "lost",
        }
    }

    pub fn from_code(code: &str) -> Option<StageKind> {
        [StageKind::Open, StageKind::Won, StageKind::Lost].into_iter().find(|k| k.code() == code)
    }
}

/// What a stage can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Requirement {
    OfferAccepted,
    ActsSigned,
    FeedbackAsked,
}

impl Requirement {
    pub const ALL: [Requirement; 3] =
        [Requirement::OfferAccepted, Requirement::ActsSigned, Requirement::FeedbackAsked];

    pub fn code(self) -> &'static str {
        match self {
            Requirement::OfferAccepted => "offer_accepted",
            Requirement::ActsSigned => "acts_signed",
            Requirement::FeedbackAsked => "feedback_asked",
        }
    }

    pub fn from_code(code: &str) -> Option<Requirement> {
        Requirement::ALL.into_iter().find(|r| r.code() == code)
    }

    /// How its absence is told.
    pub fn refusal(self) -> Refusal {
        match self {
            Requirement::OfferAccepted => Refusal::OfferAccepted,
            Requirement::ActsSigned => Refusal::ActsSigned,
            Requirement::FeedbackAsked => Refusal::FeedbackAsked,
        }
    }
}

/// What a deal has to show for its requirements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    pub offer_accepted: bool,
    pub acts: u32,
    pub acts_signed: u32,
    pub feedback_asked: bool,
    /// Items that a head of sales let pass.
    pub waived: Vec<Requirement>,
}

impl Evidence {
    /// Whether `requirement` is fulfilled or waived.
    pub fn meets(&self, requirement: Requirement) -> bool {
        self.waived.contains(&requirement)
            || match requirement {
                Requirement::OfferAccepted => self.offer_accepted,
                Requirement::ActsSigned => self.acts > 0 && self.acts == self.acts_signed,
                Requirement::FeedbackAsked => self.feedback_asked,
            }
    }

    /// What `stage` asks for and is missing.
    pub fn missing(&self, stage: &Stage) -> Vec<Refusal> {
        stage.requirements.iter().filter(|r| !self.meets(**r)).map(|r| r.refusal()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn won() -> Stage {
        Stage {
            id: StageId(uuid::Uuid::nil()),
            name: Label::new("Closed won", "Выиграна"),
            kind: StageKind::Won,
            probability: 100,
            limit_days: None,
            requirements: Requirement::ALL.to_vec(),
        }
    }

    #[test]
    fn every_missing_item_is_named() {
        let mut evidence = Evidence { offer_accepted: true, acts: 2, acts_signed: 1, ..Evidence::default() };
        assert_eq!(evidence.missing(&won()), [Refusal::ActsSigned, Refusal::FeedbackAsked]);
        evidence.acts_signed = 2;
        evidence.waived = vec![Requirement::FeedbackAsked];
        assert_eq!(evidence.missing(&won()), []);
    }

    #[test]
    fn no_act_at_all_is_not_every_act_signed() {
        assert!(!Evidence::default().meets(Requirement::ActsSigned));
    }
}
