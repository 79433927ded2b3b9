//! Server functions about the pipe.

use domain::Label;
use domain::id::{PipelineId, TeamId};
use domain::pipe::{Pipe, PipeFilter};
use domain::user::Person;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codec::Json;
use crate::fail::Fail;

/// A pipe with whose part of it can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub pipe: Pipe,
    /// Whether others' work is shown as well; else there is nobody to choose.
    pub sees_others: bool,
    pub people: Vec<Person>,
    pub teams: Vec<(TeamId, String)>,
    pub pipelines: Vec<(PipelineId, Label)>,
}

#[server(prefix = "/fn", endpoint = "analytics/pipe", input = Json, output = Json)]
pub async fn open(filter: PipeFilter) -> Result<Report, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let pipe = store::reports::pipe(&db, &actor, filter).await?;
    let sees_others = store::reports::sees_others(&db, &actor).await?;
    let people = if sees_others { store::settings::people(&db, &actor).await? } else { Vec::new() };
    let teams = if sees_others { store::settings::teams(&db, &actor).await? } else { Vec::new() };
    let pipelines = store::settings::pipelines(&db, &actor).await?;
    Ok(Report {
        pipe,
        sees_others,
        people,
        teams: teams.into_iter().map(|team| (team.id, team.name)).collect(),
        pipelines: pipelines.into_iter().map(|pipeline| (pipeline.id, pipeline.name)).collect(),
    })
}
