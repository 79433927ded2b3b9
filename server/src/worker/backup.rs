//! Makes backups by the schedule and keeps the newest few.

use std::path::PathBuf;
use std::time::Duration;

use domain::access::Actor;
use store::Db;
use tokio::sync::watch;

use crate::backups;
use crate::config::BackupConfig;

/// The longest sleep: another process may have made a backup meanwhile, and clocks are set.
const LOOK: Duration = Duration::from_secs(60);

/// Runs until `stopping` turns true; ends at once without a schedule.
pub async fn run(db: Db, config: BackupConfig, mut stopping: watch::Receiver<bool>) {
    if config.every_minutes.is_none() {
        keep_schedule(&db, None).await;
        tracing::info!("no backups are made by themselves (MILLRACE_BACKUP_EVERY)");
        return;
    }
    backups::sweep(&config.dir);
    while !*stopping.borrow() {
        // Each time anew: another server without a schedule, or a restore, may have taken it away.
        keep_schedule(&db, config.every_minutes).await;
        let wait = wait(&db).await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stopping.changed() => return,
        }
        if wait.is_zero() {
            tokio::select! {
                _ = turn(&db, &config) => {}
                // What was begun is removed when it is dropped.
                _ = stopping.changed() => return,
            }
        }
    }
}

async fn keep_schedule(db: &Db, every_minutes: Option<i64>) {
    if let Err(problem) = store::backup::schedule(db, &Actor::SYSTEM, every_minutes).await {
        tracing::error!(%problem, "the schedule of backups could not be kept");
    }
}

/// How long to sleep before the next backup; zero when it is due.
async fn wait(db: &Db) -> Duration {
    match store::backup::show(db, &Actor::SYSTEM).await {
        Ok(backups) => {
            backups.next().map_or(LOOK, |due| (due - db.now()).to_std().unwrap_or_default().min(LOOK))
        }
        Err(problem) => {
            tracing::warn!(%problem, "the state of backups cannot be read");
            LOOK
        }
    }
}

/// One backup; old ones go only after a good one came. Its path, or `None` when it failed.
pub async fn turn(db: &Db, config: &BackupConfig) -> Option<PathBuf> {
    let path = config.dir.join(backups::name(db.now()));
    match backups::make(db, &path, None).await {
        Ok(good) => {
            tracing::info!(file = good.file, rows = good.rows, bytes = good.bytes, "backup made");
            if let Err(error) = backups::prune(&config.dir, config.keep, &path) {
                tracing::warn!(%error, "old backups could not be removed");
            }
            Some(path)
        }
        Err(error) => {
            tracing::error!(%error, "no backup was made; the older ones stay");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use store::Clock;
    use store::db::Connect;

    use super::*;

    #[tokio::test]
    async fn a_failure_is_told_and_takes_no_good_backup_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::manual("2026-11-24T09:00:00Z".parse().unwrap());
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db =
            Db::open(Connect { url, secret: [7; 32], key: [9; 32], clock: clock.clone() }).await.unwrap();
        let config = BackupConfig { dir: folder.path().join("backups"), every_minutes: Some(60), keep: 2 };
        store::backup::schedule(&db, &Actor::SYSTEM, config.every_minutes).await.unwrap();
        assert_eq!(wait(&db).await, Duration::ZERO);

        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(turn(&db, &config).await.unwrap());
            clock.set(clock.now() + TimeDelta::hours(1));
        }
        assert_eq!(made.iter().map(|path| path.exists()).collect::<Vec<_>>(), [false, true, true]);

        // The folder's name leads nowhere: as good as a full disk.
        let broken = BackupConfig { dir: made[2].join("not a folder"), ..config.clone() };
        for _ in 0..3 {
            assert_eq!(turn(&db, &broken).await, None);
        }
        assert!(made[1].exists() && made[2].exists());
        let state = store::backup::show(&db, &Actor::SYSTEM).await.unwrap();
        assert!(state.failure.is_some());
        assert!(state.good.unwrap().file.ends_with("millrace-20261124T110000Z.jsonl.gz"));
        assert_eq!(wait(&db).await, LOOK, "a failed one is tried again, but not at once");

        clock.set(clock.now() + TimeDelta::hours(2));
        assert!(store::backup::show(&db, &Actor::SYSTEM).await.unwrap().is_overdue(db.now()));
        let again = turn(&db, &config).await.unwrap();
        assert!(again.exists() && made[2].exists() && !made[1].exists());
        assert_eq!(store::backup::show(&db, &Actor::SYSTEM).await.unwrap().failure, None);
    }
}
