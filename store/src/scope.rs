//! What an actor may see, as a condition: every query for records goes through here.

use domain::access::{Action, Actor, Entity, Reach, reach};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ColumnTrait, IntoSimpleExpr};

/// Rows of the table that `action` on `entity` reaches for `actor`.
pub(crate) fn scope<C: ColumnTrait>(actor: &Actor, entity: Entity, action: Action, owner: C, team: C) -> Condition {
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
    match reach(actor.role, entity, action) {
        Reach::None => Condition::all().add(Expr::cust("1 = 0")),
        Reach::Own => unowned_or_own(),
        Reach::Team => match actor.team {
            Some(id) => unowned_or_own().add(team.eq(id.0)),
            None => unowned_or_own(),
        },
        Reach::All => Condition::all(),
    }
}
