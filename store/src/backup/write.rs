//! Making a backup.

use std::io::Write;
use std::pin::pin;

use domain::access::{Action, Actor, Entity, check_any};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures::TryStreamExt;
use sea_orm::{DatabaseTransaction, StreamTrait, TransactionTrait};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use super::file::{Counted, Header, Mark, Tally, hex, line};
use super::schema::{Schema, Table, encode};
use super::{BackupError, Manifest};
use crate::Db;
use crate::dialect::{self, catalogue};

/// Bytes that travel to the packing thread at once; a few of them wait there at most.
const CHUNK: usize = 1 << 16;

/// Writes the state of one instant into `to` and gives it back, flushed but not yet synced. Others read and write meanwhile;
/// memory stays bounded whatever the size. The instance's secret goes along only when `key` holds it.
pub async fn write<W: Write + Send + 'static>(
    db: &Db,
    actor: &Actor,
    key: Option<[u8; 32]>,
    to: W,
) -> Result<(Manifest, W), BackupError> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let (chunks, mut waiting) = mpsc::channel::<Vec<u8>>(4);
    let packing = tokio::task::spawn_blocking(move || {
        let mut packed = GzEncoder::new(to, Compression::fast());
        while let Some(chunk) = waiting.blocking_recv() {
            packed.write_all(&chunk)?;
        }
        let mut to = packed.finish()?;
        to.flush()?;
        Ok::<W, std::io::Error>(to)
    });
    let told = tell(db, key, Pen { chunk: Vec::with_capacity(CHUNK), chunks: Some(chunks) }).await;
    // When the disk is full the packing thread knows why, and the telling only that nobody listens.
    let to = packing.await.map_err(std::io::Error::other)??;
    Ok((told?, to))
}

async fn tell(db: &Db, key: Option<[u8; 32]>, mut pen: Pen) -> Result<Manifest, BackupError> {
    let tx = db.read().begin_with_options(catalogue::snapshot(db.read())).await?;
    let made_at = db.now();
    let header = Header::new(made_at, catalogue::name(&tx), catalogue::applied(&tx).await?, key);
    let first = line(&header)?;
    pen.put(&first).await?;
    let mut tables = Vec::new();
    for table in &Schema::read(&tx).await?.tables {
        tables.push(rows(&tx, table, &mut pen).await?);
    }
    tx.rollback().await?;
    let end = Mark::End { header: hex(&Sha256::digest(&first)), tables: tables.clone() };
    pen.put(&line(&end)?).await?;
    pen.end().await?;
    Ok(Manifest { header, tables })
}

/// Hands a table over, row by row, and counts it.
async fn rows(conn: &DatabaseTransaction, table: &Table, pen: &mut Pen) -> Result<Counted, BackupError> {
    let mark = line(&Mark::Table { name: table.name.clone(), columns: table.columns.clone() })?;
    let mut tally = Tally::new(&table.name, &mark);
    pen.put(&mark).await?;
    let select = dialect::sql(conn, &table.select(conn), []);
    let mut stream = pin!(conn.stream_raw(select).await?);
    let mut line = Vec::new();
    while let Some(row) = stream.try_next().await? {
        line.clear();
        encode(&row, &table.columns, &mut line)?;
        tally.row(&line);
        pen.put(&line).await?;
    }
    Ok(tally.end())
}

/// Counts and hashes a table as it stands in the database.
pub(super) async fn count(conn: &DatabaseTransaction, table: &Table) -> Result<Counted, BackupError> {
    rows(conn, table, &mut Pen::idle()).await
}

/// Gathers lines into chunks.
struct Pen {
    chunk: Vec<u8>,
    chunks: Option<mpsc::Sender<Vec<u8>>>,
}

impl Pen {
    /// Writes nothing.
    fn idle() -> Pen {
        Pen { chunk: Vec::new(), chunks: None }
    }

    async fn put(&mut self, line: &[u8]) -> Result<(), BackupError> {
        if self.chunks.is_some() {
            self.chunk.extend_from_slice(line);
            if self.chunk.len() >= CHUNK {
                return self.send().await;
            }
        }
        Ok(())
    }

    async fn end(mut self) -> Result<(), BackupError> {
        self.send().await
    }

    async fn send(&mut self) -> Result<(), BackupError> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        match &self.chunks {
            Some(chunks) => chunks
                .send(chunk)
                .await
                .map_err(|_| BackupError::File(std::io::Error::other("the file takes nothing more"))),
            None => Ok(()),
        }
    }
}
