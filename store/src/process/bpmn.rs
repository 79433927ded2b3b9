//! A pipeline from a BPMN file.

use domain::access::{Action, Actor, Entity, check_any};
use domain::bpmn::Drawing;
use domain::id::PipelineId;
use domain::{Outcome, Problem};

use crate::Db;
use crate::id::new_id;

/// Makes a pipeline what a file says: the one that is named, else the one that the file was made of, else a new one.
pub async fn import(
    db: &Db,
    actor: &Actor,
    drawing: Drawing,
    onto: Option<PipelineId>,
) -> Outcome<PipelineId> {
    check_any(actor, Action::Write, Entity::Process)?;
    let reference = db.reference().await?;
    let target = match onto {
        Some(id) => Some(reference.pipeline(id).ok_or(Problem::NotFound)?),
        None => drawing.id.and_then(|id| reference.pipeline(id)),
    };
    super::save(db, actor, drawing.onto(target, new_id)).await
}
