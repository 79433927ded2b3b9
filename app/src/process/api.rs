//! Server functions about pipelines.

use domain::id::PipelineId;
use domain::pipeline::{Pipeline, Process, StageKind};
use domain::user::Person;
use domain::{Label, Problem};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::TypedPipeline;
use crate::codec::Json;
use crate::fail::Fail;

/// A pipeline in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PipelineRow {
    pub id: PipelineId,
    pub name: Label,
    pub version: i32,
    pub retired: bool,
    pub stages: Vec<(Label, StageKind)>,
}

/// A pipeline on its page, with what its editor chooses from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// As it is in force; `None` for a new one.
    pub saved: Option<Process>,
    pub typed: TypedPipeline,
    /// What is typed is not saved yet: it comes back from a form without wasm.
    pub is_draft: bool,
    /// Why that was not saved.
    pub refused: Option<Problem>,
    /// The version that was asked for, and the one that it is held against.
    pub past: Option<Pipeline>,
    pub before: Option<Pipeline>,
    pub choices: Choices,
}

/// People and teams; stages name them by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    pub people: Vec<Person>,
    /// Active ones, as value and name.
    pub teams: Vec<(String, String)>,
}

#[server(prefix = "/fn", endpoint = "process/list", input = Json, output = Json)]
pub async fn list() -> Result<Vec<PipelineRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let rows = store::process::list(&db, &actor).await?.into_iter().map(|pipeline| PipelineRow {
        id: pipeline.id,
        name: pipeline.name,
        version: pipeline.version,
        retired: pipeline.retired,
        stages: pipeline.stages.into_iter().map(|stage| (stage.name, stage.kind)).collect(),
    });
    Ok(rows.collect())
}

/// `id` is the id of one, or `new`; `number` a version of it to show as well, held against the version `before`, or against the one
/// before it.
#[server(prefix = "/fn", endpoint = "process/open", input = Json, output = Json)]
pub async fn open(id: String, number: Option<i32>, before: Option<i32>) -> Result<Opened, Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    let kept = use_context::<super::plain::Kept>().filter(|kept| kept.is_of(&id));
    let (saved, typed) = if id == "new" {
        check_any(&actor, Action::Write, Entity::Process)?;
        (None, TypedPipeline::fresh())
    } else {
        let saved = store::process::show(&db, &actor, id.parse()?).await?;
        let typed = TypedPipeline::of(&saved.pipeline);
        (Some(saved), typed)
    };
    let (past, before) = match (&saved, number) {
        (Some(saved), Some(number)) => {
            let before = before.or((number > 1).then(|| number - 1));
            let (past, before) =
                store::process::compare(&db, &actor, saved.pipeline.id, number, before).await?;
            (Some(past), before)
        }
        _ => (None, None),
    };
    let teams = store::settings::teams(&db, &actor).await?.into_iter().filter(|team| team.active);
    let choices = Choices {
        people: store::settings::people(&db, &actor).await?,
        teams: teams.map(|team| (team.id.to_string(), team.name)).collect(),
    };
    let is_draft = kept.is_some();
    let (typed, refused) = kept.map_or((typed, None), |kept| (kept.typed, kept.refused));
    Ok(Opened { saved, typed, is_draft, refused, past, before, choices })
}

/// Saves a pipeline as it was typed. A new one is shown at its own address.
#[server(prefix = "/fn", endpoint = "process/save", input = Json, output = Json)]
pub async fn save(draft: TypedPipeline) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    // Whoever may not change it is told so, and not what is wrong with their input.
    check_any(&actor, Action::Write, Entity::Process)?;
    let id = store::process::save(&db, &actor, draft.read()?).await?;
    if draft.id.is_empty() {
        leptos_axum::redirect(&format!("/process/{id}"));
    }
    Ok(())
}

/// Puts a pipeline one place up (`way` is `up`) or down.
#[server(prefix = "/fn", endpoint = "process/shift", output = Json)]
pub async fn shift(id: PipelineId, way: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::process::shift(&db, &actor, id, way == "up").await?;
    crate::ctx::land("/process");
    Ok(())
}
