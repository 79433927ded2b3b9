//! Leads given to somebody else, and leads that go nowhere.

use chrono::TimeDelta;
use domain::access::{Action, Actor, Entity};
use domain::activity::Happening;
use domain::id::{FormId, LeadId, LossReasonId, TeamId, UserId};
use domain::input::Checks;
use domain::lead::LeadStatus;
use domain::task::TaskKind;
use domain::{Fault, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::register::CALL_BACK_MINUTES;
use super::{load, save};
use crate::audit::changed;
use crate::entity::{lead, task};
use crate::error::OrProblem;
use crate::tasks::Planned;
use crate::{Db, losses, tasks};

/// Settles a lead that becomes no customer; what was planned for it is off.
pub async fn disqualify(
    db: &Db,
    actor: &Actor,
    id: LeadId,
    version: i64,
    reason: Option<LossReasonId>,
    note: &str,
) -> Outcome<()> {
    let mut checks = Checks::new();
    let note = checks.paragraph("note", note, 2000);
    let faults = checks.finish();
    let reference = db.reference().await?;
    db.write(async |tx| {
        let lead = load(tx, actor, Action::Write, id).await?;
        faults?;
        if version != lead.version {
            return Err(Problem::Conflict { version: lead.version });
        }
        let status = lead.status().settle(LeadStatus::Disqualified)?;
        let reason = reason.ok_or_else(|| Problem::refused(Refusal::ReasonNeeded))?;
        let label = losses::chosen(&reference, reason, "reason", &note)?.name.clone();
        let change = lead::ActiveModel {
            status: Set(status.code().to_owned()),
            loss_reason_id: Set(Some(reason.0)),
            disqualify_note: Set(note.clone()),
            disqualified_at: Set(Some(tx.now())),
            call_due_at: Set(None),
            ..Default::default()
        };
        save(tx, &lead, version, change).await?;
        tasks::close(tx, actor, task::Column::LeadId.eq(lead.id)).await?;
        let (old_reason, old_note) = (lead.loss_reason_id, &lead.disqualify_note);
        let before = json!({ "status": lead.status, "loss_reason": old_reason, "note": old_note });
        let after = json!({ "status": status, "loss_reason": reason, "note": note });
        tx.audit(actor, "disqualify", "lead", lead.id, changed(&before, &after)).await?;
        tx.activity(actor, lead.links(), Happening::Disqualified { reason: label, note }).await
    })
    .await
}

/// Takes a disqualified lead up again; that it was disqualified, when and why stays with it. Of one that is open already, nothing
/// happens. Whom nobody has answered yet waits for a first call once more.
pub async fn reopen(db: &Db, actor: &Actor, id: LeadId, version: i64, note: &str) -> Outcome<()> {
    let mut checks = Checks::new();
    let note = checks.paragraph("note", note, 2000);
    let faults = checks.finish();
    let reference = db.reference().await?;
    db.write(async |tx| {
        let lead = load(tx, actor, Action::Write, id).await?;
        faults?;
        let status = lead.status().reopen(lead.first_response_at.is_some())?;
        if status == lead.status() {
            return Ok(());
        }
        let form = lead.form_id.and_then(|id| reference.form(FormId(id)));
        let minutes = form.map_or(CALL_BACK_MINUTES, |form| i64::from(form.call_back_minutes));
        let due = (status == LeadStatus::New).then(|| tx.now() + TimeDelta::minutes(minutes));
        let change = lead::ActiveModel {
            status: Set(status.code().to_owned()),
            call_due_at: Set(due),
            reopened_at: Set(Some(tx.now())),
            ..Default::default()
        };
        save(tx, &lead, version, change).await?;
        tx.audit(actor, "reopen", "lead", lead.id, json!({ "status": [lead.status, status], "note": note }))
            .await?;
        tx.activity(actor, lead.links(), Happening::LeadReopened { note }).await?;
        let Some(due_at) = due else { return Ok(()) };
        let call = Planned {
            kind: TaskKind::FirstCall,
            title: lead.name.clone(),
            due_at,
            assignee: lead.owner_id.map(UserId),
            team: lead.team_id.map(TeamId),
            links: lead.links(),
        };
        tasks::put(tx, actor, call).await?;
        Ok(())
    })
    .await
}

/// Gives a lead to another owner; the old owner's open tasks on it go along.
pub async fn assign(db: &Db, actor: &Actor, id: LeadId, version: i64, to: UserId) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let lead = load(tx, actor, Action::Assign, id).await?;
        let owner = reference
            .user(to)
            .filter(|user| user.active && reference.actor(user).reaches(Action::Write, Entity::Lead))
            .ok_or_else(|| Problem::field("owner", Fault::Unknown))?;
        let team = owner.team.map(|team| team.0);
        let change =
            lead::ActiveModel { owner_id: Set(Some(to.0)), team_id: Set(team), ..Default::default() };
        save(tx, &lead, version, change).await?;
        let theirs =
            lead.owner_id.map_or(task::Column::AssigneeId.is_null(), |old| task::Column::AssigneeId.eq(old));
        task::Entity::update_many()
            .set(task::ActiveModel { assignee_id: Set(Some(to.0)), team_id: Set(team), ..Default::default() })
            .col_expr(task::Column::Version, Expr::cust("version + 1"))
            .filter(task::Column::LeadId.eq(lead.id))
            .filter(task::Column::DoneAt.is_null())
            .filter(theirs)
            .exec(tx.conn())
            .await
            .db()?;
        // Whoever may see it from now on hears of it as well as those who could before.
        tx.changed(lead::Model { owner_id: Some(to.0), team_id: team, ..lead.clone() }.change());
        tx.audit(actor, "assign", "lead", lead.id, json!({ "owner": [lead.owner_id, to] })).await?;
        tx.activity(actor, lead.links(), Happening::Assigned { to: owner.name.clone() }).await
    })
    .await
}
