//! Pipelines as they are now.

use std::borrow::Cow;

use domain::id::{PipelineId, StageId};
use domain::pipeline::{Pipeline, Stage, StageKind};
use domain::{Label, Outcome, Problem, Refusal};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{pipeline, stage};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;

/// Every pipeline, and the stages that were retired: history names them.
pub(crate) struct Loaded {
    /// In order, the retired ones last.
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) retired_stages: Vec<Stage>,
}

pub(crate) async fn load(conn: &impl ConnectionTrait) -> Outcome<Loaded> {
    let mut rows = pipeline::Entity::find()
        .order_by_asc(pipeline::Column::Position)
        .order_by_asc(pipeline::Column::Id)
        .all(conn)
        .await
        .db()?;
    rows.sort_by_key(|row| row.retired_at.is_some());
    let stages = stage::Entity::find().order_by_asc(stage::Column::Position).all(conn).await.db()?;
    let retired = stages.iter().filter(|row| row.retired_at.is_some());
    Ok(Loaded {
        retired_stages: retired.map(told).collect::<Outcome<_>>()?,
        pipelines: rows.iter().map(|row| put_together(row, &stages)).collect::<Outcome<_>>()?,
    })
}

/// One pipeline by its row.
async fn of_row(conn: &impl ConnectionTrait, row: &pipeline::Model) -> Outcome<Pipeline> {
    let stages = stage::Entity::find()
        .filter(stage::Column::PipelineId.eq(row.id))
        .order_by_asc(stage::Column::Position)
        .all(conn)
        .await
        .db()?;
    put_together(row, &stages)
}

fn put_together(row: &pipeline::Model, stages: &[stage::Model]) -> Outcome<Pipeline> {
    let mine = stages.iter().filter(|stage| stage.pipeline_id == row.id && stage.retired_at.is_none());
    Ok(Pipeline {
        id: PipelineId(row.id),
        name: Label::new(&row.name_en, &row.name_ru),
        version: row.version,
        retired: row.retired_at.is_some(),
        stages: mine.map(told).collect::<Outcome<_>>()?,
    })
}

fn told(row: &stage::Model) -> Outcome<Stage> {
    Ok(Stage {
        id: StageId(row.id),
        name: Label::new(&row.name_en, &row.name_ru),
        kind: StageKind::from_code(&row.kind).ok_or_else(|| broken("a stage of no kind"))?,
        parent: row.parent_id.map(StageId),
        probability: row.probability,
        limit_days: row.limit_days,
        about: serde_json::from_str(&row.about).map_err(broken)?,
    })
}

/// The pipeline as it is in force, which it stays until the transaction ends. The cached one serves where it is not out of date.
/// Call it before any deal is locked.
pub(crate) async fn in_force<'a>(
    tx: &Tx,
    reference: &'a Reference,
    id: PipelineId,
) -> Outcome<Cow<'a, Pipeline>> {
    let row = pipeline::Entity::find_by_id(id.0).lock_shared().one(tx.conn()).await.db()?;
    let row = row.ok_or_else(|| broken("a deal of no pipeline"))?;
    match reference.pipeline(id).filter(|known| known.version == row.version) {
        Some(known) => Ok(Cow::Borrowed(known)),
        None => Ok(Cow::Owned(of_row(tx.conn(), &row).await?)),
    }
}

/// The pipeline for a new deal: the wanted one, or the first in order; held as by [`in_force`].
pub(crate) async fn default<'a>(
    tx: &Tx,
    reference: &'a Reference,
    wanted: Option<PipelineId>,
) -> Outcome<Cow<'a, Pipeline>> {
    let id = match wanted {
        Some(id) => pipeline::Entity::find_by_id(id.0)
            .select_only()
            .column(pipeline::Column::Id)
            .into_tuple::<Uuid>()
            .one(tx.conn())
            .await
            .db()?
            .ok_or_else(|| Problem::field("pipeline", domain::Fault::Unknown))?,
        None => pipeline::Entity::find()
            .select_only()
            .column(pipeline::Column::Id)
            .filter(pipeline::Column::RetiredAt.is_null())
            .order_by_asc(pipeline::Column::Position)
            .order_by_asc(pipeline::Column::Id)
            .limit(1)
            .into_tuple::<Uuid>()
            .one(tx.conn())
            .await
            .db()?
            .ok_or_else(|| broken("there is no pipeline"))?,
    };
    let pipeline = in_force(tx, reference, PipelineId(id)).await?;
    if pipeline.retired {
        return Err(Problem::refused(Refusal::PipelineRetired));
    }
    Ok(pipeline)
}
