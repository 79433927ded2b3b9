//! The board: two statements, however many deals there are.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{self, Action, Actor, Entity, Field};
use domain::deal::{Board, BoardColumn, DealCard, DealFilter, DealStatus, NextStepNote};
use domain::id::{DealId, PipelineId};
use domain::pipeline::Pipeline;
use domain::task::TaskKind;
use domain::{Money, Outcome, Problem};
use sea_orm::sea_query::{
    Asterisk, CaseStatement, Condition, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement,
    WindowStatement,
};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::client::join_client;
use super::{filter, with_client};
use crate::entity::deal::{self, Column as C, money};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, calendar, dialect};

/// Cards of a column; its count and sums are of all its deals.
const CARDS: i32 = 50;
/// How long a closed deal stays on the board.
const CLOSED_DAYS: i64 = 30;

/// The default pipeline's board (or `pipeline`'s), each column by urgency of the next step; ≤ 3 queries.
pub async fn board(
    db: &Db,
    actor: &Actor,
    pipeline: Option<PipelineId>,
    filter: DealFilter,
) -> Outcome<Board> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let pipeline = match pipeline {
        Some(id) => reference.pipeline(id),
        None => reference.pipelines.first(),
    }
    .ok_or(Problem::NotFound)?;
    let now = db.now();
    let mut wanted = filter::condition(actor, &reference, &filter)?.add(C::PipelineId.eq(pipeline.id.0)).add(
        Condition::any()
            .add(C::Status.eq(DealStatus::Open.code()))
            .add(C::ClosedAt.gte(now - TimeDelta::days(CLOSED_DAYS))),
    );
    if let Some(status) = filter.status {
        wanted = wanted.add(C::Status.eq(status.code()));
    }
    let zone = actor.user.and_then(|id| reference.user(id)).map(|user| user.time_zone.as_str());
    let zone = zone.unwrap_or(&reference.settings.time_zone);
    let tonight = calendar::end_of(calendar::day(now, zone), zone);

    let mut sums = sums(db, wanted.clone()).await?;
    let mut cards = cards(db, &reference, wanted, now, tonight).await?;
    let mut board = assemble(pipeline, &mut sums, &mut cards);
    for column in &mut board.columns {
        column.sums = actor.seen(Field::DealAmount, std::mem::take(&mut column.sums));
        for card in &mut column.cards {
            card.amount = actor.seen(Field::DealAmount, card.amount);
        }
    }
    Ok(board)
}

fn assemble(
    pipeline: &Pipeline,
    sums: &mut HashMap<Uuid, (u64, Vec<Money>)>,
    cards: &mut HashMap<Uuid, Vec<DealCard>>,
) -> Board {
    let columns = pipeline.stages.iter().map(|stage| {
        let (count, sums) = sums.remove(&stage.id.0).unwrap_or_default();
        let cards = cards.remove(&stage.id.0).unwrap_or_default();
        BoardColumn { stage: stage.clone(), count, sums, cards }
    });
    Board { pipeline: pipeline.id, name: pipeline.name.clone(), columns: columns.collect() }
}

/// Number of deals and their sum per currency, by stage.
async fn sums(db: &Db, wanted: Condition) -> Outcome<HashMap<Uuid, (u64, Vec<Money>)>> {
    let mut select = Query::select();
    select
        .columns([(deal::Entity, C::StageId), (deal::Entity, C::Currency)])
        .expr_as(Func::count(Expr::cust("1")), "deals")
        .expr_as(dialect::whole(Func::sum(Expr::col((deal::Entity, C::AmountMinor))).into()), "total")
        .from(deal::Entity);
    join_client(&mut select);
    select
        .cond_where(wanted)
        .group_by_columns([(deal::Entity, C::StageId), (deal::Entity, C::Currency)])
        .order_by((deal::Entity, C::Currency), Order::Asc);
    let mut stages: HashMap<Uuid, (u64, Vec<Money>)> = HashMap::new();
    for row in db.read().query_all(&select).await.db()? {
        let (count, sums) = stages.entry(row.try_get("", "stage_id").db()?).or_default();
        *count += row.try_get::<i64>("", "deals").db()?.unsigned_abs();
        let total: Option<i64> = row.try_get("", "total").db()?;
        let currency: Option<String> = row.try_get("", "currency").db()?;
        sums.extend(money(total, currency.as_deref()));
    }
    Ok(stages)
}

#[derive(FromQueryResult)]
struct Card {
    id: Uuid,
    stage_id: Uuid,
    title: String,
    amount_minor: Option<i64>,
    currency: Option<String>,
    channel: String,
    owner_id: Option<Uuid>,
    stage_entered_at: DateTime<Utc>,
    version: i64,
    account_name: Option<String>,
    contact_name: Option<String>,
    task_kind: Option<String>,
    task_title: Option<String>,
    task_due_at: Option<DateTime<Utc>>,
}

async fn cards(
    db: &Db,
    reference: &Reference,
    wanted: Condition,
    now: DateTime<Utc>,
    tonight: DateTime<Utc>,
) -> Outcome<HashMap<Uuid, Vec<DealCard>>> {
    let first = Query::select()
        .column(Asterisk)
        .from_subquery(ranked(wanted, now, tonight), "cards")
        .and_where(Expr::col("place").lte(CARDS))
        .order_by("place", Order::Asc)
        .take();
    let mut stages: HashMap<Uuid, Vec<DealCard>> = HashMap::new();
    for row in db.read().query_all(&first).await.db()? {
        let card = Card::from_query_result(&row, "").db()?;
        stages.entry(card.stage_id).or_default().push(told(reference, card));
    }
    Ok(stages)
}

/// Deals with their next step and their place in the column: overdue, today, nothing planned, later; the closed ones last closed
/// first.
fn ranked(wanted: Condition, now: DateTime<Utc>, tonight: DateTime<Utc>) -> SelectStatement {
    let due = || Expr::col(("step", "due_at"));
    let urgency = CaseStatement::new()
        .case(due().lt(now), 0)
        .case(due().lt(tonight), 1)
        .case(due().is_null(), 2)
        .finally(3);
    let place = WindowStatement::partition_by((deal::Entity, C::StageId))
        .order_by((deal::Entity, C::ClosedAt), Order::Desc)
        .order_by_expr(urgency.into(), Order::Asc)
        .order_by(("step", "due_at"), Order::Asc)
        .order_by((deal::Entity, C::StageEnteredAt), Order::Asc)
        .order_by((deal::Entity, C::Id), Order::Asc)
        .take();
    let columns = [
        C::Id,
        C::StageId,
        C::Title,
        C::AmountMinor,
        C::Currency,
        C::Channel,
        C::OwnerId,
        C::StageEnteredAt,
        C::Version,
    ];
    let mut select = Query::select();
    select.columns(columns.map(|column| (deal::Entity, column))).from(deal::Entity);
    with_client(&mut select);
    select
        .join_as(
            JoinType::LeftJoin,
            "tasks",
            "step",
            Expr::cust(
                "step.id = (SELECT n.id FROM tasks n WHERE n.deal_id = deals.id AND n.done_at IS NULL \
                 ORDER BY n.due_at, n.id LIMIT 1)",
            ),
        )
        .expr_as(Expr::col(("step", "kind")), "task_kind")
        .expr_as(Expr::col(("step", "title")), "task_title")
        .expr_as(due(), "task_due_at")
        .expr_window_as(Func::cust("ROW_NUMBER"), place, "place")
        .cond_where(wanted);
    select
}

fn told(reference: &Reference, card: Card) -> DealCard {
    let next_step = match (card.task_kind, card.task_title, card.task_due_at) {
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
    }
}
