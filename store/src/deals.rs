//! Deals.

use domain::access::Actor;
use domain::deal::{Board, Deal, DealFilter, DealRow, EditDeal, MoveDeal, NewDeal};
use domain::id::{DealId, PipelineId, UserId};
use domain::pipeline::Requirement;
use domain::query::Page;
use domain::Outcome;

use crate::Db;

/// The default pipeline's board (or `pipeline`'s), each column by urgency of the next step; ≤ 3 queries.
pub async fn board(db: &Db, actor: &Actor, pipeline: Option<PipelineId>, filter: DealFilter) -> Outcome<Board> { todo!() }

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: DealFilter) -> Outcome<Page<DealRow>> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: DealId) -> Outcome<Deal> { todo!() }

pub async fn create(db: &Db, actor: &Actor, deal: NewDeal) -> Outcome<DealId> { todo!() }

pub async fn edit(db: &Db, actor: &Actor, edit: EditDeal) -> Outcome<()> { todo!() }

/// Moves to another stage (open, won or lost) where its requirements are met; answers the new version.
pub async fn advance(db: &Db, actor: &Actor, step: MoveDeal) -> Outcome<i64> { todo!() }

/// A head of sales lets a missing item pass, with a reason.
pub async fn waive(db: &Db, actor: &Actor, id: DealId, requirement: Requirement, reason: &str) -> Outcome<()> { todo!() }

pub async fn assign(db: &Db, actor: &Actor, id: DealId, version: i64, to: UserId) -> Outcome<()> { todo!() }
