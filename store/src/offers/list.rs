//! Offers as rows, each with its latest revision.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{self, Action, Actor, Entity};
use domain::deal::DealStatus;
use domain::id::{DealId, OfferId};
use domain::offer::{OfferRow, OfferStatus};
use domain::query::{PAGE, Page};
use domain::{Currency, Money, Outcome};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::status_on;
use crate::entity::{deal, offer, offer_revision};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::scope::readable;
use crate::{Db, calendar, deals, page};

/// Newest first; `status` `None`: all.
pub async fn list(
    db: &Db,
    actor: &Actor,
    status: Option<OfferStatus>,
    cursor: Option<&str>,
) -> Outcome<Page<OfferRow>> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let today = calendar::day(db.now(), &reference.settings.time_zone);
    let mut wanted = Condition::all().add(readable::<deal::Entity>(actor));
    if let Some(status) = status {
        wanted = wanted.add(stands_at(status, today));
    }
    let count = page::count_rows(db.read(), select(wanted.clone())).await?;
    let mut rows = select(wanted);
    if let Some(cursor) = cursor {
        let (at, id): (DateTime<Utc>, Uuid) = page::decode(cursor)?;
        let same = Condition::all().add(offer::Column::CreatedAt.eq(at)).add(offer::Column::Id.lt(id));
        rows.cond_where(Condition::any().add(offer::Column::CreatedAt.lt(at)).add(same));
    }
    rows.limit(PAGE + 1);
    let mut rows = read(db, &rows).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| page::encode(&(row.created_at, row.id)));
    let rows = rows.into_iter().map(|row| told(&reference, row, today)).collect::<Outcome<_>>()?;
    Ok(Page { rows, next, count })
}

/// Offers of the actor's own open deals that wait for their client's answer, the longest waiting first, at most a page.
pub(crate) async fn waiting(db: &Db, actor: &Actor, reference: &Reference) -> Outcome<Vec<OfferRow>> {
    let Some(me) = actor.user else { return Ok(Vec::new()) };
    let today = calendar::day(db.now(), &reference.settings.time_zone);
    let unanswered =
        Condition::any().add(stands_at(OfferStatus::Sent, today)).add(stands_at(OfferStatus::Viewed, today));
    let mine = Condition::all()
        .add(readable::<deal::Entity>(actor))
        .add(deal::Column::OwnerId.eq(me.0))
        .add(deal::Column::Status.eq(DealStatus::Open.code()))
        .add(unanswered);
    let mut rows = select(mine);
    rows.clear_order_by()
        .order_by((offer_revision::Entity, offer_revision::Column::SentAt), Order::Asc)
        .order_by((offer::Entity, offer::Column::Id), Order::Asc)
        .limit(PAGE);
    read(db, &rows).await?.into_iter().map(|row| told(reference, row, today)).collect()
}

async fn read(db: &Db, rows: &SelectStatement) -> Outcome<Vec<Row>> {
    let rows = db.read().query_all(rows).await.db()?;
    rows.iter().map(|row| Row::from_query_result(row, "").db()).collect()
}

/// The condition behind [`status_on`].
fn stands_at(status: OfferStatus, today: NaiveDate) -> Condition {
    use offer_revision::Column as C;
    let is = |status: OfferStatus| C::Status.eq(status.code());
    match status {
        OfferStatus::Sent | OfferStatus::Viewed => {
            Condition::all().add(is(status)).add(C::ValidUntil.gte(today))
        }
        OfferStatus::Expired => Condition::any().add(is(status)).add(
            Condition::all()
                .add(Condition::any().add(is(OfferStatus::Sent)).add(is(OfferStatus::Viewed)))
                .add(C::ValidUntil.lt(today)),
        ),
        _ => Condition::all().add(is(status)),
    }
}

fn select(wanted: Condition) -> SelectStatement {
    use offer::Column as O;
    use offer_revision::Column as R;
    let mut select = Query::select();
    select
        .columns(
            [O::Id, O::Number, O::Revision, O::DealId, O::CreatedAt].map(|column| (offer::Entity, column)),
        )
        .columns(
            [R::Title, R::Status, R::TotalMinor, R::Currency, R::ValidUntil, R::SentAt]
                .map(|column| (offer_revision::Entity, column)),
        )
        .column((deal::Entity, deal::Column::OwnerId))
        .from(offer::Entity)
        .inner_join(
            offer_revision::Entity,
            Condition::all()
                .add(Expr::col((offer_revision::Entity, R::OfferId)).equals((offer::Entity, O::Id)))
                .add(Expr::col((offer_revision::Entity, R::Number)).equals((offer::Entity, O::Revision))),
        )
        .inner_join(
            deal::Entity,
            Expr::col((deal::Entity, deal::Column::Id)).equals((offer::Entity, O::DealId)),
        );
    deals::with_client(&mut select);
    select
        .cond_where(wanted)
        .order_by((offer::Entity, O::CreatedAt), Order::Desc)
        .order_by((offer::Entity, O::Id), Order::Desc);
    select
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    number: String,
    revision: i32,
    deal_id: Uuid,
    created_at: DateTime<Utc>,
    title: String,
    status: String,
    total_minor: i64,
    currency: String,
    valid_until: NaiveDate,
    sent_at: Option<DateTime<Utc>>,
    owner_id: Option<Uuid>,
    account_name: Option<String>,
    contact_name: Option<String>,
}

fn told(reference: &Reference, row: Row, today: NaiveDate) -> Outcome<OfferRow> {
    let currency = Currency::from_code(&row.currency).ok_or_else(|| broken("an offer in no currency"))?;
    Ok(OfferRow {
        id: OfferId(row.id),
        number: row.number,
        revision: row.revision,
        title: row.title,
        deal: DealId(row.deal_id),
        client: row.account_name.or(row.contact_name).unwrap_or_default(),
        status: status_on(&row.status, row.valid_until, today)?,
        total: Money::new(row.total_minor, currency),
        valid_until: row.valid_until,
        owner: reference.person(row.owner_id),
        sent_at: row.sent_at,
    })
}
