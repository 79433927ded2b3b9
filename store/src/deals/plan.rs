//! The next step of a deal: its open task that is due first, kept beside the deal so that boards are in an index's order.

use domain::Outcome;
use sea_orm::sea_query::{Expr, IntoCondition};
use sea_orm::{EntityTrait, QueryFilter};

use crate::db::Tx;
use crate::entity::deal::{self, Column as C};
use crate::error::OrProblem;

/// Looks the next step of the deals up again, after their tasks changed. Their versions stay: nobody edits it.
pub(crate) async fn plan_again(tx: &Tx, which: impl IntoCondition) -> Outcome<()> {
    let first = |column: &str| {
        Expr::cust(format!(
            "(SELECT t.{column} FROM tasks t WHERE t.deal_id = deals.id AND t.done_at IS NULL \
             ORDER BY t.due_at, t.id LIMIT 1)"
        ))
    };
    deal::Entity::update_many()
        .col_expr(C::NextStepAt, first("due_at"))
        .col_expr(C::NextStepKind, first("kind"))
        .col_expr(C::NextStepTitle, first("title"))
        .filter(which.into_condition())
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}
