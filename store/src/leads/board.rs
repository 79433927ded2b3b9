//! The board: what waits for its first call, what is being worked on, what became of the others; in two statements.

use domain::Outcome;
use domain::access::{self, Action, Actor, Entity};
use domain::lead::{LeadColumn, LeadFilter, LeadStatus};
use sea_orm::sea_query::{Asterisk, Expr, Order, Query, SelectStatement, UnionType};
use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::list::condition;
use crate::entity::lead;
use crate::error::OrProblem;
use crate::scope::readable;
use crate::{Db, page};

/// So many leads of each status; the list has the rest.
const CARDS: u64 = 50;

/// A column per status; the filter's own status chooses nothing here.
pub async fn board(db: &Db, actor: &Actor, filter: LeadFilter) -> Outcome<Vec<LeadColumn>> {
    access::check_any(actor, Action::Read, Entity::Lead)?;
    let reference = db.reference().await?;
    let of = |status| {
        let filter = LeadFilter { status: Some(status), ..filter.clone() };
        lead::Entity::find().filter(readable::<lead::Entity>(actor)).filter(condition(
            actor,
            &filter,
            &reference.settings.phone_region,
        ))
    };
    let mut counts = Query::select();
    for status in LeadStatus::ALL {
        let rows = of(status).select_only().expr(Expr::val(1)).into_query();
        counts.expr_as(Expr::from(page::counted(rows)), status.code());
    }
    let counts = db.read().query_one(&counts).await.db()?;
    let count = |status: LeadStatus| -> Outcome<u64> {
        let count = counts.as_ref().map_or(Ok(0), |row| row.try_get::<i64>("", status.code())).db()?;
        Ok(count.unsigned_abs())
    };
    let first = LeadStatus::ALL.map(|status| {
        // Whoever waits longest is called first.
        let order = if status == LeadStatus::New { Order::Asc } else { Order::Desc };
        of(status)
            .order_by(lead::Column::CreatedAt, order.clone())
            .order_by(lead::Column::Id, order)
            .limit(CARDS)
            .into_query()
    });
    let rows = db.read().query_all(&one_after_the_other(first)).await.db()?;
    let mut columns = Vec::with_capacity(LeadStatus::ALL.len());
    for status in LeadStatus::ALL {
        columns.push(LeadColumn { status, count: count(status)?, rows: Vec::new() });
    }
    for row in rows {
        let row = lead::Model::from_query_result(&row, "").db()?;
        let status = row.status();
        if let Some(column) = columns.iter_mut().find(|column| column.status == status) {
            column.rows.push(row.into_row(actor, &reference));
        }
    }
    for column in &mut columns {
        column.rows.sort_by_key(|row| (row.created_at, row.id));
        if column.status != LeadStatus::New {
            column.rows.reverse();
        }
    }
    Ok(columns)
}

/// Everything that the statements find, each with its own order and limit.
fn one_after_the_other(arms: [SelectStatement; 4]) -> SelectStatement {
    let [first, rest @ ..] =
        arms.map(|arm| Query::select().column(Asterisk).from_subquery(arm, "arm").take());
    let mut all = first;
    for arm in rest {
        all.union(UnionType::All, arm);
    }
    all
}
