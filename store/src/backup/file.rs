//! The file: gzip over lines of JSON. A header, then each table's columns and rows, and at the end how many rows there must have
//! been and their hashes.

use std::io::{self, BufRead, BufReader, Read};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use flate2::read::MultiGzDecoder;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupError;
use super::schema::Column;
use crate::migration;

/// The newest format that this version reads, and the one it writes.
pub(super) const FORMAT: u32 = 1;

/// The first line of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Always `backup`.
    millrace: String,
    format: u32,
    /// The version of Millrace that made it.
    pub version: String,
    pub made_at: DateTime<Utc>,
    /// `sqlite` or `postgres`; either can be restored into the other.
    pub database: String,
    pub(super) migrations: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
}

impl Header {
    pub(super) fn new(
        made_at: DateTime<Utc>,
        database: &str,
        migrations: Vec<String>,
        key: Option<[u8; 32]>,
    ) -> Header {
        Header {
            millrace: "backup".into(),
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").into(),
            made_at,
            database: database.into(),
            migrations,
            key: key.map(|key| STANDARD.encode(key)),
        }
    }

    /// The instance's secret, if the backup was made with it.
    pub fn key(&self) -> Result<Option<[u8; 32]>, BackupError> {
        let Some(key) = &self.key else { return Ok(None) };
        let bytes = STANDARD.decode(key).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Some).ok_or_else(|| BackupError::Damaged("the key in its header".into()))
    }
}

/// What a backup says of one table at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    pub table: String,
    pub rows: u64,
    /// SHA-256 of the table's lines, hexadecimal; the same on both kinds of database.
    pub sha256: String,
}

/// A line that is no row.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Mark {
    Table { name: String, columns: Vec<Column> },
    End { header: String, tables: Vec<Counted> },
}

/// Counts and hashes one table.
pub(super) struct Tally {
    table: String,
    rows: u64,
    hash: Sha256,
}

impl Tally {
    /// `line` names the table's columns.
    pub(super) fn new(table: &str, line: &[u8]) -> Tally {
        Tally { table: table.to_owned(), rows: 0, hash: Sha256::new_with_prefix(line) }
    }

    pub(super) fn row(&mut self, line: &[u8]) {
        self.rows += 1;
        self.hash.update(line);
    }

    pub(super) fn end(self) -> Counted {
        Counted { table: self.table, rows: self.rows, sha256: hex(&self.hash.finalize()) }
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A line as JSON with its end.
pub(super) fn line(of: &impl Serialize) -> Result<Vec<u8>, BackupError> {
    let mut line = serde_json::to_vec(of).map_err(|error| BackupError::File(error.into()))?;
    line.push(b'\n');
    Ok(line)
}

/// What the next line is.
pub(super) enum Item<'a> {
    Table { name: String, columns: Vec<Column> },
    Row(&'a [u8]),
}

/// Reads a backup line by line and trusts it only at its end.
pub(super) struct Reader<R: Read> {
    lines: BufReader<MultiGzDecoder<R>>,
    header: Header,
    header_hash: String,
    line: Vec<u8>,
    present: Option<Tally>,
    counted: Vec<Counted>,
    ended: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header; refuses what is no backup, or one that only a newer version understands.
    pub(super) fn open(from: R) -> Result<Self, BackupError> {
        let mut lines = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(from));
        let mut first = Vec::new();
        match lines.read_until(b'\n', &mut first) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(BackupError::NotABackup),
            Err(error) => return Err(unreadable(error)),
        }
        let json: serde_json::Value = serde_json::from_slice(&first).map_err(|_| BackupError::NotABackup)?;
        if json["millrace"] != "backup" {
            return Err(BackupError::NotABackup);
        }
        // A newer header may have another shape: its format is looked at first.
        let format = json["format"].as_u64().ok_or(BackupError::NotABackup)?;
        if format > u64::from(FORMAT) {
            return Err(BackupError::NewerFormat(format));
        }
        let header: Header =
            serde_json::from_value(json).map_err(|_| BackupError::Damaged("its header".into()))?;
        let known = migration::names();
        if let Some(unknown) = header.migrations.iter().find(|name| !known.contains(name)) {
            return Err(BackupError::NewerSchema(unknown.clone()));
        }
        if !known.starts_with(&header.migrations) || header.migrations.is_empty() {
            return Err(BackupError::Damaged("the list of migrations in its header".into()));
        }
        let header_hash = hex(&Sha256::digest(&first));
        Ok(Reader {
            lines,
            header,
            header_hash,
            line: Vec::new(),
            present: None,
            counted: Vec::new(),
            ended: false,
        })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// The next table or row; `None` after the end, when counts and hashes were right.
    pub(super) fn next(&mut self) -> Result<Option<Item<'_>>, BackupError> {
        self.line.clear();
        if self.lines.read_until(b'\n', &mut self.line).map_err(unreadable)? == 0 {
            return if self.ended { Ok(None) } else { Err(BackupError::CutOff) };
        }
        if self.line.last() != Some(&b'\n') {
            return Err(BackupError::CutOff);
        }
        if self.ended {
            return Err(BackupError::Damaged("there is more after its end".into()));
        }
        if self.line.first() == Some(&b'[') {
            let Some(tally) = &mut self.present else {
                return Err(BackupError::Damaged("a row without a table".into()));
            };
            tally.row(&self.line);
            return Ok(Some(Item::Row(&self.line)));
        }
        let mark: Mark = serde_json::from_slice(&self.line)
            .map_err(|_| BackupError::Damaged("a line that is neither table nor row".into()))?;
        self.counted.extend(self.present.take().map(Tally::end));
        match mark {
            Mark::Table { name, columns } => {
                self.present = Some(Tally::new(&name, &self.line));
                Ok(Some(Item::Table { name, columns }))
            }
            Mark::End { header, tables } => {
                if header != self.header_hash {
                    return Err(BackupError::Damaged("its header".into()));
                }
                for told in &tables {
                    if !self.counted.contains(told) {
                        return Err(BackupError::Damaged(format!("the table {}", told.table)));
                    }
                }
                if tables.len() != self.counted.len() {
                    return Err(BackupError::Damaged("a table that its end does not name".into()));
                }
                self.ended = true;
                self.next()
            }
        }
    }

    /// The tables that were read to their end.
    pub(super) fn seen(&self) -> &[Counted] {
        &self.counted
    }

    /// What was counted, after the end.
    pub(super) fn counted(self) -> (Header, Vec<Counted>) {
        (self.header, self.counted)
    }
}

fn unreadable(error: io::Error) -> BackupError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => BackupError::CutOff,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
            BackupError::Damaged("what it is packed in".into())
        }
        _ => BackupError::File(error),
    }
}
