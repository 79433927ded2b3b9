//! What a stage can ask for, and what a deal has to show for it.

use serde::{Deserialize, Serialize};

use super::{Pipeline, Stage, StageKind};
use crate::id::CheckItemId;
use crate::task::TaskKind;
use crate::{Label, Refusal};

/// What a stage can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Requirement {
    OfferSent,
    OfferAccepted,
    ActsSigned,
    FeedbackAsked,
    /// A field of the deal is filled.
    Field(DealField),
    /// A task of the kind was done.
    Task(TaskKind),
    /// An activity of the kind was logged.
    Activity(Logging),
    /// An item of the checklist is ticked.
    Item(CheckItemId),
}

impl Requirement {
    /// Every one that stands in the list of a company that has no checklists.
    pub fn all() -> impl Iterator<Item = Requirement> {
        use Requirement as R;
        [R::OfferSent, R::OfferAccepted, R::ActsSigned, R::FeedbackAsked]
            .into_iter()
            .chain(DealField::ALL.map(R::Field))
            .chain(TaskKind::ALL.into_iter().filter(|kind| *kind != TaskKind::FirstCall).map(R::Task))
            .chain(Logging::ALL.map(R::Activity))
    }

    /// `offer_accepted`, `field.amount`, `task.call`, `activity.meeting`, `item.<uuid>`: as forms, the database and BPMN write it.
    pub fn code(self) -> String {
        match self {
            Requirement::OfferSent => "offer_sent".to_owned(),
            Requirement::OfferAccepted => "offer_accepted".to_owned(),
            Requirement::ActsSigned => "acts_signed".to_owned(),
            Requirement::FeedbackAsked => "feedback_asked".to_owned(),
            Requirement::Field(field) => format!("field.{}", field.code()),
            Requirement::Task(kind) => format!("task.{}", kind.code()),
            Requirement::Activity(kind) => format!("activity.{}", kind.code()),
            Requirement::Item(id) => format!("item.{id}"),
        }
    }

    pub fn from_code(code: &str) -> Option<Requirement> {
        if let Some(id) = code.strip_prefix("item.") {
            return id.parse().ok().map(Requirement::Item);
        }
        Requirement::all().find(|requirement| requirement.code() == code)
    }

    /// How its absence is told; a checklist item's text is looked up in `pipeline`.
    pub fn refusal(self, pipeline: &Pipeline) -> Refusal {
        match self {
            Requirement::OfferSent => Refusal::OfferSent,
            Requirement::OfferAccepted => Refusal::OfferAccepted,
            Requirement::ActsSigned => Refusal::ActsSigned,
            Requirement::FeedbackAsked => Refusal::FeedbackAsked,
            Requirement::Field(field) => Refusal::FieldEmpty(field),
            Requirement::Task(kind) => Refusal::TaskNeeded(kind),
            Requirement::Activity(kind) => Refusal::ActivityNeeded(kind),
            Requirement::Item(id) => {
                let text = pipeline.check_item(id).map_or_else(Label::default, |item| item.text.clone());
                Refusal::ItemOpen { item: id, text }
            }
        }
    }
}

impl From<Requirement> for String {
    fn from(requirement: Requirement) -> String {
        requirement.code()
    }
}

impl TryFrom<String> for Requirement {
    type Error = &'static str;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        Requirement::from_code(&code).ok_or("no requirement that is known")
    }
}

/// Fields of a deal that a stage can want filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealField {
    Amount,
    ExpectedClose,
    Contact,
    Account,
    Owner,
    Service,
}

impl DealField {
    pub const ALL: [DealField; 6] = [
        DealField::Amount,
        DealField::ExpectedClose,
        DealField::Contact,
        DealField::Account,
        DealField::Owner,
        DealField::Service,
    ];

    pub fn code(self) -> &'static str {
        match self {
            DealField::Amount => "amount",
            DealField::ExpectedClose => "expected_close",
            DealField::Contact => "contact",
            DealField::Account => "account",
            DealField::Owner => "owner",
            DealField::Service => "service",
        }
    }
}

/// Kinds of activities that people log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Logging {
    /// A call in which the client was reached.
    Call,
    Meeting,
    Note,
}

impl Logging {
    pub const ALL: [Logging; 3] = [Logging::Call, Logging::Meeting, Logging::Note];

    pub fn code(self) -> &'static str {
        match self {
            Logging::Call => "call",
            Logging::Meeting => "meeting",
            Logging::Note => "note",
        }
    }
}

/// What a deal has to show for its requirements.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    pub offer_sent: bool,
    pub offer_accepted: bool,
    pub acts: u32,
    pub acts_signed: u32,
    pub feedback_asked: bool,
    pub filled: Vec<DealField>,
    pub tasks_done: Vec<TaskKind>,
    /// Logged on the deal or, before it was one, on its lead.
    pub logged: Vec<Logging>,
    pub ticked: Vec<CheckItemId>,
    /// Items that a head of sales let pass.
    pub waived: Vec<Requirement>,
}

impl Evidence {
    /// Whether `requirement` is fulfilled or waived.
    pub fn meets(&self, requirement: Requirement) -> bool {
        self.waived.contains(&requirement)
            || match requirement {
                Requirement::OfferSent => self.offer_sent || self.offer_accepted,
                Requirement::OfferAccepted => self.offer_accepted,
                Requirement::ActsSigned => self.acts > 0 && self.acts == self.acts_signed,
                Requirement::FeedbackAsked => self.feedback_asked,
                Requirement::Field(field) => self.filled.contains(&field),
                Requirement::Task(kind) => self.tasks_done.contains(&kind),
                Requirement::Activity(kind) => self.logged.contains(&kind),
                Requirement::Item(id) => self.ticked.contains(&id),
            }
    }

    /// What is missing for the way from `from` to `to`, in the order it is asked for: what `from` wants before one goes on, then what
    /// `to` wants. Going back and losing ask for nothing of `from`.
    pub fn missing(&self, pipeline: &Pipeline, from: &Stage, to: &Stage) -> Vec<Refusal> {
        wanted(pipeline, from, to)
            .into_iter()
            .filter(|requirement| !self.meets(*requirement))
            .map(|requirement| requirement.refusal(pipeline))
            .collect()
    }
}

/// What the way from `from` to `to` asks for, each once.
pub fn wanted(pipeline: &Pipeline, from: &Stage, to: &Stage) -> Vec<Requirement> {
    let forward = to.kind != StageKind::Lost
        && from.kind == StageKind::Open
        && pipeline.place(from.id) < pipeline.place(to.id);
    let leave = if forward { from.about.leave.as_slice() } else { &[] };
    let mut all: Vec<Requirement> = Vec::new();
    for requirement in leave.iter().chain(&to.about.enter) {
        if !all.contains(requirement) {
            all.push(*requirement);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::id::{PipelineId, StageId};
    use crate::pipeline::{About, CheckItem};

    fn stage(number: u128, kind: StageKind, about: About) -> Stage {
        Stage {
            id: StageId(Uuid::from_u128(number)),
            name: Label::default(),
            kind,
            parent: None,
            probability: 0,
            limit_days: None,
            about,
        }
    }

    fn selling() -> Pipeline {
        let measured =
            CheckItem { id: CheckItemId(Uuid::from_u128(9)), text: Label::new("Measured", "Замер") };
        let visit = About {
            leave: vec![Requirement::Item(measured.id), Requirement::Field(DealField::Amount)],
            checklist: vec![measured],
            ..About::default()
        };
        let won = About {
            enter: vec![
                Requirement::OfferAccepted,
                Requirement::ActsSigned,
                Requirement::Field(DealField::Amount),
            ],
            ..About::default()
        };
        Pipeline {
            id: PipelineId(Uuid::nil()),
            name: Label::default(),
            version: 1,
            retired: false,
            stages: vec![
                stage(1, StageKind::Open, About::default()),
                stage(2, StageKind::Open, visit),
                stage(3, StageKind::Won, won),
                stage(4, StageKind::Lost, About::default()),
            ],
        }
    }

    #[test]
    fn every_missing_item_is_named_once() {
        let selling = selling();
        let (visit, won) = (&selling.stages[1], &selling.stages[2]);
        let mut evidence = Evidence { offer_accepted: true, acts: 2, acts_signed: 1, ..Evidence::default() };
        let item = Refusal::ItemOpen {
            item: CheckItemId(Uuid::from_u128(9)),
            text: Label::new("Measured", "Замер"),
        };
        let amount = Refusal::FieldEmpty(DealField::Amount);
        assert_eq!(
            evidence.missing(&selling, visit, won),
            [item.clone(), amount.clone(), Refusal::ActsSigned]
        );
        evidence.acts_signed = 2;
        evidence.waived = vec![Requirement::Field(DealField::Amount)];
        assert_eq!(evidence.missing(&selling, visit, won), [item]);
    }

    #[test]
    fn going_back_and_losing_ask_for_nothing_of_where_one_leaves() {
        let selling = selling();
        let [first, visit, _, lost] = &selling.stages[..] else { panic!("four stages") };
        assert_eq!(Evidence::default().missing(&selling, visit, first), []);
        assert_eq!(Evidence::default().missing(&selling, visit, lost), []);
    }

    #[test]
    fn no_act_at_all_is_not_every_act_signed() {
        assert!(!Evidence::default().meets(Requirement::ActsSigned));
    }

    #[test]
    fn codes_are_read_back() {
        let item = Requirement::Item(CheckItemId(Uuid::from_u128(7)));
        for requirement in Requirement::all().chain([item]) {
            assert_eq!(Requirement::from_code(&requirement.code()), Some(requirement));
        }
        assert_eq!(Requirement::from_code("item.x"), None);
        assert_eq!(Requirement::from_code("task.first_call"), None);
    }
}
