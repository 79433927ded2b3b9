//! The one error a caller may see. Causes are logged where they happen and never travel in it.

use serde::{Deserialize, Serialize};

use crate::Label;
use crate::id::CheckItemId;
use crate::pipeline::{DealField, Logging};
use crate::task::TaskKind;

/// Why something was not done. Texts for people are made by `app::text` in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// What was typed is not acceptable; every bad field is named and nothing was kept.
    #[error("invalid input")]
    Invalid { fields: Vec<FieldError> },
    #[error("not signed in")]
    SignedOut,
    #[error("not allowed")]
    Forbidden,
    /// There is no such record, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// The record was changed by somebody else since it was read; `version` is the present one.
    #[error("changed by somebody else")]
    Conflict { version: i64 },
    /// A rule forbids it; every missing item is named.
    #[error("refused by a rule")]
    Refused { reasons: Vec<Refusal> },
    /// A link that is used up or out of date.
    #[error("link expired")]
    Expired,
    #[error("too large")]
    TooLarge,
    #[error("unsupported media type")]
    UnsupportedMedia,
    /// `retry_after` is in seconds.
    #[error("too many requests")]
    TooMany { retry_after: u32 },
    /// A dependency is down or overloaded; `retry_after` is in seconds.
    #[error("temporarily unavailable")]
    Unavailable { retry_after: u32 },
    #[error("internal error")]
    Internal,
}

impl Problem {
    /// One bad field.
    pub fn field(field: &str, fault: Fault) -> Self {
        Problem::Invalid { fields: vec![FieldError { field: field.to_owned(), fault }] }
    }

    /// One broken rule.
    pub fn refused(reason: Refusal) -> Self {
        Problem::Refused { reasons: vec![reason] }
    }

    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Problem::Invalid { .. } => 400,
            Problem::SignedOut => 401,
            Problem::Forbidden => 403,
            Problem::NotFound => 404,
            Problem::Conflict { .. } => 409,
            Problem::Expired => 410,
            Problem::TooLarge => 413,
            Problem::UnsupportedMedia => 415,
            Problem::Refused { .. } => 422,
            Problem::TooMany { .. } => 429,
            Problem::Unavailable { .. } => 503,
            Problem::Internal => 500,
        }
    }

    /// The fault of `field`, for showing it at its input.
    pub fn fault_of(&self, field: &str) -> Option<Fault> {
        match self {
            Problem::Invalid { fields } => fields.iter().find(|f| f.field == field).map(|f| f.fault),
            _ => None,
        }
    }
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    pub field: String,
    pub fault: Fault,
}

/// Kinds of wrong input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    Required,
    /// At most so many characters.
    TooLong(u32),
    /// At least so many characters.
    TooShort(u32),
    NotAPhone,
    NotAnEmail,
    NotANumber,
    NotAnAmount,
    NotADate,
    /// Outside the allowed range.
    OutOfRange,
    /// Another record has this value already.
    Taken,
    /// Names nothing that exists.
    Unknown,
    /// A value of another type than the field's.
    WrongType,
    /// Among the passwords that everybody tries first.
    CommonPassword,
    /// Made of the company's or the person's own name or address.
    PersonalPassword,
    WrongPassword,
    /// The field is not this person's to change.
    ReadOnly,
    /// A number of a register whose length or control digits do not fit.
    Mistyped,
}

/// Rules that forbid something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A stage wants an offer that was sent.
    OfferSent,
    /// A stage wants an accepted offer.
    OfferAccepted,
    /// A stage wants at least one act, and every act signed.
    ActsSigned,
    /// A stage wants the client asked for feedback.
    FeedbackAsked,
    /// Losing a deal or disqualifying a lead needs a reason.
    ReasonNeeded,
    /// The deal is closed; reopen it first.
    DealClosed,
    /// The lead was converted or disqualified already.
    LeadSettled,
    /// A sent revision or a signed act never changes.
    Immutable,
    /// An offer or act without lines cannot be sent.
    NoLines,
    /// There is no address to send to.
    NoRecipient,
    /// The offer is past its validity, or was answered already.
    OfferNotOpen,
    /// An act is made from an accepted offer.
    NoAcceptedOffer,
    /// The task was finished already.
    TaskDone,
    /// A company cannot be without an active administrator.
    LastAdmin,
    /// A team that somebody belongs to cannot be retired.
    TeamInUse,
    /// Somebody has decided already about a submission that looked like a bot's.
    SubmissionSettled,
    /// The stage belongs to another pipeline or is retired.
    ForeignStage,
    /// A stage wants the field filled.
    FieldEmpty(DealField),
    /// A stage wants a task of the kind done.
    TaskNeeded(TaskKind),
    /// A stage wants an activity of the kind logged.
    ActivityNeeded(Logging),
    /// A stage wants the checklist's item ticked.
    ItemOpen { item: CheckItemId, text: Label },
    /// A stage that is retired has deals, and it was not said where they go.
    StageInUse,
    /// A new deal was opened in a pipeline that is retired.
    PipelineRetired,
    /// The company's last pipeline cannot be retired.
    LastPipeline,
}
