//! The pipe: deals held against the process, and what leaked.

mod cases;
mod tally;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::access::{self, Action, Actor, Entity};
use domain::deal::DealFilter;
use domain::funnel::day_number;
use domain::id::{PipelineId, UserId};
use domain::lead::LeadStatus;
use domain::pipe::{LeakKind, LeakRow, Leaky, Pipe, PipeFilter, Span};
use domain::pipeline::Pipeline;
use domain::user::Person;
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Condition, Expr, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait};
use uuid::Uuid;

use self::cases::Cohort;
use self::tally::{Leads, Tally};
use super::begin;
use crate::entity::{deal, lead};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, calendar};

/// A list opens so many leaking deals, the newest ones: it says "1 000+" long before, and every id is a value of its statement.
const OPENED: usize = 10_000;

/// The deals of the pipeline that were opened in the period, held against the process, and the leads registered in it.
///
/// What a deal did is read from the log of its moves and happenings; whose it is, is who owns it now. Deals of as many days before are
/// only counted, to compare with. Two statements, whatever the number of deals; one deal's log is in memory at a time.
pub async fn pipe(db: &Db, actor: &Actor, filter: PipeFilter) -> Outcome<Pipe> {
    access::check_any(actor, Action::Read, Entity::Report)?;
    filter.check()?;
    let reference = db.reference().await?;
    let pipeline = chosen(&reference, filter.pipeline)?;
    let first = filter.from.map(day_number);
    let before = filter.before(calendar::day(db.now(), &reference.settings.time_zone));
    let with_before = PipeFilter { from: before.map(|(from, _)| from).or(filter.from), ..filter.clone() };
    let mut tally = Tally::new(actor, pipeline);
    Cohort::new(actor, &reference, pipeline, &with_before)
        .each(db, |case, leaks| {
            if first.is_some_and(|first| case.facts.opened_day < first) {
                tally.add_before(leaks);
            } else {
                tally.add(&case, leaks);
            }
            ControlFlow::Continue(())
        })
        .await?;
    let span = span(&reference, &filter);
    if is_default(&reference, pipeline) {
        for leads in leads(db, actor, &reference, &filter, span).await? {
            tally.add_leads(leads);
        }
    }
    Ok(tally.told(&reference, before, span))
}

/// The same leaks as one row for each manager and kind, with the deals; by name, what belongs to nobody last.
pub async fn pipe_leaks(db: &Db, actor: &Actor, filter: PipeFilter) -> Outcome<Vec<LeakRow>> {
    access::check_any(actor, Action::Read, Entity::Report)?;
    filter.check()?;
    let reference = db.reference().await?;
    let pipeline = chosen(&reference, filter.pipeline)?;
    let mut found: BTreeMap<(Option<Uuid>, LeakKind), Vec<i64>> = BTreeMap::new();
    Cohort::new(actor, &reference, pipeline, &filter)
        .each(db, |case, leaks| {
            for kind in LeakKind::ALL.into_iter().filter(|kind| leaks.iter().any(|leak| leak.kind == *kind)) {
                found.entry((case.facts.owner, kind)).or_default().push(case.facts.number);
            }
            ControlFlow::Continue(())
        })
        .await?;
    let told = found.into_iter().map(|((owner, kind), mut deals)| {
        deals.sort_unstable();
        LeakRow { manager: person(&reference, owner), kind, deals }
    });
    let mut rows: Vec<LeakRow> = told.collect();
    let name = |row: &LeakRow| (row.manager.is_none(), row.manager.clone().map(|person| person.name));
    rows.sort_by_cached_key(name);
    Ok(rows)
}

/// The deals of a list that shows those which leaked in one way.
pub(crate) async fn leaking(db: &Db, actor: &Actor, list: &DealFilter) -> Outcome<Condition> {
    let Some(Leaky { kind, stage, unowned }) = list.leak.clone() else {
        return Ok(Condition::all());
    };
    access::check_any(actor, Action::Read, Entity::Report)?;
    let reference = db.reference().await?;
    let pipeline = chosen(&reference, list.pipeline)?;
    let filter = PipeFilter {
        from: list.opened_from,
        until: list.opened_until,
        pipeline: list.pipeline,
        owner: list.owner,
        team: list.team,
    };
    let mut ids = Vec::new();
    Cohort::new(actor, &reference, pipeline, &filter)
        .each(db, |case, leaks| {
            let is_it = |stage_of| stage.is_none() || stage_of == stage;
            let is_whose = !unowned || case.facts.owner.is_none();
            if is_whose && leaks.iter().any(|leak| leak.kind == kind && is_it(leak.stage)) {
                ids.push(case.facts.id);
            }
            if ids.len() < OPENED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })
        .await?;
    Ok(Condition::all().add(deal::Column::Id.is_in(ids)))
}

/// Whether the actor is shown how others work, within what reports reach.
pub async fn sees_others(db: &Db, actor: &Actor) -> Outcome<bool> {
    Ok(shows_others(actor, &*db.reference().await?))
}

fn shows_others(actor: &Actor, reference: &Reference) -> bool {
    let mut teams = reference.teams.iter();
    let heads = teams.any(|team| {
        team.active && team.head.is_some() && team.head == actor.user && Some(team.id) == actor.team
    });
    domain::pipe::sees_others(actor, heads)
}

/// The wanted pipeline, or the default one.
fn chosen(reference: &Reference, wanted: Option<PipelineId>) -> Outcome<&Pipeline> {
    let pipeline = match wanted {
        Some(id) => reference.pipeline(id),
        None => reference.pipelines.first(),
    };
    pipeline.ok_or(Problem::NotFound)
}

/// Whether leads become deals of it.
fn is_default(reference: &Reference, pipeline: &Pipeline) -> bool {
    reference.pipelines.first().is_some_and(|first| first.id == pipeline.id)
}

fn person(reference: &Reference, owner: Option<Uuid>) -> Option<Person> {
    let unknown = || owner.map(|id| Person { id: UserId(id), name: String::new() });
    reference.person(owner).or_else(unknown)
}

/// The filter's days, which are the company's, as instants.
fn span(reference: &Reference, filter: &PipeFilter) -> Span {
    let zone = &reference.settings.time_zone;
    (filter.from.map(|day| begin(day, zone)), filter.until.map(|day| calendar::end_of(day, zone)))
}

/// The leads registered in the period, counted by whose they are, what they came by, and what became of them.
async fn leads(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    filter: &PipeFilter,
    (from, until): Span,
) -> Outcome<Vec<Leads>> {
    use lead::Column as C;
    let registered = cases::chosen::<lead::Entity>(actor, reference, filter)
        .add_option(from.map(|from| C::CreatedAt.gte(from)))
        .add_option(until.map(|until| C::CreatedAt.lt(until)));
    let columns = [C::OwnerId, C::Channel, C::Status].map(|column| (lead::Entity, column));
    let select = Query::select()
        .columns(columns)
        .expr_as(Func::count(Expr::cust("1")), "leads")
        .from(lead::Entity)
        .cond_where(registered)
        .group_by_columns(columns)
        .take();
    let rows = db.read().query_all(&select).await.db()?;
    rows.iter()
        .map(|row| {
            let status: String = row.try_get("", "status").db()?;
            Ok(Leads {
                owner: row.try_get("", "owner_id").db()?,
                channel: row.try_get("", "channel").db()?,
                status: LeadStatus::from_code(&status).unwrap_or(LeadStatus::New),
                count: row.try_get::<i64>("", "leads").db()?.unsigned_abs(),
            })
        })
        .collect()
}
