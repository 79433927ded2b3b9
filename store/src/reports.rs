//! Reports.

use domain::access::Actor;
use domain::funnel::{Funnel, FunnelFilter};
use domain::Outcome;

use crate::Db;

/// Leads → contacts → each stage → won, for the cohort of the period; lost ones stay in every row they reached.
pub async fn funnel(db: &Db, actor: &Actor, filter: FunnelFilter) -> Outcome<Funnel> { todo!() }
