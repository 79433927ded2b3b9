//! Server functions about reports.

use domain::Label;
use domain::funnel::{Funnel, FunnelFilter};
use domain::id::PipelineId;
use domain::user::Person;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codec::Json;
use crate::fail::Fail;

/// A funnel with the pipelines and people whose part of it can be asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub funnel: Funnel,
    pub people: Vec<Person>,
    pub pipelines: Vec<(PipelineId, Label)>,
}

#[server(prefix = "/fn", endpoint = "analytics/funnel", input = Json, output = Json)]
pub async fn open(filter: FunnelFilter) -> Result<Report, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let funnel = store::reports::funnel(&db, &actor, filter).await?;
    let people = store::settings::people(&db, &actor).await?;
    let pipelines = store::settings::pipelines(&db, &actor).await?;
    let pipelines = pipelines.into_iter().map(|pipeline| (pipeline.id, pipeline.name)).collect();
    Ok(Report { funnel, people, pipelines })
}
