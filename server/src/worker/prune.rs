//! Forgets what nobody needs any more: submissions that no lead was made of.

use std::time::Duration;

use store::Db;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(6 * 60 * 60);

/// Runs until `stopping` turns true.
pub async fn run(db: Db, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match store::intake::prune(&db).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "old submissions without a lead are forgotten"),
            Err(problem) => tracing::error!(%problem, "old submissions could not be forgotten"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stopping.changed() => return,
        }
    }
}
