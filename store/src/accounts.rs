//! Accounts, and the list of clients that mixes them with contacts of no account.

mod clients;

use domain::access::{Action, Actor, Entity, Ownership, check};
use domain::account::Account;
use domain::id::AccountId;
use domain::query::PAGE;
use domain::{Outcome, Problem};
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::scope::scope;
use crate::shares::{SHARED, Seen};
use crate::{Db, contacts, deals, shares};

pub use clients::clients;

pub async fn show(db: &Db, actor: &Actor, id: AccountId) -> Outcome<Account> {
    let reference = db.reference().await?;
    let found = account::Entity::find_by_id(id.0)
        .expr_as(shares::shared(actor, account::Column::Id), SHARED)
        .into_model::<Seen<account::Model>>();
    let Seen { row, shared } = found.one(db.read()).await.db()?.ok_or(Problem::NotFound)?;
    let whose = Ownership { shared, ..row.whose() };
    check(actor, Action::Read, Entity::Client, whose)?;
    let people = contact::Entity::find()
        .filter(contact::Column::AccountId.eq(id.0))
        .filter(scope(actor, Entity::Client, Action::Read, contact::Column::OwnerId, contact::Column::TeamId))
        .order_by_asc(contact::Column::Folded)
        .order_by_asc(contact::Column::Id)
        .limit(PAGE)
        .all(db.read())
        .await
        .db()?;
    let mut points = if people.is_empty() {
        Vec::new()
    } else {
        contacts::points_of(db.read(), &people.iter().map(|row| row.id).collect::<Vec<_>>()).await?
    };
    let mut told = Vec::with_capacity(people.len());
    for person in people {
        let own: Vec<contact_point::Model> =
            points.extract_if(.., |point| point.contact_id == Some(person.id)).collect();
        told.push(contacts::told(actor, &reference, person, Some((id, row.name.clone())), own)?);
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
    })
}
