//! Pipelines as they are read.

use domain::access::{Action, Actor, Entity, check_any};
use domain::deal::DealStatus;
use domain::id::{PipelineId, StageId};
use domain::pipeline::{Pipeline, Process, VersionRow};
use domain::{Outcome, Problem};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::Db;
use crate::entity::{deal, process_version};
use crate::error::{OrProblem, broken};

/// Newer versions than this many are not shown in the list; each can still be asked for by its number.
const VERSIONS: u64 = 200;

/// Every pipeline in order, the retired ones last.
pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<Pipeline>> {
    check_any(actor, Action::Read, Entity::Process)?;
    Ok(db.reference().await?.pipelines.clone())
}

/// A pipeline with its versions and, for those who may edit it, how many deals stand where.
pub async fn show(db: &Db, actor: &Actor, id: PipelineId) -> Outcome<Process> {
    check_any(actor, Action::Read, Entity::Process)?;
    let reference = db.reference().await?;
    let pipeline = reference.pipeline(id).ok_or(Problem::NotFound)?.clone();
    let rows = process_version::Entity::find()
        .select_only()
        .columns([
            process_version::Column::Number,
            process_version::Column::At,
            process_version::Column::ById,
        ])
        .filter(process_version::Column::PipelineId.eq(id.0))
        .order_by_desc(process_version::Column::Number)
        .limit(VERSIONS)
        .into_tuple::<(i32, chrono::DateTime<chrono::Utc>, Option<Uuid>)>()
        .all(db.read())
        .await
        .db()?;
    let versions = rows
        .into_iter()
        .map(|(number, at, by)| VersionRow { number, at, by: reference.person(by) })
        .collect();
    let open_deals =
        if actor.reaches(Action::Write, Entity::Process) { open_deals(db, id).await? } else { Vec::new() };
    Ok(Process { pipeline, open_deals, versions })
}

/// How many open deals stand where, of stages that have any.
pub(super) async fn open_deals(db: &Db, id: PipelineId) -> Outcome<Vec<(StageId, u64)>> {
    let rows = deal::Entity::find()
        .select_only()
        .column(deal::Column::StageId)
        .column_as(deal::Column::Id.count(), "deals")
        .filter(deal::Column::PipelineId.eq(id.0))
        .filter(deal::Column::Status.eq(DealStatus::Open.code()))
        .group_by(deal::Column::StageId)
        .into_tuple::<(Uuid, i64)>()
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().map(|(stage, deals)| (StageId(stage), deals.unsigned_abs())).collect())
}

/// The pipeline as it was in that version, and as it was in another one.
pub async fn compare(
    db: &Db,
    actor: &Actor,
    id: PipelineId,
    number: i32,
    other: Option<i32>,
) -> Outcome<(Pipeline, Option<Pipeline>)> {
    check_any(actor, Action::Read, Entity::Process)?;
    let rows = process_version::Entity::find()
        .filter(process_version::Column::PipelineId.eq(id.0))
        .filter(process_version::Column::Number.is_in([number, other.unwrap_or(number)]))
        .all(db.read())
        .await
        .db()?;
    let told = |number: i32| -> Outcome<Pipeline> {
        let row = rows.iter().find(|row| row.number == number).ok_or(Problem::NotFound)?;
        serde_json::from_str(&row.body).map_err(broken)
    };
    Ok((told(number)?, other.map(told).transpose()?))
}
