//! Reports.

mod won;

use std::collections::BTreeMap;

use domain::access::{self, Action, Actor, Entity, Field};
use domain::deal::DealStatus;
use domain::funnel::{Funnel, FunnelFilter, FunnelRow, Step};
use domain::lead::LeadStatus;
use domain::pipeline::{Pipeline, StageKind};
use domain::{Currency, Label, Money, Outcome, Problem};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Func, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait};
use uuid::Uuid;

use crate::entity::{deal, lead, stage_change};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::scope::{Owned, scope};
use crate::{Db, dialect};

pub use won::won_by;

/// Leads → contacts → each stage → won, for the cohort of the period; lost ones stay in every row they reached.
///
/// The cohort are the leads registered, and the deals of the pipeline opened, in the period. Leads become deals of
/// the default pipeline, therefore the rows before the first stage are empty for any other one. A deal counts in a stage's row when it entered that stage, a later open one, or the won one: whoever skips a stage has passed it all the same. A lost
/// deal stays in every row up to where it got, and is the loss of the stage it was lost out of. A reopened deal is as far as it
/// ever got, and won only while it is.
pub async fn funnel(db: &Db, actor: &Actor, filter: FunnelFilter) -> Outcome<Funnel> {
    access::check_any(actor, Action::Read, Entity::Report)?;
    let reference = db.reference().await?;
    let pipeline = chosen(&reference, &filter)?;
    let mut rows = if reference.pipelines.first().is_some_and(|default| default.id == pipeline.id) {
        leads(db, actor, &filter).await?
    } else {
        vec![row(Step::Leads, Label::default()), row(Step::Contacts, Label::default())]
    };
    rows.extend(stages(pipeline, &deals(db, actor, &filter, pipeline).await?));
    Ok(Funnel { rows })
}

/// The filter's pipeline, or the default one.
fn chosen<'a>(reference: &'a Reference, filter: &FunnelFilter) -> Outcome<&'a Pipeline> {
    let pipeline = match filter.pipeline {
        Some(id) => reference.pipeline(id),
        None => reference.pipelines.first(),
    };
    pipeline.ok_or(Problem::NotFound)
}

fn row(step: Step, name: Label) -> FunnelRow {
    FunnelRow { step, name, count: 0, sums: Vec::new(), lost: 0, lost_sums: Vec::new() }
}

/// The period and owner of the filter within what the actor may see.
fn cohort<T: Owned>(actor: &Actor, filter: &FunnelFilter, at: T::Column) -> Condition {
    let mut cohort = Condition::all().add(scope::<T>(actor, Entity::Report, Action::Read));
    if let Some(from) = filter.from {
        cohort = cohort.add(at.gte(from));
    }
    if let Some(until) = filter.until {
        cohort = cohort.add(at.lt(until));
    }
    if let Some(wanted) = filter.owner {
        cohort = cohort.add(T::OWNER.eq(wanted.0));
    }
    cohort
}

/// The two rows before there is a deal.
async fn leads(db: &Db, actor: &Actor, filter: &FunnelFilter) -> Outcome<Vec<FunnelRow>> {
    let cohort = cohort::<lead::Entity>(actor, filter, lead::Column::CreatedAt);
    let select = Query::select()
        .column((lead::Entity, lead::Column::Status))
        .expr_as(Func::count(Expr::cust("1")), "leads")
        .from(lead::Entity)
        .cond_where(cohort)
        .group_by_col((lead::Entity, lead::Column::Status))
        .take();
    let mut all = row(Step::Leads, Label::default());
    let mut contacts = row(Step::Contacts, Label::default());
    for found in db.read().query_all(&select).await.db()? {
        let status: String = found.try_get("", "status").db()?;
        let count = found.try_get::<i64>("", "leads").db()?.unsigned_abs();
        all.count += count;
        match LeadStatus::from_code(&status) {
            Some(LeadStatus::Converted) => contacts.count += count,
            Some(LeadStatus::Disqualified) => all.lost += count,
            _ => {}
        }
    }
    Ok(vec![all, contacts])
}

/// Deals that have the same story: how far they got, what became of them, in which currency.
struct Group {
    /// Place of the furthest stage.
    far: i32,
    status: DealStatus,
    lost_from: Option<Uuid>,
    deals: u64,
    sum: Option<Money>,
}

async fn deals(db: &Db, actor: &Actor, filter: &FunnelFilter, pipeline: &Pipeline) -> Outcome<Vec<Group>> {
    use deal::Column as C;
    let cohort = cohort::<deal::Entity>(actor, filter, C::CreatedAt).add(C::PipelineId.eq(pipeline.id.0));
    let told = ["status", "lost_from_stage_id", "currency"];
    let grouped = Query::select()
        .columns(told)
        .column("far")
        .expr_as(Func::count(Expr::cust("1")), "deals")
        .expr_as(dialect::whole(Func::sum(Expr::col("amount_minor")).into()), "total")
        .from_subquery(reach(cohort, pipeline), "reach")
        .group_by_columns(told)
        .group_by_col("far")
        .order_by("currency", Order::Asc)
        .take();
    let rows = db.read().query_all(&grouped).await.db()?;
    rows.iter()
        .map(|row| {
            let status: String = row.try_get("", "status").db()?;
            let currency: Option<String> = row.try_get("", "currency").db()?;
            let total: Option<i64> = row.try_get("", "total").db()?;
            Ok(Group {
                far: row.try_get("", "far").db()?,
                status: DealStatus::from_code(&status).ok_or_else(|| broken("a deal of no status"))?,
                lost_from: row.try_get("", "lost_from_stage_id").db()?,
                deals: row.try_get::<i64>("", "deals").db()?.unsigned_abs(),
                sum: actor.seen(Field::DealAmount, deal::money(total, currency.as_deref())),
            })
        })
        .collect()
}

/// Each deal of the cohort with the place (from 1) of the furthest stage it entered; being lost is not a place one gets to.
fn reach(cohort: Condition, pipeline: &Pipeline) -> SelectStatement {
    use deal::Column as C;
    let mut place = CaseStatement::new();
    for (index, stage) in (1..).zip(&pipeline.stages).filter(|(_, stage)| stage.kind != StageKind::Lost) {
        place = place
            .case(Expr::col((stage_change::Entity, stage_change::Column::ToStageId)).eq(stage.id.0), index);
    }
    Query::select()
        .columns(
            [C::Status, C::LostFromStageId, C::Currency, C::AmountMinor].map(|column| (deal::Entity, column)),
        )
        .expr_as(Func::max(place.finally(0)), "far")
        .from(deal::Entity)
        .inner_join(
            stage_change::Entity,
            Expr::col((stage_change::Entity, stage_change::Column::DealId)).equals((deal::Entity, C::Id)),
        )
        .cond_where(cohort)
        .group_by_columns(
            [C::Id, C::Status, C::LostFromStageId, C::Currency, C::AmountMinor]
                .map(|column| (deal::Entity, column)),
        )
        .take()
}

/// The rows of the open stages and of winning.
fn stages(pipeline: &Pipeline, groups: &[Group]) -> Vec<FunnelRow> {
    let mut rows = Vec::new();
    for (place, stage) in (1..).zip(&pipeline.stages).filter(|(_, stage)| stage.kind == StageKind::Open) {
        let reached = groups.iter().filter(|group| group.far >= place);
        let lost = groups.iter().filter(|g| g.status == DealStatus::Lost && g.lost_from == Some(stage.id.0));
        let mut row = row(Step::Stage(stage.id), stage.name.clone());
        (row.count, row.sums) = add_up(reached);
        (row.lost, row.lost_sums) = add_up(lost);
        rows.push(row);
    }
    let mut won = row(Step::Won, Label::default());
    (won.count, won.sums) = add_up(groups.iter().filter(|group| group.status == DealStatus::Won));
    rows.push(won);
    rows
}

fn add_up<'a>(groups: impl Iterator<Item = &'a Group>) -> (u64, Vec<Money>) {
    let mut count = 0;
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for group in groups {
        count += group.deals;
        if let Some(sum) = group.sum {
            let total = sums.entry(sum.currency).or_default();
            *total = total.saturating_add(sum.minor);
        }
    }
    (count, sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect())
}
