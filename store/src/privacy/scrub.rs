//! Taking words out of texts, wherever they stand.

use std::collections::BTreeSet;

use domain::Outcome;
use domain::fold::escape_like;
use domain::privacy::ERASED;
use sea_orm::{ConnectionTrait, Value};
use uuid::Uuid;

use super::traces::escaped;
use crate::backup::{Kind, Schema, Table};
use crate::dialect;
use crate::error::OrProblem;

/// Tables that hold nothing of clients, or that are not to be changed: the process, colleagues, the audit log, and legal entities, of
/// which only the person's own are looked at.
const LEFT_ALONE: [&str; 16] = [
    "accounts",
    "legal_entities",
    "channel_rules",
    "audit_entries",
    "audit_head",
    "erasures",
    "pipelines",
    "process_versions",
    "stages",
    "users",
    "sessions",
    "sign_ins",
    "one_time_tokens",
    "deal_deltas",
    "stage_sums",
    "owner_sums",
];

/// Columns that hold JSON.
const JSON: [&str; 6] = ["attribution", "body", "fields", "payload", "source", "value"];

/// Takes `words` out of every text of every table.
pub(super) async fn everywhere(conn: &impl ConnectionTrait, words: &[String]) -> Outcome<()> {
    for table in Schema::read(conn).await.db()?.tables {
        if !LEFT_ALONE.contains(&table.name.as_str()) {
            replace(conn, &table, words, None).await?;
        }
    }
    Ok(())
}

/// Takes `words` out of the texts of these rows: of `table`, those whose `column` is one of `ids`.
pub(super) async fn rows(
    conn: &impl ConnectionTrait,
    schema: &Schema,
    table: &str,
    words: &[String],
    (column, ids): (&str, &[Uuid]),
) -> Outcome<()> {
    match schema.table(table) {
        Some(table) => replace(conn, table, words, Some((column, ids))).await,
        None => Ok(()),
    }
}

async fn replace(
    conn: &impl ConnectionTrait,
    table: &Table,
    words: &[String],
    only: Option<(&str, &[Uuid])>,
) -> Outcome<()> {
    let texts = table.columns.iter().filter(|column| column.kind == Kind::Text && !is_code(&column.name));
    let (json, plain): (Vec<&str>, Vec<&str>) =
        texts.map(|column| column.name.as_str()).partition(|column| JSON.contains(column));
    update(conn, &table.name, &plain, words.to_vec(), only).await?;
    // A short name may be part of a key, and inside JSON words may be spelt otherwise.
    let words = words.iter().filter(|word| !word.chars().all(char::is_alphabetic));
    let spelt = words.flat_map(|word| BTreeSet::from([word.clone(), escaped(word)]));
    update(conn, &table.name, &json, spelt.collect(), only).await
}

async fn update(
    conn: &impl ConnectionTrait,
    table: &str,
    texts: &[&str],
    spelt: Vec<String>,
    only: Option<(&str, &[Uuid])>,
) -> Outcome<()> {
    if texts.is_empty() || spelt.is_empty() || only.is_some_and(|(_, ids)| ids.is_empty()) {
        return Ok(());
    }
    let mut values: Vec<Value> = vec![ERASED.into()];
    let (mut sets, mut holds) = (Vec::new(), Vec::new());
    for word in &spelt {
        values.extend([word.as_str().into(), format!("%{}%", escape_like(word)).into()]);
    }
    for text in texts {
        let replaced = (0..spelt.len())
            .fold(format!("\"{text}\""), |inner, i| format!("replace({inner}, ${}, $1)", 2 * i + 2));
        sets.push(format!("\"{text}\" = {replaced}"));
        holds.extend((0..spelt.len()).map(|i| format!("\"{text}\" LIKE ${} ESCAPE '\\'", 2 * i + 3)));
    }
    let mut update = format!("UPDATE \"{table}\" SET {} WHERE ({})", sets.join(", "), holds.join(" OR "));
    if let Some((column, ids)) = only {
        let marks: Vec<String> = (1..=ids.len()).map(|i| format!("${}", values.len() + i)).collect();
        update.push_str(&format!(" AND \"{column}\" IN ({})", marks.join(", ")));
        values.extend(ids.iter().map(|id| Value::from(*id)));
    }
    conn.execute_raw(dialect::sql(conn, &update, values)).await.db()?;
    Ok(())
}

/// Columns that hold no words of people: changing one of them would break what they are for.
fn is_code(column: &str) -> bool {
    ["hash", "nonce", "kind", "status", "lang", "currency", "purpose", "message_id", "slug", "number", "key"]
        .iter()
        .any(|code| column == *code || column.ends_with(&format!("_{code}")))
}
