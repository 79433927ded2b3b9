//! Checklists of deals.

use domain::access::{Action, Actor};
use domain::id::{CheckItemId, DealId, PipelineId};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};
use serde_json::json;

use crate::Db;
use crate::deals;
use crate::entity::deal_tick;
use crate::error::{OrProblem, broken};

/// Ticks an item off, or takes the tick back. What is so already stays as it is.
pub async fn tick(db: &Db, actor: &Actor, id: DealId, item: CheckItemId, done: bool) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = deals::load(tx, actor, Action::Write, id).await?;
        let pipeline = reference
            .pipeline(PipelineId(deal.pipeline_id))
            .ok_or_else(|| broken("a deal of no pipeline"))?;
        let known = pipeline.check_item(item).ok_or_else(|| Problem::field("item", Fault::Unknown))?;
        let changed = if done {
            let tick = deal_tick::ActiveModel {
                deal_id: Set(deal.id),
                item_id: Set(item.0),
                at: Set(tx.now()),
                by_id: Set(actor.user.map(|id| id.0)),
            };
            let key = [deal_tick::Column::DealId, deal_tick::Column::ItemId];
            deal_tick::Entity::insert_many([tick])
                .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
                .exec_without_returning(tx.conn())
                .await
                .db()?
        } else {
            deal_tick::Entity::delete_by_id((deal.id, item.0)).exec(tx.conn()).await.db()?.rows_affected
        };
        if changed == 0 {
            return Ok(());
        }
        let action = if done { "tick" } else { "untick" };
        tx.audit(actor, action, "deal", deal.id, json!({ "item": known.text })).await?;
        tx.changed(deal.change());
        Ok(())
    })
    .await
}
