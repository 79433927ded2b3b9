//! Contacts.

use domain::access::{Action, Actor, Entity, can, check};
use domain::consent::Consent;
use domain::contact::Contact;
use domain::deal::DealRow;
use domain::id::{AccountId, ContactId};
use domain::{Outcome, Problem};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, consents, deals};

/// A contact with its deals and what the person agreed to, newest first.
pub async fn show(db: &Db, actor: &Actor, id: ContactId) -> Outcome<(Contact, Vec<DealRow>, Vec<Consent>)> {
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
    Ok((contact, deals, consents::of_contact(db.read(), &reference, id).await?))
}

/// The points of these contacts, the oldest first.
pub(crate) async fn points_of(
    conn: &impl ConnectionTrait,
    contacts: &[Uuid],
) -> Outcome<Vec<contact_point::Model>> {
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
