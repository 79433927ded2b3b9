//! A person's data: what an erasure takes, what stays and why.

use serde::{Deserialize, Serialize};

/// What stands where a person's words or name stood.
pub const ERASED: &str = "—";

/// What an erasure would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// The person's name; whoever erases types it.
    pub name: String,
    /// Every name, phone and address that goes.
    pub known_by: Vec<String>,
    /// Records that the person goes from, with their number.
    pub going: Vec<(Part, u64)>,
    pub staying: Vec<Stay>,
}

/// Kinds of records that hold something of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Leads,
    Contacts,
    Submissions,
    Consents,
    Activities,
    Tasks,
    Deals,
    Offers,
    Acts,
    Ratings,
    Mails,
    Audit,
}

/// What stays without the person, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub what: String,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A signed act: the law wants the document kept. It keeps the legal entity and loses the person.
    SignedAct,
    /// An accepted offer: an act refers to it, or one will.
    AcceptedOffer,
    /// A legal entity is no person.
    LegalEntity,
    /// Somebody else is reached by it as well.
    Shared,
}

/// What an erasure did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub leads: u64,
    pub contacts: u64,
    /// Audit entries whose values went.
    pub entries: u64,
}
