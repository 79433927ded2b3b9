//! Contacts with their points, and accounts.

use std::collections::HashMap;

use domain::Outcome;
use domain::access::Actor;
use domain::contact::PointKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{Filling, Key, Row, rows};
use crate::Db;
use crate::entity::{account, contact, contact_point};
use crate::error::OrProblem;
use crate::reference::Reference;

/// Several phones or addresses stand in one column, `; ` between them.
pub(super) const CONTACT_COLUMNS: &[&str] = &[
    "id",
    "name",
    "phone",
    "email",
    "account",
    "account_id",
    "owner",
    "owner_email",
    "channel",
    "campaign",
    "keyword",
    "created_at",
];

pub(super) const ACCOUNT_COLUMNS: &[&str] = &["id", "name", "owner", "owner_email", "created_at"];

pub(super) async fn contacts(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    after: Option<Key>,
) -> Outcome<(Vec<Row>, Option<String>)> {
    let (contacts, next) = rows::<contact::Entity>(db, actor, after, |c| (c.created_at, c.id)).await?;
    let points = points(db, contacts.iter().map(|contact| contact.id)).await?;
    let accounts = account_names(db, contacts.iter().filter_map(|contact| contact.account_id)).await?;
    let filled = contacts.into_iter().map(|contact| {
        let of = |kind: PointKind| {
            let all = points.get(&contact.id).into_iter().flatten().filter(|_| actor.sees_point(kind));
            let normal = all.filter(|point| point.kind == kind.code());
            normal.map(|point| point.normal.as_str()).collect::<Vec<_>>().join("; ")
        };
        let mut row = Filling::new(CONTACT_COLUMNS);
        row.id(contact.id)
            .put(contact.name.clone())
            .put(of(PointKind::Phone))
            .put(of(PointKind::Email))
            .put(contact.account_id.and_then(|id| accounts.get(&id)).cloned())
            .some_id(contact.account_id)
            .owner(reference, contact.owner_id)
            .put(contact.channel)
            .put(contact.campaign)
            .put(contact.keyword)
            .at(contact.created_at);
        row.row
    });
    Ok((filled.collect(), next))
}

pub(super) async fn accounts(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    after: Option<Key>,
) -> Outcome<(Vec<Row>, Option<String>)> {
    let (accounts, next) = rows::<account::Entity>(db, actor, after, |a| (a.created_at, a.id)).await?;
    let filled = accounts.into_iter().map(|account| {
        let mut row = Filling::new(ACCOUNT_COLUMNS);
        row.id(account.id).put(account.name).owner(reference, account.owner_id).at(account.created_at);
        row.row
    });
    Ok((filled.collect(), next))
}

async fn points(
    db: &Db,
    contacts: impl Iterator<Item = Uuid>,
) -> Outcome<HashMap<Uuid, Vec<contact_point::Model>>> {
    let rows = contact_point::Entity::find()
        .filter(contact_point::Column::ContactId.is_in(contacts))
        .order_by_asc(contact_point::Column::CreatedAt)
        .order_by_asc(contact_point::Column::Id)
        .all(db.read())
        .await
        .db()?;
    let mut points: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in rows {
        if let Some(contact) = row.contact_id {
            points.entry(contact).or_default().push(row);
        }
    }
    Ok(points)
}

/// Names of accounts by their id.
pub(super) async fn account_names(
    db: &Db,
    accounts: impl Iterator<Item = Uuid>,
) -> Outcome<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .column(account::Column::Name)
        .filter(account::Column::Id.is_in(accounts))
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().collect())
}

/// Names of contacts by their id.
pub(super) async fn contact_names(
    db: &Db,
    contacts: impl Iterator<Item = Uuid>,
) -> Outcome<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .column(contact::Column::Name)
        .filter(contact::Column::Id.is_in(contacts))
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().collect())
}
