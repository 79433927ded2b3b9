//! The lead's row in a transaction: found, allowed, and saved against the version that was read.

use domain::access::{Action, Actor, Entity};
use domain::id::LeadId;
use domain::lead::LeadStatus;
use domain::task::TaskKind;
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set,
};

use crate::db::Tx;
use crate::entity::{lead, task};
use crate::error::OrProblem;
use crate::{shares, tasks};

/// The lead, if the actor may do `action` with it.
pub(crate) async fn read(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    id: LeadId,
) -> Outcome<lead::Model> {
    let lead = lead::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)?;
    shares::check(conn, actor, action, Entity::Lead, lead.id, lead.whose()).await?;
    Ok(lead)
}

/// The same, locked until the transaction ends.
pub(crate) async fn load(tx: &Tx, actor: &Actor, action: Action, id: LeadId) -> Outcome<lead::Model> {
    let lead = lead::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(tx.conn())
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    shares::check(tx.conn(), actor, action, Entity::Lead, lead.id, lead.whose()).await?;
    Ok(lead)
}

/// Saves the changed columns of `lead`, which somebody saw in `version`, and tells open pages.
pub(crate) async fn save(
    tx: &Tx,
    lead: &lead::Model,
    version: i64,
    change: lead::ActiveModel,
) -> Outcome<()> {
    if version != lead.version {
        return Err(Problem::Conflict { version: lead.version });
    }
    let saved = lead::Entity::update_many()
        .set(change)
        .col_expr(lead::Column::Version, Expr::val(lead.version + 1))
        .filter(lead::Column::Id.eq(lead.id))
        .filter(lead::Column::Version.eq(lead.version))
        .exec(tx.conn())
        .await
        .db()?;
    if saved.rows_affected == 0 {
        return Err(Problem::Conflict { version: lead.version + 1 });
    }
    tx.changed(lead.change());
    Ok(())
}

/// Somebody called, met or tried to reach the person: the first time counts as the lead's first response. When they were
/// `reached`, or never can be, there is no first call to wait for any more. The version stays: nothing that people edit changed.
pub(crate) async fn responded(tx: &Tx, actor: &Actor, lead: &lead::Model, reached: bool) -> Outcome<()> {
    let mut change: lead::ActiveModel = Default::default();
    if lead.first_response_at.is_none() {
        change.first_response_at = Set(Some(tx.now()));
    }
    if lead.status() == LeadStatus::New {
        change.status = Set(LeadStatus::Working.code().to_owned());
    }
    if reached {
        change.call_due_at = Set(None);
        let first_call =
            task::Column::LeadId.eq(lead.id).and(task::Column::Kind.eq(TaskKind::FirstCall.code()));
        tasks::close(tx, actor, first_call).await?;
    }
    if change.is_changed() {
        lead::Entity::update_many()
            .set(change)
            .filter(lead::Column::Id.eq(lead.id))
            .exec(tx.conn())
            .await
            .db()?;
    }
    tx.changed(lead.change());
    Ok(())
}
