//! What an actor may see, as a condition: every query for records goes through here.

use domain::access::{Action, Actor, Entity, Matrix, Reach, Role};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};

use crate::shares;

/// Rows of the table that `action` on `entity` reaches for `actor`.
pub(crate) fn scope<C: ColumnTrait>(
    actor: &Actor,
    entity: Entity,
    action: Action,
    owner: C,
    team: C,
) -> Condition {
    let column = |name: &'static str| Expr::col((owner.entity_name(), name));
    narrowed(actor, entity, action, column("id"), column(owner.as_str()), column(team.as_str()))
}

/// The same for a table that is called otherwise in the query.
pub(crate) fn scope_of<C: ColumnTrait>(
    actor: &Actor,
    entity: Entity,
    action: Action,
    (alias, owner, team): (&'static str, C, C),
) -> Condition {
    let column = |name: &'static str| Expr::col((alias, name));
    narrowed(actor, entity, action, column("id"), column(owner.as_str()), column(team.as_str()))
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
