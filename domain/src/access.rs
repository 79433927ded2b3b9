//! The one policy: who may do what with whose records.

use serde::{Deserialize, Serialize};

use crate::id::{TeamId, UserId};
use crate::{Outcome, Problem};

/// What a person is in the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Admin,
    HeadOfSales,
    SalesRep,
    Delivery,
    Marketer,
    Viewer,
}

impl Role {
    pub const ALL: [Role; 6] =
        [Role::Admin, Role::HeadOfSales, Role::SalesRep, Role::Delivery, Role::Marketer, Role::Viewer];

    pub fn code(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::HeadOfSales => "head_of_sales",
            Role::SalesRep => "sales_rep",
            Role::Delivery => "delivery",
            Role::Marketer => "marketer",
            Role::Viewer => "viewer",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code.replace('-', "_"))
    }
}

/// Kinds of records that rights are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    Lead,
    /// Contacts and accounts.
    Client,
    /// Deals with their offers, acts and ratings.
    Deal,
    Task,
    Report,
    Catalog,
    /// Users, teams, forms, pipelines, settings.
    Settings,
}

impl Entity {
    pub const ALL: [Entity; 7] = [
        Entity::Lead,
        Entity::Client,
        Entity::Deal,
        Entity::Task,
        Entity::Report,
        Entity::Catalog,
        Entity::Settings,
    ];
}

/// What can be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Read,
    /// Create, change, log, send, move, convert.
    Write,
    /// Give to another owner.
    Assign,
    /// Let a rule's missing item pass, with a reason.
    Waive,
    Export,
}

impl Action {
    pub const ALL: [Action; 5] = [Action::Read, Action::Write, Action::Assign, Action::Waive, Action::Export];
}

/// Whose records an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    None,
    /// The actor's own and those that nobody owns yet.
    Own,
    /// Own, the team's, and those that nobody owns yet.
    Team,
    All,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `None`: Millrace itself (intake, jobs, command line).
    pub user: Option<UserId>,
    pub role: Role,
    pub team: Option<TeamId>,
}

impl Actor {
    /// Millrace itself.
    pub const SYSTEM: Actor = Actor { user: None, role: Role::Admin, team: None };
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ownership {
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
}

/// The matrix: how far `action` on `entity` reaches for `role`.
pub fn reach(role: Role, entity: Entity, action: Action) -> Reach {
    use {Action as A, Entity as E, Reach as R, Role as L};
    match (role, entity, action) {
        (L::Admin, _, _) => R::All,
        (L::HeadOfSales, E::Settings, A::Read) => R::All,
        (L::HeadOfSales, E::Settings, _) => R::None,
        (L::HeadOfSales, _, _) => R::All,
        (L::SalesRep, E::Lead | E::Client | E::Deal | E::Task, A::Read) => R::Team,
        (L::SalesRep, E::Lead | E::Client | E::Deal | E::Task, A::Write) => R::Own,
        (L::SalesRep, E::Report, A::Read) => R::Team,
        (L::SalesRep | L::Delivery | L::Marketer | L::Viewer, E::Catalog, A::Read) => R::All,
        (L::Delivery, E::Deal | E::Client | E::Task, A::Read) => R::Team,
        (L::Delivery, E::Deal | E::Task, A::Write) => R::Own,
        (L::Marketer, E::Lead | E::Report, A::Read | A::Export) => R::All,
        (L::Viewer, E::Lead | E::Client | E::Deal | E::Task | E::Report, A::Read) => R::All,
        _ => R::None,
    }
}

/// Whether `actor` may do `action` with a record of `entity` that belongs to `whose`.
pub fn can(actor: &Actor, action: Action, entity: Entity, whose: Ownership) -> bool {
    match reach(actor.role, entity, action) {
        Reach::None => false,
        Reach::All => true,
        Reach::Own => whose.owner.is_none() || whose.owner == actor.user,
        Reach::Team => {
            whose.owner.is_none()
                || whose.owner == actor.user
                || (whose.team.is_some() && whose.team == actor.team)
        }
    }
}

/// `Ok` when allowed. A record that may not be read is *not found*; one that may be read but not changed is *forbidden*.
pub fn check(actor: &Actor, action: Action, entity: Entity, whose: Ownership) -> Outcome<()> {
    if can(actor, action, entity, whose) {
        Ok(())
    } else if can(actor, Action::Read, entity, whose) {
        Err(Problem::Forbidden)
    } else {
        Err(Problem::NotFound)
    }
}

/// `Ok` when the action reaches anything at all: for pages and lists before a record is known.
pub fn check_any(actor: &Actor, action: Action, entity: Entity) -> Outcome<()> {
    if reach(actor.role, entity, action) == Reach::None { Err(Problem::Forbidden) } else { Ok(()) }
}

/// `Ok` for those who may read what everybody did: entries tell of every record and every setting, so only who reaches all of
/// the settings, to read and to change them, reads the log.
pub fn check_audit(actor: &Actor) -> Outcome<()> {
    let all = |action| reach(actor.role, Entity::Settings, action) == Reach::All;
    if all(Action::Read) && all(Action::Write) { Ok(()) } else { Err(Problem::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, user: u128, team: u128) -> Actor {
        Actor {
            user: Some(UserId(uuid::Uuid::from_u128(user))),
            role,
            team: Some(TeamId(uuid::Uuid::from_u128(team))),
        }
    }

    fn whose(owner: u128, team: u128) -> Ownership {
        Ownership {
            owner: Some(UserId(uuid::Uuid::from_u128(owner))),
            team: Some(TeamId(uuid::Uuid::from_u128(team))),
        }
    }

    #[test]
    fn a_rep_reads_the_teams_deals_changes_own_and_does_not_know_of_others() {
        let rep = actor(Role::SalesRep, 1, 10);
        assert_eq!(check(&rep, Action::Write, Entity::Deal, whose(1, 10)), Ok(()));
        assert_eq!(check(&rep, Action::Write, Entity::Deal, whose(2, 10)), Err(Problem::Forbidden));
        assert_eq!(check(&rep, Action::Read, Entity::Deal, whose(3, 11)), Err(Problem::NotFound));
        assert_eq!(check(&rep, Action::Write, Entity::Lead, Ownership::default()), Ok(()));
    }

    #[test]
    fn only_heads_waive_and_only_admins_configure() {
        for role in Role::ALL {
            let may_waive = reach(role, Entity::Deal, Action::Waive) != Reach::None;
            assert_eq!(may_waive, matches!(role, Role::Admin | Role::HeadOfSales));
            let may_configure = reach(role, Entity::Settings, Action::Write) != Reach::None;
            assert_eq!(may_configure, role == Role::Admin);
        }
    }

    #[test]
    fn only_admins_read_what_everybody_did() {
        for role in Role::ALL {
            let allowed = check_audit(&actor(role, 1, 10)) == Ok(());
            assert_eq!(allowed, role == Role::Admin, "{role:?}");
        }
        assert_eq!(check_audit(&Actor::SYSTEM), Ok(()));
    }

    #[test]
    fn no_role_changes_further_than_it_reads() {
        for role in Role::ALL {
            for entity in Entity::ALL {
                for action in Action::ALL {
                    assert!(reach(role, entity, action) <= reach(role, entity, Action::Read));
                }
            }
        }
    }
}
