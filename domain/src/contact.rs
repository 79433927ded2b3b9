//! Contacts: people on the customer's side.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::attribution::Attribution;
use crate::id::{AccountId, ContactId};
use crate::user::Person;

/// Kinds of contact points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    Phone,
    Email,
    Messenger,
    Domain,
}

impl PointKind {
    pub const ALL: [PointKind; 4] =
        [PointKind::Phone, PointKind::Email, PointKind::Messenger, PointKind::Domain];

    pub fn code(self) -> &'static str {
        match self {
            PointKind::Phone => "phone",
            PointKind::Email => "email",
            PointKind::Messenger => "messenger",
            PointKind::Domain => "domain",
        }
    }

    pub fn from_code(code: &str) -> Option<PointKind> {
        PointKind::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// One phone, e-mail, messenger handle or domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactPoint {
    pub kind: PointKind,
    /// As it was given.
    pub raw: String,
    /// E.164, lower case, IDNA: what callers and writers are recognised by.
    pub normal: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub id: ContactId,
    pub name: String,
    pub account: Option<(AccountId, String)>,
    pub points: Vec<ContactPoint>,
    pub owner: Option<Person>,
    pub whose: Ownership,
    /// Where they came from first; told only where the contact is shown by itself.
    pub source: Attribution,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl Contact {
    /// The first point of a kind, as it was given.
    pub fn point(&self, kind: PointKind) -> Option<&str> {
        self.points.iter().find(|p| p.kind == kind).map(|p| p.raw.as_str())
    }
}
