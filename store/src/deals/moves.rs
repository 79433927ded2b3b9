//! What every entering of a stage leaves behind: the one place that writes stage changes of deals that people work on.

use domain::Outcome;
use domain::access::Actor;
use domain::id::StageId;
use domain::pipeline::{Pipeline, Stage};
use sea_orm::{EntityTrait, Set};

use crate::db::Tx;
use crate::entity::{deal, stage_change};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;
use crate::{process, rollups};

/// A deal that enters a stage.
pub(crate) struct Moved<'a> {
    pub(crate) reference: &'a Reference,
    /// As it is in force.
    pub(crate) pipeline: &'a Pipeline,
    /// As it was before the move; a new one, as it was opened.
    pub(crate) deal: &'a deal::Model,
    /// `None`: it was just opened.
    pub(crate) from: Option<StageId>,
    pub(crate) to: &'a Stage,
    /// What whoever moved it said.
    pub(crate) reason: &'a str,
}

/// Keeps the move and makes the tasks that the stage makes by itself.
pub(crate) async fn record(tx: &Tx, actor: &Actor, moved: &Moved<'_>) -> Outcome<()> {
    if moved.from.is_some() {
        rollups::moved(tx, moved.deal);
    }
    record_each(tx, actor, std::slice::from_ref(moved)).await?;
    process::make_tasks(tx, actor, moved.reference, moved.deal, moved.to).await
}

/// Keeps many moves in one statement; for those that are nobody's work, which make no tasks. The rollups are the caller's.
pub(crate) async fn record_each(tx: &Tx, actor: &Actor, moved: &[Moved<'_>]) -> Outcome<()> {
    let rows = moved.iter().map(|moved| stage_change::ActiveModel {
        id: Set(new_id()),
        deal_id: Set(moved.deal.id),
        from_stage_id: Set(moved.from.map(|id| id.0)),
        to_stage_id: Set(moved.to.id.0),
        at: Set(tx.now()),
        by_id: Set(actor.user.map(|id| id.0)),
        reason: Set(moved.reason.to_owned()),
        pipeline_id: Set(moved.pipeline.id.0),
        process_version: Set(moved.pipeline.version),
    });
    stage_change::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}
