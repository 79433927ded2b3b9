//! `millrace export …`: whole tables, oldest first, page by page, so that memory stays flat.

use std::io::{BufWriter, Write};

use anyhow::Context;
use clap::ValueEnum;
use domain::Outcome;
use domain::access::Actor;
use serde_json::Value;
use store::Clock;
use store::export::{Row, Table, columns, page};

use super::refused;
use crate::config::Config;

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// What to export
    table: What,
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum What {
    Leads,
    Contacts,
    Accounts,
    Deals,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// One JSON object a line
    Jsonl,
    /// RFC 4180 with a header; cells that a spreadsheet would run as formulas get a leading apostrophe
    Csv,
}

pub async fn run(config: &Config, args: &ExportArgs) -> anyhow::Result<()> {
    let table = match args.table {
        What::Leads => Table::Leads,
        What::Contacts => Table::Contacts,
        What::Accounts => Table::Accounts,
        What::Deals => Table::Deals,
    };
    let db = config.open(Clock::default()).await?;
    let read = async |cursor: Option<String>| page(&db, &Actor::SYSTEM, table, cursor.as_deref()).await;
    write(args.format, columns(table), read).await
}

/// Writes every row that `read` gives, page after page.
pub async fn write(
    format: Format,
    columns: &'static [&'static str],
    read: impl AsyncFn(Option<String>) -> Outcome<(Vec<Row>, Option<String>)>,
) -> anyhow::Result<()> {
    let mut out: Box<dyn Sink> = match format {
        Format::Jsonl => Box::new(Lines(BufWriter::new(std::io::stdout()))),
        Format::Csv => Box::new(Csv::new(columns)?),
    };
    let mut cursor = None;
    loop {
        let (rows, next) = read(cursor).await.map_err(|problem| refused(&problem))?;
        for row in &rows {
            out.row(row).context("cannot write to standard output")?;
        }
        cursor = next;
        if cursor.is_none() {
            return out.end().context("cannot write to standard output");
        }
    }
}

trait Sink {
    fn row(&mut self, row: &Row) -> anyhow::Result<()>;
    fn end(&mut self) -> anyhow::Result<()>;
}

struct Lines<W: Write>(W);

impl<W: Write> Sink for Lines<W> {
    fn row(&mut self, row: &Row) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.0, row)?;
        Ok(self.0.write_all(b"\n")?)
    }

    fn end(&mut self) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}

struct Csv {
    writer: csv::Writer<std::io::Stdout>,
    columns: &'static [&'static str],
}

impl Csv {
    fn new(columns: &'static [&'static str]) -> anyhow::Result<Csv> {
        let mut writer = csv::Writer::from_writer(std::io::stdout());
        writer.write_record(columns)?;
        Ok(Csv { writer, columns })
    }
}

impl Sink for Csv {
    fn row(&mut self, row: &Row) -> anyhow::Result<()> {
        Ok(self.writer.write_record(self.columns.iter().map(|column| cell(row.get(*column))))?)
    }

    fn end(&mut self) -> anyhow::Result<()> {
        Ok(self.writer.flush()?)
    }
}

/// A value as a cell.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => defused(text),
        Some(other) => other.to_string(),
    }
}

/// What somebody typed must not run as a formula when the file is opened in a spreadsheet; a phone in E.164 is digits after its plus
/// and stays.
pub fn defused(text: &str) -> String {
    let phone = text
        .strip_prefix('+')
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    if !phone && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused_and_phones_are_not() {
        for (typed, shown) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
            ("@SUM(1)", "'@SUM(1)"),
            ("+79215550138", "+79215550138"),
            ("Anna", "Anna"),
        ] {
            assert_eq!(cell(Some(&Value::String(typed.into()))), shown);
        }
        assert_eq!(cell(Some(&Value::from(12))), "12");
        assert_eq!(cell(None), "");
    }
}
