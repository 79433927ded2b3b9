//! Who takes part in a deal: colleagues, people on the client's side, and the legal entities that pay and receive.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, ContactId, LegalEntityId};
use crate::user::Person;

/// What a colleague does in a deal beside its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Sales,
    Presale,
    Delivery,
    Legal,
    Finance,
    /// Only wants to know.
    Observer,
}

impl Part {
    pub const ALL: [Part; 6] =
        [Part::Sales, Part::Presale, Part::Delivery, Part::Legal, Part::Finance, Part::Observer];

    pub fn code(self) -> &'static str {
        match self {
            Part::Sales => "sales",
            Part::Presale => "presale",
            Part::Delivery => "delivery",
            Part::Legal => "legal",
            Part::Finance => "finance",
            Part::Observer => "observer",
        }
    }

    pub fn from_code(code: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|part| part.code() == code)
    }
}

/// What a person on the client's side means for a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// Decides.
    Decider,
    /// Whom the decider listens to.
    Influencer,
    /// Works with what is sold.
    User,
    Finance,
    Technical,
    Other,
}

impl ContactRole {
    pub const ALL: [ContactRole; 6] = [
        ContactRole::Decider,
        ContactRole::Influencer,
        ContactRole::User,
        ContactRole::Finance,
        ContactRole::Technical,
        ContactRole::Other,
    ];

    pub fn code(self) -> &'static str {
        match self {
            ContactRole::Decider => "decider",
            ContactRole::Influencer => "influencer",
            ContactRole::User => "user",
            ContactRole::Finance => "finance",
            ContactRole::Technical => "technical",
            ContactRole::Other => "other",
        }
    }

    pub fn from_code(code: &str) -> Option<ContactRole> {
        ContactRole::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What a legal entity does in a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Payer,
    /// Receives what is paid for.
    Consignee,
}

impl Side {
    pub const ALL: [Side; 2] = [Side::Payer, Side::Consignee];

    pub fn code(self) -> &'static str {
        match self {
            Side::Payer => "payer",
            Side::Consignee => "consignee",
        }
    }

    pub fn from_code(code: &str) -> Option<Side> {
        Side::ALL.into_iter().find(|side| side.code() == code)
    }
}

/// A colleague who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub person: Person,
    pub part: Part,
}

/// Somebody on the client's side beside the deal's first contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DealContact {
    pub id: ContactId,
    pub name: String,
    pub role: ContactRole,
}

/// A legal entity as a deal names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub id: LegalEntityId,
    pub name: String,
    pub tax_id: String,
}

/// Everybody beside owner and first contact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct People {
    pub participants: Vec<Participant>,
    pub contacts: Vec<DealContact>,
    pub payer: Option<Party>,
    pub consignee: Option<Party>,
    /// The legal entities of the deal's account, which both are chosen from.
    pub entities: Vec<Party>,
    /// Colleagues who see the deal and do not take part yet.
    pub may_join: Vec<Person>,
}

impl People {
    pub fn party(&self, side: Side) -> Option<&Party> {
        match side {
            Side::Payer => self.payer.as_ref(),
            Side::Consignee => self.consignee.as_ref(),
        }
    }
}

/// Clients that a search for a deal's client found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FoundClients {
    /// With the names of their accounts.
    pub contacts: Vec<(ContactId, String, String)>,
    pub accounts: Vec<(AccountId, String)>,
}
