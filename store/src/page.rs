//! Pages of lists: opaque cursors and capped counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::query::COUNT_CAP;
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Expr, Func, Query, SelectStatement};
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, QueryTrait, Select};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::OrProblem;

/// The sort key of a page's last row, for the browser to give back.
pub(crate) fn encode(key: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The key in a cursor; whatever else comes is a fault of the field `cursor`.
pub(crate) fn decode<T: DeserializeOwned>(cursor: &str) -> Outcome<T> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| Problem::field("cursor", Fault::Unknown))
}

/// How many rows `select` has, at most [`COUNT_CAP`] + 1: the database stops counting there.
pub(crate) async fn count<E: EntityTrait>(conn: &impl ConnectionTrait, select: Select<E>) -> Outcome<u64> {
    count_rows(conn, select.select_only().expr(Expr::val(1)).into_query()).await
}

/// The same for a statement made by hand.
pub(crate) async fn count_rows(conn: &impl ConnectionTrait, rows: SelectStatement) -> Outcome<u64> {
    let row = conn.query_one(&counted(rows)).await.db()?;
    let rows = row.map_or(Ok(0), |row| row.try_get::<i64>("", "rows")).db()?;
    Ok(rows.unsigned_abs())
}

/// The statement that counts them, also as a column of another one.
pub(crate) fn counted(mut rows: SelectStatement) -> SelectStatement {
    rows.clear_order_by().limit(COUNT_CAP + 1);
    Query::select().expr_as(Func::count(Expr::cust("1")), "rows").from_subquery(rows, "capped").take()
}
