//! Deals: sales in progress and closed ones.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::act::ActRow;
use crate::activity::Activity;
use crate::attribution::Attribution;
use crate::contact::Contact;
use crate::feedback::Feedback;
use crate::history::Stay;
use crate::id::{
    AccountId, ContactId, DealId, LeadId, LossReasonId, PipelineId, ServiceId, StageId, TeamId, UserId,
};
use crate::offer::OfferRow;
use crate::people::People;
use crate::pipe::Leaky;
use crate::pipeline::{Evidence, Pipeline, Requirement, Stage, StageKind};
use crate::task::{Task, TaskKind};
use crate::user::Person;
use crate::{Label, Money, Outcome, Problem, Refusal};

/// Whether a deal is still being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealStatus {
    Open,
    Won,
    Lost,
}

impl DealStatus {
    pub const ALL: [DealStatus; 3] = [DealStatus::Open, DealStatus::Won, DealStatus::Lost];

    pub fn code(self) -> &'static str {
        match self {
            DealStatus::Open => "open",
            DealStatus::Won => "won",
            DealStatus::Lost => "lost",
        }
    }

    pub fn from_code(code: &str) -> Option<DealStatus> {
        DealStatus::ALL.into_iter().find(|status| status.code() == code)
    }
}

impl From<StageKind> for DealStatus {
    fn from(kind: StageKind) -> Self {
        match kind {
            StageKind::Open => DealStatus::Open,
            StageKind::Won => DealStatus::Won,
            StageKind::Lost => DealStatus::Lost,
        }
    }
}

/// The rule of moving: whether a deal of `status` may go from `from` to `to`, and if not, everything that is missing.
pub fn advance(
    status: DealStatus,
    pipeline: &Pipeline,
    from: &Stage,
    to: &Stage,
    evidence: &Evidence,
    loss_reason: bool,
) -> Outcome<DealStatus> {
    let mut reasons = Vec::new();
    // A closed deal is reopened into an open stage; it does not jump from lost to won.
    if status != DealStatus::Open && to.kind != StageKind::Open {
        reasons.push(Refusal::DealClosed);
    }
    reasons.extend(evidence.missing(pipeline, from, to));
    if to.kind == StageKind::Lost && !loss_reason {
        reasons.push(Refusal::ReasonNeeded);
    }
    if reasons.is_empty() { Ok(to.kind.into()) } else { Err(Problem::Refused { reasons }) }
}

/// A deal in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealRow {
    pub id: DealId,
    pub number: i64,
    pub title: String,
    pub account: String,
    pub status: DealStatus,
    pub stage: Label,
    pub amount: Option<Money>,
    pub channel: String,
    pub owner: Option<Person>,
    pub next_step_at: Option<DateTime<Utc>>,
    pub expected_close: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
}

/// A deal on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealCard {
    pub id: DealId,
    pub title: String,
    /// Account, or the contact where there is none.
    pub client: String,
    pub amount: Option<Money>,
    pub channel: String,
    pub owner: Option<Person>,
    pub next_step: Option<NextStepNote>,
    pub stage_entered_at: DateTime<Utc>,
    pub version: i64,
    /// Percent, where somebody overrode the stage's.
    pub probability: Option<i32>,
    /// How many requirements somebody let pass.
    pub waivers: u32,
}

/// The open task that is due first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStepNote {
    pub kind: TaskKind,
    pub title: String,
    pub due_at: DateTime<Utc>,
}

/// A column of the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoardColumn {
    /// Without what only its page and its deals' pages say: [`Stage::outlined`].
    pub stage: Stage,
    pub count: u64,
    /// One sum per currency.
    pub sums: Vec<Money>,
    /// The same, each deal weighed by its chance.
    pub weighted: Vec<Money>,
    /// The most urgent ones; `count` tells of how many.
    pub cards: Vec<DealCard>,
}

/// Most cards that a column of the board shows; the list has the rest.
pub const CARDS_MAX: u32 = 200;

/// An amount weighed by its chance in percent.
pub fn weigh(amount: Money, percent: i32) -> Money {
    let minor = i128::from(amount.minor) * i128::from(percent) / 100;
    Money::new(i64::try_from(minor).unwrap_or(i64::MAX), amount.currency)
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Board {
    pub pipeline: PipelineId,
    pub name: Label,
    /// Open stages with their deals, then won and lost with those closed in the last 30 days.
    pub columns: Vec<BoardColumn>,
}

/// Which deals a board or list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DealFilter {
    /// `None`: the open ones, unless `all`.
    pub status: Option<DealStatus>,
    pub all: bool,
    pub stage: Option<StageId>,
    pub owner: Option<UserId>,
    pub channel: String,
    pub campaign: String,
    pub keyword: String,
    /// Part of the title or the account's name.
    pub text: String,
    /// Only those that reached this stage, as the funnel counts it.
    pub reached: Option<StageId>,
    /// Only those lost out of this stage.
    pub lost_in: Option<StageId>,
    /// Created from this instant on …
    pub from: Option<DateTime<Utc>>,
    /// … and before this one.
    pub until: Option<DateTime<Utc>>,
    pub cursor: Option<String>,
    pub pipeline: Option<PipelineId>,
    /// Expected to close from this day on …
    pub close_from: Option<NaiveDate>,
    /// … up to and with this one.
    pub close_until: Option<NaiveDate>,
    /// Only those that no expected close is known of.
    pub undated: bool,
    /// Columns of the board that show more cards than the others.
    pub more: Vec<(StageId, u32)>,
    pub team: Option<TeamId>,
    pub service: Option<ServiceId>,
    pub loss_reason: Option<LossReasonId>,
    /// Opened on this day of the company's or later …
    pub opened_from: Option<NaiveDate>,
    /// … up to and with this one.
    pub opened_until: Option<NaiveDate>,
    /// Only those that left the process in this way.
    pub leak: Option<Leaky>,
}

/// A whole deal with everything its page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Deal {
    pub id: DealId,
    pub number: i64,
    pub title: String,
    pub status: DealStatus,
    pub pipeline: Pipeline,
    pub stage: StageId,
    pub stage_entered_at: DateTime<Utc>,
    pub amount: Option<Money>,
    /// Percent; the stage's unless overridden.
    pub probability: i32,
    pub expected_close: Option<NaiveDate>,
    pub account: Option<(AccountId, String)>,
    pub contact: Option<Contact>,
    pub lead: Option<LeadId>,
    /// Where the lead came from, or the person where there was no lead.
    pub source: Attribution,
    pub owner: Option<Person>,
    pub whose: Ownership,
    pub loss_reason: Option<Label>,
    pub loss_note: String,
    pub created_at: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub evidence: Evidence,
    pub waivers: Vec<Waiver>,
    pub tasks: Vec<Task>,
    pub offers: Vec<OfferRow>,
    pub acts: Vec<ActRow>,
    pub feedback: Option<Feedback>,
    pub timeline: Vec<Activity>,
    /// What somebody put in the place of the stage's chance, percent.
    pub own_probability: Option<i32>,
    /// The team's name.
    pub team: Option<String>,
    /// The main service of the catalog that it sells.
    pub service: Option<(ServiceId, Label)>,
    pub people: People,
    /// In the order of time.
    pub history: Vec<Stay>,
}

impl Deal {
    pub fn stage(&self) -> Option<&Stage> {
        self.pipeline.stage(self.stage)
    }

    /// What the next stage, or winning, asks for.
    pub fn next_stage(&self) -> Option<&Stage> {
        let open: Vec<&Stage> = self.pipeline.open_stages().collect();
        let at = open.iter().position(|s| s.id == self.stage)?;
        open.get(at + 1).copied().or_else(|| self.pipeline.of_kind(StageKind::Won))
    }
}

/// A requirement that somebody let pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    pub requirement: Requirement,
    pub by: String,
    pub reason: String,
    pub at: DateTime<Utc>,
}

/// A new deal without a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewDeal {
    pub title: String,
    pub contact: Option<ContactId>,
    pub account: Option<AccountId>,
    pub amount: Option<Money>,
    pub expected_close: Option<NaiveDate>,
    /// `None`: the default one.
    #[serde(default)]
    pub pipeline: Option<PipelineId>,
}

/// Facts of a deal that are edited in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditDeal {
    pub id: DealId,
    pub version: i64,
    pub title: String,
    pub amount: Option<Money>,
    pub expected_close: Option<NaiveDate>,
    /// Percent; `None`: the stage's.
    pub probability: Option<i32>,
}

/// Whose a deal is, of the clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditClient {
    pub id: DealId,
    pub version: i64,
    pub contact: Option<ContactId>,
    /// `None`: the new contact's, if it has one.
    pub account: Option<AccountId>,
}

/// A move to another stage.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveDeal {
    pub id: DealId,
    pub version: i64,
    pub to: StageId,
    /// For the lost stage.
    pub loss_reason: Option<LossReasonId>,
    pub note: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::About;

    fn selling() -> Pipeline {
        let stage = |number, kind, enter: &[Requirement]| Stage {
            id: StageId(uuid::Uuid::from_u128(number)),
            name: Label::default(),
            kind,
            parent: None,
            probability: 0,
            limit_days: None,
            about: About { enter: enter.to_vec(), ..About::default() },
        };
        let asked = [Requirement::OfferAccepted, Requirement::ActsSigned, Requirement::FeedbackAsked];
        Pipeline {
            id: PipelineId(uuid::Uuid::nil()),
            name: Label::default(),
            version: 1,
            retired: false,
            stages: vec![
                stage(1, StageKind::Open, &[]),
                stage(2, StageKind::Won, &asked),
                stage(3, StageKind::Lost, &[]),
            ],
        }
    }

    fn try_to(status: DealStatus, from: usize, to: usize, loss_reason: bool) -> Outcome<DealStatus> {
        let selling = selling();
        advance(
            status,
            &selling,
            &selling.stages[from],
            &selling.stages[to],
            &Evidence::default(),
            loss_reason,
        )
    }

    #[test]
    fn winning_needs_everything_losing_needs_a_reason() {
        let missing = vec![Refusal::OfferAccepted, Refusal::ActsSigned, Refusal::FeedbackAsked];
        assert_eq!(try_to(DealStatus::Open, 0, 1, false), Err(Problem::Refused { reasons: missing }));
        assert_eq!(try_to(DealStatus::Open, 0, 2, false), Err(Problem::refused(Refusal::ReasonNeeded)));
        assert_eq!(try_to(DealStatus::Open, 0, 2, true), Ok(DealStatus::Lost));
    }

    #[test]
    fn a_closed_deal_only_reopens() {
        let refused = try_to(DealStatus::Lost, 2, 1, false);
        assert!(matches!(refused, Err(Problem::Refused { reasons }) if reasons[0] == Refusal::DealClosed));
        assert_eq!(try_to(DealStatus::Lost, 2, 0, false), Ok(DealStatus::Open));
    }
}
