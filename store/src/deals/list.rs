//! Deals as rows.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Field};
use domain::attribution::Origins;
use domain::deal::{DealFilter, DealRow, DealStatus};
use domain::id::{DealId, StageId};
use domain::query::{PAGE, Page};
use sea_orm::sea_query::{Condition, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{filter, with_client};
use crate::entity::deal::{self, money};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::readable;
use crate::{Db, origins, page, reports};

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: DealFilter) -> Outcome<Page<DealRow>> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let wanted = filter::condition(actor, &reference, &filter)?
        .add(filter::status(&filter))
        .add(reports::leaking(db, actor, &filter).await?);
    let count = page::count_rows(db.read(), select(wanted.clone())).await?;

    let mut rows = select(wanted);
    if let Some(cursor) = &filter.cursor {
        let (at, id): (DateTime<Utc>, Uuid) = page::decode(cursor)?;
        let same = Condition::all().add(deal::Column::CreatedAt.eq(at)).add(deal::Column::Id.lt(id));
        rows.cond_where(Condition::any().add(deal::Column::CreatedAt.lt(at)).add(same));
    }
    rows.limit(PAGE + 1);
    let mut rows = read(db.read(), actor, &reference, &rows).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| page::encode(&(row.created_at, row.id)));
    Ok(Page { rows, next, count })
}

/// What deals came by, for the filter.
pub async fn origins(db: &Db, actor: &Actor) -> Outcome<Origins> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    origins::newest::<deal::Entity>(db, actor).await
}

/// The newest deals of a client that the actor may read, at most a page.
pub(crate) async fn rows_where(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    reference: &Reference,
    client: Condition,
) -> Outcome<Vec<DealRow>> {
    let mine = readable::<deal::Entity>(actor);
    let mut rows = select(Condition::all().add(client).add(mine));
    rows.limit(PAGE);
    read(conn, actor, reference, &rows).await
}

/// Their statement, newest first.
pub(super) fn select(wanted: Condition) -> SelectStatement {
    use deal::Column as C;
    let columns = [
        C::Id,
        C::Number,
        C::Title,
        C::Status,
        C::StageId,
        C::AmountMinor,
        C::Currency,
        C::Channel,
        C::OwnerId,
        C::ExpectedClose,
        C::NextStepAt,
        C::CreatedAt,
        C::ClosedAt,
    ];
    let mut select = Query::select();
    select.columns(columns.map(|column| (deal::Entity, column))).from(deal::Entity);
    with_client(&mut select);
    select
        .cond_where(wanted)
        .order_by((deal::Entity, C::CreatedAt), Order::Desc)
        .order_by((deal::Entity, C::Id), Order::Desc);
    select
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    number: i64,
    title: String,
    status: String,
    stage_id: Uuid,
    amount_minor: Option<i64>,
    currency: Option<String>,
    channel: String,
    owner_id: Option<Uuid>,
    expected_close: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    account_name: Option<String>,
    contact_name: Option<String>,
    next_step_at: Option<DateTime<Utc>>,
}

pub(super) async fn read(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    reference: &Reference,
    rows: &SelectStatement,
) -> Outcome<Vec<DealRow>> {
    let rows = conn.query_all(rows).await.db()?;
    rows.iter().map(|row| Ok(told(actor, reference, Row::from_query_result(row, "").db()?))).collect()
}

fn told(actor: &Actor, reference: &Reference, row: Row) -> DealRow {
    DealRow {
        id: DealId(row.id),
        number: row.number,
        title: row.title,
        account: row.account_name.or(row.contact_name).unwrap_or_default(),
        status: DealStatus::from_code(&row.status).unwrap_or(DealStatus::Open),
        stage: reference.stage(StageId(row.stage_id)).map(|stage| stage.name.clone()).unwrap_or_default(),
        amount: actor.seen(Field::DealAmount, money(row.amount_minor, row.currency.as_deref())),
        channel: row.channel,
        owner: reference.person(row.owner_id),
        next_step_at: row.next_step_at,
        expected_close: row.expected_close,
        created_at: row.created_at,
        closed_at: row.closed_at,
    }
}
