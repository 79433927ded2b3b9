//! Moving a deal through its stages.

use domain::access::{Action, Actor};
use domain::activity::Happening;
use domain::deal::{self as rules, DealStatus, MoveDeal};
use domain::id::{DealId, PipelineId, StageId};
use domain::input::Checks;
use domain::pipeline::{Requirement, Stage, StageKind};
use domain::{Fault, Label, Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::moves::{Moved, record};
use super::{Write, evidence, load, save};
use crate::audit::changed;
use crate::db::{Db, Tx};
use crate::entity::{deal, waiver};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{losses, process};

/// Moves to another stage (open, won or lost) where its requirements are met; answers the new version. Moving to the stage it
/// is in already changes nothing, whoever moved it there.
pub async fn advance(db: &Db, actor: &Actor, step: MoveDeal) -> Outcome<i64> {
    let reference = db.reference().await?;
    let from = Write::From(step.version);
    db.write(async |tx| self::step(tx, actor, &reference, step, from).await).await
}

/// The same within a transaction that does more.
pub(super) async fn step(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    step: MoveDeal,
    seen: Write,
) -> Outcome<i64> {
    let mut checks = Checks::new();
    let note = checks.paragraph("note", &step.note, 2000);
    checks.finish()?;
    let pipeline = process::in_force(tx, reference, pipeline_of(tx, step.id).await?).await?;
    let deal = load(tx, actor, Action::Write, step.id).await?;
    let to = pipeline.stage(step.to).ok_or(Problem::refused(Refusal::ForeignStage))?;
    if to.id.0 == deal.stage_id {
        return Ok(deal.version);
    }
    if let Write::From(version) = seen
        && deal.version != version
    {
        return Err(Problem::Conflict { version: deal.version });
    }
    let from = pipeline.stage(StageId(deal.stage_id)).ok_or_else(|| broken("a deal in no stage"))?;
    let lost_for = match step.loss_reason {
        Some(id) if to.kind == StageKind::Lost => Some(losses::chosen(reference, id, "loss_reason", &note)?),
        _ => None,
    };
    let evidence = evidence::gather(tx.conn(), &deal).await?;
    let status = rules::advance(deal.status(), &pipeline, from, to, &evidence, lost_for.is_some())?;

    let closed = status != DealStatus::Open;
    let lost = status == DealStatus::Lost;
    let loss_note = if lost { note.clone() } else { String::new() };
    let change = deal::ActiveModel {
        stage_id: Set(to.id.0),
        status: Set(status.code().to_owned()),
        stage_entered_at: Set(tx.now()),
        closed_at: Set(closed.then(|| tx.now())),
        loss_reason_id: Set(lost_for.map(|reason| reason.id.0)),
        loss_note: Set(loss_note.clone()),
        lost_from_stage_id: Set(lost.then_some(deal.stage_id)),
        furthest_id: Set(pipeline.furthest(deal.furthest_id.map(StageId), to.id).map(|id| id.0)),
        ..Default::default()
    };
    let version = save(tx, &deal, seen, change).await?;
    let what = told(&deal, from, to, lost_for.map(|reason| &reason.name), note.clone());
    tx.activity(actor, deal.links(), what).await?;
    let moved = Moved { reference, pipeline: &pipeline, deal: &deal, from: Some(from.id), to, reason: &note };
    record(tx, actor, &moved).await?;
    let before = json!({
        "stage": deal.stage_id,
        "status": deal.status,
        "loss_reason": deal.loss_reason_id,
        "note": deal.loss_note,
    });
    let after = json!({
        "stage": to.id,
        "status": status,
        "loss_reason": lost_for.map(|reason| reason.id),
        "note": loss_note,
    });
    tx.audit(actor, "advance", "deal", deal.id, changed(&before, &after)).await?;
    Ok(version)
}

/// The pipeline of a deal, which stays the same; nothing is locked, and rights are not looked at.
async fn pipeline_of(tx: &Tx, id: DealId) -> Outcome<PipelineId> {
    let pipeline = deal::Entity::find_by_id(id.0)
        .select_only()
        .column(deal::Column::PipelineId)
        .into_tuple::<Uuid>()
        .one(tx.conn())
        .await
        .db()?;
    pipeline.map(PipelineId).ok_or(Problem::NotFound)
}

/// How the move reads on the timeline.
fn told(deal: &deal::Model, from: &Stage, to: &Stage, lost_for: Option<&Label>, note: String) -> Happening {
    match to.kind {
        StageKind::Won => Happening::Won { amount: deal.amount() },
        StageKind::Lost => Happening::Lost { reason: lost_for.cloned().unwrap_or_default(), note },
        StageKind::Open if deal.status() != DealStatus::Open => {
            Happening::Reopened { stage: to.name.clone() }
        }
        StageKind::Open => {
            Happening::StageChanged { from: from.name.clone(), to: to.name.clone(), reason: note }
        }
    }
}

/// A head of sales lets a missing item pass, with a reason. What was waived once stays waived, with its first reason.
pub async fn waive(
    db: &Db,
    actor: &Actor,
    id: DealId,
    requirement: Requirement,
    reason: &str,
) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Waive, id).await?;
        let pipeline = reference
            .pipeline(PipelineId(deal.pipeline_id))
            .ok_or_else(|| broken("a deal of no pipeline"))?;
        if let Requirement::Item(item) = requirement
            && pipeline.check_item(item).is_none()
        {
            return Err(Problem::field("item", Fault::Unknown));
        }
        let mut checks = Checks::new();
        let reason = checks.required("reason", reason, 500);
        checks.finish()?;
        let before = waiver::Entity::find()
            .filter(waiver::Column::DealId.eq(deal.id))
            .filter(waiver::Column::Requirement.eq(requirement.code()))
            .one(tx.conn())
            .await
            .db()?;
        if before.is_some() {
            return Ok(());
        }
        let waiver = waiver::ActiveModel {
            id: Set(new_id()),
            deal_id: Set(deal.id),
            requirement: Set(requirement.code()),
            by_id: Set(actor.user.map(|id| id.0)),
            reason: Set(reason.clone()),
            at: Set(tx.now()),
        };
        waiver.insert(tx.conn()).await.db()?;
        let item = requirement.refusal(pipeline);
        let kept = match requirement {
            Requirement::Item(id) => json!(pipeline.check_item(id).map(|item| &item.text)),
            other => json!(other.code()),
        };
        tx.audit(actor, "waive", "deal", deal.id, json!({ "item": kept, "reason": reason })).await?;
        tx.activity(actor, deal.links(), Happening::Waived { item, reason }).await?;
        tx.changed(deal.change());
        Ok(())
    })
    .await
}
