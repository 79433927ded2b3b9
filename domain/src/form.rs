//! Lead forms: what sites embed and what visitors send.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribution::RawAttribution;
use crate::id::{FormId, LeadId, UserId};
use crate::{Label, Lang};

/// An embeddable and hosted lead form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    pub id: FormId,
    /// Names the form in addresses: `call-back`.
    pub slug: String,
    pub name: Label,
    pub fields: Vec<Field>,
    /// What the visitor reads after sending.
    pub thanks: Label,
    /// Minutes until the first call is due.
    pub call_back_minutes: i32,
    /// Who gets the leads; `None`: the sales reps in turn.
    pub owner: Option<UserId>,
    pub active: bool,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub kind: FieldKind,
    pub label: Label,
    pub required: bool,
}

/// What a field asks for; it is also the field's name in a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Name,
    Phone,
    Email,
    Company,
    Message,
}

impl FieldKind {
    /// The name in a submission.
    pub fn key(self) -> &'static str {
        match self {
            FieldKind::Name => "name",
            FieldKind::Phone => "phone",
            FieldKind::Email => "email",
            FieldKind::Company => "company",
            FieldKind::Message => "message",
        }
    }

    /// Longest value, in characters.
    pub fn max(self) -> u32 {
        match self {
            FieldKind::Name | FieldKind::Company => 200,
            FieldKind::Phone => 60,
            FieldKind::Email => 254,
            FieldKind::Message => 4000,
        }
    }
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

/// The answer to a visitor whose request is safely kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The lead's public id.
    pub id: LeadId,
    pub message: String,
}
