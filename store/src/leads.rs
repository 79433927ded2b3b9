//! Leads.

use domain::access::Actor;
use domain::id::{LeadId, LossReasonId, UserId};
use domain::lead::{Conversion, ConvertLead, Converted, Lead, LeadFilter, LeadRow, NewLead};
use domain::query::Page;
use domain::Outcome;

use crate::Db;

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: LeadFilter) -> Outcome<Page<LeadRow>> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: LeadId) -> Outcome<Lead> { todo!() }

/// Channels that leads came through, for the filter.
pub async fn channels(db: &Db, actor: &Actor) -> Outcome<Vec<String>> { todo!() }

/// A lead entered by hand; it gets the same first-call task as one from a form.
pub async fn create(db: &Db, actor: &Actor, lead: NewLead) -> Outcome<LeadId> { todo!() }

/// What the conversion dialog proposes, with existing records that look the same.
pub async fn propose(db: &Db, actor: &Actor, id: LeadId) -> Outcome<Conversion> { todo!() }

/// Contact, account and deal in one transaction; open tasks and the contact points go along.
pub async fn convert(db: &Db, actor: &Actor, convert: ConvertLead) -> Outcome<Converted> { todo!() }

pub async fn disqualify(db: &Db, actor: &Actor, id: LeadId, version: i64, reason: Option<LossReasonId>, note: &str) -> Outcome<()> { todo!() }

pub async fn assign(db: &Db, actor: &Actor, id: LeadId, version: i64, to: UserId) -> Outcome<()> { todo!() }
