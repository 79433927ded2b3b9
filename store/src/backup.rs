//! Everything in one file, and back: portable between both kinds of database, made while the server serves.

mod file;
mod read;
mod schema;
mod state;
mod write;

use domain::Problem;

pub use file::{Counted, Header};
pub use read::{check, header, restore};
pub use state::{failed, schedule, show, succeeded};
pub use write::write;

pub(crate) use schema::{Kind, Schema, Table, encode};
pub(crate) use state::load;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    pub header: Header,
    /// In the file's order.
    pub tables: Vec<Counted>,
}

impl Manifest {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|counted| counted.rows).sum()
    }
}

/// Why a backup was not made, or not restored; in English, for the command line and the log.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{0}")]
    Problem(Problem),
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("{0}")]
    File(#[from] std::io::Error),
    #[error("this file is no backup of Millrace")]
    NotABackup,
    #[error("the backup is of format {0}; this version reads up to {FORMAT}. Restore it with a newer Millrace", FORMAT = file::FORMAT)]
    NewerFormat(u64),
    #[error(
        "the backup comes from a newer database ({0} is not known here). Restore it with a newer Millrace"
    )]
    NewerSchema(String),
    #[error("the backup is cut off: its end is missing. Take another one")]
    CutOff,
    #[error("the backup is damaged: {0}. Take another one")]
    Damaged(String),
    #[error("the backup does not fit this database: {0}")]
    Unfit(String),
    #[error("the database is not empty; --force replaces everything in it")]
    NotEmpty,
}

impl BackupError {
    /// Whether the input is at fault and trying again is of no use.
    pub fn is_refusal(&self) -> bool {
        !matches!(
            self,
            BackupError::Database(_)
                | BackupError::File(_)
                | BackupError::Problem(Problem::Internal | Problem::Unavailable { .. })
        )
    }
}

impl From<Problem> for BackupError {
    fn from(problem: Problem) -> Self {
        BackupError::Problem(problem)
    }
}
