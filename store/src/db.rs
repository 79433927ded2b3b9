//! Pools, transactions and what every use case needs at hand.

pub(crate) mod connect;
mod tx;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use chrono::{DateTime, Utc};
use domain::id::UserId;
use domain::live::Change;
use domain::{Outcome, Problem};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{Notify, Semaphore, broadcast};

use crate::error::OrProblem;
use crate::reference::{Cache, Reference};
use crate::{Clock, audit, deals, dialect, intake, migration};

pub(crate) use tx::{Links, Tx};

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Connect {
    /// `sqlite://path/to/file.db` or `postgres://…`.
    pub url: String,
    /// The instance's secret (32 bytes, in a file beside the database): links are derived from it, so that the database alone opens none.
    pub secret: [u8; 32],
    /// The key that secrets in the database are sealed with (32 bytes, in a file that no backup holds).
    pub key: [u8; 32],
    pub clock: Clock,
}

/// An open, migrated database; cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    /// The network address of the request that this handle serves; empty when there is none.
    origin: Arc<str>,
}

struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    secret: [u8; 32],
    key: [u8; 32],
    clock: Clock,
    statements: Arc<AtomicU64>,
    commits: AtomicU64,
    changes: broadcast::Sender<Change>,
    endings: broadcast::Sender<UserId>,
    outbox: Notify,
    erasures: Notify,
    hashing: Semaphore,
    hashes: AtomicU64,
    rollups_rest: AtomicBool,
    reference: Cache,
    intake: intake::Queue,
}

/// Does not keep the database open.
pub(crate) struct WeakDb(Weak<Inner>);

impl WeakDb {
    pub(crate) fn upgrade(&self) -> Option<Db> {
        self.0.upgrade().map(|inner| Db { inner, origin: Arc::default() })
    }
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("database address: {0}")]
    Address(String),
    #[error("folder of the database: {0}")]
    Folder(#[from] std::io::Error),
    /// A bug in the write-ahead log of earlier ones lost committed transactions.
    #[error("SQLite {0} is too old: at least 3.51.3 is needed")]
    OldSqlite(String),
    #[error("filling the fresh database: {0}")]
    Seed(Problem),
    #[error("what the database says of itself: {0}")]
    Content(Problem),
}

impl Db {
    /// Connects, migrates and seeds what a fresh database has: the default pipeline, the form `call-back`, loss reasons.
    pub async fn open(connect: Connect) -> Result<Db, OpenError> {
        let statements = Arc::new(AtomicU64::new(0));
        let (read, write) = connect::pools(&connect.url, &statements).await?;
        let db = Db {
            inner: Arc::new(Inner {
                read,
                write,
                secret: connect.secret,
                key: connect.key,
                clock: connect.clock,
                statements,
                commits: AtomicU64::new(0),
                changes: broadcast::channel(1024).0,
                endings: broadcast::channel(64).0,
                outbox: Notify::new(),
                erasures: Notify::new(),
                // Argon2 takes 19 MiB and a core for each; more at once would only be slower.
                hashing: Semaphore::new(2),
                hashes: AtomicU64::new(0),
                rollups_rest: AtomicBool::new(false),
                reference: Cache::default(),
                intake: intake::Queue::default(),
            }),
            origin: Arc::default(),
        };
        let begun = db.begin().await?;
        dialect::lock_migrations(begun.conn()).await?;
        let is_new = migration::apply(begun.conn()).await?;
        if is_new {
            audit::begin(begun.conn(), db.secret()).await.map_err(OpenError::Seed)?;
        }
        crate::seed::fill(&begun).await.map_err(OpenError::Seed)?;
        // A migration notes the deals that were there before there were counters.
        deals::add_up(begun.conn()).await.map_err(OpenError::Seed)?;
        db.finish(begun).await.map_err(OpenError::Seed)?;
        Ok(db)
    }

    /// The same database for a request from that network address: audit entries keep it.
    pub fn asked_from(&self, address: &str) -> Db {
        let address: String = address.chars().take(64).collect();
        Db { inner: self.inner.clone(), origin: address.into() }
    }

    /// Where the request came from.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.inner.clock.now()
    }

    /// Whether the database answers and its migrations are applied.
    pub async fn ready(&self) -> bool {
        let applied = dialect::sql(self.read(), "SELECT count(*) AS applied FROM seaql_migrations", []);
        match self.read().query_one_raw(applied).await {
            Ok(Some(row)) => {
                row.try_get::<i64>("", "applied").is_ok_and(|applied| applied >= migration::count())
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "the database does not answer");
                false
            }
        }
    }

    /// What changes from now on; for the event streams of open pages.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// Whose sessions end from now on: their event streams have to show again who they are.
    pub fn endings(&self) -> broadcast::Receiver<UserId> {
        self.inner.endings.subscribe()
    }

    /// Ends the connections; SQLite folds its log into the file.
    pub async fn close(&self) {
        for pool in [&self.inner.read, &self.inner.write] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!(%error, "closing the database");
            }
        }
    }

    /// Statements sent to the database so far, `BEGIN` and `COMMIT` aside: the counter behind the "≤ 5 queries a page" tests.
    pub fn statements(&self) -> u64 {
        self.inner.statements.load(Ordering::Relaxed)
    }

    /// Write transactions committed so far: what was refused must not count here.
    pub fn commits(&self) -> u64 {
        self.inner.commits.load(Ordering::Relaxed)
    }

    /// Passwords hashed so far: the counter behind the tests that known and unknown addresses cost the same.
    pub fn hashes(&self) -> u64 {
        self.inner.hashes.load(Ordering::Relaxed)
    }

    /// Whether the rollups are left as they are, and wrong until they are counted anew: for the benchmark of what their upkeep costs,
    /// and for nothing else.
    #[doc(hidden)]
    pub fn rest_rollups(&self, rest: bool) {
        self.inner.rollups_rest.store(rest, Ordering::Relaxed);
    }

    pub(crate) fn hash_counted(&self) {
        self.inner.hashes.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.inner.secret
    }

    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.inner.key
    }

    /// Told when something was put into the outbox.
    pub(crate) fn outbox(&self) -> &Notify {
        &self.inner.outbox
    }

    /// Told when a person was erased.
    pub(crate) fn erasures(&self) -> &Notify {
        &self.inner.erasures
    }

    /// For what no transaction may hold; all else goes through [`Db::write`].
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.inner.write
    }

    /// Submissions that wait for the next group commit.
    pub(crate) fn intake(&self) -> &intake::Queue {
        &self.inner.intake
    }

    pub(crate) fn downgrade(&self) -> WeakDb {
        WeakDb(Arc::downgrade(&self.inner))
    }

    /// Permits for hashing passwords.
    pub(crate) fn hashing(&self) -> &Semaphore {
        &self.inner.hashing
    }

    /// The only door to writing: `work` in one transaction, committed when it answers `Ok`, and only then told to others.
    /// Nothing slow belongs inside: SQLite has one writer.
    pub(crate) async fn write<T>(&self, work: impl AsyncFnOnce(&Tx) -> Outcome<T>) -> Outcome<T> {
        let tx = self.begin().await.db()?;
        match work(&tx).await {
            Ok(answer) => {
                self.finish(tx).await?;
                Ok(answer)
            }
            Err(problem) => {
                tx.roll_back().await;
                Err(problem)
            }
        }
    }

    async fn begin(&self) -> Result<Tx, sea_orm::DbErr> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Tx::new(self.inner.write.begin_with_options(options).await?, self.now()))
    }

    /// What is written last, when everything else of the transaction stands.
    async fn last(&self, tx: &Tx) -> Outcome<()> {
        tx.find_shares().await?;
        if !self.inner.rollups_rest.load(Ordering::Relaxed) {
            tx.keep_rollups().await?;
        }
        tx.keep(self.secret(), &self.origin).await
    }

    async fn finish(&self, tx: Tx) -> Outcome<()> {
        if let Err(problem) = self.last(&tx).await {
            tx.roll_back().await;
            return Err(problem);
        }
        let effects = tx.commit().await.db()?;
        self.inner.commits.fetch_add(1, Ordering::Relaxed);
        if effects.reference {
            self.inner.reference.drop_it();
        }
        for change in effects.changes {
            // Nobody listening is no error.
            let _ = self.inner.changes.send(change);
        }
        for user in effects.endings {
            let _ = self.inner.endings.send(user);
        }
        if effects.outbox {
            self.inner.outbox.notify_one();
        }
        Ok(())
    }

    /// Settings, people, teams, pipelines, loss reasons and forms: small, read by every page, cached.
    pub(crate) async fn reference(&self) -> Outcome<Arc<Reference>> {
        self.inner.reference.get(self.read()).await
    }
}
