//! A pipeline from a BPMN file.

use domain::access::{Action, Actor, Entity, check_any};
use domain::bpmn::Drawing;
use domain::id::{PipelineId, StageId};
use domain::pipeline::{Pipeline, Stage};
use domain::{Fault, Outcome, Problem};

use super::show::open_deals;
use crate::Db;
use crate::id::new_id;
use crate::reference::Reference;

/// Makes a pipeline what a file says: the one that is named, else the one that the file was made of, else a new one. `moves` says of
/// stages that the file leaves out to which of its own, by its place there, their deals go.
pub async fn import(
    db: &Db,
    actor: &Actor,
    drawing: Drawing,
    onto: Option<PipelineId>,
    moves: &[(StageId, usize)],
) -> Outcome<PipelineId> {
    check_any(actor, Action::Write, Entity::Process)?;
    let reference = db.reference().await?;
    let mut draft = drawing.clone().onto(target(&reference, &drawing, onto)?, new_id);
    for (index, (from, place)) in moves.iter().enumerate() {
        let unknown = || Problem::field(&format!("moves.{index}"), Fault::Unknown);
        // Stages stand in the order of the file.
        let to = draft.stages.get(*place).ok_or_else(unknown)?.id;
        draft.moves.push((*from, to));
    }
    super::save(db, actor, draft).await
}

/// The stages that a file leaves out of the pipeline which it would change, each with its open deals.
pub async fn left_out(
    db: &Db,
    actor: &Actor,
    drawing: &Drawing,
    onto: Option<PipelineId>,
) -> Outcome<Vec<(Stage, u64)>> {
    check_any(actor, Action::Write, Entity::Process)?;
    let reference = db.reference().await?;
    let Some(before) = target(&reference, drawing, onto)? else { return Ok(Vec::new()) };
    let open = open_deals(db, before.id).await?;
    let deals = |stage: &Stage| open.iter().find(|(id, _)| *id == stage.id).map_or(0, |(_, deals)| *deals);
    let draft = drawing.clone().onto(Some(before), new_id);
    Ok(draft.retires(before).map(|stage| (stage.clone(), deals(stage))).collect())
}

/// The pipeline that a file changes, if it is there.
fn target<'a>(
    reference: &'a Reference,
    drawing: &Drawing,
    onto: Option<PipelineId>,
) -> Outcome<Option<&'a Pipeline>> {
    match onto {
        Some(id) => reference.pipeline(id).map(Some).ok_or(Problem::NotFound),
        None => Ok(drawing.id.and_then(|id| reference.pipeline(id))),
    }
}
