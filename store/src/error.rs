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

/// Busy, deadlocked, out of reach, on a full or failing disk: the same call can succeed a moment later.
fn is_passing(error: &DbErr) -> bool {
    let cause = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => cause,
        _ => return false,
    };
    match &**cause {
        SqlxError::Io(_) | SqlxError::PoolTimedOut | SqlxError::PoolClosed | SqlxError::WorkerCrashed => true,
        SqlxError::Database(error) => error.code().is_some_and(|code| is_passing_code(&code)),
        _ => false,
    }
}

/// Whether the file could not be opened because another process had it at that moment.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    let DbErr::Conn(RuntimeErr::SqlxError(cause)) = error else { return false };
    matches!(&**cause, SqlxError::Database(error) if error.code().is_some_and(|code| is_busy_code(&code)))
}

fn is_busy_code(code: &str) -> bool {
    code.len() < 5 && code.parse().is_ok_and(|number: u32| number & 0xff == 5)
}

fn is_passing_code(code: &str) -> bool {
    // PostgreSQL: serialization failure, deadlock, full disk, out of memory, too many connections, shutdowns, I/O error.
    const POSTGRES: [&str; 9] =
        ["40001", "40P01", "53100", "53200", "53300", "57P01", "57P02", "57P03", "58030"];
    match code.parse::<u32>() {
        // SQLite's extended codes, of fewer digits: busy, locked, I/O error, full disk.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13),
        _ => POSTGRES.contains(&code),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_busy_code, is_passing_code};

    #[test]
    fn a_busy_file_is_told_from_all_else() {
        assert!(["5", "261", "517"].into_iter().all(is_busy_code));
        assert!(!["6", "10", "14", "26", "57P03"].into_iter().any(is_busy_code));
    }

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for code in ["5", "6", "13", "261", "262", "517", "778", "1034", "40P01", "53100", "57P03"] {
            assert!(is_passing_code(code), "{code}");
        }
        // Constraints, a bug, damage.
        for code in ["1", "11", "19", "787", "2067", "23505", "42P01", "XX001"] {
            assert!(!is_passing_code(code), "{code}");
        }
    }
}
