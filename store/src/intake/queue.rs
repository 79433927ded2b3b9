//! One writer takes whatever arrived during the last commit into the next one: the disk's sync is paid once for all of them.

use std::sync::{Arc, Mutex, PoisonError};

use domain::form::Receipt;
use domain::{Outcome, Problem};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{Entry, write};
use crate::Db;
use crate::db::WeakDb;

/// Submissions that may wait; about a second's work of the writer.
const CAPACITY: usize = 500;
/// Submissions in one commit.
const BATCH: usize = 100;

/// A submission and whom to answer; what was refused was answered already.
struct Waiting {
    entry: Entry,
    answer: Option<oneshot::Sender<Outcome<Receipt>>>,
}

/// The way to the writer, which is started by the first submission.
pub(crate) struct Queue {
    writer: Mutex<Option<mpsc::Sender<Waiting>>>,
    room: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Queue { writer: Mutex::default(), room: Arc::new(Semaphore::new(CAPACITY)) }
    }
}

/// A place among those who wait for their answer, until it is dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// Takes a place before anything else is done for a submission: under a flood, work for what is refused in the end would be all
/// that is done.
pub fn enter(db: &Db) -> Outcome<Place> {
    let place = db.intake().room.clone().try_acquire_owned();
    place.map(|permit| Place { _permit: permit }).map_err(|_| Problem::Unavailable { retry_after: 1 })
}

impl Queue {
    /// Waits for the commit that holds `entry`.
    pub(super) async fn put(&self, db: &Db, entry: Entry) -> Outcome<Receipt> {
        let busy = || Problem::Unavailable { retry_after: 1 };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { entry, answer: Some(answer) };
        self.writer(db).try_send(waiting).map_err(|_| busy())?;
        // A writer that went away kept nothing of what it did not answer.
        answered.await.unwrap_or_else(|_| Err(busy()))
    }

    /// Has `entry` written when there is room; nobody waits for it.
    pub(super) fn note(&self, db: &Db, entry: Entry) {
        if self.writer(db).try_send(Waiting { entry, answer: None }).is_err() {
            tracing::warn!("a refused submission is not logged: too many are waiting");
        }
    }

    fn writer(&self, db: &Db) -> mpsc::Sender<Waiting> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        match &*writer {
            Some(running) if !running.is_closed() => running.clone(),
            _ => {
                let (sender, waiting) = mpsc::channel(CAPACITY);
                tokio::spawn(write_on(db.downgrade(), waiting));
                *writer = Some(sender.clone());
                sender
            }
        }
    }
}

/// Writes batch after batch, until the last handle of the database is gone.
async fn write_on(db: WeakDb, mut waiting: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while waiting.recv_many(&mut batch, BATCH).await > 0 {
        let Some(db) = db.upgrade() else { return };
        let (entries, answers): (Vec<Entry>, Vec<_>) = batch.drain(..).map(|w| (w.entry, w.answer)).unzip();
        for (answer, receipt) in answers.into_iter().zip(write::batch(&db, &entries).await) {
            if let Some(answer) = answer {
                // Whoever stopped waiting sends the same key again and gets this answer then.
                let _ = answer.send(receipt);
            }
        }
    }
}
