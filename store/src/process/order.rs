//! The order in which pipelines stand wherever they are chosen from; the first is the default one.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::PipelineId;
use domain::{Outcome, Problem};
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::Db;
use crate::entity::pipeline::{ActiveModel, Column, Entity as Pipelines};
use crate::error::OrProblem;

/// Puts a pipeline one place further up or down. Those in force and the retired ones, which stand behind them, keep apart.
pub async fn shift(db: &Db, actor: &Actor, id: PipelineId, up: bool) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Process)?;
    db.write(async |tx| {
        // Locked in the same order as by who saves one, and then in the order that people see.
        let rows = Pipelines::find().order_by_asc(Column::Id).lock_exclusive();
        let mut rows = rows.all(tx.conn()).await.db()?;
        rows.sort_by_key(|row| (row.retired_at.is_some(), row.position, row.id));
        let at = rows.iter().position(|row| row.id == id.0).ok_or(Problem::NotFound)?;
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some((to, other)) = to.and_then(|to| Some((to, rows.get(to)?))) else { return Ok(()) };
        let one = &rows[at];
        if one.retired_at.is_some() != other.retired_at.is_some() {
            return Ok(());
        }
        for (id, position) in [(one.id, other.position), (other.id, one.position)] {
            let change = ActiveModel { id: Set(id), position: Set(position), ..Default::default() };
            change.update(tx.conn()).await.db()?;
        }
        tx.reference_changed();
        // People count from one.
        tx.audit(actor, "move", "pipeline", id.0, json!({ "place": [at + 1, to + 1] })).await
    })
    .await
}
