//! Pools, transactions and what every use case needs at hand.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::live::Change;
use domain::Outcome;
use tokio::sync::broadcast;

use crate::Clock;

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Connect {
    /// `sqlite://path/to/file.db` or `postgres://…`.
    pub url: String,
    /// The instance's secret (32 bytes, in a file beside the database): links are derived from it, so that the database alone opens none.
    pub secret: [u8; 32],
    pub clock: Clock,
}

/// An open, migrated database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("database: {0}")]
    Database(String),
}

impl Db {
    /// Connects, migrates and seeds what a fresh database has: the default pipeline, the form `call-back`, loss reasons.
    pub async fn open(connect: Connect) -> Result<Db, OpenError> {
        todo!()
    }

    pub fn now(&self) -> DateTime<Utc> {
        todo!()
    }

    /// Whether the database answers and its migrations are applied.
    pub async fn ready(&self) -> bool {
        todo!()
    }

    /// What changes from now on; for the event streams of open pages.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        todo!()
    }

    /// Statements sent to the database so far: the counter behind the "≤ 5 queries a page" tests.
    pub fn statements(&self) -> u64 {
        todo!()
    }
}
