//! Leads given to somebody else, and leads that go nowhere.

use domain::access::{Action, Actor, Entity};
use domain::activity::Happening;
use domain::id::{LeadId, LossReasonId, UserId};
use domain::input::Checks;
use domain::lead::LeadStatus;
use domain::{Fault, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{load, save};
use crate::audit::changed;
use crate::entity::{lead, task};
use crate::error::OrProblem;
use crate::{Db, tasks};

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
        let label = reference
            .loss_reason(reason)
            .ok_or_else(|| Problem::field("reason", Fault::Unknown))?
            .name
            .clone();
        let change = lead::ActiveModel {
            status: Set(status.code().to_owned()),
            loss_reason_id: Set(Some(reason.0)),
            disqualify_note: Set(note.clone()),
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
