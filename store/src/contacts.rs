//! Contacts.

use domain::access::{Action, Actor, Entity, Ownership, check};
use domain::consent::Consent;
use domain::contact::Contact;
use domain::deal::DealRow;
use domain::id::{AccountId, ContactId};
use domain::{Outcome, Problem};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::scope;
use crate::shares::{SHARED, Seen};
use crate::{Db, consents, deals, shares};

/// A contact with its deals and what the person agreed to, newest first.
pub async fn show(db: &Db, actor: &Actor, id: ContactId) -> Outcome<(Contact, Vec<DealRow>, Vec<Consent>)> {
    let reference = db.reference().await?;
    let found = contact::Entity::find_by_id(id.0)
        .expr_as(shares::shared(actor, contact::Column::Id), SHARED)
        .into_model::<Seen<contact::Model>>();
    let Seen { row, shared } = found.one(db.read()).await.db()?.ok_or(Problem::NotFound)?;
    let whose = Ownership { shared, ..row.whose() };
    check(actor, Action::Read, Entity::Client, whose)?;
    // An account that the actor may not know of is not named either.
    let mine = scope(actor, Entity::Client, Action::Read, account::Column::OwnerId, account::Column::TeamId);
    let account = match row.account_id {
        Some(account) => account::Entity::find_by_id(account).filter(mine).one(db.read()).await.db()?,
        None => None,
    };
    let points = points_of(db.read(), &[id.0]).await?;
    let deals = Condition::all().add(deal::Column::ContactId.eq(id.0));
    let deals = deals::rows_where(db.read(), actor, &reference, deals).await?;
    let contact = told(actor, &reference, row, account.map(|row| (AccountId(row.id), row.name)), points)?;
    let consents = consents::of_contact(db.read(), &reference, id).await?;
    Ok((Contact { whose, ..contact }, deals, consents))
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
    actor: &Actor,
    reference: &Reference,
    row: contact::Model,
    account: Option<(AccountId, String)>,
    points: Vec<contact_point::Model>,
) -> Outcome<Contact> {
    Ok(Contact {
        id: ContactId(row.id),
        account,
        points: actor
            .seen_points(points.into_iter().map(contact_point::Model::into_point).collect::<Outcome<_>>()?),
        owner: reference.person(row.owner_id),
        whose: row.whose(),
        name: row.name,
        created_at: row.created_at,
        version: row.version,
    })
}
