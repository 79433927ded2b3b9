//! Acts.

use domain::access::Actor;
use domain::act::Act;
use domain::id::{ActId, DealId};
use domain::Outcome;

use crate::Db;

/// An act over all lines of the deal's accepted offer.
pub async fn create(db: &Db, actor: &Actor, deal: DealId) -> Outcome<ActId> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: ActId) -> Outcome<Act> { todo!() }

/// Marks it as signed by the named person on the client's side.
pub async fn sign(db: &Db, actor: &Actor, id: ActId, version: i64, signed_by: &str) -> Outcome<()> { todo!() }
