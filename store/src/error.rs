//! From database errors to what a caller may see: the cause is logged here and travels no further.

use domain::{Outcome, Problem};
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

/// `.db()?` on whatever the database answers.
pub(crate) trait OrProblem<T> {
    fn db(self) -> Outcome<T>;
}

impl<T> OrProblem<T> for Result<T, DbErr> {
    fn db(self) -> Outcome<T> {
        self.map_err(|error| problem(&error))
    }
}

/// Whether a unique constraint or index whose name or column is `name` forbade the write.
pub(crate) fn is_unique(error: &DbErr, name: &str) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(message)) if message.contains(name))
}

/// Something in the database that the code does not understand; `what` is logged.
pub(crate) fn broken(what: impl std::fmt::Display) -> Problem {
    tracing::error!(%what, "unexpected content of the database");
    Problem::Internal
}

pub(crate) fn problem(error: &DbErr) -> Problem {
    tracing::error!(%error, "database");
    if is_passing(error) { Problem::Unavailable { retry_after: 1 } } else { Problem::Internal }
}

/// Busy, deadlocked or out of reach: the same call can succeed a moment later.
fn is_passing(error: &DbErr) -> bool {
    let cause = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => cause,
        _ => return false,
    };
    match &**cause {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        // SQLite: busy, locked and their extended codes. PostgreSQL: serialization failure, deadlock, shutdowns, too many
        // connections.
        SqlxError::Database(error) => error.code().is_some_and(|code| {
            matches!(
                &*code,
                "5" | "6" | "261" | "517" | "262" | "40001" | "40P01" | "57P01" | "57P02" | "57P03" | "53300"
            )
        }),
        _ => false,
    }
}
