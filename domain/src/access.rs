//! The one policy: who may do what with whose records.

mod fields;
#[cfg(test)]
mod printed;
mod rights;

use serde::{Deserialize, Serialize};

use crate::id::{TeamId, UserId};
use crate::{Outcome, Problem};

pub use fields::{Field, Shown};
pub use rights::{Cell, Matrix, Rights, choices};

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
    /// Lead forms, what was sent through them, and the rules that tell channels apart.
    Form,
    /// Pipelines: their stages and what these ask for.
    Process,
    /// Users, teams, settings.
    Settings,
}

impl Entity {
    pub const ALL: [Entity; 9] = [
        Entity::Lead,
        Entity::Client,
        Entity::Deal,
        Entity::Task,
        Entity::Report,
        Entity::Catalog,
        Entity::Form,
        Entity::Process,
        Entity::Settings,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Entity::Lead => "lead",
            Entity::Client => "client",
            Entity::Deal => "deal",
            Entity::Task => "task",
            Entity::Report => "report",
            Entity::Catalog => "catalog",
            Entity::Form => "form",
            Entity::Process => "process",
            Entity::Settings => "settings",
        }
    }
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

    pub fn code(self) -> &'static str {
        match self {
            Action::Read => "read",
            Action::Write => "write",
            Action::Assign => "assign",
            Action::Waive => "waive",
            Action::Export => "export",
        }
    }
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

impl Reach {
    pub const ALL: [Reach; 4] = [Reach::None, Reach::Own, Reach::Team, Reach::All];

    pub fn code(self) -> &'static str {
        match self {
            Reach::None => "none",
            Reach::Own => "own",
            Reach::Team => "team",
            Reach::All => "all",
        }
    }
}

/// What a record is shared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    Read,
    /// Reading and changing.
    Write,
}

impl Sharing {
    pub const ALL: [Sharing; 2] = [Sharing::Read, Sharing::Write];

    pub fn code(self) -> &'static str {
        match self {
            Sharing::Read => "read",
            Sharing::Write => "write",
        }
    }

    pub fn from_code(code: &str) -> Option<Sharing> {
        Sharing::ALL.into_iter().find(|sharing| sharing.code() == code)
    }

    fn allows(self, action: Action) -> bool {
        match action {
            Action::Read | Action::Export => true,
            Action::Write => self == Sharing::Write,
            Action::Assign | Action::Waive => false,
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// `None`: Millrace itself (intake, jobs, command line).
    pub user: Option<UserId>,
    pub role: Role,
    pub team: Option<TeamId>,
    /// How far the role reaches in this company.
    pub rights: Rights,
}

impl Actor {
    /// Millrace itself.
    pub const SYSTEM: Actor = Actor { user: None, role: Role::Admin, team: None, rights: Rights::EVERYTHING };

    /// Whether `action` reaches any record of `entity` at all.
    pub fn reaches(&self, action: Action, entity: Entity) -> bool {
        self.rights.reach(entity, action) != Reach::None
    }
}

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ownership {
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
    /// What it is shared for with the one who asks.
    #[serde(default)]
    pub shared: Option<Sharing>,
}

/// Whether `actor` may do `action` with a record of `entity` that belongs to `whose`. A share opens one more record to whom the
/// action reaches any of that kind; it makes no seller of a viewer.
pub fn can(actor: &Actor, action: Action, entity: Entity, whose: Ownership) -> bool {
    let own = || {
        whose.owner.is_none()
            || whose.owner == actor.user
            || whose.shared.is_some_and(|shared| shared.allows(action))
    };
    match actor.rights.reach(entity, action) {
        Reach::None => false,
        Reach::All => true,
        Reach::Own => own(),
        Reach::Team => own() || (whose.team.is_some() && whose.team == actor.team),
    }
}

/// Whether `actor` may share the record for that much, or take such a share back: its owner and who may give it to others; but
/// nobody hands on more than they have.
pub fn may_share(actor: &Actor, entity: Entity, whose: Ownership, sharing: Sharing) -> bool {
    let theirs = actor.user.is_some() && whose.owner == actor.user;
    let action = if sharing == Sharing::Write { Action::Write } else { Action::Read };
    can(actor, action, entity, whose) && (theirs || can(actor, Action::Assign, entity, whose))
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
    if actor.reaches(action, entity) { Ok(()) } else { Err(Problem::Forbidden) }
}

/// `Ok` for those who may read what everybody did: entries tell of every record and every setting, so only who reaches all of
/// the settings, to read and to change them, reads the log.
pub fn check_audit(actor: &Actor) -> Outcome<()> {
    let all = |action| actor.rights.reach(Entity::Settings, action) == Reach::All;
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
            rights: Rights::standard(role),
        }
    }

    fn whose(owner: u128, team: u128) -> Ownership {
        Ownership {
            owner: Some(UserId(uuid::Uuid::from_u128(owner))),
            team: Some(TeamId(uuid::Uuid::from_u128(team))),
            shared: None,
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
            let may_waive = Rights::standard(role).reach(Entity::Deal, Action::Waive) != Reach::None;
            assert_eq!(may_waive, matches!(role, Role::Admin | Role::HeadOfSales));
            let may_configure = Rights::standard(role).reach(Entity::Settings, Action::Write) != Reach::None;
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
            let rights = Rights::standard(role);
            for entity in Entity::ALL {
                for action in Action::ALL {
                    assert!(rights.reach(entity, action) <= rights.reach(entity, Action::Read));
                }
            }
        }
    }

    #[test]
    fn a_share_opens_one_record_as_far_as_it_says_and_the_role_works_with_such() {
        let shared = |sharing| Ownership { shared: Some(sharing), ..whose(2, 11) };
        let rep = actor(Role::SalesRep, 1, 10);
        assert_eq!(check(&rep, Action::Read, Entity::Lead, whose(2, 11)), Err(Problem::NotFound));
        assert_eq!(check(&rep, Action::Read, Entity::Lead, shared(Sharing::Read)), Ok(()));
        assert_eq!(check(&rep, Action::Write, Entity::Lead, shared(Sharing::Read)), Err(Problem::Forbidden));
        assert_eq!(check(&rep, Action::Write, Entity::Lead, shared(Sharing::Write)), Ok(()));
        assert_eq!(
            check(&rep, Action::Assign, Entity::Lead, shared(Sharing::Write)),
            Err(Problem::Forbidden)
        );
        let delivery = actor(Role::Delivery, 1, 10);
        assert_eq!(
            check(&delivery, Action::Read, Entity::Lead, shared(Sharing::Write)),
            Err(Problem::NotFound)
        );
        let viewer = actor(Role::Viewer, 1, 10);
        assert_eq!(
            check(&viewer, Action::Write, Entity::Deal, shared(Sharing::Write)),
            Err(Problem::Forbidden)
        );
    }

    #[test]
    fn owners_and_who_may_assign_share_and_nobody_more_than_they_have() {
        let may = |role, whose| {
            Sharing::ALL.map(|sharing| may_share(&actor(role, 1, 10), Entity::Deal, whose, sharing))
        };
        assert_eq!(may(Role::SalesRep, whose(1, 10)), [true, true]);
        assert_eq!(may(Role::SalesRep, whose(2, 10)), [false, false]);
        assert_eq!(may(Role::SalesRep, Ownership::default()), [false, false]);
        assert_eq!(may(Role::HeadOfSales, whose(2, 11)), [true, true]);
        assert_eq!(may(Role::Viewer, whose(1, 10)), [true, false]);
    }
}
