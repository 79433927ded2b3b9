//! The audit log as it is read: who did what to which record, when, from where, and what it changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::UserId;
use crate::user::Person;
use crate::{Label, Money};

/// Kinds of records that entries are about, as entries name them: the choices of a filter.
pub const KINDS: [&str; 24] = [
    "lead",
    "deal",
    "contact",
    "account",
    "legal_entity",
    "offer",
    "act",
    "survey",
    "task",
    "service",
    "service_category",
    "pipeline",
    "user",
    "team",
    "rights",
    "session",
    "settings",
    "form",
    "submission",
    "channel_rule",
    "loss_reason",
    "saved_view",
    "consent",
    "person",
];

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// `None`: Millrace itself, or a client through their link.
    pub who: Option<Person>,
    /// The network address the request came from; empty when none is known.
    pub origin: String,
    pub action: String,
    pub entity: String,
    pub id: Uuid,
    /// What the record is called now; empty when it has no name.
    pub name: String,
    pub changes: Vec<FieldChange>,
    /// What changed went with the data of the person it was about.
    pub erased: bool,
}

/// A field with its value, or with the old and the new one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldChange {
    pub field: String,
    /// `None`: the entry tells a fact, not a change.
    pub before: Option<FieldValue>,
    pub after: FieldValue,
}

/// A value as it can be shown in any language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    Nothing,
    Text(String),
    Number(i64),
    Flag(bool),
    At(DateTime<Utc>),
    Money(Money),
    Label(Label),
}

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    pub actor: Option<UserId>,
    /// One of [`KINDS`]; empty for all.
    pub entity: String,
    /// Empty for all.
    pub action: String,
    pub from: Option<DateTime<Utc>>,
    /// The first instant that is not meant any more.
    pub until: Option<DateTime<Utc>>,
    pub cursor: Option<String>,
}
