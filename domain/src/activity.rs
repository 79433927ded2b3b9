//! The timeline: things that happened. Append-only.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Entity;
use crate::form::Said;
use crate::id::{AccountId, ActId, ActivityId, ContactId, DealId, LeadId, OfferId};
use crate::task::TaskKind;
use crate::user::Person;
use crate::{Label, Money};

/// The record that an activity or a task belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "on", content = "id", rename_all = "snake_case")]
pub enum Subject {
    Lead(LeadId),
    Deal(DealId),
    Contact(ContactId),
    Account(AccountId),
}

impl Subject {
    /// The kind of record that rights are given for.
    pub fn entity(self) -> Entity {
        match self {
            Subject::Lead(_) => Entity::Lead,
            Subject::Deal(_) => Entity::Deal,
            Subject::Contact(_) | Subject::Account(_) => Entity::Client,
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    pub id: ActivityId,
    pub at: DateTime<Utc>,
    /// `None`: Millrace itself, a visitor or the client.
    pub who: Option<Person>,
    pub what: Happening,
}

/// What happened, with what is worth telling of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    FormSubmitted {
        form: Label,
        site: String,
        message: String,
        /// To fields that a lead has no column for.
        #[serde(default)]
        answers: Vec<Said>,
    },
    LeadEntered,
    Call(CallLog),
    Note {
        text: String,
    },
    Meeting {
        text: String,
    },
    TaskMade {
        task: TaskKind,
        title: String,
        due_at: DateTime<Utc>,
    },
    TaskDone {
        task: TaskKind,
        title: String,
    },
    Converted {
        deal: DealId,
        title: String,
    },
    Disqualified {
        reason: Label,
        note: String,
    },
    LeadReopened {
        note: String,
    },
    Assigned {
        to: String,
    },
    DealOpened {
        stage: Label,
    },
    StageChanged {
        from: Label,
        to: Label,
        reason: String,
    },
    Waived {
        item: crate::Refusal,
        reason: String,
    },
    Won {
        amount: Option<Money>,
    },
    Lost {
        reason: Label,
        note: String,
    },
    Reopened {
        stage: Label,
    },
    OfferSent {
        offer: OfferId,
        number: String,
        revision: i32,
        total: Money,
        to: String,
    },
    OfferViewed {
        offer: OfferId,
        number: String,
    },
    OfferAccepted {
        offer: OfferId,
        number: String,
        by: String,
    },
    OfferDeclined {
        offer: OfferId,
        number: String,
        reason: String,
    },
    ActIssued {
        act: ActId,
        number: String,
        total: Money,
    },
    ActSigned {
        act: ActId,
        number: String,
        by: String,
    },
    FeedbackAsked {
        to: String,
    },
    FeedbackGiven {
        score: i32,
        comment: String,
    },
    Imported {
        source: String,
    },
    ConsentGiven {
        how: String,
    },
    ConsentWithdrawn {
        reason: String,
    },
}

impl Happening {
    /// The short string the database keeps beside the body.
    pub fn code(&self) -> &'static str {
        match self {
            Happening::FormSubmitted { .. } => "form_submitted",
            Happening::LeadEntered => "lead_entered",
            Happening::Call(_) => "call",
            Happening::Note { .. } => "note",
            Happening::Meeting { .. } => "meeting",
            Happening::TaskMade { .. } => "task_made",
            Happening::TaskDone { .. } => "task_done",
            Happening::Converted { .. } => "converted",
            Happening::Disqualified { .. } => "disqualified",
            Happening::LeadReopened { .. } => "lead_reopened",
            Happening::Assigned { .. } => "assigned",
            Happening::DealOpened { .. } => "deal_opened",
            Happening::StageChanged { .. } => "stage_changed",
            Happening::Waived { .. } => "waived",
            Happening::Won { .. } => "won",
            Happening::Lost { .. } => "lost",
            Happening::Reopened { .. } => "reopened",
            Happening::OfferSent { .. } => "offer_sent",
            Happening::OfferViewed { .. } => "offer_viewed",
            Happening::OfferAccepted { .. } => "offer_accepted",
            Happening::OfferDeclined { .. } => "offer_declined",
            Happening::ActIssued { .. } => "act_issued",
            Happening::ActSigned { .. } => "act_signed",
            Happening::FeedbackAsked { .. } => "feedback_asked",
            Happening::FeedbackGiven { .. } => "feedback_given",
            Happening::Imported { .. } => "imported",
            Happening::ConsentGiven { .. } => "consent_given",
            Happening::ConsentWithdrawn { .. } => "consent_withdrawn",
        }
    }
}

/// A call as it was logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallLog {
    pub direction: Direction,
    pub outcome: CallOutcome,
    pub minutes: i32,
    pub note: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Outgoing,
    Incoming,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    Reached,
    NoAnswer,
    WrongNumber,
}

/// What a person writes in the composer; a next step is saved in the same transaction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogActivity {
    pub on: Subject,
    pub what: Logged,
    pub next: Option<NextStep>,
}

/// What can be logged by hand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Logged {
    Call(CallLog),
    Note { text: String },
    Meeting { text: String },
}

/// The next task, as the composer asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    pub kind: TaskKind,
    pub title: String,
    pub due_at: DateTime<Utc>,
}
