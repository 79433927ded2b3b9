//! Whole tables in pages, for the command line and files.

use domain::access::Actor;
use domain::Outcome;

use crate::Db;

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table { Leads, Contacts, Accounts, Deals }

/// One row: column names and values in order. Numbers stay numbers, times are RFC 3339.
pub type Row = serde_json::Map<String, serde_json::Value>;

/// The next page after `cursor`, oldest first, with the cursor of the one after it.
pub async fn page(db: &Db, actor: &Actor, table: Table, cursor: Option<&str>) -> Outcome<(Vec<Row>, Option<String>)> { todo!() }

/// The columns of a table, in order, for the CSV header.
pub fn columns(table: Table) -> &'static [&'static str] { todo!() }
