//! Accounts: customer relationships.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::contact::Contact;
use crate::deal::DealRow;
use crate::id::{AccountId, ContactId};
use crate::legal::LegalEntity;
use crate::user::Person;

/// A row of *Clients*: an account or a contact without one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientRow {
    pub client: Client,
    pub name: String,
    /// People of an account, phone of a person.
    pub detail: String,
    pub open_deals: u64,
    pub owner: Option<Person>,
    pub created_at: DateTime<Utc>,
}

/// Which clients a list shows. An account came from where one of its people did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientFilter {
    /// Part of a name, phone or e-mail.
    pub text: String,
    pub channel: String,
    pub campaign: String,
    pub keyword: String,
    pub cursor: Option<String>,
}

/// Which of the two a client row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Client {
    Account(AccountId),
    Contact(ContactId),
}

/// A whole account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub name: String,
    pub owner: Option<Person>,
    pub whose: Ownership,
    pub created_at: DateTime<Utc>,
    pub version: i64,
    pub contacts: Vec<Contact>,
    pub deals: Vec<DealRow>,
    /// The oldest first.
    pub legal: Vec<LegalEntity>,
}
