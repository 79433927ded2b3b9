//! The pipeline that a fresh database begins with.

use domain::access::Actor;
use domain::id::{PipelineId, StageId};
use domain::pipeline::{About, Pipeline, Requirement, Stage, StageKind};
use domain::{Label, Outcome};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, QuerySelect};

use super::write;
use crate::db::Tx;
use crate::entity::pipeline;
use crate::error::OrProblem;
use crate::id::new_id;

/// The default pipeline, on a database that has none.
pub(crate) async fn seed(tx: &Tx) -> Outcome<()> {
    let any = pipeline::Entity::find().select_only().expr(Expr::val(1)).into_tuple::<i32>();
    if any.one(tx.conn()).await.db()?.is_some() {
        return Ok(());
    }
    let stages = [
        (StageKind::Open, "Clarify needs", "Уточнение потребностей", 20),
        (StageKind::Open, "Prepare offer", "Подготовка предложения", 35),
        (StageKind::Open, "Negotiate offer", "Согласование предложения", 60),
        (StageKind::Open, "Deliver service", "Оказание услуги", 80),
        (StageKind::Open, "Acts and feedback", "Акты и отзыв", 95),
        (StageKind::Won, "Closed won", "Закрыта и выиграна", 100),
        (StageKind::Lost, "Closed lost", "Закрыта и проиграна", 0),
    ];
    let services = Pipeline {
        id: PipelineId(new_id()),
        name: Label::new("Services", "Услуги"),
        version: 1,
        retired: false,
        stages: stages
            .map(|(kind, en, ru, probability)| stage(kind, Label::new(en, ru), probability))
            .to_vec(),
    };
    write::insert(tx, &Actor::SYSTEM, &services).await
}

fn stage(kind: StageKind, name: Label, probability: i32) -> Stage {
    let enter = match kind {
        StageKind::Won => {
            vec![Requirement::OfferAccepted, Requirement::ActsSigned, Requirement::FeedbackAsked]
        }
        StageKind::Open | StageKind::Lost => Vec::new(),
    };
    Stage {
        id: StageId(new_id()),
        name,
        kind,
        parent: None,
        probability,
        limit_days: (kind == StageKind::Open).then_some(14),
        about: About { enter, ..About::default() },
    }
}
