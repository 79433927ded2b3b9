//! A lead: a request that is not qualified yet.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::attribution::Attribution;
use crate::id::{AccountId, ContactId, DealId, LeadId, LossReasonId, StageId, UserId};
use crate::user::Person;
use crate::{Label, Money, Outcome, Problem, Refusal};

/// Where a lead stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadStatus {
    /// Waits for its first call.
    New,
    /// Was called or written to.
    Working,
    Converted,
    Disqualified,
}

impl LeadStatus {
    pub const ALL: [LeadStatus; 4] =
        [LeadStatus::New, LeadStatus::Working, LeadStatus::Converted, LeadStatus::Disqualified];

    pub fn code(self) -> &'static str {
        match self {
            LeadStatus::New => "new",
            LeadStatus::Working => "working",
            LeadStatus::Converted => "converted",
            LeadStatus::Disqualified => "disqualified",
        }
    }

    pub fn from_code(code: &str) -> Option<LeadStatus> {
        LeadStatus::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Open: somebody still has to decide about it.
    pub fn is_open(self) -> bool {
        matches!(self, LeadStatus::New | LeadStatus::Working)
    }

    /// Converting and disqualifying settle a lead; a settled one is not settled again.
    pub fn settle(self, to: LeadStatus) -> Outcome<LeadStatus> {
        if self.is_open() && !to.is_open() { Ok(to) } else { Err(Problem::refused(Refusal::LeadSettled)) }
    }
}

/// A lead in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadRow {
    pub id: LeadId,
    pub number: i64,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub company: String,
    pub status: LeadStatus,
    pub channel: String,
    pub keyword: String,
    pub site: String,
    pub owner: Option<Person>,
    pub created_at: DateTime<Utc>,
    /// When the first call is due; `None` once it was made.
    pub call_due_at: Option<DateTime<Utc>>,
}

/// A whole lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Lead {
    pub id: LeadId,
    pub number: i64,
    pub name: String,
    /// E.164 where it could be understood, else as typed.
    pub phone: String,
    /// As the visitor typed it.
    pub phone_raw: String,
    pub email: String,
    pub company: String,
    pub message: String,
    pub status: LeadStatus,
    /// The form's name; `None` for leads entered by hand or imported.
    pub form: Option<Label>,
    pub attribution: Attribution,
    pub owner: Option<Person>,
    pub whose: Ownership,
    pub created_at: DateTime<Utc>,
    pub call_due_at: Option<DateTime<Utc>>,
    pub first_response_at: Option<DateTime<Utc>>,
    pub contact: Option<ContactId>,
    pub account: Option<AccountId>,
    pub deal: Option<DealId>,
    pub disqualified_reason: Option<Label>,
    pub version: i64,
}

/// A lead typed in by hand, from a phone call for example.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewLead {
    pub name: String,
    pub phone: String,
    pub email: String,
    pub company: String,
    pub message: String,
}

/// Which leads a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadFilter {
    /// `None`: the open ones.
    pub status: Option<LeadStatus>,
    pub all: bool,
    pub owner: Option<UserId>,
    pub channel: String,
    pub campaign: String,
    pub keyword: String,
    /// Part of a name, company, phone or e-mail.
    pub text: String,
    /// Registered from this instant on …
    pub from: Option<DateTime<Utc>>,
    /// … and before this one.
    pub until: Option<DateTime<Utc>>,
    pub cursor: Option<String>,
}

/// What the dialog proposes before a lead is converted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversion {
    pub lead: LeadId,
    pub version: i64,
    pub contact_name: String,
    pub account_name: String,
    pub deal_title: String,
    /// Contacts with the same phone or e-mail.
    pub contacts: Vec<Match<ContactId>>,
    /// Accounts whose name reads the same, or to which such a contact belongs.
    pub accounts: Vec<Match<AccountId>>,
    pub stages: Vec<(StageId, Label)>,
}

/// An existing record that looks the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match<Id> {
    pub id: Id,
    pub name: String,
    /// What tells it from its namesakes: account, phone, owner.
    pub detail: String,
    pub why: MatchReason,
}

/// Why two records look the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchReason {
    SamePhone,
    SameEmail,
    SameName,
    ItsAccount,
}

/// The decision made in the dialog.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConvertLead {
    pub lead: LeadId,
    pub version: i64,
    /// `None`: make a new one of `contact_name`.
    pub contact: Option<ContactId>,
    pub contact_name: String,
    /// `None`: make a new one of `account_name`, or none when that is empty.
    pub account: Option<AccountId>,
    pub account_name: String,
    pub deal_title: String,
    pub amount: Option<Money>,
}

/// What a conversion made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    pub contact: ContactId,
    pub account: Option<AccountId>,
    pub deal: DealId,
}

/// Why a lead or a deal went nowhere; both choose from the company's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossReason {
    pub id: LossReasonId,
    pub name: Label,
}
