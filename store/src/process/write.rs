//! How a pipeline stands in the tables.

use domain::Outcome;
use domain::access::Actor;
use domain::pipeline::{Pipeline, Stage};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, QueryOrder, Set};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{pipeline, process_version, stage};
use crate::error::{OrProblem, broken};

/// A pipeline that is new, behind the others. Audit entries are the caller's.
pub(crate) async fn insert(tx: &Tx, actor: &Actor, made: &Pipeline) -> Outcome<()> {
    let last =
        pipeline::Entity::find().order_by_desc(pipeline::Column::Position).one(tx.conn()).await.db()?;
    pipeline::ActiveModel {
        id: Set(made.id.0),
        name_en: Set(made.name.en.clone()),
        name_ru: Set(made.name.ru.clone()),
        position: Set(last.map_or(1, |last| last.position + 1)),
        version: Set(made.version),
        retired_at: Set(made.retired.then(|| tx.now())),
    }
    .insert(tx.conn())
    .await
    .db()?;
    put_stages(tx, made).await?;
    keep_version(tx, actor, made).await
}

/// The stages as they shall be: those that are there change, the others are new.
pub(super) async fn put_stages(tx: &Tx, pipeline: &Pipeline) -> Outcome<()> {
    use stage::Column as C;
    let rows: Vec<stage::ActiveModel> = (1..)
        .zip(&pipeline.stages)
        .map(|(position, stage)| row(pipeline.id.0, position, stage))
        .collect::<Outcome<_>>()?;
    let changing = [C::Position, C::NameEn, C::NameRu, C::Probability, C::LimitDays, C::ParentId, C::About];
    stage::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(C::Id).update_columns(changing).to_owned())
        .exec_without_returning(tx.conn())
        .await
        .db()?;
    tx.reference_changed();
    Ok(())
}

fn row(pipeline: Uuid, position: i32, stage: &Stage) -> Outcome<stage::ActiveModel> {
    Ok(stage::ActiveModel {
        id: Set(stage.id.0),
        pipeline_id: Set(pipeline),
        position: Set(position),
        kind: Set(stage.kind.code().to_owned()),
        name_en: Set(stage.name.en.clone()),
        name_ru: Set(stage.name.ru.clone()),
        probability: Set(stage.probability),
        limit_days: Set(stage.limit_days),
        parent_id: Set(stage.parent.map(|id| id.0)),
        retired_at: Set(None),
        about: Set(serde_json::to_string(&stage.about).map_err(broken)?),
    })
}

/// The pipeline as it is from now on.
pub(super) async fn keep_version(tx: &Tx, actor: &Actor, pipeline: &Pipeline) -> Outcome<()> {
    let row = process_version::ActiveModel {
        pipeline_id: Set(pipeline.id.0),
        number: Set(pipeline.version),
        at: Set(tx.now()),
        by_id: Set(actor.user.map(|id| id.0)),
        body: Set(serde_json::to_string(pipeline).map_err(broken)?),
    };
    process_version::Entity::insert(row).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}
