//! A lead: a request that is not qualified yet.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::attribution::Attribution;
use crate::id::{AccountId, ContactId, DealId, LeadId, PipelineId, TeamId, UserId};
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

    /// A disqualified lead is worked on again; one that nobody `answered` waits for its first call as before. A converted one
    /// goes on as its deal.
    pub fn reopen(self, answered: bool) -> Outcome<LeadStatus> {
        match self {
            LeadStatus::Disqualified if answered => Ok(LeadStatus::Working),
            LeadStatus::Disqualified => Ok(LeadStatus::New),
            LeadStatus::Converted => Err(Problem::refused(Refusal::LeadSettled)),
            open => Ok(open),
        }
    }

    /// What brings a lead into another column of the board; `None` where it stands already, or never comes to from here.
    pub fn step(self, to: LeadStatus) -> Option<LeadStep> {
        match (self, to) {
            (LeadStatus::New, LeadStatus::Working) => Some(LeadStep::Answer),
            (LeadStatus::Disqualified, LeadStatus::New | LeadStatus::Working) => Some(LeadStep::Reopen),
            (from, LeadStatus::Converted) => from.settle(to).ok().map(|_| LeadStep::Convert),
            (from, LeadStatus::Disqualified) => from.settle(to).ok().map(|_| LeadStep::Disqualify),
            _ => None,
        }
    }
}

/// What is done with a lead so that it gets another status; none of them is a status that somebody sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadStep {
    /// A call, a meeting or a try is logged.
    Answer,
    Convert,
    Disqualify,
    /// Who was answered before is worked on then, anybody else is new: [`LeadStatus::reopen`].
    Reopen,
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
    pub first_response_at: Option<DateTime<Utc>>,
}

impl LeadRow {
    /// Minutes until somebody called, met or tried to reach the person; `None` while nobody did.
    pub fn response_minutes(&self) -> Option<i64> {
        self.first_response_at.map(|at| (at - self.created_at).num_minutes().max(0))
    }
}

/// A status with its leads on the board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadColumn {
    pub status: LeadStatus,
    pub count: u64,
    /// New ones in the order in which they came, the others with the newest on top; `count` tells of how many.
    pub rows: Vec<LeadRow>,
}

impl LeadColumn {
    /// Half of the shown leads that were answered were answered within so many minutes.
    pub fn median_minutes(&self) -> Option<i64> {
        let mut minutes: Vec<i64> = self.rows.iter().filter_map(LeadRow::response_minutes).collect();
        minutes.sort_unstable();
        minutes.get(minutes.len().saturating_sub(1) / 2).copied()
    }
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
    /// Why it went nowhere; it stays when the lead is worked on again.
    pub disqualified_reason: Option<Label>,
    pub version: i64,
    pub disqualify_note: String,
    pub disqualified_at: Option<DateTime<Utc>>,
    /// When it was taken up again after that.
    pub reopened_at: Option<DateTime<Utc>>,
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
    pub team: Option<TeamId>,
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
    /// Where the deal can begin, the default one first.
    pub pipelines: Vec<(PipelineId, Label)>,
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
    /// `None`: the default one.
    pub pipeline: Option<PipelineId>,
}

/// What a conversion made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Converted {
    pub contact: ContactId,
    pub account: Option<AccountId>,
    pub deal: DealId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_disqualified_lead_is_taken_up_again() {
        let settled = Err(Problem::refused(Refusal::LeadSettled));
        assert_eq!(LeadStatus::Disqualified.reopen(true), Ok(LeadStatus::Working));
        assert_eq!(LeadStatus::Disqualified.reopen(false), Ok(LeadStatus::New));
        assert_eq!(LeadStatus::Converted.reopen(true), settled);
        assert_eq!(LeadStatus::Working.reopen(false), Ok(LeadStatus::Working));
        assert_eq!(LeadStatus::Disqualified.settle(LeadStatus::Converted), settled);
    }

    #[test]
    fn every_column_asks_for_its_step_and_nothing_goes_around_it() {
        use LeadStatus::{Converted, Disqualified, New, Working};
        let ways = [
            (New, Working, LeadStep::Answer),
            (New, Converted, LeadStep::Convert),
            (New, Disqualified, LeadStep::Disqualify),
            (Working, Converted, LeadStep::Convert),
            (Working, Disqualified, LeadStep::Disqualify),
            (Disqualified, New, LeadStep::Reopen),
            (Disqualified, Working, LeadStep::Reopen),
        ];
        for from in LeadStatus::ALL {
            for to in LeadStatus::ALL {
                let way = ways.iter().find(|(a, b, _)| (*a, *b) == (from, to)).map(|(.., step)| *step);
                assert_eq!(from.step(to), way, "{from:?} to {to:?}");
            }
        }
    }
}
