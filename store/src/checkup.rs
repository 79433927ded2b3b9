//! A look at a database from outside, for `millrace doctor`: changes nothing and makes nothing.

use chrono::{DateTime, Utc};
use domain::backup::Backups;
use sea_orm::ConnectionTrait;

use crate::db::{OpenError, connect};
use crate::dialect::catalogue;
use crate::seal::{self, Fit};
use crate::{Clock, backup, dialect, migration};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Migrations of this version that are not applied.
    pub missing: Vec<String>,
    /// Applied migrations that this version does not know: a newer one was here.
    pub unknown: Vec<String>,
    /// Whether SQLite writes its log ahead; `None` on PostgreSQL.
    pub writes_ahead: Option<bool>,
    /// The time of the newest audit entry or lead.
    pub newest: Option<DateTime<Utc>>,
    pub backups: Backups,
    /// Whether the key that was given opens what is sealed; `None` without a key, or when migrations are missing.
    pub seal: Option<Fit>,
    pub now: DateTime<Utc>,
}

/// Looks at the database at `url`, which must be there already, with the key for what is sealed in it.
pub async fn look(url: &str, key: Option<[u8; 32]>) -> Result<Checkup, OpenError> {
    let conn = connect::visitor(url).await?;
    let applied = catalogue::applied(&conn).await?;
    let known = migration::names();
    let missing: Vec<String> = known.iter().filter(|name| !applied.contains(name)).cloned().collect();
    let (newest, backups) = if missing.is_empty() {
        (newest(&conn).await?, backup::load(&conn).await.map_err(OpenError::Content)?)
    } else {
        (None, Backups::default())
    };
    let seal = match key.filter(|_| missing.is_empty()) {
        Some(key) => Some(seal::fit_of(&conn, &key).await.map_err(OpenError::Content)?),
        None => None,
    };
    let checkup = Checkup {
        unknown: applied.into_iter().filter(|name| !known.contains(name)).collect(),
        missing,
        writes_ahead: catalogue::writes_ahead(&conn).await?,
        newest,
        backups,
        seal,
        now: Clock::default().now(),
    };
    conn.close().await?;
    Ok(checkup)
}

async fn newest(conn: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, sea_orm::DbErr> {
    let mut newest = None;
    for text in [
        "SELECT at FROM audit_entries ORDER BY seq DESC LIMIT 1",
        "SELECT created_at AS at FROM leads ORDER BY created_at DESC LIMIT 1",
    ] {
        if let Some(row) = conn.query_one_raw(dialect::sql(conn, text, [])).await? {
            newest = newest.max(Some(row.try_get::<DateTime<Utc>>("", "at")?));
        }
    }
    Ok(newest)
}
