//! Keeps the list of erasures beside the backups.

use std::path::PathBuf;

use store::Db;
use tokio::sync::watch;

use crate::erased;

/// Runs until `stopping` turns true. It looks at the start as well: an erasure may have come just before the last end.
pub async fn run(db: Db, folder: PathBuf, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        if let Err(error) = erased::write(&db, &folder).await {
            tracing::error!(%error, "the list of erasures could not be kept beside the backups");
        }
        tokio::select! {
            () = store::privacy::wake(&db) => {}
            _ = stopping.changed() => return,
        }
    }
}
