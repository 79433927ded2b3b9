//! Reading a backup: looking whether it is whole, and restoring it.

use std::io::Read;

use domain::Problem;
use domain::access::{Action, Actor, Entity, check_any};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use serde_json::json;
use uuid::Uuid;

use super::file::{Header, Item, Reader};
use super::schema::{Column, Schema, Table, decode, names};
use super::write::count;
use super::{BackupError, Manifest};
use crate::db::Tx;
use crate::dialect::{self, catalogue};
use crate::{Db, deals, migration};

/// Values in one statement; SQLite takes 32 766, PostgreSQL 65 535.
const VALUES: usize = 8_000;
/// Bytes of rows in one statement, which bounds the memory.
const BYTES: usize = 1 << 20;

/// Tables that have no row before somebody worked with the database.
const USED: [&str; 6] = ["users", "leads", "contacts", "accounts", "deals", "audit_entries"];

/// The header alone.
pub fn header(from: impl Read) -> Result<Header, BackupError> {
    Ok(Reader::open(from)?.header().clone())
}

/// Reads to the end and compares every count and hash.
pub fn check(from: impl Read) -> Result<Manifest, BackupError> {
    let mut reader = Reader::open(from)?;
    while reader.next()?.is_some() {}
    let (header, tables) = reader.counted();
    Ok(Manifest { header, tables })
}

/// Replaces everything in the database by the backup, in one transaction: a database in which somebody worked only when `force`
/// says so. What was loaded is read back and compared with the backup's hashes before the commit. A backup of an older version
/// goes into that version's tables, which are then migrated. No server may run on the database meanwhile.
pub async fn restore(
    db: &Db,
    actor: &Actor,
    from: impl Read + Send,
    force: bool,
) -> Result<Manifest, BackupError> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let mut reader = Reader::open(from)?;
    let mut cause = None;
    let done = db
        .write(async |tx| match load(tx, actor, &mut reader, force).await {
            Ok(()) => Ok(()),
            Err(error) => {
                cause = Some(error);
                Err(Problem::Internal)
            }
        })
        .await;
    match (done, cause) {
        (Ok(()), _) => {
            let (header, tables) = reader.counted();
            Ok(Manifest { header, tables })
        }
        (Err(_), Some(error)) => Err(error),
        (Err(problem), None) => Err(problem.into()),
    }
}

async fn load<R: Read>(
    tx: &Tx,
    actor: &Actor,
    reader: &mut Reader<R>,
    force: bool,
) -> Result<(), BackupError> {
    let conn = tx.conn();
    dialect::lock_migrations(conn).await?;
    let present = Schema::read(conn).await?;
    catalogue::close_tables(conn, &present.names()).await?;
    if !force && is_used(conn).await? {
        return Err(BackupError::NotEmpty);
    }
    catalogue::drop_tables(conn, &present.names()).await?;
    migration::apply_first(conn, reader.header().migrations.len()).await?;
    let schema = Schema::read(conn).await?;
    catalogue::defer(conn, &schema.late).await?;
    // A migration may have brought rows of its own. The audit log, which it never writes, refuses even to be emptied of nothing.
    for table in schema.names().into_iter().rev() {
        if has_rows(conn, table).await? {
            conn.execute_unprepared(&format!("DELETE FROM \"{table}\"")).await?;
        }
    }
    fill(conn, &schema, reader).await?;
    if schema.table("deal_deltas").is_some() {
        // The counters that its deals were just noted for are in the backup themselves.
        deals::forget_notes(conn).await?;
    }
    if !catalogue::settle(conn, &schema.late).await? {
        return Err(BackupError::Damaged("rows that refer to missing ones".into()));
    }
    for table in &schema.tables {
        if let Some(column) = table.counted() {
            catalogue::go_on(conn, &table.name, column).await?;
        }
        let loaded = count(conn, table).await?;
        if !reader.seen().contains(&loaded) {
            return Err(BackupError::Unfit(format!(
                "the table {} reads differently than it was written",
                table.name
            )));
        }
    }
    migration::apply(conn).await?;
    tx.reference_changed();
    let header = reader.header();
    let made = json!({ "made_at": header.made_at, "database": header.database, "version": header.version });
    Ok(tx.audit(actor, "restore", "database", Uuid::nil(), made).await?)
}

async fn is_used(conn: &DatabaseTransaction) -> Result<bool, BackupError> {
    for table in USED {
        if has_rows(conn, table).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn has_rows(conn: &DatabaseTransaction, table: &str) -> Result<bool, BackupError> {
    let any = dialect::sql(conn, &format!("SELECT 1 FROM \"{table}\" LIMIT 1"), []);
    Ok(conn.query_one_raw(any).await?.is_some())
}

/// Loads every table of the file; each of the database's must be there.
async fn fill<R: Read>(
    conn: &DatabaseTransaction,
    schema: &Schema,
    reader: &mut Reader<R>,
) -> Result<(), BackupError> {
    let mut batch: Option<Batch> = None;
    loop {
        match reader.next()? {
            Some(Item::Table { name, columns }) => {
                if let Some(full) = batch.take() {
                    full.finish(conn).await?;
                }
                batch = Some(Batch::new(schema, &name, &columns)?);
            }
            Some(Item::Row(line)) => {
                if let Some(batch) = &mut batch {
                    batch.put(line)?;
                    if batch.is_full() {
                        batch.send(conn).await?;
                    }
                }
            }
            None => break,
        }
    }
    if let Some(last) = batch {
        last.finish(conn).await?;
    }
    let missing =
        schema.names().into_iter().find(|name| !reader.seen().iter().any(|seen| seen.table == *name));
    missing.map_or(Ok(()), |name| Err(BackupError::Unfit(format!("it has no table {name}"))))
}

/// Rows on their way into one table.
struct Batch<'a> {
    table: &'a Table,
    insert: String,
    values: Vec<Value>,
    bytes: usize,
}

impl<'a> Batch<'a> {
    /// Refuses a table that is not there or has other columns.
    fn new(schema: &'a Schema, name: &str, columns: &[Column]) -> Result<Self, BackupError> {
        let table = schema
            .table(name)
            .ok_or_else(|| BackupError::Unfit(format!("this version has no table {name}")))?;
        let same = table.columns.len() == columns.len()
            && table.columns.iter().zip(columns).all(|(a, b)| a.name == b.name && a.kind == b.kind);
        if !same {
            return Err(BackupError::Unfit(format!("the table {name} has other columns here")));
        }
        let insert = format!("INSERT INTO \"{name}\" ({}) VALUES ", names(columns));
        Ok(Batch { table, insert, values: Vec::new(), bytes: 0 })
    }

    fn put(&mut self, line: &[u8]) -> Result<(), BackupError> {
        let odd = || BackupError::Damaged(format!("a row of the table {}", self.table.name));
        let row: Vec<serde_json::Value> = serde_json::from_slice(line).map_err(|_| odd())?;
        if row.len() != self.table.columns.len() {
            return Err(odd());
        }
        for (value, column) in row.into_iter().zip(&self.table.columns) {
            self.values.push(decode(value, column).ok_or_else(odd)?);
        }
        self.bytes += line.len();
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.bytes >= BYTES || self.values.len() + self.table.columns.len() > VALUES
    }

    async fn send(&mut self, conn: &DatabaseTransaction) -> Result<(), BackupError> {
        let values = std::mem::take(&mut self.values);
        self.bytes = 0;
        if values.is_empty() {
            return Ok(());
        }
        let width = self.table.columns.len();
        let rows: Vec<String> = (0..values.len() / width)
            .map(|row| {
                let marks: Vec<String> = (1..=width).map(|i| format!("${}", row * width + i)).collect();
                format!("({})", marks.join(", "))
            })
            .collect();
        let text = format!("{}{}", self.insert, rows.join(", "));
        conn.execute_raw(dialect::sql(conn, &text, values)).await?;
        Ok(())
    }

    async fn finish(mut self, conn: &DatabaseTransaction) -> Result<(), BackupError> {
        self.send(conn).await
    }
}
