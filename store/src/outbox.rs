//! Messages on their way out; written with the change that causes them, sent by the worker.

use domain::id::OutboxId;
use domain::Outcome;
use serde::{Deserialize, Serialize};

use crate::Db;

/// A mail as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    /// Stable over retries: `<…@millrace>`.
    pub message_id: String,
}

/// A message taken for sending; locked against other workers for five minutes.
#[derive(Debug, Clone)]
pub struct Taken {
    pub id: OutboxId,
    pub mail: Mail,
    pub attempts: i32,
}

/// Takes up to `limit` messages that are due.
pub async fn take(db: &Db, limit: u64) -> Outcome<Vec<Taken>> { todo!() }

pub async fn delivered(db: &Db, id: OutboxId) -> Outcome<()> { todo!() }

/// Schedules the next try (1, 5, 15, 60, 240 minutes …), or gives up after 8 tries or at once when `permanent`.
pub async fn failed(db: &Db, id: OutboxId, error: &str, permanent: bool) -> Outcome<()> { todo!() }

/// Completes when something was put into the outbox, so that the worker need not poll.
pub async fn wake(db: &Db) { todo!() }
