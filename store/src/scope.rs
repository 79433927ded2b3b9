//! What an actor may see, as a condition: every query for records goes through here.

use domain::access::{Action, Actor, Entity, Reach, Role, reach};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, IntoSimpleExpr};

/// Rows of the table that `action` on `entity` reaches for `actor`.
pub(crate) fn scope<C: ColumnTrait>(
    actor: &Actor,
    entity: Entity,
    action: Action,
    owner: C,
    team: C,
) -> Condition {
    scope_by(actor, entity, action, owner.into_simple_expr(), team.into_simple_expr())
}

/// The same for columns of aliased tables.
pub(crate) fn scope_by(actor: &Actor, entity: Entity, action: Action, owner: Expr, team: Expr) -> Condition {
    let unowned_or_own = || {
        let any = Condition::any().add(owner.clone().is_null());
        match actor.user {
            Some(user) => any.add(owner.clone().eq(user.0)),
            None => any,
        }
    };
    // Always a conjunction on the outside, so that what a caller adds narrows it.
    Condition::all().add(match reach(actor.role, entity, action) {
        Reach::None => Condition::all().add(Expr::cust("1 = 0")),
        Reach::Own => unowned_or_own(),
        Reach::Team => match actor.team {
            Some(id) => unowned_or_own().add(team.eq(id.0)),
            None => unowned_or_own(),
        },
        Reach::All => return Condition::all(),
    })
}

/// The same for a statement in which the actor is a row of `users` that is read by it: one condition for all roles.
pub(crate) fn scope_of_user(entity: Entity, action: Action, owner: &str, team: &str) -> String {
    let own = format!("{owner} IS NULL OR {owner} = users.id");
    let roles = Role::ALL.map(|role| {
        let reached = match reach(role, entity, action) {
            Reach::None => "1 = 0".to_owned(),
            Reach::Own => own.clone(),
            Reach::Team => format!("{own} OR {team} = users.team_id"),
            Reach::All => "1 = 1".to_owned(),
        };
        format!("(users.role = '{}' AND ({reached}))", role.code())
    });
    format!("({})", roles.join(" OR "))
}
