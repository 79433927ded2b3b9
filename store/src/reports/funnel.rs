//! The funnel of a cohort.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Action, Actor, Entity};
use domain::deal::DealStatus;
use domain::funnel::{Before, Funnel, FunnelFilter, FunnelRow, Loss, Step, Total, day_number};
use domain::lead::LeadStatus;
use domain::pipeline::Pipeline;
use domain::{Label, Outcome};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait};

use super::tally::{self, Eras, Tally};
use super::{chosen, instants, narrowed};
use crate::entity::lead::{self, Column as C};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, calendar};

/// Leads → contacts → each stage → won, for the cohort of the period, beside the period before it; lost ones stay in every row
/// they reached. Two statements.
///
/// The cohort are the leads registered, and the deals of the pipeline opened, on the period's days. Leads become deals of the default
/// pipeline and have no service: other funnels begin with the first stage. A deal counts in a stage's row when it entered that stage,
/// a later open one, or the won one: whoever skips a stage has passed it all the same. A lost deal stays in every row up to where it
/// got, and is the loss of the stage it was lost out of. A reopened deal is as far as it ever got, and won only while it is.
pub async fn funnel(db: &Db, actor: &Actor, filter: FunnelFilter) -> Outcome<Funnel> {
    access::check_any(actor, Action::Read, Entity::Report)?;
    filter.check()?;
    let reference = db.reference().await?;
    let pipeline = chosen(&reference, &filter)?;
    let zone = &reference.settings.time_zone;
    let before = filter.before(calendar::day(db.now(), zone));
    let span = instants(&filter, zone);
    let eras = Eras {
        now: (filter.from.map(day_number), filter.until.map(after)),
        before: before.map(|(from, until)| (Some(day_number(from)), Some(after(until)))),
    };
    let [now, past] = tally::read(db, actor, &filter, pipeline.id, eras).await?;
    let past = before.map(|_| &past);
    let is_default = reference.pipelines.first().is_some_and(|default| default.id == pipeline.id);
    let mut rows = if is_default && filter.service.is_none() {
        let since = before.map(|(from, _)| super::begin(from, zone));
        leads(db, actor, &filter, span, since).await?
    } else {
        Vec::new()
    };
    rows.extend(stages(&reference, pipeline, &now, past));
    let [won, lost, open] = [DealStatus::Won, DealStatus::Lost, DealStatus::Open].map(|s| now.of_status(s));
    Ok(Funnel { pipeline: pipeline.id, rows, won, lost, open, before, span })
}

/// The day after, as cohorts are kept.
fn after(day: NaiveDate) -> i32 {
    day_number(day) + 1
}

fn row(step: Step, name: Label) -> FunnelRow {
    FunnelRow {
        step,
        name,
        count: 0,
        sums: Vec::new(),
        lost: 0,
        lost_sums: Vec::new(),
        losses: Vec::new(),
        stay: None,
        before: None,
    }
}

/// Leads of a cohort.
#[derive(Default)]
struct Leads {
    all: u64,
    converted: u64,
    disqualified: u64,
}

/// The two rows before there is a deal; `since` is when the period before began. They are counted from the leads: an index over status
/// and time has all that is read of everybody's.
async fn leads(
    db: &Db,
    actor: &Actor,
    filter: &FunnelFilter,
    span: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    since: Option<DateTime<Utc>>,
) -> Outcome<Vec<FunnelRow>> {
    let mut eras = [Leads::default(), Leads::default()];
    for found in db.read().query_all(&by_status(actor, filter, span, since)).await.db()? {
        let [now, before] = &mut eras;
        let era: i32 = if since.is_some() { found.try_get("", "era").db()? } else { 0 };
        let leads = if era == 0 { now } else { before };
        let status: String = found.try_get("", "status").db()?;
        let count = found.try_get::<i64>("", "leads").db()?.unsigned_abs();
        leads.all += count;
        match LeadStatus::from_code(&status) {
            Some(LeadStatus::Converted) => leads.converted += count,
            Some(LeadStatus::Disqualified) => leads.disqualified += count,
            _ => {}
        }
    }
    let [now, before] = eras;
    let past = |count, lost| since.map(|_| Before { count, lost, ..Before::default() });
    Ok(vec![
        FunnelRow {
            count: now.all,
            lost: now.disqualified,
            before: past(before.all, before.disqualified),
            ..row(Step::Leads, Label::default())
        },
        FunnelRow {
            count: now.converted,
            before: past(before.converted, 0),
            ..row(Step::Contacts, Label::default())
        },
    ])
}

fn by_status(
    actor: &Actor,
    filter: &FunnelFilter,
    (from, until): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    since: Option<DateTime<Utc>>,
) -> SelectStatement {
    let mut cohort = narrowed::<lead::Entity>(actor, filter);
    if let Some(from) = since.or(from) {
        cohort = cohort.add(C::CreatedAt.gte(from));
    }
    if let Some(until) = until {
        cohort = cohort.add(C::CreatedAt.lt(until));
    }
    let mut select = Query::select();
    select
        .column((lead::Entity, C::Status))
        .expr_as(Func::count(Expr::cust("1")), "leads")
        .from(lead::Entity)
        .cond_where(cohort)
        .group_by_col((lead::Entity, C::Status));
    if let Some(from) = from.filter(|_| since.is_some()) {
        let is_before = Expr::col((lead::Entity, C::CreatedAt)).lt(from);
        let era = CaseStatement::new().case(is_before, 1).finally(0);
        select.expr_as(era, "era").group_by_col("era");
    }
    select.take()
}

/// The rows of the open stages and of winning.
fn stages(reference: &Reference, pipeline: &Pipeline, now: &Tally, past: Option<&Tally>) -> Vec<FunnelRow> {
    let stages = pipeline.open_stages().map(|stage| {
        let (reached, lost) = (now.reached(pipeline, stage.id), now.lost(stage.id));
        let losses = now.losses(stage.id).into_iter().map(|(reason, total)| Loss {
            reason,
            name: reason.and_then(|id| reference.loss_reason(id)).map(|r| r.name.clone()).unwrap_or_default(),
            total,
        });
        FunnelRow {
            count: reached.count,
            sums: reached.sums,
            lost: lost.count,
            lost_sums: lost.sums,
            losses: losses.collect(),
            stay: now.stay(stage.id),
            before: past.map(|past| {
                let Total { count, sums } = past.reached(pipeline, stage.id);
                Before { count, sums, lost: past.lost(stage.id).count, stay: past.stay(stage.id) }
            }),
            ..row(Step::Stage(stage.id), stage.name.clone())
        }
    });
    let won = now.of_status(DealStatus::Won);
    let before = past.map(|past| {
        let Total { count, sums } = past.of_status(DealStatus::Won);
        Before { count, sums, ..Before::default() }
    });
    let won = FunnelRow { count: won.count, sums: won.sums, before, ..row(Step::Won, Label::default()) };
    stages.chain([won]).collect()
}
