//! Lead forms: what sites embed, what visitors send, and what became of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::attribution::RawAttribution;
use crate::id::{FormId, LeadId, SubmissionId, TeamId, UserId};
use crate::user::Person;
use crate::{FieldError, Label, Lang, consent};

/// The input that people do not see and bots fill in.
pub const HONEYPOT: &str = "website";
/// The hidden input of a hosted page that says when it was opened.
pub const STAMP: &str = "stamp";
/// Names that a field of a form cannot have: they mean something else in a submission.
pub const RESERVED: [&str; 6] = [HONEYPOT, STAMP, "lang", "proof", "attribution", "fields"];

/// An embeddable and hosted lead form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub id: FormId,
    /// Names the form in addresses: `call-back`.
    pub slug: String,
    pub name: Label,
    pub fields: Vec<Field>,
    pub texts: Texts,
    /// Where the visitor goes after sending (`https://…`); empty: the thanks are shown.
    pub redirect: String,
    /// Sites that may embed it, `https://example.com`; empty: any.
    pub origins: Vec<String>,
    /// Minutes until the first call is due.
    pub call_back_minutes: i32,
    pub owner: OwnerRule,
    /// The same person sending again within so many minutes makes no second lead; 0: always a new one.
    pub duplicate_minutes: i32,
    /// Whether submissions are checked for bots.
    pub guarded: bool,
    pub active: bool,
    pub version: i64,
}

impl Form {
    /// The heading that visitors read.
    pub fn title(&self, lang: Lang) -> &str {
        let title = self.texts.title.get(lang);
        if title.is_empty() { self.name.get(lang) } else { title }
    }

    /// Whether pages of that origin may send it.
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.is_empty() || self.origins.iter().any(|allowed| allowed == origin)
    }
}

/// What a form says besides its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// Empty: the form's name.
    pub title: Label,
    /// Below the title.
    pub note: Label,
    /// On the button; empty: the standard one.
    pub button: Label,
    /// What the visitor reads after sending.
    pub thanks: Label,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub kind: FieldKind,
    /// The name in a submission; see [`FieldKind::key`].
    pub key: String,
    pub label: Label,
    pub required: bool,
    /// What a choice offers.
    #[serde(default)]
    pub options: Vec<Label>,
    /// Of a hidden constant.
    #[serde(default)]
    pub value: String,
}

/// What a field asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Name,
    Phone,
    Email,
    Company,
    Message,
    /// One of several.
    Choice,
    /// Yes or nothing.
    Checkbox,
    /// The company's text of consent, from its settings.
    Consent,
    /// The same for every visitor, who does not see it: which page of an agency's it is, for example.
    Hidden,
}

impl FieldKind {
    pub const ALL: [FieldKind; 9] = [
        FieldKind::Name,
        FieldKind::Phone,
        FieldKind::Email,
        FieldKind::Company,
        FieldKind::Message,
        FieldKind::Choice,
        FieldKind::Checkbox,
        FieldKind::Consent,
        FieldKind::Hidden,
    ];

    pub fn code(self) -> &'static str {
        match self {
            FieldKind::Name => "name",
            FieldKind::Phone => "phone",
            FieldKind::Email => "email",
            FieldKind::Company => "company",
            FieldKind::Message => "message",
            FieldKind::Choice => "choice",
            FieldKind::Checkbox => "checkbox",
            FieldKind::Consent => "consent",
            FieldKind::Hidden => "hidden",
        }
    }

    pub fn from_code(code: &str) -> Option<FieldKind> {
        FieldKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name in a submission of a kind that a form has once; `None`: its fields are named one by one.
    pub fn key(self) -> Option<&'static str> {
        match self {
            FieldKind::Choice | FieldKind::Checkbox | FieldKind::Hidden => None,
            FieldKind::Consent => Some(consent::FIELD),
            kind => Some(kind.code()),
        }
    }

    /// Longest value, in characters.
    pub fn max(self) -> u32 {
        match self {
            FieldKind::Name | FieldKind::Company | FieldKind::Choice | FieldKind::Hidden => 200,
            FieldKind::Phone => 60,
            FieldKind::Email => 254,
            FieldKind::Message => 4000,
            FieldKind::Checkbox | FieldKind::Consent => 20,
        }
    }
}

/// Who gets the leads of a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OwnerRule {
    /// The first of the lead's channel decides.
    pub by_channel: Vec<ChannelOwner>,
    pub otherwise: Taker,
}

impl OwnerRule {
    pub fn of(&self, channel: &str) -> Taker {
        let named = self.by_channel.iter().find(|owner| owner.channel == channel);
        named.map_or(self.otherwise, |owner| owner.taker)
    }
}

/// Who gets the leads of a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelOwner {
    pub channel: String,
    pub taker: Taker,
}

/// Who takes a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(tag = "who", content = "id", rename_all = "snake_case")]
pub enum Taker {
    /// The sales reps in turn.
    #[default]
    Turn,
    /// The people of a team in turn.
    Team(TeamId),
    User(UserId),
}

/// What arrives from a visitor, before anything was checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NewSubmission {
    pub fields: BTreeMap<String, String>,
    pub attribution: RawAttribution,
    /// The visitor's language, for the answer.
    pub lang: Option<Lang>,
}

/// An answer to a field that a lead has no column for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub label: Label,
    pub value: Label,
}

/// The answer to a visitor whose request is safely kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The lead's public id; what waits to be looked at has the one that its lead would get.
    pub id: LeadId,
    pub message: String,
    /// Where the visitor's browser goes now.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub redirect: String,
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionStatus {
    /// A lead was made of it.
    Accepted,
    /// The same person had asked already: it stands on the timeline of their lead.
    Merged,
    /// It looks like a bot's and waits for somebody to decide.
    Flagged,
    /// It had looked like a bot's; somebody made it a lead.
    Released,
    /// It had looked like a bot's, and was.
    Discarded,
    /// Something in it was wrong; the visitor was told what.
    Refused,
}

impl SubmissionStatus {
    pub const ALL: [SubmissionStatus; 6] = [
        SubmissionStatus::Accepted,
        SubmissionStatus::Merged,
        SubmissionStatus::Flagged,
        SubmissionStatus::Released,
        SubmissionStatus::Discarded,
        SubmissionStatus::Refused,
    ];

    pub fn code(self) -> &'static str {
        match self {
            SubmissionStatus::Accepted => "accepted",
            SubmissionStatus::Merged => "merged",
            SubmissionStatus::Flagged => "flagged",
            SubmissionStatus::Released => "released",
            SubmissionStatus::Discarded => "discarded",
            SubmissionStatus::Refused => "refused",
        }
    }

    pub fn from_code(code: &str) -> Option<SubmissionStatus> {
        SubmissionStatus::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// Why a submission looks like a bot's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suspicion {
    /// An input that people do not see was filled in.
    Honeypot,
    /// Sent sooner after the form was opened than anybody types.
    TooFast,
    /// Neither a proof of work nor a hosted page's stamp came with it.
    NoProof,
    /// A proof that is forged, of another form, out of date or not worked for.
    BadProof,
    /// A proof that another submission was sent with.
    UsedProof,
    /// More came through this form within a minute than people send.
    Rush,
}

impl Suspicion {
    pub const ALL: [Suspicion; 6] = [
        Suspicion::Honeypot,
        Suspicion::TooFast,
        Suspicion::NoProof,
        Suspicion::BadProof,
        Suspicion::UsedProof,
        Suspicion::Rush,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Suspicion::Honeypot => "honeypot",
            Suspicion::TooFast => "too_fast",
            Suspicion::NoProof => "no_proof",
            Suspicion::BadProof => "bad_proof",
            Suspicion::UsedProof => "used_proof",
            Suspicion::Rush => "rush",
        }
    }

    pub fn from_code(code: &str) -> Option<Suspicion> {
        Suspicion::ALL.into_iter().find(|suspicion| suspicion.code() == code)
    }
}

/// A submission in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubmissionRow {
    pub id: SubmissionId,
    pub form: FormId,
    pub form_name: Label,
    pub at: DateTime<Utc>,
    pub status: SubmissionStatus,
    pub suspicions: Vec<Suspicion>,
    /// What was wrong with a refused one.
    pub faults: Vec<FieldError>,
    /// What was sent, as it was sent, cut to bounds.
    pub fields: Vec<(String, String)>,
    pub channel: String,
    pub lead: Option<LeadId>,
    /// The visitor's network address.
    pub ip: String,
    pub settled_by: Option<Person>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// Which submissions the log shows, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SubmissionFilter {
    pub form: Option<FormId>,
    pub status: Option<SubmissionStatus>,
    pub cursor: Option<String>,
}
