//! Moving a deal through its stages.

use domain::access::{Action, Actor};
use domain::activity::Happening;
use domain::deal::{self as rules, DealStatus, MoveDeal};
use domain::id::{DealId, PipelineId, StageId};
use domain::input::Checks;
use domain::pipeline::{Evidence, Requirement, Stage, StageKind};
use domain::{Fault, Label, Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, Value};
use serde_json::json;

use super::{Write, load, save};
use crate::audit::changed;
use crate::db::{Db, Tx};
use crate::dialect;
use crate::entity::{deal, stage_change, waiver};
use crate::error::{OrProblem, broken};
use crate::id::new_id;

/// Moves to another stage (open, won or lost) where its requirements are met; answers the new version. Moving to the stage it
/// is in already changes nothing, whoever moved it there.
pub async fn advance(db: &Db, actor: &Actor, step: MoveDeal) -> Outcome<i64> {
    let mut checks = Checks::new();
    let note = checks.paragraph("note", &step.note, 2000);
    checks.finish()?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, step.id).await?;
        let pipeline = reference
            .pipeline(PipelineId(deal.pipeline_id))
            .ok_or_else(|| broken("a deal of no pipeline"))?;
        let to = pipeline.stage(step.to).ok_or(Problem::refused(Refusal::ForeignStage))?;
        if to.id.0 == deal.stage_id {
            return Ok(deal.version);
        }
        if deal.version != step.version {
            return Err(Problem::Conflict { version: deal.version });
        }
        let lost_for = match step.loss_reason {
            Some(id) if to.kind == StageKind::Lost => {
                Some(reference.loss_reason(id).ok_or_else(|| Problem::field("loss_reason", Fault::Unknown))?)
            }
            _ => None,
        };
        let evidence = evidence(tx, deal.id).await?;
        let status = rules::advance(deal.status(), to, &evidence, lost_for.is_some())?;

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
            ..Default::default()
        };
        let version = save(tx, &deal, Write::From(step.version), change).await?;
        record_move(tx, actor, &deal, to.id, &note).await?;

        let from = pipeline.stage(StageId(deal.stage_id)).map(|stage| stage.name.clone()).unwrap_or_default();
        let what = told(&deal, from, to, lost_for.map(|reason| &reason.name), note);
        tx.activity(actor, deal.links(), what).await?;
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
    })
    .await
}

async fn record_move(tx: &Tx, actor: &Actor, deal: &deal::Model, to: StageId, reason: &str) -> Outcome<()> {
    stage_change::ActiveModel {
        id: Set(new_id()),
        deal_id: Set(deal.id),
        from_stage_id: Set(Some(deal.stage_id)),
        to_stage_id: Set(to.0),
        at: Set(tx.now()),
        by_id: Set(actor.user.map(|id| id.0)),
        reason: Set(reason.to_owned()),
    }
    .insert(tx.conn())
    .await
    .db()?;
    Ok(())
}

/// How the move reads on the timeline.
fn told(deal: &deal::Model, from: Label, to: &Stage, lost_for: Option<&Label>, note: String) -> Happening {
    match to.kind {
        StageKind::Won => Happening::Won { amount: deal.amount() },
        StageKind::Lost => Happening::Lost { reason: lost_for.cloned().unwrap_or_default(), note },
        StageKind::Open if deal.status() != DealStatus::Open => {
            Happening::Reopened { stage: to.name.clone() }
        }
        StageKind::Open => Happening::StageChanged { from, to: to.name.clone(), reason: note },
    }
}

/// What the deal has to show for the requirements of stages.
async fn evidence(tx: &Tx, deal: uuid::Uuid) -> Outcome<Evidence> {
    let facts = dialect::sql(
        tx.conn(),
        "SELECT \
           (SELECT count(*) FROM offer_revisions r JOIN offers o ON o.id = r.offer_id \
             WHERE o.deal_id = $1 AND r.status = 'accepted') AS accepted, \
           (SELECT count(*) FROM acts a WHERE a.deal_id = $1) AS acts, \
           (SELECT count(*) FROM acts a WHERE a.deal_id = $1 AND a.status = 'signed') AS signed, \
           (SELECT count(*) FROM surveys s WHERE s.deal_id = $1) AS asked",
        [Value::from(deal)],
    );
    let facts = tx.conn().query_one_raw(facts).await.db()?.ok_or_else(|| broken("no row of counts"))?;
    let count = |column: &str| facts.try_get::<i64>("", column).db();
    let waived = waiver::Entity::find().filter(waiver::Column::DealId.eq(deal)).all(tx.conn()).await.db()?;
    Ok(Evidence {
        offer_accepted: count("accepted")? > 0,
        acts: u32::try_from(count("acts")?).unwrap_or(u32::MAX),
        acts_signed: u32::try_from(count("signed")?).unwrap_or(u32::MAX),
        feedback_asked: count("asked")? > 0,
        waived: waived.iter().filter_map(|waiver| Requirement::from_code(&waiver.requirement)).collect(),
    })
}

/// A head of sales lets a missing item pass, with a reason. What was waived once stays waived, with its first reason.
pub async fn waive(
    db: &Db,
    actor: &Actor,
    id: DealId,
    requirement: Requirement,
    reason: &str,
) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Waive, id).await?;
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
            requirement: Set(requirement.code().to_owned()),
            by_id: Set(actor.user.map(|id| id.0)),
            reason: Set(reason.clone()),
            at: Set(tx.now()),
        };
        waiver.insert(tx.conn()).await.db()?;
        let item = requirement.refusal();
        tx.audit(actor, "waive", "deal", deal.id, json!({ "item": item, "reason": reason })).await?;
        tx.activity(actor, deal.links(), Happening::Waived { item, reason }).await?;
        tx.changed(deal.change());
        Ok(())
    })
    .await
}
