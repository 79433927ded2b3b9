//! Everything that is kept about a person, for them to read.

use chrono::{DateTime, Utc};
use domain::Outcome;
use domain::contact::PointKind;
use sea_orm::{ConnectionTrait, Value as Bound};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::person::Person;
use super::traces::Traces;
use crate::backup::{Schema, Table, encode};
use crate::dialect;
use crate::error::{OrProblem, broken};

/// Columns that tell a person nothing: secrets of links, hashes, and what searching needs.
const LEFT_OUT: [&str; 8] =
    ["folded", "token_hash", "nonce", "body_hash", "hash", "seal", "salt", "commitment"];

pub(super) async fn all(
    conn: &impl ConnectionTrait,
    person: &Person,
    traces: &Traces,
    now: DateTime<Utc>,
) -> Outcome<Map<String, Value>> {
    let schema = Schema::read(conn).await.db()?;
    let mut names: Vec<&str> = person.names().collect();
    names.dedup();
    let about = json!({
        "names": names,
        "phones": person.normals(PointKind::Phone),
        "emails": person.normals(PointKind::Email),
    });
    let mut told = Map::new();
    told.insert("made_at".to_owned(), now.to_rfc3339().into());
    told.insert("person".to_owned(), about);
    let points: Vec<Uuid> = person.points.iter().map(|point| point.id).collect();
    for (name, table, column, ids) in [
        ("leads", "leads", "id", &traces.leads),
        ("visits", "touches", "lead_id", &traces.leads),
        ("submissions", "submissions", "id", &traces.submissions),
        ("contacts", "contacts", "id", &traces.contacts),
        ("contact_points", "contact_points", "id", &points),
        ("consents", "consents", "id", &traces.consents),
        ("activities", "activities", "id", &traces.activities),
        ("tasks", "tasks", "id", &traces.tasks),
        ("deals", "deals", "id", &traces.deals),
        ("offers", "offers", "id", &traces.offers),
        ("offer_revisions", "offer_revisions", "id", &traces.revisions),
        ("acts", "acts", "id", &traces.acts),
        ("ratings", "surveys", "id", &traces.ratings),
        ("mails", "outbox", "id", &traces.mails),
    ] {
        let ids = ids.iter().map(|id| Bound::from(*id)).collect();
        told.insert(name.to_owned(), rows(conn, &schema, table, column, ids).await?);
    }
    let entries = traces.entries.iter().map(|seq| Bound::from(*seq)).collect();
    told.insert("audit_entries".to_owned(), rows(conn, &schema, "audit_entries", "seq", entries).await?);
    Ok(told)
}

/// The rows of a table whose `column` is one of `ids`, as objects; texts that hold JSON as what they hold.
async fn rows(
    conn: &impl ConnectionTrait,
    schema: &Schema,
    table: &str,
    column: &str,
    ids: Vec<Bound>,
) -> Outcome<Value> {
    let Some(Table { columns, .. }) = schema.table(table) else {
        return Err(broken(format!("no table {table}")));
    };
    if ids.is_empty() {
        return Ok(Value::Array(Vec::new()));
    }
    let named: Vec<String> = columns.iter().map(|column| format!("\"{}\"", column.name)).collect();
    let marks: Vec<String> = (1..=ids.len()).map(|i| format!("${i}")).collect();
    let select = format!(
        "SELECT {} FROM \"{table}\" WHERE \"{column}\" IN ({}) ORDER BY \"{column}\"",
        named.join(", "),
        marks.join(", ")
    );
    let mut told = Vec::new();
    for row in conn.query_all_raw(dialect::sql(conn, &select, ids)).await.db()? {
        let mut line = Vec::new();
        encode(&row, columns, &mut line).db()?;
        let values: Vec<Value> = serde_json::from_slice(&line).map_err(broken)?;
        let named = columns.iter().map(|column| column.name.clone()).zip(values.into_iter().map(opened));
        told.push(Value::Object(named.filter(|(name, _)| !LEFT_OUT.contains(&name.as_str())).collect()));
    }
    Ok(Value::Array(told))
}

fn opened(value: Value) -> Value {
    match &value {
        Value::String(text) if text.starts_with('{') => serde_json::from_str(text).unwrap_or(value),
        _ => value,
    }
}
