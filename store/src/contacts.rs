//! Contacts.

use domain::Outcome;
use domain::access::{Action, Actor, Entity, can, check};
use domain::activity::Subject;
use domain::contact::{Contact, ContactPoint};
use domain::deal::DealRow;
use domain::fold::fold;
use domain::id::{AccountId, ContactId, TeamId, UserId};
use domain::live::{Change, Changed};
use domain::Problem;
use sea_orm::sea_query::Condition;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;
use crate::{Db, deals};

/// A contact with its deals.
pub async fn show(db: &Db, actor: &Actor, id: ContactId) -> Outcome<(Contact, Vec<DealRow>)> {
    let reference = db.reference().await?;
    let row = contact::Entity::find_by_id(id.0).one(db.read()).await.db()?.ok_or(Problem::NotFound)?;
    check(actor, Action::Read, Entity::Client, row.whose())?;
    let account = match row.account_id {
        Some(account) => account::Entity::find_by_id(account).one(db.read()).await.db()?,
        None => None,
    };
    // An account that the actor may not know of is not named either.
    let account = account.filter(|account| can(actor, Action::Read, Entity::Client, account.whose()));
    let points = points_of(db.read(), &[id.0]).await?;
    let deals = Condition::all().add(deal::Column::ContactId.eq(id.0));
    let deals = deals::rows_where(db.read(), actor, &reference, deals).await?;
    let contact = told(&reference, row, account.map(|row| (AccountId(row.id), row.name)), points)?;
    Ok((contact, deals))
}

/// A contact about to be made; its texts are checked by the caller.
pub(crate) struct NewContact {
    pub(crate) name: String,
    pub(crate) account: Option<AccountId>,
    pub(crate) owner: Option<UserId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) points: Vec<ContactPoint>,
}

/// Makes a contact with its points; rights are checked by the caller.
pub(crate) async fn make(tx: &Tx, actor: &Actor, new: NewContact) -> Outcome<ContactId> {
    let id = new_id();
    let row = contact::ActiveModel {
        id: Set(id),
        folded: Set(fold(&new.name)),
        name: Set(new.name.clone()),
        account_id: Set(new.account.map(|id| id.0)),
        owner_id: Set(new.owner.map(|id| id.0)),
        team_id: Set(new.team.map(|id| id.0)),
        created_at: Set(tx.now()),
        version: Set(1),
    };
    let row = row.insert(tx.conn()).await.db()?;
    add_points(tx, ContactId(id), new.points).await?;
    tx.changed(Change { what: Changed::Arrived, on: Subject::Contact(ContactId(id)), whose: row.whose() });
    tx.audit(actor, "create", "contact", id, json!({"name": new.name, "account": new.account})).await?;
    Ok(ContactId(id))
}

/// Adds those points that the contact does not have yet.
pub(crate) async fn add_points(tx: &Tx, contact: ContactId, points: Vec<ContactPoint>) -> Outcome<()> {
    let known = points_of(tx.conn(), &[contact.0]).await?;
    let fresh = points
        .into_iter()
        .filter(|point| !known.iter().any(|row| row.kind == point.kind.code() && row.normal == point.normal))
        .map(|point| contact_point::ActiveModel {
            id: Set(new_id()),
            kind: Set(point.kind.code().to_owned()),
            raw: Set(point.raw),
            normal: Set(point.normal),
            lead_id: Set(None),
            contact_id: Set(Some(contact.0)),
            account_id: Set(None),
            created_at: Set(tx.now()),
        })
        .collect::<Vec<_>>();
    if !fresh.is_empty() {
        contact_point::Entity::insert_many(fresh).exec_without_returning(tx.conn()).await.db()?;
    }
    Ok(())
}

/// The points of these contacts, the oldest first.
pub(crate) async fn points_of(conn: &impl ConnectionTrait, contacts: &[Uuid]) -> Outcome<Vec<contact_point::Model>> {
    contact_point::Entity::find()
        .filter(contact_point::Column::ContactId.is_in(contacts.iter().copied()))
        .order_by_asc(contact_point::Column::CreatedAt)
        .order_by_asc(contact_point::Column::Id)
        .all(conn)
        .await
        .db()
}

pub(crate) fn told(
    reference: &Reference,
    row: contact::Model,
    account: Option<(AccountId, String)>,
    points: Vec<contact_point::Model>,
) -> Outcome<Contact> {
    Ok(Contact {
        id: ContactId(row.id),
        account,
        points: points.into_iter().map(contact_point::Model::into_point).collect::<Outcome<_>>()?,
        owner: reference.person(row.owner_id),
        whose: row.whose(),
        name: row.name,
        created_at: row.created_at,
        version: row.version,
    })
}
