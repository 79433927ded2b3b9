//! The only place that asks which database it is.

pub(crate) mod catalogue;

use sea_orm::sea_query::{ColumnDef, SimpleExpr};
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

/// Sums of `bigint` are NUMERIC on PostgreSQL, which no `i64` reads.
pub(crate) fn whole(sum: SimpleExpr) -> SimpleExpr {
    use sea_orm::sea_query::ExprTrait;
    sum.cast_as("bigint")
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

/// Statements that make the database itself refuse to change or to take away rows of `table`: a second line behind the code,
/// which never does.
pub(crate) fn append_only(table: &str, backend: DbBackend) -> Vec<String> {
    if backend == DbBackend::Postgres {
        return vec![
            format!(
                "CREATE OR REPLACE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION {table}_stay()"
            ),
        ];
    }
    let refuse = |what: &str| {
        format!(
            "CREATE TRIGGER {table}_no_{what} BEFORE {what} ON {table} \
             BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    };
    vec![refuse("update"), refuse("delete")]
}

/// A transaction whose every reading sees the database as it was at the first one. SQLite's always do.
pub(crate) async fn snapshot(pool: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let isolation_level =
        (pool.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
    pool.begin_with_options(TransactionOptions { isolation_level, ..TransactionOptions::default() }).await
}
