//! Pipelines and loss reasons: read for the cache of reference data, and made on a fresh database.

use domain::id::{LossReasonId, PipelineId, StageId};
use domain::lead::LossReason;
use domain::pipeline::{Pipeline, Requirement, Stage, StageKind};
use domain::{Label, Outcome};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, QueryOrder, QuerySelect, Set};

use crate::db::Tx;
use crate::entity::{loss_reason, pipeline, stage, stage_requirement};
use crate::error::{OrProblem, broken};
use crate::id::new_id;

/// Every pipeline with its stages in order: open ones, won, lost.
pub(crate) async fn load_pipelines(conn: &impl ConnectionTrait) -> Outcome<Vec<Pipeline>> {
    let pipelines = pipeline::Entity::find().order_by_asc(pipeline::Column::Position).all(conn).await.db()?;
    let stages = stage::Entity::find().order_by_asc(stage::Column::Position).all(conn).await.db()?;
    let required = stage_requirement::Entity::find().all(conn).await.db()?;
    let stage = |row: &stage::Model| -> Outcome<Stage> {
        let asked = |item: &Requirement| {
            required.iter().any(|r| r.stage_id == row.id && r.requirement == item.code())
        };
        Ok(Stage {
            id: StageId(row.id),
            name: Label::new(&row.name_en, &row.name_ru),
            kind: StageKind::from_code(&row.kind).ok_or_else(|| broken("a stage of no kind"))?,
            probability: row.probability,
            limit_days: row.limit_days,
            requirements: Requirement::ALL.into_iter().filter(asked).collect(),
        })
    };
    pipelines
        .into_iter()
        .map(|row| {
            Ok(Pipeline {
                id: PipelineId(row.id),
                stages: stages
                    .iter()
                    .filter(|s| s.pipeline_id == row.id)
                    .map(stage)
                    .collect::<Outcome<_>>()?,
                name: Label::new(row.name_en, row.name_ru),
            })
        })
        .collect()
}

/// Every loss reason, in order.
pub(crate) async fn load_loss_reasons(conn: &impl ConnectionTrait) -> Outcome<Vec<LossReason>> {
    let reasons =
        loss_reason::Entity::find().order_by_asc(loss_reason::Column::Position).all(conn).await.db()?;
    Ok(reasons
        .into_iter()
        .map(|row| LossReason { id: LossReasonId(row.id), name: Label::new(row.name_en, row.name_ru) })
        .collect())
}

/// The default pipeline and the usual reasons for losing, on a database that has no pipeline.
pub(crate) async fn seed(tx: &Tx) -> Outcome<()> {
    if pipeline::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .into_tuple::<i32>()
        .one(tx.conn())
        .await
        .db()?
        .is_some()
    {
        return Ok(());
    }
    let services = new_id();
    pipeline::ActiveModel {
        id: Set(services),
        name_en: Set("Services".into()),
        name_ru: Set("Услуги".into()),
        position: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    for (position, (kind, en, ru, probability)) in (1..).zip([
        (StageKind::Open, "Clarify needs", "Уточнение потребностей", 20),
        (StageKind::Open, "Prepare offer", "Подготовка предложения", 35),
        (StageKind::Open, "Negotiate offer", "Согласование предложения", 60),
        (StageKind::Open, "Deliver service", "Оказание услуги", 80),
        (StageKind::Open, "Acts and feedback", "Акты и отзыв", 95),
        (StageKind::Won, "Closed won", "Закрыта и выиграна", 100),
        (StageKind::Lost, "Closed lost", "Закрыта и проиграна", 0),
    ]) {
        let id = new_id();
        stage::ActiveModel {
            id: Set(id),
            pipeline_id: Set(services),
            position: Set(position),
            kind: Set(kind.code().to_owned()),
            name_en: Set(en.into()),
            name_ru: Set(ru.into()),
            probability: Set(probability),
            limit_days: Set((kind == StageKind::Open).then_some(14)),
        }
        .insert(tx.conn())
        .await
        .db()?;
        if kind == StageKind::Won {
            let required = Requirement::ALL.map(|requirement| stage_requirement::ActiveModel {
                stage_id: Set(id),
                requirement: Set(requirement.code().to_owned()),
            });
            stage_requirement::Entity::insert_many(required).exec_without_returning(tx.conn()).await.db()?;
        }
    }
    let reasons = (1..).zip([
        ("Price", "Цена"),
        ("Timing", "Сроки"),
        ("Competitor", "Конкурент"),
        ("Not a fit", "Не подходит"),
        ("No response", "Нет ответа"),
        ("Other", "Другое"),
    ]);
    let reasons = reasons.map(|(position, (en, ru))| loss_reason::ActiveModel {
        id: Set(new_id()),
        name_en: Set(en.into()),
        name_ru: Set(ru.into()),
        position: Set(position),
    });
    loss_reason::Entity::insert_many(reasons).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}
