//! Which deals a board, list or report shows, as conditions over `deals` joined with its client's names.

use domain::access::Actor;
use domain::deal::{DealFilter, DealStatus};
use domain::fold::{escape_like, fold};
use domain::funnel::day_number;
use domain::id::StageId;
use domain::pipeline::StageKind;
use domain::{Fault, Outcome, Problem};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr};

use crate::entity::{account, contact, deal};
use crate::origins;
use crate::reference::Reference;
use crate::scope::readable;

/// Everything of the filter but the status, of what the actor may read.
pub(super) fn condition(actor: &Actor, reference: &Reference, filter: &DealFilter) -> Outcome<Condition> {
    Ok(Condition::all().add(readable::<deal::Entity>(actor)).add(narrowed(reference, filter)?))
}

/// What the filter asks for, whoever asks: for those who add what the actor may read in a way of their own.
pub(super) fn narrowed(reference: &Reference, filter: &DealFilter) -> Outcome<Condition> {
    let mut all = Condition::all();
    if let Some(pipeline) = filter.pipeline {
        all = all.add(deal::Column::PipelineId.eq(pipeline.0));
    }
    if let Some(day) = filter.close_from {
        all = all.add(deal::Column::ExpectedClose.gte(day));
    }
    if let Some(day) = filter.close_until {
        all = all.add(deal::Column::ExpectedClose.lte(day));
    }
    if filter.undated {
        all = all.add(deal::Column::ExpectedClose.is_null());
    }
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
    if let Some(team) = filter.team {
        all = all.add(deal::Column::TeamId.eq(team.0));
    }
    if let Some(service) = filter.service {
        all = all.add(deal::Column::ServiceId.eq(service.0));
    }
    if let Some(reason) = filter.loss_reason {
        all = all.add(deal::Column::LossReasonId.eq(reason.0));
    }
    if let Some(day) = filter.opened_from {
        all = all.add(deal::Column::OpenedDay.gte(day_number(day)));
    }
    if let Some(day) = filter.opened_until {
        all = all.add(deal::Column::OpenedDay.lte(day_number(day)));
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
        None if filter.all
            || filter.reached.is_some()
            || filter.lost_in.is_some()
            || filter.leak.is_some() =>
        {
            return Condition::all();
        }
        None => DealStatus::Open,
        Some(status) => status,
    };
    Condition::all().add(deal::Column::Status.eq(status.code()))
}

/// Deals that entered the stage or got further: the same that the funnel counts there. Those of the lost stage are lost.
fn reached(reference: &Reference, stage: StageId) -> Outcome<Expr> {
    let unknown = || Problem::field("reached", Fault::Unknown);
    let pipeline =
        reference.pipelines.iter().find(|pipeline| pipeline.stage(stage).is_some()).ok_or_else(unknown)?;
    let Some(at) = pipeline.reach(stage) else {
        return Ok(deal::Column::StageId.eq(stage.0));
    };
    let counted = pipeline.stages.iter().skip(at).filter(|stage| stage.kind != StageKind::Lost);
    Ok(deal::Column::FurthestId.is_in(counted.map(|stage| stage.id.0)))
}
