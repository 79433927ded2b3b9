//! The record that a task or an activity belongs to: whose it is, and which timelines it is on.

use domain::access::{Action, Actor, Entity, Ownership};
use domain::activity::Subject;
use domain::id::{AccountId, LeadId};
use domain::live::{Change, Changed};
use domain::{Outcome, Problem};
use sea_orm::{ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::db::Links;
use crate::entity::{account, contact, deal, lead};
use crate::error::OrProblem;
use crate::shares;

/// A record that the actor may do with what they asked for.
pub(crate) struct Found {
    pub(crate) on: Subject,
    pub(crate) entity: Entity,
    pub(crate) whose: Ownership,
    /// The timelines that a new happening of it stands on.
    pub(crate) links: Links,
    /// What its own timeline is made of: a deal shows what happened to its lead as well.
    pub(crate) trail: Links,
}

impl Found {
    pub(crate) fn change(&self) -> Change {
        Change::new(Changed::Updated, self.on, self.whose)
    }
}

/// The record, if the actor may do `action` with it.
pub(crate) async fn find(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    on: Subject,
) -> Outcome<Found> {
    let only = Links::default();
    let (entity, whose, links, trail) = match on {
        Subject::Lead(id) => {
            let lead = lead::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)?;
            // What happens after the conversion to the lead itself is no news for the deal's own links.
            (
                Entity::Lead,
                lead.whose(),
                Links { deal: None, ..lead.links() },
                Links { lead: Some(id), ..only },
            )
        }
        Subject::Deal(id) => {
            let deal = deal::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)?;
            (
                Entity::Deal,
                deal.whose(),
                deal.links(),
                Links { deal: Some(id), lead: deal.lead_id.map(LeadId), ..only },
            )
        }
        Subject::Contact(id) => {
            let contact = contact::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)?;
            let trail = Links { contact: Some(id), ..only };
            let links = Links { account: contact.account_id.map(AccountId), ..trail };
            (Entity::Client, contact.whose(), links, trail)
        }
        Subject::Account(id) => {
            let account = account::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)?;
            let links = Links { account: Some(id), ..only };
            (Entity::Client, account.whose(), links, links)
        }
    };
    let (_, id) = named(on);
    let whose = shares::check(conn, actor, action, entity, id, whose).await?;
    Ok(Found { on, entity, whose, links, trail })
}

/// The record as audit entries name it.
pub(crate) fn named(on: Subject) -> (&'static str, Uuid) {
    match on {
        Subject::Lead(id) => ("lead", id.0),
        Subject::Deal(id) => ("deal", id.0),
        Subject::Contact(id) => ("contact", id.0),
        Subject::Account(id) => ("account", id.0),
    }
}
