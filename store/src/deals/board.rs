//! The board: two statements that read what they show, however many deals there are.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{self, Action, Actor, Entity, Field};
use domain::deal::{Board, BoardColumn, CARDS_MAX, DealCard, DealFilter, DealStatus, NextStepNote};
use domain::id::{DealId, PipelineId};
use domain::pipeline::{Pipeline, Stage, StageKind};
use domain::task::TaskKind;
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Asterisk, Condition, Expr, ExprTrait, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::client::join_client;
use super::counts::{self, Counted};
use super::filter;
use crate::entity::deal::{self, Column as C, money};
use crate::entity::{account, contact};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::{readable, ways};
use crate::{Db, calendar, dialect};

/// Cards of a column to begin with; its count and sums are of all its deals.
const CARDS: u32 = 15;
/// Cards of all columns together, where a pipeline has more of them. With the client of each and the counters, a board reads fewer
/// than 500 rows.
const CARDS_OF_ALL: u32 = 105;
/// How long a closed deal stays on the board, by the days of Greenwich.
const CLOSED_DAYS: i64 = 30;

/// The board of the pipeline, of the filter's, or of the default one; each column by urgency of the next step. Two queries, which
/// follow indexes in the columns' order, unless the filter narrows the deals by more than their owner.
pub async fn board(
    db: &Db,
    actor: &Actor,
    pipeline: Option<PipelineId>,
    filter: DealFilter,
) -> Outcome<Board> {
    let (pipeline, shown) = look(db, actor, pipeline, filter).await?;
    let mut sums = counts::by_stage(db, &shown.counted).await?;
    let mut cards = shown.cards(db, pipeline.stages.len()).await?;
    let column = |stage: Stage| {
        let sums = sums.remove(&stage.id.0).unwrap_or_default();
        let mut cards = cards.remove(&stage.id.0).unwrap_or_default();
        for card in &mut cards {
            card.amount = actor.seen(Field::DealAmount, card.amount);
        }
        BoardColumn {
            stage: stage.outlined(),
            count: sums.count,
            sums: actor.seen(Field::DealAmount, sums.sums),
            weighted: actor.seen(Field::DealAmount, sums.weighted),
            cards,
        }
    };
    let columns = pipeline.stages.into_iter().map(column).collect();
    Ok(Board { pipeline: pipeline.id, name: pipeline.name, columns })
}

/// The board's statements with their values in them, for the test of how many rows they read, and for nothing else.
#[doc(hidden)]
pub async fn board_statements(db: &Db, actor: &Actor, filter: DealFilter) -> Outcome<Vec<String>> {
    let (pipeline, shown) = look(db, actor, None, filter).await?;
    let both = [shown.counted.statement()?, shown.statement(pipeline.stages.len())];
    Ok(both.iter().flatten().map(|select| dialect::written(db.read(), select)).collect())
}

/// Which pipeline it is, and how its cards are chosen.
async fn look(
    db: &Db,
    actor: &Actor,
    pipeline: Option<PipelineId>,
    filter: DealFilter,
) -> Outcome<(Pipeline, Shown)> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let pipeline = match pipeline.or(filter.pipeline) {
        Some(id) => reference.pipeline(id),
        None => reference.pipelines.first(),
    }
    .ok_or(Problem::NotFound)?
    .clone();
    let asked = |stage: &&Stage| filter.status.is_none_or(|status| DealStatus::from(stage.kind) == status);
    let stages = pipeline.stages.iter().filter(asked).cloned().collect();
    let now = db.now();
    let since = (now - TimeDelta::days(CLOSED_DAYS)).date_naive();
    let zone = actor.user.and_then(|id| reference.user(id)).map(|user| user.time_zone.as_str());
    let zone = zone.unwrap_or(&reference.settings.time_zone);
    let shown = Shown {
        narrowed: filter::narrowed(&reference, &filter)?,
        tonight: calendar::end_of(calendar::day(now, zone), zone),
        // Everything of one owner is in one place of an index, whoever may read how much of it.
        ways: match filter.owner {
            Some(_) => vec![readable::<deal::Entity>(actor)],
            None => ways::<deal::Entity>(actor),
        },
        counted: Counted { actor: actor.clone(), reference: reference.clone(), filter, stages, since },
    };
    Ok((pipeline, shown))
}

/// What a column is in the order of; the same in statements and in [`Card::place`].
const ORDER: [C; 3] = [C::NextStepAt, C::StageEnteredAt, C::Id];

/// What a card shows, as the innermost statements answer with it.
const COLUMNS: [C; 16] = [
    C::Id,
    C::StageId,
    C::Title,
    C::AmountMinor,
    C::Currency,
    C::Probability,
    C::Channel,
    C::OwnerId,
    C::AccountId,
    C::ContactId,
    C::StageEnteredAt,
    C::ClosedAt,
    C::NextStepAt,
    C::NextStepKind,
    C::NextStepTitle,
    C::Version,
];

/// Of the cards that are shown, and of no others.
const WAIVERS: &str = "(SELECT count(*) FROM waivers w WHERE w.deal_id = cards.id)";

/// How cards are chosen.
struct Shown {
    counted: Counted,
    /// What the filter asks for.
    narrowed: Condition,
    /// Alternatives that exclude each other: what the actor may read.
    ways: Vec<Condition>,
    /// When the actor's day ends.
    tonight: DateTime<Utc>,
}

impl Shown {
    /// The first cards of each column, in its order.
    async fn cards(&self, db: &Db, columns: usize) -> Outcome<HashMap<Uuid, Vec<DealCard>>> {
        let Some(select) = self.statement(columns) else { return Ok(HashMap::new()) };
        let mut stages: HashMap<Uuid, Vec<Card>> = HashMap::new();
        for row in db.read().query_all(&select).await.db()? {
            let card = Card::from_query_result(&row, "").db()?;
            stages.entry(card.stage_id).or_default().push(card);
        }
        let told = |(stage, mut cards): (Uuid, Vec<Card>)| {
            // No database promises the order of what several statements answer together.
            cards.sort_by_cached_key(|card| card.place(self.tonight));
            (stage, cards.into_iter().map(|card| told(&self.counted.reference, card)).collect())
        };
        Ok(stages.into_iter().map(told).collect())
    }

    /// The first cards of all columns with their clients; `None` where no column is asked for.
    fn statement(&self, columns: usize) -> Option<SelectStatement> {
        let fair = CARDS_OF_ALL / u32::try_from(columns.max(1)).unwrap_or(u32::MAX);
        let arms = self.counted.stages.iter().map(|stage| self.column(stage, fair.clamp(2, CARDS)));
        let all = one_after_the_other(arms)?;
        let mut select = Query::select();
        select
            .columns(COLUMNS.map(|column| ("cards", column)))
            .expr_as(Expr::col((account::Entity, account::Column::Name)), "account_name")
            .expr_as(Expr::col((contact::Entity, contact::Column::Name)), "contact_name")
            .expr_as(Expr::cust(WAIVERS), "waivers")
            .from_subquery(all, "cards")
            .left_join(
                account::Entity,
                Expr::col(("cards", C::AccountId)).equals((account::Entity, account::Column::Id)),
            )
            .left_join(
                contact::Entity,
                Expr::col(("cards", C::ContactId)).equals((contact::Entity, contact::Column::Id)),
            );
        Some(select)
    }

    /// The first cards of a stage. An open one's are overdue, due today, with nothing planned, due later: three stretches of an
    /// index, of which a further one is read only when those before it have not given enough. A closed one's are those closed
    /// last.
    fn column(&self, stage: &Stage, fair: u32) -> SelectStatement {
        let more = self.counted.filter.more.iter().find(|(id, _)| *id == stage.id);
        let cards = u64::from(more.map_or(fair, |(_, cards)| (*cards).clamp(fair, CARDS_MAX)));
        let of_stage = Condition::all().add(C::StageId.eq(stage.id.0)).add(self.narrowed.clone());
        if stage.kind != StageKind::Open {
            let seen = readable::<deal::Entity>(&self.counted.actor);
            let mut closed = chosen(of_stage.add(C::ClosedAt.gte(self.counted.begin())).add(seen));
            closed
                .order_by((deal::Entity, C::ClosedAt), Order::Desc)
                .order_by((deal::Entity, C::Id), Order::Desc);
            return closed.limit(cards).take();
        }
        // The index is of open deals, which a value that is bound later would not tell the planner.
        let open = of_stage.add(Expr::cust("deals.status = 'open'"));
        let due = [C::NextStepAt.lt(self.tonight), C::NextStepAt.is_null(), C::NextStepAt.gte(self.tonight)];
        let stretches = due.into_iter().map(|due| self.stretch(open.clone().add(due), cards));
        let Some(mut all) = one_after_the_other(stretches) else { return nothing(open) };
        all.limit(cards).take()
    }

    /// The first of one stretch, of everything that the actor may read.
    fn stretch(&self, wanted: Condition, cards: u64) -> SelectStatement {
        let mut arms = self.ways.iter().map(|way| {
            let mut arm = chosen(wanted.clone().add(way.clone()));
            for column in ORDER {
                arm.order_by((deal::Entity, column), Order::Asc);
            }
            arm.limit(cards).take()
        });
        match (arms.next(), self.ways.len()) {
            (None, _) => nothing(wanted),
            (Some(only), 1) => only,
            (Some(first), _) => {
                let Some(mut merged) = one_after_the_other(std::iter::once(first).chain(arms)) else {
                    return nothing(wanted);
                };
                for column in ORDER {
                    merged.order_by(column, Order::Asc);
                }
                merged.limit(cards).take()
            }
        }
    }
}

fn chosen(wanted: Condition) -> SelectStatement {
    let mut select = Query::select();
    select.columns(COLUMNS.map(|column| (deal::Entity, column))).from(deal::Entity);
    join_client(&mut select);
    select.cond_where(wanted).take()
}

/// For an actor who may read nothing.
fn nothing(wanted: Condition) -> SelectStatement {
    chosen(wanted.add(Expr::cust("1 = 0")))
}

/// Everything that the statements find, each with its own order and limit.
fn one_after_the_other(arms: impl Iterator<Item = SelectStatement>) -> Option<SelectStatement> {
    let mut arms = arms.map(|arm| Query::select().column(Asterisk).from_subquery(arm, "arm").take());
    let mut all = arms.next()?;
    for arm in arms {
        all.union(UnionType::All, arm);
    }
    Some(Query::select().column(Asterisk).from_subquery(all, "arms").take())
}

#[derive(FromQueryResult)]
struct Card {
    id: Uuid,
    stage_id: Uuid,
    title: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    probability: Option<i32>,
    channel: String,
    owner_id: Option<Uuid>,
    stage_entered_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    version: i64,
    account_name: Option<String>,
    contact_name: Option<String>,
    next_step_at: Option<DateTime<Utc>>,
    next_step_kind: Option<String>,
    next_step_title: Option<String>,
    waivers: i64,
}

/// Where a card stands in its column: the last closed, then the stretch and what it is in the order of.
type Place = (std::cmp::Reverse<Option<DateTime<Utc>>>, u8, Option<DateTime<Utc>>, DateTime<Utc>, Uuid);

impl Card {
    fn place(&self, tonight: DateTime<Utc>) -> Place {
        let stretch = match self.next_step_at {
            Some(due) if due < tonight => 0,
            None => 1,
            Some(_) => 2,
        };
        (std::cmp::Reverse(self.closed_at), stretch, self.next_step_at, self.stage_entered_at, self.id)
    }
}

fn told(reference: &Reference, card: Card) -> DealCard {
    let next_step = match (card.next_step_kind, card.next_step_title, card.next_step_at) {
        (Some(kind), Some(title), Some(due_at)) => {
            Some(NextStepNote { kind: TaskKind::from_code(&kind).unwrap_or(TaskKind::Other), title, due_at })
        }
        _ => None,
    };
    DealCard {
        id: DealId(card.id),
        title: card.title,
        client: card.account_name.or(card.contact_name).unwrap_or_default(),
        amount: money(card.amount_minor, card.currency.as_deref()),
        channel: card.channel,
        owner: reference.person(card.owner_id),
        next_step,
        stage_entered_at: card.stage_entered_at,
        version: card.version,
        probability: card.probability,
        waivers: u32::try_from(card.waivers).unwrap_or(u32::MAX),
    }
}
