//! The list of clients: accounts and contacts without one, merged by name.

use chrono::{DateTime, Utc};
use domain::Outcome;
use domain::access::{Action, Actor, Entity, check_any};
use domain::account::{Client, ClientFilter, ClientRow};
use domain::attribution::Origins;
use domain::contact::PointKind;
use domain::fold::{escape_like, fold};
use domain::id::{AccountId, ContactId};
use domain::query::{PAGE, Page};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoSimpleExpr};
use uuid::Uuid;

use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::scope::{readable, readable_as};
use crate::{Db, origins, page};

/// Sort key of a row: folded name, table (accounts first), id.
type Key = (String, u8, Uuid);

const ACCOUNTS: u8 = 0;
const CONTACTS: u8 = 1;

/// Accounts and contacts without one, by name.
pub async fn clients(db: &Db, actor: &Actor, filter: &ClientFilter) -> Outcome<Page<ClientRow>> {
    check_any(actor, Action::Read, Entity::Client)?;
    let after: Option<Key> = filter.cursor.as_deref().map(page::decode).transpose()?;
    let reference = db.reference().await?;
    let accounts = accounts(actor, filter);
    let contacts = contacts(actor, filter);

    let mut all = ids(account::Entity, account::Column::Id, accounts.clone());
    all.union(UnionType::All, ids(contact::Entity, contact::Column::Id, contacts.clone()));
    let count = page::count_rows(db.read(), all).await?;

    let mut rows = Vec::new();
    for (table, select) in [
        (ACCOUNTS, account_rows(actor, accounts, after.as_ref())),
        (CONTACTS, contact_rows(actor, contacts, after.as_ref())),
    ] {
        for row in db.read().query_all(&select).await.db()? {
            rows.push((table, Row::from_query_result(&row, "").db()?));
        }
    }
    rows.sort_by(|(a, left), (b, right)| (&left.folded, a, left.id).cmp(&(&right.folded, b, right.id)));
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|(table, row)| page::encode(&(&row.folded, table, row.id)));
    let told = |(table, row): (u8, Row)| ClientRow {
        client: match table {
            ACCOUNTS => Client::Account(AccountId(row.id)),
            _ => Client::Contact(ContactId(row.id)),
        },
        name: row.name,
        detail: row.detail.unwrap_or_default(),
        open_deals: row.open_deals.unsigned_abs(),
        owner: reference.person(row.owner_id),
        created_at: row.created_at,
    };
    Ok(Page { rows: rows.into_iter().map(told).collect(), next, count })
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    name: String,
    folded: String,
    owner_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    detail: Option<String>,
    open_deals: i64,
}

/// What clients came by, for the filter.
pub async fn origins(db: &Db, actor: &Actor) -> Outcome<Origins> {
    check_any(actor, Action::Read, Entity::Client)?;
    origins::newest::<contact::Entity>(db, actor).await
}

/// The accounts of the list: found by their name, their people's names, or a point of either; and one of their people came that
/// way.
fn accounts(actor: &Actor, filter: &ClientFilter) -> Condition {
    let mut mine = readable::<account::Entity>(actor);
    let came = came(filter);
    if !came.is_empty() {
        mine = mine.add(account::Column::Id.in_subquery(employers(actor, came)));
    }
    let Some(found) = Found::new(actor, &filter.text) else { return mine };
    mine.add(
        Condition::any()
            .add(found.name(account::Column::Folded))
            .add(account::Column::Id.in_subquery(found.points(contact_point::Column::AccountId)))
            .add(account::Column::Id.in_subquery(employers(actor, found.contact()))),
    )
}

/// The accounts of people that fulfil a condition.
fn employers(actor: &Actor, people: Condition) -> SelectStatement {
    Query::select()
        .column((contact::Entity, contact::Column::AccountId))
        .from(contact::Entity)
        .and_where(contact::Column::AccountId.is_not_null())
        .cond_where(readable::<contact::Entity>(actor))
        .cond_where(people)
        .take()
}

fn contacts(actor: &Actor, filter: &ClientFilter) -> Condition {
    let alone = readable::<contact::Entity>(actor);
    let alone = Condition::all().add(alone).add(contact::Column::AccountId.is_null()).add(came(filter));
    match Found::new(actor, &filter.text) {
        Some(found) => alone.add(found.contact()),
        None => alone,
    }
}

/// People who came the way that is asked for.
fn came(filter: &ClientFilter) -> Condition {
    origins::narrowed::<contact::Entity>(&filter.channel, &filter.campaign, &filter.keyword)
}

fn ids(table: impl EntityTrait, id: impl ColumnTrait, wanted: Condition) -> SelectStatement {
    Query::select().expr(id.into_simple_expr()).from(table).cond_where(wanted).take()
}

fn account_rows(actor: &Actor, wanted: Condition, after: Option<&Key>) -> SelectStatement {
    use account::Column as C;
    let first_people = Query::select()
        .column(("p", contact::Column::Name))
        .from_as(contact::Entity, "p")
        .and_where(Expr::col(("p", contact::Column::AccountId)).equals((account::Entity, C::Id)))
        .cond_where(readable_as::<contact::Entity>(actor, "p"))
        .order_by(("p", contact::Column::Folded), Order::Asc)
        .order_by(("p", contact::Column::Id), Order::Asc)
        .limit(3)
        .take();
    let people = Query::select()
        .expr(Expr::cust("string_agg(name, ', ')"))
        .from_subquery(first_people, "people")
        .take();
    let mut select = Query::select();
    select
        .columns(
            [C::Id, C::Name, C::Folded, C::OwnerId, C::CreatedAt].map(|column| (account::Entity, column)),
        )
        .expr_as(Expr::from(people), "detail")
        .expr_as(Expr::from(open_deals(actor, deal::Column::AccountId, C::Id)), "open_deals")
        .from(account::Entity)
        .cond_where(wanted);
    paged(select, ACCOUNTS, C::Folded, C::Id, after)
}

fn contact_rows(actor: &Actor, wanted: Condition, after: Option<&Key>) -> SelectStatement {
    use contact::Column as C;
    let point = Query::select()
        .column(("p", contact_point::Column::Raw))
        .from_as(contact_point::Entity, "p")
        .and_where(Expr::col(("p", contact_point::Column::ContactId)).equals((contact::Entity, C::Id)))
        .and_where(Expr::col(("p", contact_point::Column::Kind)).is_in(kinds(actor)))
        .order_by_expr(
            Expr::cust("CASE p.kind WHEN 'phone' THEN 0 WHEN 'email' THEN 1 ELSE 2 END"),
            Order::Asc,
        )
        .order_by(("p", contact_point::Column::CreatedAt), Order::Asc)
        .order_by(("p", contact_point::Column::Id), Order::Asc)
        .limit(1)
        .take();
    let mut select = Query::select();
    select
        .columns(
            [C::Id, C::Name, C::Folded, C::OwnerId, C::CreatedAt].map(|column| (contact::Entity, column)),
        )
        .expr_as(Expr::from(point), "detail")
        .expr_as(Expr::from(open_deals(actor, deal::Column::ContactId, C::Id)), "open_deals")
        .from(contact::Entity)
        .cond_where(wanted);
    paged(select, CONTACTS, C::Folded, C::Id, after)
}

/// The number of open deals that the actor may read: a count must not tell of others.
fn open_deals(actor: &Actor, of: deal::Column, client: impl ColumnTrait) -> SelectStatement {
    Query::select()
        .expr(Expr::cust("count(*)"))
        .from(deal::Entity)
        .and_where(of.into_simple_expr().eq(client.into_simple_expr()))
        .and_where(deal::Column::Status.eq("open"))
        .cond_where(readable::<deal::Entity>(actor))
        .take()
}

fn paged<C: ColumnTrait>(
    mut select: SelectStatement,
    table: u8,
    folded: C,
    id: C,
    after: Option<&Key>,
) -> SelectStatement {
    if let Some((name, last_table, last)) = after {
        let same_name = folded.eq(name.as_str());
        let behind = match table.cmp(last_table) {
            std::cmp::Ordering::Less => Condition::all().add(Expr::cust("1 = 0")),
            std::cmp::Ordering::Equal => Condition::all().add(same_name).add(id.gt(*last)),
            std::cmp::Ordering::Greater => Condition::all().add(same_name),
        };
        select.cond_where(Condition::any().add(folded.gt(name.as_str())).add(behind));
    }
    select
        .order_by_expr(folded.into_simple_expr(), Order::Asc)
        .order_by_expr(id.into_simple_expr(), Order::Asc)
        .limit(PAGE + 1);
    select
}

/// The kinds of points that the actor may see.
fn kinds(actor: &Actor) -> Vec<&'static str> {
    PointKind::ALL.into_iter().filter(|kind| actor.sees_point(*kind)).map(PointKind::code).collect()
}

/// What was typed into the search field, as patterns.
struct Found {
    name: String,
    /// Patterns for normalised contact points.
    points: Vec<String>,
    /// The kinds of points that may be looked at.
    kinds: Vec<&'static str>,
}

impl Found {
    fn new(actor: &Actor, text: &str) -> Option<Found> {
        let name = fold(text);
        if name.is_empty() {
            return None;
        }
        let like = |part: &str| format!("%{}%", escape_like(part));
        let mut points = vec![like(&text.trim().to_lowercase())];
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let typed_phone = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "+-()".contains(c));
        if typed_phone && digits.len() >= 3 {
            // 8 921 … and +7 921 … are one number; its end is what both spellings share.
            let shared = if digits.len() >= 10 { &digits[digits.len() - 10..] } else { digits.as_str() };
            let shared = shared.strip_prefix('8').filter(|rest| rest.len() >= 6).unwrap_or(shared);
            points.push(like(shared));
        }
        Some(Found { name: like(&name), points, kinds: kinds(actor) })
    }

    fn name(&self, folded: impl ColumnTrait) -> Expr {
        folded.into_simple_expr().like(LikeExpr::new(&self.name).escape('\\'))
    }

    fn points(&self, of: contact_point::Column) -> SelectStatement {
        let normal = || contact_point::Column::Normal.into_simple_expr();
        let any = self.points.iter().fold(Condition::any(), |any, pattern| {
            any.add(normal().like(LikeExpr::new(pattern).escape('\\')))
        });
        Query::select()
            .expr(of.into_simple_expr())
            .from(contact_point::Entity)
            .and_where(of.is_not_null())
            .and_where(contact_point::Column::Kind.is_in(self.kinds.iter().copied()))
            .cond_where(any)
            .take()
    }

    fn contact(&self) -> Condition {
        Condition::any()
            .add(self.name(contact::Column::Folded))
            .add(contact::Column::Id.in_subquery(self.points(contact_point::Column::ContactId)))
    }
}
