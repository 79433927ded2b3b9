//! What the funnel adds up: read from the rollups where they have it, counted from the deals of the cohort where they have not.
//!
//! Both ways give the same figures; a test holds them, and the raw stage changes, against each other.

use std::collections::{BTreeMap, HashMap};

use domain::access::{Action, Actor, Entity, Field, Reach};
use domain::deal::DealStatus;
use domain::funnel::{FunnelFilter, Total, median};
use domain::id::{LossReasonId, PipelineId, StageId};
use domain::pipeline::Pipeline;
use domain::{Currency, Money, Outcome};
use sea_orm::sea_query::{Condition, Expr, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use uuid::Uuid;

use super::narrowed;
use crate::entity::deal::{self, Column as C};
use crate::error::{OrProblem, broken};
use crate::rollups::{self, cover};
use crate::{Db, dialect};

/// Days of cohorts: from one up to, without it, another.
pub(super) type Days = (Option<i32>, Option<i32>);

/// The days that are asked about, and those they are compared with, which end where the others begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eras {
    pub(super) now: Days,
    pub(super) before: Option<Days>,
}

/// The deals of a cohort by what became of them.
#[derive(Debug, Default)]
pub(super) struct Tally {
    reached: Vec<Reached>,
    lost: Vec<Lost>,
    /// By stage, how many stays of each step ended.
    stays: HashMap<Uuid, BTreeMap<i64, u64>>,
}

#[derive(Debug)]
struct Reached {
    furthest: Option<StageId>,
    status: DealStatus,
    deals: u64,
    sum: Option<Money>,
}

#[derive(Debug)]
struct Lost {
    stage: Option<StageId>,
    reason: Option<LossReasonId>,
    deals: u64,
    sum: Option<Money>,
}

/// The cohort of the filter, and the one before.
pub(super) async fn read(
    db: &Db,
    actor: &Actor,
    filter: &FunnelFilter,
    pipeline: PipelineId,
    eras: Eras,
) -> Outcome<[Tally; 2]> {
    let conn = db.read();
    let statement = if is_kept(actor, filter) {
        dialect::sql(conn, &of_rollups(eras), [pipeline.0.into()])
    } else {
        of_deals(conn, actor, filter, pipeline, eras)?
    };
    let mut tallies = [Tally::default(), Tally::default()];
    for row in conn.query_all_raw(statement).await.db()? {
        let [now, before] = &mut tallies;
        let era: i64 = row.try_get("", "era").db()?;
        let tally = if era == 0 { now } else { before };
        tally.add(actor, &row)?;
    }
    Ok(tallies)
}

/// Whether the rollups have it: they know of no owners, teams, channels and services.
fn is_kept(actor: &Actor, filter: &FunnelFilter) -> bool {
    let FunnelFilter { from: _, until: _, owner, team, channel, service, pipeline: _ } = filter;
    actor.rights.reach(Entity::Report, Action::Read) == Reach::All
        && owner.is_none()
        && team.is_none()
        && channel.trim().is_empty()
        && service.is_none()
}

/// One statement that reads ranges of the rollups' keys: for each era at most three of each.
fn of_rollups(eras: Eras) -> String {
    let mut parts = Vec::new();
    for (era, (from, until)) in [Some(eras.now), eras.before].into_iter().flatten().enumerate() {
        for span in cover(from, until) {
            let within = format!("pipeline_id = $1 AND {}", span.condition());
            parts.push(format!(
                "SELECT CAST({era} AS bigint) AS era, 'reached' AS figure, furthest_id AS stage, furthest_id AS lost_from, \
                 furthest_id AS reason, status, currency, CAST(0 AS bigint) AS step, CAST(sum(deals) AS bigint) AS deals, \
                 CAST(sum(amount) AS bigint) AS amount \
                 FROM funnel_reached WHERE {within} GROUP BY furthest_id, status, currency"
            ));
            parts.push(format!(
                "SELECT CAST({era} AS bigint), 'lost', stage_id, stage_id, reason_id, '', currency, CAST(0 AS bigint), \
                 CAST(sum(deals) AS bigint), CAST(sum(amount) AS bigint) \
                 FROM funnel_lost WHERE {within} GROUP BY stage_id, reason_id, currency"
            ));
            parts.push(format!(
                "SELECT CAST({era} AS bigint), 'stays', stage_id, stage_id, stage_id, '', '', CAST(step AS bigint), \
                 CAST(sum(stays) AS bigint), CAST(0 AS bigint) \
                 FROM funnel_stays WHERE {within} GROUP BY stage_id, step"
            ));
        }
    }
    if parts.is_empty() { NOTHING.to_owned() } else { parts.join(" UNION ALL ") }
}

/// A period that ends before it begins has no days.
const NOTHING: &str = "SELECT CAST(0 AS bigint) AS era FROM funnel_reached WHERE pipeline_id = $1 AND 1 = 0";

/// The same from the deals, found by an index over the cohort, and their moves.
fn of_deals(
    conn: &DatabaseConnection,
    actor: &Actor,
    filter: &FunnelFilter,
    pipeline: PipelineId,
    eras: Eras,
) -> Outcome<Statement> {
    let (from, until) = (eras.before.unwrap_or(eras.now).0, eras.now.1);
    let mut cohort = narrowed::<deal::Entity>(actor, filter).add(C::PipelineId.eq(pipeline.0));
    if let Some(from) = from {
        cohort = cohort.add(C::OpenedDay.gte(from));
    }
    if let Some(until) = until {
        cohort = cohort.add(C::OpenedDay.lt(until));
    }
    if let Some(service) = filter.service {
        cohort = cohort.add(C::ServiceId.eq(service.0));
    }
    let Statement { sql: cohort, values, db_backend } = cohort_of(conn, cohort, eras);
    let text = format!(
        "WITH cohort AS MATERIALIZED ({cohort}) \
         SELECT era, 'deals' AS figure, furthest_id AS stage, lost_from_stage_id AS lost_from, loss_reason_id AS reason, status, \
         COALESCE(currency, '') AS currency, CAST(0 AS bigint) AS step, count(*) AS deals, \
         COALESCE(CAST(sum(amount_minor) AS bigint), 0) AS amount \
         FROM cohort GROUP BY era, furthest_id, lost_from_stage_id, loss_reason_id, status, currency \
         UNION ALL \
         SELECT era, 'stays', stage, stage, stage, '', '', step, count(*), CAST(0 AS bigint) FROM (\
           SELECT era, stage, CAST({stayed} AS bigint) AS step FROM (\
             SELECT d.era, c.from_stage_id AS stage, {since} AS stayed \
             FROM cohort d JOIN stage_changes c ON c.deal_id = d.id) s \
           WHERE stage IS NOT NULL AND stayed IS NOT NULL) t \
         GROUP BY era, stage, step",
        stayed = rollups::STAYED,
        since = rollups::since_last_move(conn, "c"),
    );
    Ok(Statement { sql: text, values, db_backend })
}

fn cohort_of(conn: &DatabaseConnection, cohort: Condition, eras: Eras) -> Statement {
    let era = match (eras.before, eras.now.0) {
        (Some(_), Some(from)) => format!("CASE WHEN deals.opened_day >= {from} THEN 0 ELSE 1 END"),
        _ => "0".to_owned(),
    };
    let columns =
        [C::Id, C::FurthestId, C::LostFromStageId, C::LossReasonId, C::Status, C::Currency, C::AmountMinor];
    let select = Query::select()
        .columns(columns.map(|column| (deal::Entity, column)))
        .expr_as(Expr::cust(format!("CAST({era} AS bigint)")), "era")
        .from(deal::Entity)
        .cond_where(cohort)
        .take();
    conn.get_database_backend().build(&select)
}

impl Tally {
    fn add(&mut self, actor: &Actor, row: &QueryResult) -> Outcome<()> {
        let id = |name: &str| -> Outcome<Option<Uuid>> {
            let id: Option<Uuid> = row.try_get("", name).db()?;
            Ok(id.filter(|id| *id != rollups::NONE))
        };
        let figure: String = row.try_get("", "figure").db()?;
        let deals = u64::try_from(row.try_get::<i64>("", "deals").db()?).unwrap_or_default();
        let stage = id("stage")?;
        if figure == "stays" {
            if let Some(stage) = stage {
                let step = row.try_get("", "step").db()?;
                *self.stays.entry(stage).or_default().entry(step).or_default() += deals;
            }
            return Ok(());
        }
        let currency: String = row.try_get("", "currency").db()?;
        let amount: i64 = row.try_get("", "amount").db()?;
        let sum = Currency::from_code(&currency).map(|currency| Money::new(amount, currency));
        let sum = actor.seen(Field::DealAmount, sum);
        let mut is_lost = figure == "lost";
        if !is_lost {
            let status: String = row.try_get("", "status").db()?;
            let status = DealStatus::from_code(&status).ok_or_else(|| broken("a deal of no status"))?;
            self.reached.push(Reached { furthest: stage.map(StageId), status, deals, sum });
            is_lost = figure == "deals" && status == DealStatus::Lost;
        }
        if is_lost {
            let (stage, reason) = (id("lost_from")?.map(StageId), id("reason")?.map(LossReasonId));
            self.lost.push(Lost { stage, reason, deals, sum });
        }
        Ok(())
    }

    /// How many entered the stage or one behind it: whoever skips a stage has passed it all the same.
    pub(super) fn reached(&self, pipeline: &Pipeline, stage: StageId) -> Total {
        let at = pipeline.reach(stage);
        let far = |reached: &&Reached| {
            let furthest = reached.furthest.and_then(|id| pipeline.reach(id));
            furthest.is_some() && furthest >= at
        };
        total(self.reached.iter().filter(far).map(|reached| (reached.deals, reached.sum)))
    }

    pub(super) fn of_status(&self, status: DealStatus) -> Total {
        let of = self.reached.iter().filter(|reached| reached.status == status);
        total(of.map(|reached| (reached.deals, reached.sum)))
    }

    pub(super) fn lost(&self, stage: StageId) -> Total {
        let of = self.lost.iter().filter(|lost| lost.stage == Some(stage));
        total(of.map(|lost| (lost.deals, lost.sum)))
    }

    /// The reasons that deals were lost for out of the stage, the most frequent one first.
    pub(super) fn losses(&self, stage: StageId) -> Vec<(Option<LossReasonId>, Total)> {
        let mut reasons: BTreeMap<Option<LossReasonId>, Vec<(u64, Option<Money>)>> = BTreeMap::new();
        for lost in self.lost.iter().filter(|lost| lost.stage == Some(stage)) {
            reasons.entry(lost.reason).or_default().push((lost.deals, lost.sum));
        }
        let totals = reasons.into_iter().map(|(reason, sums)| (reason, total(sums.into_iter())));
        let mut totals: Vec<_> = totals.filter(|(_, total)| total.count > 0).collect();
        totals.sort_by_key(|(_, total)| std::cmp::Reverse(total.count));
        totals
    }

    pub(super) fn stay(&self, stage: StageId) -> Option<i64> {
        median(self.stays.get(&stage.0)?)
    }
}

/// Sums of groups, one a currency; nothing is worth nothing, and not a zero of some currency.
fn total(groups: impl Iterator<Item = (u64, Option<Money>)>) -> Total {
    let mut total = Total::default();
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for (deals, sum) in groups.filter(|(deals, _)| *deals > 0) {
        total.count += deals;
        if let Some(sum) = sum {
            let all = sums.entry(sum.currency).or_default();
            *all = all.saturating_add(sum.minor);
        }
    }
    total.sums = sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect();
    total
}
