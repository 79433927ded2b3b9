//! Pages of lists: opaque cursors and capped counts.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use domain::query::{COUNT_CAP, PAGE, Page};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    Value,
};
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

/// A page of what was chosen, newest first by a time and, among equals, an id; `key` tells both of a row.
pub(crate) async fn newest<E, K>(
    conn: &impl ConnectionTrait,
    chosen: Select<E>,
    [at, id]: [E::Column; 2],
    cursor: Option<&str>,
    key: impl Fn(&E::Model) -> (DateTime<Utc>, K),
) -> Outcome<Page<E::Model>>
where
    E: EntityTrait,
    K: Into<Value> + Serialize + DeserializeOwned,
{
    let after = cursor.map(decode::<(DateTime<Utc>, K)>).transpose()?;
    let count = count(conn, chosen.clone()).await?;
    let older = after.map(|(time, last)| Condition::any().add(at.lt(time)).add(at.eq(time).and(id.lt(last))));
    let mut rows = chosen
        .filter(Condition::all().add_option(older))
        .order_by_desc(at)
        .order_by_desc(id)
        .limit(PAGE + 1)
        .all(conn)
        .await
        .db()?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| encode(&key(last)));
    Ok(Page { rows, next, count })
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
