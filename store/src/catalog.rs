//! The catalog of services.

use domain::access::Actor;
use domain::catalog::{Catalog, SaveService};
use domain::id::{CategoryId, ServiceId};
use domain::{Label, Outcome};

use crate::Db;

/// Every category and service; inactive ones only for those who may change the catalog.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<Catalog> { todo!() }

pub async fn save_category(db: &Db, actor: &Actor, id: Option<CategoryId>, name: Label) -> Outcome<CategoryId> { todo!() }

pub async fn save_service(db: &Db, actor: &Actor, service: SaveService) -> Outcome<ServiceId> { todo!() }
