//! Contacts.

use domain::access::Actor;
use domain::contact::Contact;
use domain::deal::DealRow;
use domain::id::ContactId;
use domain::Outcome;

use crate::Db;

/// A contact with its deals.
pub async fn show(db: &Db, actor: &Actor, id: ContactId) -> Outcome<(Contact, Vec<DealRow>)> { todo!() }
