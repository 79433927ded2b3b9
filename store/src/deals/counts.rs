//! How many deals a stage holds and what they are worth, without counting them.
//!
//! Triggers note every change of a deal in `deal_deltas` (`dialect::counting`), whoever makes it; [`add_up`] adds the notes up into
//! `stage_sums` and `owner_sums` before the transaction commits. No other transaction ever sees a note.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::access::{Action, Actor, Entity, Reach};
use domain::deal::{DealFilter, weigh};
use domain::pipeline::{Stage, StageKind};
use domain::{Currency, Money, Outcome};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::client::join_client;
use super::filter;
use crate::Db;
use crate::dialect;
use crate::entity::deal::{self, Column as C};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::{only_shared, readable};

/// Of the deals of a stage.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) count: u64,
    pub(super) sums: Vec<Money>,
    pub(super) weighted: Vec<Money>,
}

/// Which deals are counted: of `stages`, the closed ones from `since` on, by the days of Greenwich.
pub(super) struct Counted {
    pub(super) actor: Actor,
    pub(super) reference: Arc<Reference>,
    pub(super) filter: DealFilter,
    pub(super) stages: Vec<Stage>,
    pub(super) since: NaiveDate,
}

#[derive(FromQueryResult)]
struct Row {
    stage_id: Uuid,
    currency: String,
    deals: i64,
    /// The sum of all of them, …
    minor: i64,
    /// … of those whose chance is their stage's, …
    by_stage: i64,
    /// … and of the others, weighed.
    by_hand: i64,
}

/// Number of deals and their sums per currency, by stage, in one statement. For a board that is narrowed by nothing but an owner it
/// reads counters; what else narrows it, no counter is kept for, and the deals are counted.
pub(super) async fn by_stage(db: &Db, counted: &Counted) -> Outcome<HashMap<Uuid, Sums>> {
    let Some(select) = counted.statement()? else { return Ok(HashMap::new()) };
    let mut stages: HashMap<Uuid, HashMap<String, Row>> = HashMap::new();
    for row in db.read().query_all(&select).await.db()? {
        let row = Row::from_query_result(&row, "").db()?;
        let currencies = stages.entry(row.stage_id).or_default();
        match currencies.get_mut(&row.currency) {
            Some(sum) => {
                sum.deals += row.deals;
                sum.minor += row.minor;
                sum.by_stage += row.by_stage;
                sum.by_hand += row.by_hand;
            }
            None => {
                currencies.insert(row.currency.clone(), row);
            }
        }
    }
    let told = |(id, rows): (Uuid, HashMap<String, Row>)| {
        let chance =
            counted.stages.iter().find(|stage| stage.id.0 == id).map_or(0, |stage| stage.probability);
        (id, sums(rows, chance))
    };
    Ok(stages.into_iter().map(told).collect())
}

fn sums(rows: HashMap<String, Row>, chance: i32) -> Sums {
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_unstable_by(|a, b| a.currency.cmp(&b.currency));
    let mut all = Sums::default();
    for row in rows {
        all.count += u64::try_from(row.deals).unwrap_or_default();
        if let Some(currency) = Currency::from_code(&row.currency).filter(|_| row.deals > 0) {
            let by_stage = weigh(Money::new(row.by_stage, currency), chance);
            all.sums.push(Money::new(row.minor, currency));
            all.weighted.push(Money::new(by_stage.minor + row.by_hand, currency));
        }
    }
    all
}

/// Whether counters are kept for the filter.
fn is_kept(filter: &DealFilter) -> bool {
    let rest = DealFilter {
        owner: None,
        status: None,
        all: false,
        pipeline: None,
        more: Vec::new(),
        cursor: None,
        ..filter.clone()
    };
    rest == DealFilter::default()
}

impl Counted {
    /// When the first of the days begins.
    pub(super) fn begin(&self) -> DateTime<Utc> {
        self.since.and_time(NaiveTime::MIN).and_utc()
    }

    /// Reads the counters where they are kept, counts where not; `None` where the actor reads nothing.
    pub(super) fn statement(&self) -> Outcome<Option<SelectStatement>> {
        if is_kept(&self.filter) { Ok(self.kept()) } else { self.live().map(Some) }
    }

    fn ids(&self, is_open: bool) -> Vec<Uuid> {
        let stages = self.stages.iter().filter(|stage| (stage.kind == StageKind::Open) == is_open);
        stages.map(|stage| stage.id.0).collect()
    }

    /// The deals that count, as a condition over `deals`.
    fn counting(&self) -> Condition {
        Condition::any()
            .add(
                Condition::all()
                    .add(C::StageId.is_in(self.ids(true)))
                    .add(Expr::cust("deals.status = 'open'")),
            )
            .add(Condition::all().add(C::StageId.is_in(self.ids(false))).add(C::ClosedAt.gte(self.begin())))
    }

    /// Reads the counters; what is only shared with the actor is counted and added. `None`: the actor reads nothing.
    fn kept(&self) -> Option<SelectStatement> {
        let mut arms: Vec<SelectStatement> = Vec::new();
        let filter = &self.filter;
        match self.actor.rights.reach(Entity::Deal, Action::Read) {
            Reach::None => return None,
            Reach::All if filter.owner.is_none() => arms.extend(self.rows("stage_sums", &Condition::all())),
            reach => {
                for way in self.ways(reach) {
                    arms.extend(self.rows("owner_sums", &way));
                }
            }
        }
        if let Some(shared) = only_shared::<deal::Entity>(&self.actor) {
            let owners = filter.owner.map(|owner| C::OwnerId.eq(owner.0));
            arms.push(self.sum(Condition::all().add(shared).add_option(owners)));
        }
        let mut arms = arms.into_iter();
        let mut all = arms.next()?;
        for arm in arms {
            all.union(UnionType::All, arm);
        }
        Some(all)
    }

    /// The rows of `owner_sums` that the actor's reach covers, as conditions that exclude each other; nobody's have the nil owner.
    fn ways(&self, reach: Reach) -> Vec<Condition> {
        let owner = || Expr::col("owner_id");
        let me = self.actor.user.map(|user| user.0);
        let team = self.actor.team.filter(|_| reach == Reach::Team).map(|team| team.0);
        if let Some(asked) = self.filter.owner.map(|owner| owner.0) {
            let all = reach == Reach::All || me == Some(asked);
            let teams = team.filter(|_| !all).map(|team| Expr::col("team_id").eq(team));
            return match all || teams.is_some() {
                true => vec![Condition::all().add(owner().eq(asked)).add_option(teams)],
                false => Vec::new(),
            };
        }
        let others = |team| {
            Condition::all()
                .add(Expr::col("team_id").eq(team))
                .add(owner().ne(Uuid::nil()))
                .add_option(me.map(|me| owner().ne(me)))
        };
        let of_one = [Some(Uuid::nil()), me].into_iter().flatten();
        of_one.map(|id| Condition::all().add(owner().eq(id))).chain(team.map(others)).collect()
    }

    /// The counters of the open stages, and of the closed ones those of the days that count.
    fn rows(&self, table: &'static str, whose: &Condition) -> [SelectStatement; 2] {
        let since = self.since.to_string();
        [(true, Expr::col("day").eq("")), (false, Expr::col("day").gte(since))].map(|(is_open, day)| {
            Query::select()
                .columns(["stage_id", "currency", "deals", "minor", "by_stage", "by_hand"])
                .from(table)
                .and_where(Expr::col("stage_id").is_in(self.ids(is_open)))
                .and_where(day)
                .cond_where(whose.clone())
                .take()
        })
    }

    /// Counts the deals that fit the filter.
    fn live(&self) -> Outcome<SelectStatement> {
        let narrowed = filter::narrowed(&self.reference, &self.filter)?;
        Ok(self.sum(Condition::all().add(readable::<deal::Entity>(&self.actor)).add(narrowed)))
    }

    fn sum(&self, wanted: Condition) -> SelectStatement {
        let amount = "deals.amount_minor";
        let sum = |of: String| dialect::whole(Expr::cust(format!("COALESCE(sum({of}), 0)")));
        let mut select = Query::select();
        select
            .column((deal::Entity, C::StageId))
            .expr_as(Expr::cust("COALESCE(deals.currency, '')"), "currency")
            .expr_as(Func::count(Expr::cust("1")), "deals")
            .expr_as(sum(amount.to_owned()), "minor")
            .expr_as(sum(format!("CASE WHEN deals.probability IS NULL THEN {amount} END")), "by_stage")
            .expr_as(sum(format!("{amount} * deals.probability / 100")), "by_hand")
            .from(deal::Entity);
        join_client(&mut select);
        select
            .cond_where(self.counting())
            .cond_where(wanted)
            .group_by_columns([(deal::Entity, C::StageId), (deal::Entity, C::Currency)]);
        select
    }
}

/// Adds up what triggers noted since the last time; nobody else's notes are ever there. Of each table the rows are taken in one
/// order, lest two transactions wait for each other.
pub(crate) async fn add_up(conn: &impl ConnectionTrait) -> Outcome<()> {
    let any = dialect::sql(conn, "SELECT 1 FROM deal_deltas LIMIT 1", []);
    if conn.query_one_raw(any).await.db()?.is_none() {
        return Ok(());
    }
    for (table, key) in [
        ("stage_sums", "stage_id, day, currency"),
        ("owner_sums", "stage_id, owner_id, team_id, day, currency"),
    ] {
        let sums = ["deals", "minor", "by_stage", "by_hand"];
        let noted = sums.map(|sum| format!("CAST(sum({sum}) AS bigint)")).join(", ");
        let any = sums.map(|sum| format!("sum({sum}) <> 0")).join(" OR ");
        let added = sums.map(|sum| format!("{sum} = {table}.{sum} + excluded.{sum}")).join(", ");
        let text = format!(
            "INSERT INTO {table} ({key}, {}) SELECT {key}, {noted} FROM deal_deltas WHERE true GROUP BY {key} \
             HAVING {any} ORDER BY {key} ON CONFLICT ({key}) DO UPDATE SET {added}",
            sums.join(", ")
        );
        conn.execute_raw(dialect::sql(conn, &text, [])).await.db()?;
    }
    forget_notes(conn).await
}

/// Takes the notes away: of a loaded backup, which brings the counters along.
pub(crate) async fn forget_notes(conn: &impl ConnectionTrait) -> Outcome<()> {
    conn.execute_raw(dialect::sql(conn, "DELETE FROM deal_deltas", [])).await.db()?;
    Ok(())
}
