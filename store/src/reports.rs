//! Reports.

mod funnel;
mod pipe;
mod tally;
mod won;

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Action, Actor, Entity};
use domain::funnel::FunnelFilter;
use domain::pipeline::Pipeline;
use domain::{Outcome, Problem};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Condition;

use crate::calendar;
use crate::origins::{self, Sourced};
use crate::reference::Reference;
use crate::scope::scope;

pub use funnel::funnel;
pub(crate) use pipe::leaking;
pub use pipe::{pipe, pipe_leaks, sees_others};
pub use won::won_by;

/// The filter's pipeline, or the default one.
fn chosen<'a>(reference: &'a Reference, filter: &FunnelFilter) -> Outcome<&'a Pipeline> {
    let pipeline = match filter.pipeline {
        Some(id) => reference.pipeline(id),
        None => reference.pipelines.first(),
    };
    pipeline.ok_or(Problem::NotFound)
}

/// The first instant of a day of the company's.
fn begin(day: NaiveDate, zone: &str) -> DateTime<Utc> {
    calendar::end_of(day.pred_opt().unwrap_or(day), zone)
}

/// The period as instants, from one up to, without it, another.
fn instants(filter: &FunnelFilter, zone: &str) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
    (filter.from.map(|day| begin(day, zone)), filter.until.map(|day| calendar::end_of(day, zone)))
}

/// Owner, team and channel of the filter within what reports tell the actor.
fn narrowed<T: Sourced>(actor: &Actor, filter: &FunnelFilter) -> Condition {
    let mut all = Condition::all().add(scope::<T>(actor, Entity::Report, Action::Read));
    if let Some(owner) = filter.owner {
        all = all.add(T::OWNER.eq(owner.0));
    }
    if let Some(team) = filter.team {
        all = all.add(T::TEAM.eq(team.0));
    }
    all.add(origins::narrowed::<T>(&filter.channel, "", ""))
}
