//! What an actor may see, as a condition: every query for records goes through here.

use domain::access::{Action, Actor, Entity, Matrix, Reach, Role};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait};

use crate::entity::{account, contact, deal, lead, task};
use crate::shares;

/// A table whose rows belong to somebody.
pub(crate) trait Owned: EntityTrait {
    /// What rights are given for.
    const KIND: Entity;
    const ID: Self::Column;
    const CREATED_AT: Self::Column;
    const OWNER: Self::Column;
    const TEAM: Self::Column;
}

macro_rules! owned {
    ($($table:ident: $kind:ident by $owner:ident),+) => {
        $(impl Owned for $table::Entity {
            const KIND: Entity = Entity::$kind;
            const ID: $table::Column = $table::Column::Id;
            const CREATED_AT: $table::Column = $table::Column::CreatedAt;
            const OWNER: $table::Column = $table::Column::$owner;
            const TEAM: $table::Column = $table::Column::TeamId;
        })+
    };
}

owned!(
    lead: Lead by OwnerId,
    contact: Client by OwnerId,
    account: Client by OwnerId,
    deal: Deal by OwnerId,
    task: Task by AssigneeId
);

/// Rows of the table that `actor` may read.
pub(crate) fn readable<T: Owned>(actor: &Actor) -> Condition {
    scope::<T>(actor, T::KIND, Action::Read)
}

/// [`readable`] as conditions of which every such row fulfils exactly one: each can follow an index of its own, which a disjunction
/// cannot. What is only shared comes last, if anything can be.
pub(crate) fn ways<T: Owned>(actor: &Actor) -> Vec<Condition> {
    let reach = actor.rights.reach(T::KIND, Action::Read);
    if reach == Reach::All {
        return vec![Condition::all()];
    }
    let team = actor.team.filter(|_| reach == Reach::Team);
    let of_nobody = T::OWNER.is_null();
    let mine = actor.user.map(|user| T::OWNER.eq(user.0));
    let others = || {
        Condition::all().add(T::OWNER.is_not_null()).add_option(actor.user.map(|user| T::OWNER.ne(user.0)))
    };
    let teams = team.map(|team| others().add(T::TEAM.eq(team.0)));
    let own = [Some(Condition::all().add(of_nobody)), mine.map(|mine| Condition::all().add(mine)), teams];
    let mut ways: Vec<Condition> = own.into_iter().flatten().filter(|_| reach != Reach::None).collect();
    ways.extend(only_shared::<T>(actor));
    ways
}

/// Rows that `actor` may read for no other reason than that they are shared; `None` where a share opens nothing more.
pub(crate) fn only_shared<T: Owned>(actor: &Actor) -> Option<Condition> {
    let reach = actor.rights.reach(T::KIND, Action::Read);
    let shared = match reach {
        Reach::None | Reach::All => return None,
        Reach::Own | Reach::Team => shares::allowing(actor, Action::Read)?,
    };
    let elsewhere = actor
        .team
        .filter(|_| reach == Reach::Team)
        .map(|team| Condition::any().add(T::TEAM.is_null()).add(T::TEAM.ne(team.0)));
    Some(
        Condition::all()
            .add(T::ID.in_subquery(shared))
            .add(T::OWNER.is_not_null())
            .add_option(actor.user.map(|user| T::OWNER.ne(user.0)))
            .add_option(elsewhere),
    )
}

/// Rows of the table that `action` on `entity` reaches for `actor`.
pub(crate) fn scope<T: Owned>(actor: &Actor, entity: Entity, action: Action) -> Condition {
    let column = |column: T::Column| Expr::col(column.as_column_ref());
    narrowed(actor, entity, action, column(T::ID), column(T::OWNER), column(T::TEAM))
}

/// Rows that `actor` may read of the table under another name.
pub(crate) fn readable_as<T: Owned>(actor: &Actor, alias: &'static str) -> Condition {
    let column = |column: T::Column| Expr::col((alias, column));
    narrowed(actor, T::KIND, Action::Read, column(T::ID), column(T::OWNER), column(T::TEAM))
}

fn narrowed(actor: &Actor, entity: Entity, action: Action, id: Expr, owner: Expr, team: Expr) -> Condition {
    let own = || {
        Condition::any()
            .add(owner.clone().is_null())
            .add_option(actor.user.map(|user| owner.clone().eq(user.0)))
            .add_option(shares::allowing(actor, action).map(|shared| id.clone().in_subquery(shared)))
    };
    // Always a conjunction on the outside, so that what a caller adds narrows it.
    Condition::all().add(match actor.rights.reach(entity, action) {
        Reach::None => Condition::all().add(Expr::cust("1 = 0")),
        Reach::Own => own(),
        Reach::Team => own().add_option(actor.team.map(|id| team.clone().eq(id.0))),
        Reach::All => return Condition::all(),
    })
}

/// The same for reading in a statement in which the actor is a row of `users` that is read by it: one condition for all roles.
pub(crate) fn scope_of_user(rights: &Matrix, entity: Entity, table: &str) -> String {
    let own =
        format!("{table}.owner_id IS NULL OR {table}.owner_id = users.id OR {}", shares::with_user(table));
    let roles = Role::ALL.map(|role| {
        let reached = match rights.of(role).reach(entity, Action::Read) {
            Reach::None => "1 = 0".to_owned(),
            Reach::Own => own.clone(),
            Reach::Team => format!("{own} OR {table}.team_id = users.team_id"),
            Reach::All => "1 = 1".to_owned(),
        };
        format!("(users.role = '{}' AND ({reached}))", role.code())
    });
    format!("({})", roles.join(" OR "))
}
