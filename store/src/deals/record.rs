//! The deal's row in a transaction: found, allowed, and saved against the version that was read.

use domain::access::{Action, Actor, Entity};
use domain::id::DealId;
use domain::{Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::db::Tx;
use crate::entity::deal;
use crate::error::OrProblem;
use crate::{rollups, shares};

/// Which version of the record a change was made from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Write {
    /// The one a person saw; any other is a conflict.
    From(i64),
    /// Whatever stands now: a change that follows from an event.
    Latest,
}

/// The deal, if the actor may do `action` with it; locked until the transaction ends, so that what a rule finds out about the
/// deal and its documents still holds when the rule's consequence is written.
pub(crate) async fn load(tx: &Tx, actor: &Actor, action: Action, id: DealId) -> Outcome<deal::Model> {
    let deal = deal::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(tx.conn())
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    shares::check(tx.conn(), actor, action, Entity::Deal, deal.id, deal.whose()).await?;
    Ok(deal)
}

/// Saves the changed columns of `deal` and tells open pages; answers the new version.
pub(crate) async fn save(
    tx: &Tx,
    deal: &deal::Model,
    from: Write,
    change: deal::ActiveModel,
) -> Outcome<i64> {
    if let Write::From(version) = from
        && version != deal.version
    {
        return Err(Problem::Conflict { version: deal.version });
    }
    let saved = deal::Entity::update_many()
        .set(change.clone())
        .col_expr(deal::Column::Version, Expr::val(deal.version + 1))
        .filter(deal::Column::Id.eq(deal.id))
        .filter(deal::Column::Version.eq(deal.version))
        .exec(tx.conn())
        .await
        .db()?;
    if saved.rows_affected == 0 {
        return Err(Problem::Conflict { version: deal.version + 1 });
    }
    rollups::changed(tx, deal, &change);
    tx.changed(deal.change());
    Ok(deal.version + 1)
}
