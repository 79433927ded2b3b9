//! What Millrace is measured against: the database itself, writing the same rows.

use std::time::Duration;

use super::postgres::Postgres;
use super::rows::Pattern;
use super::sqlite::Sqlite;

pub enum Baseline {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// What was written.
#[derive(Default)]
pub struct Written {
    pub leads: u64,
    pub took: Duration,
}

impl Written {
    pub fn add(&mut self, leads: u64, took: Duration) {
        self.leads += leads;
        self.took += took;
    }

    /// Leads a second.
    pub fn rate(&self) -> f64 {
        self.leads as f64 / self.took.as_secs_f64()
    }
}

impl Baseline {
    pub fn pattern(&self) -> &Pattern {
        match self {
            Baseline::Sqlite(sqlite) => sqlite.pattern(),
            Baseline::Postgres(postgres) => postgres.pattern(),
        }
    }

    /// Writes so many leads a commit for that long.
    pub async fn write(&mut self, leads: u64, time: Duration) -> anyhow::Result<Written> {
        self.write_until(leads, |written| written.took >= time).await
    }

    /// Writes so many leads, whatever it takes.
    pub async fn fill(&mut self, leads: u64) -> anyhow::Result<()> {
        self.write_until(leads.clamp(1, 1000), |written| written.leads >= leads).await?;
        Ok(())
    }

    async fn write_until(
        &mut self,
        leads: u64,
        enough: impl Fn(&Written) -> bool,
    ) -> anyhow::Result<Written> {
        match self {
            Baseline::Sqlite(sqlite) => sqlite.write(leads, enough),
            Baseline::Postgres(postgres) => postgres.write(leads, enough).await,
        }
    }
}
