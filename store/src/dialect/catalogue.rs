//! What the database tells of its own tables, and what it wants before all of them are replaced.

use sea_orm::{
    AccessMode, ConnectionTrait, DbBackend, DbErr, IsolationLevel, QueryResult, TransactionOptions,
};

use super::sql;

/// The table that migrations keep of themselves.
const MIGRATIONS: &str = "seaql_migrations";

/// A column as the database describes it.
pub(crate) struct Described {
    pub(crate) table: String,
    pub(crate) column: String,
    /// The type's name in this database.
    pub(crate) declared: String,
    /// Its place in the primary key from 1; 0 outside of it.
    pub(crate) key: i64,
}

/// A foreign key from one table to another.
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) target: String,
    /// Empty where the database knows no names of them.
    pub(crate) name: String,
}

/// What this database calls itself in a backup.
pub(crate) fn name(conn: &impl ConnectionTrait) -> &'static str {
    match conn.get_database_backend() {
        DbBackend::Postgres => "postgres",
        _ => "sqlite",
    }
}

/// A transaction in which every statement reads the same state while others write.
pub(crate) fn snapshot(conn: &impl ConnectionTrait) -> TransactionOptions {
    match conn.get_database_backend() {
        DbBackend::Postgres => TransactionOptions {
            isolation_level: Some(IsolationLevel::RepeatableRead),
            access_mode: Some(AccessMode::ReadOnly),
            sqlite_transaction_mode: None,
        },
        // In WAL mode any transaction reads the state of its first statement.
        _ => TransactionOptions::default(),
    }
}

/// Every column of every table of ours, by table, in the order of their making.
pub(crate) async fn columns(conn: &impl ConnectionTrait) -> Result<Vec<Described>, DbErr> {
    let text = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT c.relname::text AS of_table, a.attname::text AS name, format_type(a.atttypid, NULL) AS declared, \
             COALESCE(array_position(i.indkey::int2[], a.attnum) + 1, 0)::bigint AS place \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
             LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
             WHERE c.relkind = 'r' AND c.relname <> $1 ORDER BY c.relname COLLATE \"C\", a.attnum"
        }
        // Whole numbers have 64 bits there, whatever they are declared as.
        _ => {
            "SELECT t.name AS of_table, c.name AS name, replace(lower(c.type), 'integer', 'bigint') AS declared, c.pk AS place \
             FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
             WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND t.name <> $1 \
             ORDER BY t.name, c.cid"
        }
    };
    let rows = conn.query_all_raw(sql(conn, text, [MIGRATIONS.into()])).await?;
    rows.iter()
        .map(|row| {
            Ok(Described {
                table: row.try_get("", "of_table")?,
                column: row.try_get("", "name")?,
                declared: row.try_get("", "declared")?,
                key: row.try_get("", "place")?,
            })
        })
        .collect()
}

/// Every foreign key between tables of ours.
pub(crate) async fn references(conn: &impl ConnectionTrait) -> Result<Vec<Reference>, DbErr> {
    let text = match conn.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT c.relname::text AS of_table, r.relname::text AS target, k.conname::text AS name \
             FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace AND n.nspname = current_schema() \
             JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f'"
        }
        _ => {
            "SELECT t.name AS of_table, f.\"table\" AS target, '' AS name \
             FROM pragma_table_list t JOIN pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' AND t.type = 'table'"
        }
    };
    let rows = conn.query_all_raw(sql(conn, text, [])).await?;
    rows.iter()
        .map(|row| {
            Ok(Reference {
                table: row.try_get("", "of_table")?,
                target: row.try_get("", "target")?,
                name: row.try_get("", "name")?,
            })
        })
        .collect()
}

/// The migrations that were applied, in order; none in a database without them.
pub(crate) async fn applied(conn: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let there = match conn.get_database_backend() {
        DbBackend::Postgres => "SELECT 1 FROM pg_class WHERE oid = to_regclass($1)",
        _ => "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    if conn.query_one_raw(sql(conn, there, [MIGRATIONS.into()])).await?.is_none() {
        return Ok(Vec::new());
    }
    let names = sql(conn, "SELECT version FROM seaql_migrations ORDER BY version", []);
    conn.query_all_raw(names).await?.iter().map(|row| row.try_get("", "version")).collect()
}

/// Text keys sort by bytes, so that both databases give rows in one order.
pub(crate) fn by_bytes(conn: &impl ConnectionTrait) -> &'static str {
    match conn.get_database_backend() {
        DbBackend::Postgres => " COLLATE \"C\"",
        _ => "",
    }
}

/// Keeps every other connection out of these tables until the transaction ends. On SQLite its `BEGIN IMMEDIATE` does so already.
pub(crate) async fn close_tables(conn: &impl ConnectionTrait, tables: &[&str]) -> Result<(), DbErr> {
    if conn.get_database_backend() == DbBackend::Postgres {
        let names: Vec<String> = tables.iter().map(|table| format!("\"{table}\"")).collect();
        conn.execute_unprepared(&format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", names.join(", "))).await?;
    }
    Ok(())
}

/// Drops the tables, the last one first, and the record of migrations.
pub(crate) async fn drop_tables(conn: &impl ConnectionTrait, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables.iter().rev().chain([&MIGRATIONS]) {
        conn.execute_unprepared(&format!("DROP TABLE IF EXISTS \"{table}\"")).await?;
    }
    Ok(())
}

/// Lets rows be loaded before those that they refer to; `late` are the foreign keys that point at a later row or table.
pub(crate) async fn defer(conn: &impl ConnectionTrait, late: &[Reference]) -> Result<(), DbErr> {
    match conn.get_database_backend() {
        DbBackend::Postgres => alter(conn, late, "DEFERRABLE INITIALLY DEFERRED").await,
        _ => conn.execute_unprepared("PRAGMA defer_foreign_keys = ON").await.map(drop),
    }
}

/// Ends [`defer`]: checks every foreign key and tells whether they hold.
pub(crate) async fn settle(conn: &impl ConnectionTrait, late: &[Reference]) -> Result<bool, DbErr> {
    match conn.get_database_backend() {
        DbBackend::Postgres => {
            conn.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
            alter(conn, late, "NOT DEFERRABLE").await?;
            Ok(true)
        }
        _ => Ok(conn.query_one_raw(sql(conn, "PRAGMA foreign_key_check", [])).await?.is_none()),
    }
}

async fn alter(conn: &impl ConnectionTrait, late: &[Reference], to: &str) -> Result<(), DbErr> {
    for Reference { table, name, .. } in late {
        conn.execute_unprepared(&format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{name}\" {to}")).await?;
    }
    Ok(())
}

/// Lets numbers that the database gives by itself go on after the highest one loaded. SQLite does so by itself.
pub(crate) async fn go_on(conn: &impl ConnectionTrait, table: &str, column: &str) -> Result<(), DbErr> {
    if conn.get_database_backend() == DbBackend::Postgres {
        let text = format!(
            "SELECT setval(s::regclass, (SELECT max(\"{column}\") FROM \"{table}\")) \
             FROM pg_get_serial_sequence('\"{table}\"', '{column}') AS s \
             WHERE s IS NOT NULL AND EXISTS (SELECT 1 FROM \"{table}\")"
        );
        conn.query_all_raw(sql(conn, &text, [])).await?;
    }
    Ok(())
}

/// Whether the log is written ahead; `None` where that is no choice.
pub(crate) async fn writes_ahead(conn: &impl ConnectionTrait) -> Result<Option<bool>, DbErr> {
    if conn.get_database_backend() == DbBackend::Postgres {
        return Ok(None);
    }
    let row: Option<QueryResult> = conn.query_one_raw(sql(conn, "PRAGMA journal_mode", [])).await?;
    row.map(|row| row.try_get_by_index::<String>(0).map(|mode| mode == "wal")).transpose()
}
