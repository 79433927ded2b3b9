//! Today's queue.

use domain::access::Actor;
use domain::today::Today;
use domain::zone::Zone;
use domain::Outcome;

use crate::Db;

/// The actor's queue; days are those of `zone`.
pub async fn show(db: &Db, actor: &Actor, zone: &Zone) -> Outcome<Today> { todo!() }
