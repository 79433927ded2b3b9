//! Server functions about reports.

use chrono::NaiveDate;
use domain::Label;
use domain::funnel::{Funnel, FunnelFilter};
use domain::id::{PipelineId, ServiceId, TeamId};
use domain::user::Person;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codec::Json;
use crate::fail::Fail;

/// A funnel with what it can be narrowed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub funnel: Funnel,
    /// The company's day: periods are of its days.
    pub today: NaiveDate,
    pub people: Vec<Person>,
    pub teams: Vec<(TeamId, String)>,
    pub pipelines: Vec<(PipelineId, Label)>,
    pub services: Vec<(ServiceId, Label)>,
    pub channels: Vec<String>,
}

#[server(prefix = "/fn", endpoint = "analytics/funnel", input = Json, output = Json)]
pub async fn open(filter: FunnelFilter) -> Result<Report, Fail> {
    use domain::access::{Action, Entity};
    let (db, actor) = crate::ctx::signed_in()?;
    let funnel = store::reports::funnel(&db, &actor, filter).await?;
    let people = store::settings::people(&db, &actor).await?;
    let teams = store::settings::teams(&db, &actor).await?;
    let pipelines = store::settings::pipelines(&db, &actor).await?;
    // Whoever reads figures need not read what they are of.
    let reads = |entity| actor.reaches(Action::Read, entity);
    let services =
        if reads(Entity::Catalog) { store::catalog::services(&db, &actor).await? } else { Vec::new() };
    let channels =
        if reads(Entity::Deal) { store::deals::origins(&db, &actor).await?.channels } else { Vec::new() };
    Ok(Report {
        funnel,
        today: store::settings::zone(&db).await?.day(db.now()),
        people,
        teams: teams.into_iter().map(|team| (team.id, team.name)).collect(),
        pipelines: pipelines.into_iter().map(|pipeline| (pipeline.id, pipeline.name)).collect(),
        services: services.into_iter().map(|service| (service.id, service.name)).collect(),
        channels,
    })
}
