//! The baseline on SQLite: prepared statements on its own interface, with Millrace's settings and schema.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use faults::{Raw, Statement, Value};

use super::baseline::Written;
use super::rows::Pattern;

pub struct Sqlite {
    raw: Raw,
    pattern: Pattern,
    next: u64,
}

/// What is there before the sample comes: the last row of each table, and the counters.
pub struct Before {
    last: BTreeMap<String, i64>,
    counters: BTreeMap<String, i64>,
}

impl Before {
    pub fn look(file: &Path) -> anyhow::Result<Before> {
        let raw = Raw::open(file, None)?;
        let mut last = BTreeMap::new();
        for table in tables(&raw)? {
            last.insert(table.clone(), raw.number(&format!("SELECT coalesce(max(rowid), 0) FROM {table}"))?);
        }
        Ok(Before { last, counters: counters(&raw)? })
    }

    /// Takes the pattern from what the sample added.
    pub fn pattern(&self, file: &Path) -> anyhow::Result<Pattern> {
        let raw = Raw::open(file, None)?;
        let mut found = Vec::new();
        for (table, last) in &self.last {
            let mut added =
                raw.prepare(&format!("SELECT * FROM {table} WHERE rowid > {last} ORDER BY rowid"))?;
            let columns = added.columns();
            let rows = added.rows(&[])?;
            if !rows.is_empty() {
                found.push((table.clone(), columns, rows));
            }
        }
        ensure!(!found.is_empty(), "the sample left nothing");
        let moved =
            counters(&raw)?.into_iter().filter(|(name, value)| self.counters.get(name) != Some(value));
        Ok(Pattern::new(found, moved.map(|(name, _)| name).collect(), false))
    }
}

fn tables(raw: &Raw) -> anyhow::Result<Vec<String>> {
    let rows =
        raw.rows("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT wr AND name NOT LIKE 'sqlite_%'")?;
    let name = |row: &Vec<Value>| row[0].text().unwrap_or_default().to_owned();
    // These two are changed, not added to.
    Ok(rows.iter().map(name).filter(|name| !matches!(name.as_str(), "counters" | "audit_head")).collect())
}

fn counters(raw: &Raw) -> anyhow::Result<BTreeMap<String, i64>> {
    let rows = raw.rows("SELECT name, value FROM counters")?;
    Ok(rows.iter().filter_map(|row| Some((row[0].text()?.to_owned(), row[1].integer()?))).collect())
}

impl Sqlite {
    pub fn open(file: &Path, pattern: Pattern) -> anyhow::Result<Sqlite> {
        let raw = Raw::open(file, None)?;
        raw.run(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8000",
        )?;
        Ok(Sqlite { raw, pattern, next: 0 })
    }

    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Writes so many leads a commit until `enough`; making the rows up takes none of the time.
    pub fn write(&mut self, leads: u64, enough: impl Fn(&Written) -> bool) -> anyhow::Result<Written> {
        let Sqlite { raw, pattern, next } = self;
        let mut inserts = Vec::new();
        for table in &pattern.tables {
            let places: Vec<String> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
            let (name, columns, places) = (&table.name, table.columns.join(", "), places.join(", "));
            inserts.push(raw.prepare(&format!("INSERT INTO {name} ({columns}) VALUES ({places})"))?);
        }
        let mut count = raw.prepare("UPDATE counters SET value = value + ?1 WHERE name = ?2")?;
        let mut seal = raw.prepare("UPDATE audit_head SET entries = entries + ?1, hash = ?2, seal = ?2")?;
        let mut begin = raw.prepare("BEGIN IMMEDIATE")?;
        let mut commit = raw.prepare("COMMIT")?;
        let counters: Vec<Value> = pattern.counters.iter().cloned().map(Value::Text).collect();
        let hash = Value::Text("h".repeat(43));
        let mut written = Written::default();
        while !enough(&written) {
            let rows = pattern.make(*next..*next + leads);
            *next += leads;
            let begun = Instant::now();
            begin.execute(&[])?;
            insert(&mut inserts, &rows)?;
            for counter in &counters {
                count.execute(&[Value::Integer(leads as i64), counter.clone()])?;
            }
            seal.execute(&[Value::Integer(leads as i64), hash.clone()])?;
            commit.execute(&[])?;
            written.add(leads, begun.elapsed());
        }
        Ok(written)
    }
}

fn insert(inserts: &mut [Statement<'_>], rows: &[Vec<Vec<Value>>]) -> anyhow::Result<()> {
    for (insert, rows) in inserts.iter_mut().zip(rows) {
        for row in rows {
            insert.execute(row)?;
        }
    }
    Ok(())
}

/// How long a write of a page and its sync take there, ascending.
pub fn syncs(folder: &Path, count: usize) -> anyhow::Result<Vec<Duration>> {
    use std::io::Write;
    let mut file = tempfile::tempfile_in(folder)?;
    let mut took = Vec::with_capacity(count);
    for _ in 0..count {
        let begun = Instant::now();
        file.write_all(&[7; 4120])?;
        file.sync_data()?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}
