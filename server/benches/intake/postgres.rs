//! The baseline on PostgreSQL: one prepared statement a table, its rows as arrays, on one connection.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::ensure;
use faults::Value;
use sea_orm::sqlx::{self, AssertSqlSafe, Connection, PgConnection, Row};

use super::baseline::Written;
use super::rows::Pattern;

pub struct Postgres {
    connection: PgConnection,
    pattern: Pattern,
    /// An insert for each of the pattern's tables.
    inserts: Vec<String>,
    next: u64,
}

/// Runs a statement.
pub async fn run(url: &str, sql: &'static str) -> anyhow::Result<()> {
    sqlx::query(sql).execute(&mut PgConnection::connect(url).await?).await?;
    Ok(())
}

/// What is there before the sample comes: a transaction that is not begun yet, and the counters.
pub struct Before {
    transaction: String,
    counters: BTreeMap<String, i64>,
}

impl Before {
    pub async fn look(url: &str) -> anyhow::Result<Before> {
        let mut connection = PgConnection::connect(url).await?;
        let transaction = sqlx::query_scalar("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            .fetch_one(&mut connection)
            .await?;
        Ok(Before { transaction, counters: counters(&mut connection).await? })
    }

    /// The baseline, its pattern taken from what the sample added here.
    pub async fn baseline(&self, url: &str) -> anyhow::Result<Postgres> {
        let mut connection = PgConnection::connect(url).await?;
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' \
             AND table_type = 'BASE TABLE' AND table_name NOT IN ('counters', 'audit_head') ORDER BY table_name",
        )
        .fetch_all(&mut connection)
        .await?;
        let mut found = Vec::new();
        let mut types = BTreeMap::new();
        for table in tables {
            let (columns, kinds) = columns(&mut connection, &table).await?;
            let texts: Vec<String> = columns.iter().map(|column| format!("{column}::text")).collect();
            let select = format!(
                "SELECT {} FROM {table} WHERE xmin::text::bigint >= {}",
                texts.join(", "),
                self.transaction
            );
            let rows = sqlx::query(AssertSqlSafe(select)).fetch_all(&mut connection).await?;
            let mut values = Vec::new();
            for row in rows {
                let value = |place| {
                    anyhow::Ok(row.try_get::<Option<String>, _>(place)?.map_or(Value::Null, Value::Text))
                };
                values.push((0..columns.len()).map(value).collect::<anyhow::Result<Vec<Value>>>()?);
            }
            if !values.is_empty() {
                types.insert(table.clone(), kinds);
                found.push((table, columns, values));
            }
        }
        ensure!(!found.is_empty(), "the sample left nothing");
        let now = counters(&mut connection).await?;
        let moved = now.into_iter().filter(|(name, value)| self.counters.get(name) != Some(value));
        let pattern = Pattern::new(found, moved.map(|(name, _)| name).collect(), true);
        let inserts = pattern
            .tables
            .iter()
            .map(|table| {
                insert(&table.name, &table.columns, types.get(&table.name).map_or(&[][..], Vec::as_slice))
            })
            .collect();
        Ok(Postgres { connection, pattern, inserts, next: 0 })
    }
}

/// The table's columns and their types.
async fn columns(connection: &mut PgConnection, table: &str) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let rows = sqlx::query(
        "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
         WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
    )
    .bind(table)
    .fetch_all(connection)
    .await?;
    Ok(rows.iter().map(|row| (row.get::<String, _>(0), row.get::<String, _>(1))).unzip())
}

async fn counters(connection: &mut PgConnection) -> anyhow::Result<BTreeMap<String, i64>> {
    let rows = sqlx::query("SELECT name::text, value FROM counters").fetch_all(connection).await?;
    Ok(rows.iter().map(|row| (row.get::<String, _>(0), row.get::<i64, _>(1))).collect())
}

/// An insert of any number of rows, each column an array of texts.
fn insert(table: &str, columns: &[String], types: &[String]) -> String {
    let numbered = |text: &str| {
        (1..=columns.len()).map(|place| text.replace('#', &place.to_string())).collect::<Vec<_>>()
    };
    let cast: Vec<String> = types.iter().zip(1..).map(|(kind, place)| format!("c{place}::{kind}")).collect();
    format!(
        "INSERT INTO {table} ({}) SELECT {} FROM unnest({}) AS r({})",
        columns.join(", "),
        cast.join(", "),
        numbered("$#::text[]").join(", "),
        numbered("c#").join(", ")
    )
}

impl Postgres {
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Writes so many leads a commit until `enough`; making the rows up takes none of the time.
    pub async fn write(&mut self, leads: u64, enough: impl Fn(&Written) -> bool) -> anyhow::Result<Written> {
        let hash = "h".repeat(43);
        let mut written = Written::default();
        while !enough(&written) {
            let rows = self.pattern.make(self.next..self.next + leads);
            self.next += leads;
            let arrays: Vec<Vec<Vec<Option<String>>>> = rows.into_iter().map(by_column).collect();
            let begun = Instant::now();
            let mut transaction = self.connection.begin().await?;
            for (insert, columns) in self.inserts.iter().zip(arrays) {
                let query = sqlx::query::<sqlx::Postgres>(AssertSqlSafe(insert.clone()));
                columns
                    .into_iter()
                    .fold(query, |query, column| query.bind(column))
                    .execute(&mut *transaction)
                    .await?;
            }
            for counter in &self.pattern.counters {
                sqlx::query("UPDATE counters SET value = value + $1 WHERE name = $2")
                    .bind(leads as i64)
                    .bind(counter)
                    .execute(&mut *transaction)
                    .await?;
            }
            sqlx::query("UPDATE audit_head SET entries = entries + $1, hash = $2, seal = $2")
                .bind(leads as i64)
                .bind(&hash)
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
            written.add(leads, begun.elapsed());
        }
        Ok(written)
    }
}

/// Rows as columns.
fn by_column(rows: Vec<Vec<Value>>) -> Vec<Vec<Option<String>>> {
    let width = rows.first().map_or(0, Vec::len);
    let mut columns: Vec<Vec<Option<String>>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(if let Value::Text(text) = value { Some(text) } else { None });
        }
    }
    columns
}
