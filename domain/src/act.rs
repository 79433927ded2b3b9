//! Acts: certificates that a service was rendered and accepted.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::id::{ActId, DealId};
use crate::offer::OfferLine;
use crate::{Currency, Money, Outcome, Problem, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActStatus {
    Draft,
    Sent,
    Signed,
}

impl ActStatus {
    pub const ALL: [ActStatus; 3] = [ActStatus::Draft, ActStatus::Sent, ActStatus::Signed];

    pub fn code(self) -> &'static str {
        match self {
            ActStatus::Draft => "draft",
            ActStatus::Sent => "sent",
            ActStatus::Signed => "signed",
        }
    }

    pub fn from_code(code: &str) -> Option<ActStatus> {
        ActStatus::ALL.into_iter().find(|status| status.code() == code)
    }

    /// A signed act never changes.
    pub fn sign(self) -> Outcome<ActStatus> {
        if self == ActStatus::Signed {
            Err(Problem::refused(Refusal::Immutable))
        } else {
            Ok(ActStatus::Signed)
        }
    }
}

/// An act on a deal's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActRow {
    pub id: ActId,
    pub number: String,
    pub status: ActStatus,
    pub total: Money,
    pub issued_on: NaiveDate,
    pub signed_at: Option<DateTime<Utc>>,
    pub signed_by: String,
    pub version: i64,
}

/// A whole act.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Act {
    pub row: ActRow,
    pub deal: DealId,
    pub whose: Ownership,
    pub title: String,
    pub client: String,
    pub currency: Currency,
    /// The accepted offer it was made from.
    pub offer_number: String,
    pub lines: Vec<OfferLine>,
}
