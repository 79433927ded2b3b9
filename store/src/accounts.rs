//! Accounts, and the list of clients that mixes them with contacts of no account.

mod clients;

use domain::access::{Action, Actor, Entity, Ownership, check};
use domain::account::Account;
use domain::activity::Activity;
use domain::id::AccountId;
use domain::query::{PAGE, Page};
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Condition, Order, Query};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef};

use crate::db::Links;
use crate::entity::{account, contact, deal, legal_entity};
use crate::error::OrProblem;
use crate::scope::readable;
use crate::shares::{SHARED, Seen};
use crate::{Db, activities, contacts, deals, page, shares};

pub use clients::{clients, origins};

/// An account's page, in four statements; `before` is the cursor of older happenings.
pub async fn record(
    db: &Db,
    actor: &Actor,
    id: AccountId,
    before: Option<&str>,
) -> Outcome<(Account, Page<Activity>)> {
    let before = before.map(page::decode).transpose()?;
    let account = show(db, actor, id).await?;
    let reference = db.reference().await?;
    let trail = Links { account: Some(id), ..Links::default() };
    Ok((account, activities::page_of(db.read(), &reference, actor, trail, before).await?))
}

pub async fn show(db: &Db, actor: &Actor, id: AccountId) -> Outcome<Account> {
    let reference = db.reference().await?;
    let theirs = legal_entity::Entity::belongs_to(account::Entity)
        .from(legal_entity::Column::AccountId)
        .to(account::Column::Id);
    let found = account::Entity::find_by_id(id.0)
        .expr_as(shares::shared(actor, account::Column::Id), SHARED)
        .join(JoinType::LeftJoin, RelationDef::from(theirs).rev())
        .select_also(legal_entity::Entity)
        .order_by_asc(legal_entity::Column::CreatedAt)
        .order_by_asc(legal_entity::Column::Id)
        .into_model::<Seen<account::Model>, legal_entity::Model>();
    let rows = found.all(db.read()).await.db()?;
    let Seen { row, shared } = rows.first().map(|(seen, _)| seen.clone()).ok_or(Problem::NotFound)?;
    let legal = rows.into_iter().filter_map(|(_, entity)| entity);
    let whose = Ownership { shared, ..row.whose() };
    check(actor, Action::Read, Entity::Client, whose)?;
    let first = Query::select()
        .column(contact::Column::Id)
        .from(contact::Entity)
        .and_where(contact::Column::AccountId.eq(id.0))
        .cond_where(readable::<contact::Entity>(actor))
        .order_by(contact::Column::Folded, Order::Asc)
        .order_by(contact::Column::Id, Order::Asc)
        .limit(PAGE)
        .take();
    let people = contact::Entity::find()
        .filter(contact::Column::Id.in_subquery(first))
        .order_by_asc(contact::Column::Folded)
        .order_by_asc(contact::Column::Id);
    let people = contacts::with_points(people).all(db.read()).await.db()?;
    let mut told = Vec::new();
    for same in people.chunk_by(|(one, _), (next, _)| one.id == next.id) {
        let points = same.iter().filter_map(|(_, point)| point.clone()).collect();
        let account = Some((id, row.name.clone()));
        told.push(contacts::told(actor, &reference, same[0].0.clone(), account, points)?);
    }
    let deals = Condition::all().add(deal::Column::AccountId.eq(id.0));
    Ok(Account {
        id,
        owner: reference.person(row.owner_id),
        whose,
        name: row.name,
        created_at: row.created_at,
        version: row.version,
        contacts: told,
        deals: deals::rows_where(db.read(), actor, &reference, deals).await?,
        legal: legal.map(legal_entity::Model::into_entity).collect(),
    })
}
