//! Deals.

mod advance;
mod edit;
mod open;
mod pipelines;
mod record;

use domain::Outcome;
use domain::access::Actor;
use domain::deal::{Board, Deal, DealFilter, DealRow};
use domain::id::{DealId, PipelineId};
use domain::query::Page;

use crate::Db;

pub use advance::{advance, waive};
pub use edit::{assign, create, edit};

pub(crate) use open::{OpenDeal, open_deal};
pub(crate) use pipelines::{load_loss_reasons, load_pipelines, seed};
pub(crate) use record::{Write, load, save};

/// The default pipeline's board (or `pipeline`'s), each column by urgency of the next step; ≤ 3 queries.
pub async fn board(db: &Db, actor: &Actor, pipeline: Option<PipelineId>, filter: DealFilter) -> Outcome<Board> { todo!() }

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: DealFilter) -> Outcome<Page<DealRow>> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: DealId) -> Outcome<Deal> { todo!() }
