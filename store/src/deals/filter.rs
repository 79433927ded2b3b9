//! Which deals a board, list or report shows, as conditions over `deals` joined with its client's names.

use domain::access::Actor;
use domain::deal::{DealFilter, DealStatus};
use domain::fold::{escape_like, fold};
use domain::id::StageId;
use domain::pipeline::StageKind;
use domain::{Fault, Outcome, Problem};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr, Query};

use crate::entity::{account, contact, deal, stage_change};
use crate::origins;
use crate::reference::Reference;
use crate::scope::readable;

/// Everything of the filter but the status.
pub(super) fn condition(actor: &Actor, reference: &Reference, filter: &DealFilter) -> Outcome<Condition> {
    let mut all = Condition::all().add(readable::<deal::Entity>(actor));
    if let Some(owner) = filter.owner {
        all = all.add(deal::Column::OwnerId.eq(owner.0));
    }
    all = all.add(origins::narrowed::<deal::Entity>(&filter.channel, &filter.campaign, &filter.keyword));
    if let Some(stage) = filter.stage {
        all = all.add(deal::Column::StageId.eq(stage.0));
    }
    if let Some(stage) = filter.lost_in {
        all = all.add(deal::Column::LostFromStageId.eq(stage.0));
    }
    if let Some(from) = filter.from {
        all = all.add(deal::Column::CreatedAt.gte(from));
    }
    if let Some(until) = filter.until {
        all = all.add(deal::Column::CreatedAt.lt(until));
    }
    if let Some(stage) = filter.reached {
        all = all.add(reached(reference, stage)?);
    }
    let text = fold(&filter.text);
    if !text.is_empty() {
        let like = || LikeExpr::new(format!("%{}%", escape_like(&text))).escape('\\');
        all = all.add(
            Condition::any()
                .add(Expr::col((deal::Entity, deal::Column::Folded)).like(like()))
                .add(Expr::col((account::Entity, account::Column::Folded)).like(like()))
                .add(Expr::col((contact::Entity, contact::Column::Folded)).like(like())),
        );
    }
    Ok(all)
}

/// The status asked for; without one the open deals, unless all are wanted or the list opens a figure of the funnel.
pub(super) fn status(filter: &DealFilter) -> Condition {
    let status = match filter.status {
        None if filter.all || filter.reached.is_some() || filter.lost_in.is_some() => {
            return Condition::all();
        }
        None => DealStatus::Open,
        Some(status) => status,
    };
    Condition::all().add(deal::Column::Status.eq(status.code()))
}

/// Deals that entered the stage or got further: the same that the funnel counts there.
fn reached(reference: &Reference, stage: StageId) -> Outcome<Expr> {
    let unknown = || Problem::field("reached", Fault::Unknown);
    let pipeline =
        reference.pipelines.iter().find(|pipeline| pipeline.stage(stage).is_some()).ok_or_else(unknown)?;
    let at = pipeline.stages.iter().position(|s| s.id == stage).ok_or_else(unknown)?;
    let lost = pipeline.stages.get(at).is_some_and(|s| s.kind == StageKind::Lost);
    let counted: Vec<uuid::Uuid> = pipeline
        .stages
        .iter()
        .skip(at)
        .filter(|s| (s.kind == StageKind::Lost) == lost)
        .map(|s| s.id.0)
        .collect();
    let entered = Query::select()
        .column((stage_change::Entity, stage_change::Column::DealId))
        .from(stage_change::Entity)
        .and_where(stage_change::Column::ToStageId.is_in(counted))
        .take();
    Ok(deal::Column::Id.in_subquery(entered))
}
