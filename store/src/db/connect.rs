//! Connection pools, each connection with the options that the trust in it rests on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::sqlx::Connection;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};

use super::OpenError;
use crate::dialect;
use crate::error::is_busy;

/// How long a lock or a free connection is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
const SQLITE_READERS: u32 = 4;
/// Memory for pages that are about to be changed, as SQLite writes it: KiB, negative.
const WRITER_CACHE: &str = "-16384";
/// Pages (4 KiB) of the log after which they go into the file: under load most are changed again before, and are then written there
/// once.
const CHECKPOINT_AFTER: &str = "8000";
/// Statements that the writer keeps prepared: those of the intake alone, in all their sizes, are about sixty.
const STATEMENTS: usize = 250;
const POSTGRES_CONNECTIONS: u32 = 16;
const ADDRESSES: &str = "it begins with sqlite:// or postgres://";
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];

/// The pool for reading and the one for writing; on PostgreSQL they are one.
pub(super) async fn pools(
    url: &str,
    statements: &Arc<AtomicU64>,
) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let (read, write) = if url.starts_with("sqlite:") {
        sqlite(url).await?
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let mut options = plain(url, POSTGRES_CONNECTIONS);
        options.set_application_name("millrace").min_connections(1);
        let pool = Database::connect(options).await?;
        (pool.clone(), pool)
    } else {
        return Err(OpenError::Address(ADDRESSES.into()));
    };
    Ok((counted(read, statements), counted(write, statements)))
}

/// One connection that only reads, to a database that must be there.
pub(crate) async fn visitor(url: &str) -> Result<DatabaseConnection, OpenError> {
    let mut options = plain(url, 1);
    if url.starts_with("sqlite:") {
        options.map_sqlx_sqlite_opts(|options| common(options).pragma("query_only", "1"));
    } else if !url.starts_with("postgres:") && !url.starts_with("postgresql:") {
        return Err(OpenError::Address(ADDRESSES.into()));
    }
    Ok(Database::connect(options).await?)
}

fn plain(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(PATIENCE)
        // Statements carry personal data.
        .sqlx_logging(false)
        .record_stmt_in_spans(false);
    options
}

fn counted(mut pool: DatabaseConnection, statements: &Arc<AtomicU64>) -> DatabaseConnection {
    let statements = statements.clone();
    pool.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
    pool
}

async fn sqlite(url: &str) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let parsed: SqliteConnectOptions = url.parse().map_err(|e| OpenError::Address(format!("{e}")))?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(OpenError::Address("a database in memory keeps nothing; name a file".into()));
    }
    if let Some(folder) = parsed.get_filename().parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }

    let mut writer = plain(url, 1);
    writer
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>);
    writer.map_sqlx_sqlite_opts(|options| {
        common(options)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", WRITER_CACHE)
            .pragma("wal_autocheckpoint", CHECKPOINT_AFTER)
            .statement_cache_capacity(STATEMENTS)
    });
    writer.map_sqlx_sqlite_pool_opts(without_stuck_ones);
    let write = first(writer).await?;
    check_version(&write).await?;

    let mut readers = plain(url, SQLITE_READERS);
    readers
        .min_connections(1)
        .test_before_acquire(false)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>);
    readers.map_sqlx_sqlite_opts(|options| common(options).pragma("query_only", "1"));
    readers.map_sqlx_sqlite_pool_opts(without_stuck_ones);
    let read = Database::connect(readers).await?;
    Ok((read, write))
}

/// The connection that turns the log on. SQLite answers that at once with "busy" where another process does the same to a new file,
/// whatever time it was given for waiting.
async fn first(writer: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    let mut pause = Duration::from_millis(5);
    loop {
        match Database::connect(writer.clone()).await {
            Err(error) if is_busy(&error) && pause < PATIENCE => {
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            answer => return answer,
        }
    }
}

fn common(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.foreign_keys(true).busy_timeout(PATIENCE)
}

/// Closes connections that come back with a transaction, so that new ones take their place. On a full or failing disk SQLite rolls
/// back by itself; the driver's own ROLLBACK then fails, and it believes for ever that the transaction is open: it would begin every
/// later one as a savepoint, which may wait for locks in vain, and after one rollback is committed by nobody.
fn without_stuck_ones(pool: SqlitePoolOptions) -> SqlitePoolOptions {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            if connection.is_in_transaction() {
                // A transaction that was dropped is being rolled back; this is answered after it.
                connection.ping().await?;
            }
            let is_stuck = connection.is_in_transaction();
            if is_stuck {
                tracing::warn!("a connection is given up: its transaction ended without the driver");
            }
            Ok(!is_stuck)
        })
    })
}

async fn check_version(pool: &DatabaseConnection) -> Result<(), OpenError> {
    let row = pool
        .query_one_raw(dialect::sql(pool, "SELECT sqlite_version() AS version", []))
        .await?
        .ok_or_else(|| DbErr::Custom("SQLite does not tell its version".into()))?;
    let version: String = row.try_get("", "version")?;
    if is_new_enough(&version) { Ok(()) } else { Err(OpenError::OldSqlite(version)) }
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default) >= OLDEST_SQLITE
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn versions_are_compared_as_numbers() {
        for good in ["3.51.3", "3.52.0", "3.100.1", "4.0.0"] {
            assert!(is_new_enough(good), "{good}");
        }
        for bad in ["3.51.2", "3.9.9", "3.51", "nonsense"] {
            assert!(!is_new_enough(bad), "{bad}");
        }
    }
}
