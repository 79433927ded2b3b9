//! The funnel counted beforehand: a few narrow tables that the writing transactions keep.
//!
//! Each tells of the deals opened on a day: how far they got (`funnel_reached`), where and why they were lost (`funnel_lost`), how long
//! they stayed in stages (`funnel_stays`). Days are kept one by one and once more in blocks ([`spans`]), so that a report reads as few
//! rows for all time as for a month. Owner, team, channel and service are in none of them: a table by these would have as many rows as
//! there are deals; a funnel narrowed to them is counted from the deals themselves (`reports::tally`).
//!
//! Whoever writes a deal notes here what changed. The notes of a transaction are merged and written just before its commit, in the
//! order of their keys, lest two transactions wait for each other. [`recount`] counts everything anew from the records; a test
//! compares both.

mod count;
mod spans;

use std::collections::BTreeMap;

use domain::Outcome;
use sea_orm::{ActiveValue, ConnectionTrait, Value};
use uuid::Uuid;

use crate::db::Tx;
use crate::dialect;
use crate::entity::deal;
use crate::error::OrProblem;

pub use count::recount;
pub(crate) use count::{STAYED, leaving, reshaped, since_last_move};
pub(crate) use spans::cover;
use spans::{LENGTHS, begin};

/// Stands for no stage and no reason in keys, which cannot be empty.
pub(crate) const NONE: Uuid = Uuid::nil();

/// Rows that one statement writes.
const BATCH: usize = 500;

/// Deals and their amounts in minor units, more or fewer.
type Sum = (i64, i64);

/// Pipeline, length of the span, its first day.
type Place = (Uuid, i32, i32);

/// What a transaction's writing changes in the rollups.
#[derive(Default)]
pub(crate) struct Notes {
    /// By the furthest stage, status and currency.
    reached: BTreeMap<(Place, Uuid, String, String), Sum>,
    /// By the stage it was lost out of, reason and currency.
    lost: BTreeMap<(Place, Uuid, Uuid, String), Sum>,
    /// By stage and step.
    stays: BTreeMap<(Place, Uuid, i32), i64>,
}

/// What the rollups know of one deal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Facts {
    pipeline: Uuid,
    day: i32,
    furthest: Uuid,
    status: String,
    lost_from: Uuid,
    reason: Uuid,
    /// Empty without an amount.
    currency: String,
    amount: i64,
}

impl Facts {
    fn of(deal: &deal::Model) -> Facts {
        Facts {
            pipeline: deal.pipeline_id,
            day: deal.opened_day,
            furthest: deal.furthest_id.unwrap_or(NONE),
            status: deal.status.clone(),
            lost_from: deal.lost_from_stage_id.unwrap_or(NONE),
            reason: deal.loss_reason_id.unwrap_or(NONE),
            currency: deal.currency.clone().unwrap_or_default(),
            amount: deal.amount_minor.unwrap_or_default(),
        }
    }

    /// The same deal with the columns that `change` sets.
    fn with(self, change: &deal::ActiveModel) -> Facts {
        let id = |value: &ActiveValue<Option<Uuid>>, before| {
            value.try_as_ref().map_or(before, |id| id.unwrap_or(NONE))
        };
        Facts {
            pipeline: change.pipeline_id.try_as_ref().copied().unwrap_or(self.pipeline),
            day: change.opened_day.try_as_ref().copied().unwrap_or(self.day),
            furthest: id(&change.furthest_id, self.furthest),
            status: change.status.try_as_ref().cloned().unwrap_or(self.status),
            lost_from: id(&change.lost_from_stage_id, self.lost_from),
            reason: id(&change.loss_reason_id, self.reason),
            currency: change
                .currency
                .try_as_ref()
                .map_or(self.currency, |currency| currency.clone().unwrap_or_default()),
            amount: change.amount_minor.try_as_ref().map_or(self.amount, |amount| amount.unwrap_or_default()),
        }
    }
}

/// A deal was inserted.
pub(crate) fn opened(tx: &Tx, deal: &deal::Model) {
    let facts = Facts::of(deal);
    tx.rollups(|notes| notes.count(&facts, 1));
}

/// A deal was inserted as it comes from elsewhere, with the stays that it has behind it: stages and seconds.
pub(crate) fn imported(tx: &Tx, deal: &deal::ActiveModel, stays: &[(Uuid, i64)]) {
    let facts = Facts::default().with(deal);
    tx.rollups(|notes| {
        notes.count(&facts, 1);
        for (stage, seconds) in stays {
            notes.stay(facts.pipeline, facts.day, *stage, domain::funnel::stay_step(*seconds), 1);
        }
    });
}

/// Columns of a deal were changed.
pub(crate) fn changed(tx: &Tx, deal: &deal::Model, change: &deal::ActiveModel) {
    let before = Facts::of(deal);
    let after = before.clone().with(change);
    if before != after {
        tx.rollups(|notes| {
            notes.count(&before, -1);
            notes.count(&after, 1);
        });
    }
}

/// A deal left the stage that it was in: `deal` as it was before.
pub(crate) fn moved(tx: &Tx, deal: &deal::Model) {
    // Of whole seconds, as the databases count them.
    let seconds = tx.now().timestamp() - deal.stage_entered_at.timestamp();
    let step = domain::funnel::stay_step(seconds);
    tx.rollups(|notes| notes.stay(deal.pipeline_id, deal.opened_day, deal.stage_id, step, 1));
}

impl Notes {
    fn count(&mut self, facts: &Facts, deals: i64) {
        let amount = facts.amount * deals;
        for length in LENGTHS {
            let place = (facts.pipeline, length, begin(facts.day, length));
            let currency = || facts.currency.clone();
            let key = (place, facts.furthest, facts.status.clone(), currency());
            add(self.reached.entry(key).or_default(), deals, amount);
            if facts.status == domain::deal::DealStatus::Lost.code() {
                let key = (place, facts.lost_from, facts.reason, currency());
                add(self.lost.entry(key).or_default(), deals, amount);
            }
        }
    }

    fn stay(&mut self, pipeline: Uuid, day: i32, stage: Uuid, step: i64, stays: i64) {
        // No stay is long enough to be more.
        let step = i32::try_from(step).unwrap_or(i32::MAX);
        for length in LENGTHS {
            *self.stays.entry(((pipeline, length, begin(day, length)), stage, step)).or_default() += stays;
        }
    }

    /// Forgets what was noted of how far the pipeline's deals got: it is counted from the records.
    fn forget_reached(&mut self, pipeline: Uuid) {
        self.reached.retain(|(place, ..), _| place.0 != pipeline);
    }

    /// Writes them: at most a statement a table, unless very many deals were written at once.
    pub(crate) async fn keep(self, conn: &impl ConnectionTrait) -> Outcome<()> {
        let sums = |(deals, amount): &Sum| *deals != 0 || *amount != 0;
        let reached = self.reached.into_iter().filter(|(_, sum)| sums(sum));
        let reached = reached.map(|((place, furthest, status, currency), (deals, amount))| {
            row(place, [furthest.into(), status.into(), currency.into(), deals.into(), amount.into()])
        });
        upsert(conn, &REACHED, reached.collect()).await?;
        let lost = self.lost.into_iter().filter(|(_, sum)| sums(sum));
        let lost = lost.map(|((place, stage, reason, currency), (deals, amount))| {
            row(place, [stage.into(), reason.into(), currency.into(), deals.into(), amount.into()])
        });
        upsert(conn, &LOST, lost.collect()).await?;
        let stays = self.stays.into_iter().filter(|(_, stays)| *stays != 0);
        let stays =
            stays.map(|((place, stage, step), stays)| row(place, [stage.into(), step.into(), stays.into()]));
        upsert(conn, &STAYS, stays.collect()).await
    }
}

fn add(sum: &mut Sum, deals: i64, amount: i64) {
    sum.0 += deals;
    sum.1 = sum.1.saturating_add(amount);
}

fn row<const N: usize>((pipeline, length, begins): Place, rest: [Value; N]) -> Vec<Value> {
    let place: [Value; 3] = [pipeline.into(), length.into(), begins.into()];
    place.into_iter().chain(rest).collect()
}

/// A table of sums.
struct Rollup {
    name: &'static str,
    keys: &'static [&'static str],
    sums: &'static [&'static str],
}

const REACHED: Rollup = Rollup {
    name: "funnel_reached",
    keys: &["pipeline_id", "days", "begins", "furthest_id", "status", "currency"],
    sums: &["deals", "amount"],
};
const LOST: Rollup = Rollup {
    name: "funnel_lost",
    keys: &["pipeline_id", "days", "begins", "stage_id", "reason_id", "currency"],
    sums: &["deals", "amount"],
};
const STAYS: Rollup = Rollup {
    name: "funnel_stays",
    keys: &["pipeline_id", "days", "begins", "stage_id", "step"],
    sums: &["stays"],
};

/// Adds to what is there.
async fn upsert(conn: &impl ConnectionTrait, rollup: &Rollup, rows: Vec<Vec<Value>>) -> Outcome<()> {
    let Rollup { name, keys, sums } = rollup;
    let columns = [*keys, *sums].concat();
    let added: Vec<String> =
        sums.iter().map(|sum| format!("{sum} = {name}.{sum} + excluded.{sum}")).collect();
    for rows in rows.chunks(BATCH) {
        let places = |row: usize| {
            let first = row * columns.len() + 1;
            let places: Vec<String> =
                (first..first + columns.len()).map(|place| format!("${place}")).collect();
            format!("({})", places.join(", "))
        };
        let places: Vec<String> = (0..rows.len()).map(places).collect();
        let text = format!(
            "INSERT INTO {name} ({}) VALUES {} ON CONFLICT ({}) DO UPDATE SET {}",
            columns.join(", "),
            places.join(", "),
            keys.join(", "),
            added.join(", "),
        );
        let insert = dialect::sql(conn, &text, rows.iter().flatten().cloned());
        conn.execute_raw(insert).await.db()?;
    }
    Ok(())
}
