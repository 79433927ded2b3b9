//! Deals of stages that are retired go where they were told to.

use domain::access::Actor;
use domain::activity::Happening;
use domain::deal::DealStatus;
use domain::pipeline::{Pipeline, SavePipeline, Stage};
use domain::{Lang, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::db::Tx;
use crate::deals::{Moved, record_each};
use crate::entity::deal;
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::rollups;

/// Deals of one round of statements, within what both databases allow of values.
const BATCH: u64 = 500;

/// Moves the deals of every stage of `before` that `after` lacks.
pub(super) async fn retire(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    before: &Pipeline,
    after: &Pipeline,
    draft: &SavePipeline,
) -> Outcome<()> {
    let reason = match reference.settings.lang {
        Lang::En => "The stage was retired",
        Lang::Ru => "Этап убран из процесса",
    };
    for from in draft.retires(before) {
        rollups::leaving(tx, from.id).await?;
        // Closed deals stand in the closing stages, which stay.
        while let Some(deals) = next(tx, from).await? {
            let to = draft.goes_to(from.id).ok_or(Problem::refused(Refusal::StageInUse))?;
            let moved: Vec<Moved<'_>> = deals
                .iter()
                .map(|deal| Moved { reference, pipeline: after, deal, from: Some(from.id), to, reason })
                .collect();
            enter(tx, &deals, to).await?;
            record_each(tx, actor, &moved).await?;
            let links: Vec<_> = deals.iter().map(deal::Model::links).collect();
            let (old, new) = (from.name.clone(), to.name.clone());
            let what = Happening::StageChanged { from: old, to: new, reason: reason.to_owned() };
            tx.activity_on_each(actor, &links, &what).await?;
            for deal in &deals {
                tx.audited(actor, "advance", "deal", deal.id, &json!({ "stage": [from.id, to.id] }));
                tx.changed(deal.change());
            }
        }
    }
    Ok(())
}

/// Some of the deals that still stand in the stage.
async fn next(tx: &Tx, stage: &Stage) -> Outcome<Option<Vec<deal::Model>>> {
    let deals = deal::Entity::find()
        .filter(deal::Column::StageId.eq(stage.id.0))
        .filter(deal::Column::Status.eq(DealStatus::Open.code()))
        .order_by_asc(deal::Column::Id)
        .limit(BATCH)
        .lock_exclusive()
        .all(tx.conn())
        .await
        .db()?;
    Ok((!deals.is_empty()).then_some(deals))
}

async fn enter(tx: &Tx, deals: &[deal::Model], to: &Stage) -> Outcome<()> {
    let change =
        deal::ActiveModel { stage_id: Set(to.id.0), stage_entered_at: Set(tx.now()), ..Default::default() };
    deal::Entity::update_many()
        .set(change)
        .col_expr(deal::Column::Version, Expr::cust("version + 1"))
        .filter(deal::Column::Id.is_in(deals.iter().map(|deal| deal.id)))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}
