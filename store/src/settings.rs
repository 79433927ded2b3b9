//! Company-wide settings and the lists that everybody reads.

use domain::access::Actor;
use domain::lead::LossReason;
use domain::pipeline::Pipeline;
use domain::settings::Settings;
use domain::user::{Person, Team};
use domain::Outcome;

use crate::Db;

/// The settings; everybody signed in may read them.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<Settings> { todo!() }

/// The settings without an actor, for pages and jobs that act for the company.
pub async fn company(db: &Db) -> Outcome<Settings> { todo!() }

pub async fn save(db: &Db, actor: &Actor, settings: Settings) -> Outcome<()> { todo!() }

/// Active users, for choosing an owner.
pub async fn people(db: &Db, actor: &Actor) -> Outcome<Vec<Person>> { todo!() }

pub async fn teams(db: &Db, actor: &Actor) -> Outcome<Vec<Team>> { todo!() }

pub async fn pipelines(db: &Db, actor: &Actor) -> Outcome<Vec<Pipeline>> { todo!() }

pub async fn loss_reasons(db: &Db, actor: &Actor) -> Outcome<Vec<LossReason>> { todo!() }
