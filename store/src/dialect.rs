//! The only place that asks which database it is.

pub(crate) mod catalogue;
pub(crate) mod counting;

use sea_orm::sea_query::{ColumnDef, SelectStatement, SimpleExpr, TableCreateStatement};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, Statement,
    TransactionOptions, TransactionTrait, Value,
};

/// A statement with `$1`, `$2` …, which both databases understand.
pub(crate) fn sql(
    conn: &impl ConnectionTrait,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    Statement::from_sql_and_values(conn.get_database_backend(), text, values)
}

/// `rest` over the rows of `select`, which it knows as `table`; read once, however often `rest` names them. `rest` has no values of its
/// own: those of `select` are numbered from the first.
pub(crate) fn reading(
    conn: &impl ConnectionTrait,
    table: &str,
    select: &SelectStatement,
    rest: &str,
) -> Statement {
    let rows = conn.get_database_backend().build(select);
    let sql = format!("WITH {table} AS MATERIALIZED ({}) {rest}", rows.sql);
    Statement { sql, ..rows }
}

/// The statement as text with its values in it: to be explained, never to be run.
pub(crate) fn written(conn: &impl ConnectionTrait, select: &SelectStatement) -> String {
    conn.get_database_backend().build(select).to_string()
}

/// `(…), (…)`: the places of the values of so many rows.
pub(crate) fn places(conn: &impl ConnectionTrait, rows: usize, columns: usize) -> String {
    use std::fmt::Write;
    let numbered = conn.get_database_backend() == DbBackend::Postgres;
    let mut text = String::with_capacity(rows * columns * 7);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { "), (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            // SQLite would look every number up by its name.
            if numbered {
                let _ = write!(text, "${}", row * columns + column + 1);
            } else {
                text.push('?');
            }
        }
    }
    text.push(')');
    text
}

/// Sums of `bigint` are NUMERIC on PostgreSQL, which no `i64` reads.
pub(crate) fn whole(sum: SimpleExpr) -> SimpleExpr {
    use sea_orm::sea_query::ExprTrait;
    sum.cast_as("bigint")
}

/// Whole seconds since 1970 of a column of times.
pub(crate) fn seconds(conn: &impl ConnectionTrait, column: &str) -> String {
    match conn.get_database_backend() {
        DbBackend::Postgres => format!("CAST(floor(extract(epoch FROM {column})) AS bigint)"),
        // Fractions are cut off before they are rounded; times are kept in UTC.
        _ => format!("unixepoch(substr({column}, 1, 19))"),
    }
}

/// A table kept in the order of its primary key alone, where there is a choice: read by ranges of it.
pub(crate) fn by_key(mut table: TableCreateStatement, backend: DbBackend) -> TableCreateStatement {
    if backend != DbBackend::Postgres {
        table.extra("WITHOUT ROWID");
    }
    table
}

/// Holds off other processes that want to migrate, until the transaction ends. On SQLite its `BEGIN IMMEDIATE` does so already.
pub(crate) async fn lock_migrations(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_raw(sql(tx, "SELECT pg_advisory_xact_lock($1)", [Value::from(0x6d69_6c6c_7261_6365_i64)]))
            .await?;
    }
    Ok(())
}

/// What rows that are about to be taken are locked with: other workers on PostgreSQL skip them; SQLite has one writer anyway.
pub(crate) fn skip_locked(conn: &impl ConnectionTrait) -> &'static str {
    match conn.get_database_backend() {
        DbBackend::Postgres => "FOR UPDATE SKIP LOCKED",
        _ => "",
    }
}

/// A text column sorted by its bytes whatever the database's locale is: rows of several tables are merged by it outside.
pub(crate) fn bytewise(mut column: ColumnDef, backend: DbBackend) -> ColumnDef {
    if backend == DbBackend::Postgres {
        column.extra("COLLATE \"C\"");
    }
    column
}

/// Statements that make the database itself refuse to change or to take away rows of `table`, but for changes of a row that fulfil
/// `but`, told of `OLD` and `NEW`: a second line behind the code, which never does.
pub(crate) fn append_only(table: &str, but: &str, backend: DbBackend) -> Vec<String> {
    if backend == DbBackend::Postgres {
        return vec![
            format!(
                "CREATE OR REPLACE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                   IF TG_OP = 'UPDATE' THEN IF COALESCE(({but}), false) THEN RETURN NEW; END IF; END IF; \
                   RAISE EXCEPTION '{table} is append-only'; END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION {table}_stay()"
            ),
            format!(
                "CREATE TRIGGER {table}_stay_whole BEFORE TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_stay()"
            ),
        ];
    }
    vec![
        format!(
            "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN NOT COALESCE(({but}), 0) \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
        format!(
            "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        ),
    ]
}

/// Takes out of the database's files what was deleted from its tables. PostgreSQL does so by itself.
pub(crate) async fn forget(conn: &impl ConnectionTrait) -> Result<(), DbErr> {
    if conn.get_database_backend() != DbBackend::Postgres {
        conn.execute_unprepared("VACUUM").await?;
        conn.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    }
    Ok(())
}

/// A transaction whose every reading sees the database as it was at the first one. SQLite's always do.
pub(crate) async fn snapshot(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let isolation_level =
        (pool.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
    pool.begin_with_options(TransactionOptions { isolation_level, ..TransactionOptions::default() }).await
}
