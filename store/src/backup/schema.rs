//! The tables of a database and the few types that their columns have on both kinds of it.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::dialect::catalogue::{self, Reference};

/// A type that both databases keep exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    Uuid,
    /// In microseconds.
    Time,
    Date,
    Bytes,
}

/// A column as a backup names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// This database keeps its numbers in 32 bits.
    #[serde(skip)]
    pub(super) narrow: bool,
}

pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// Places of the primary key's columns.
    pub(super) key: Vec<usize>,
}

pub(crate) struct Schema {
    /// Each after those that it refers to.
    pub(crate) tables: Vec<Table>,
    /// The foreign keys for which there is no such order.
    pub(super) late: Vec<Reference>,
}

/// A table's columns, and its primary key as places in the key and among the columns.
type Described = (Vec<Column>, Vec<(i64, usize)>);

impl Schema {
    pub(crate) async fn read(conn: &impl ConnectionTrait) -> Result<Schema, DbErr> {
        let mut tables: BTreeMap<String, Described> = BTreeMap::new();
        for described in catalogue::columns(conn).await? {
            let (kind, narrow) = kind(&described.declared).ok_or_else(|| {
                DbErr::Custom(format!(
                    "{}.{} is of the type {}, which backups do not know",
                    described.table, described.column, described.declared
                ))
            })?;
            let (columns, key) = tables.entry(described.table).or_default();
            if described.key > 0 {
                key.push((described.key, columns.len()));
            }
            columns.push(Column { name: described.column, kind, narrow });
        }
        let references = catalogue::references(conn).await?;
        let order = order(tables.keys().cloned().collect(), &references);
        let place: BTreeMap<&str, usize> =
            order.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
        let late = references
            .into_iter()
            .filter(|reference| place.get(reference.table.as_str()) <= place.get(reference.target.as_str()))
            .collect();
        let tables = order
            .iter()
            .filter_map(|name| tables.remove_entry(name))
            .map(|(name, (columns, mut key))| {
                key.sort_unstable();
                Table { name, columns, key: key.into_iter().map(|(_, column)| column).collect() }
            })
            .collect();
        Ok(Schema { tables, late })
    }

    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.tables.iter().map(|table| table.name.as_str()).collect()
    }
}

/// Each table after those that it refers to; tables that refer to each other in a circle come last.
fn order(mut rest: BTreeSet<String>, references: &[Reference]) -> Vec<String> {
    let mut order = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let waits = |name: &String| {
            references.iter().any(|r| r.table == *name && r.target != *name && rest.contains(&r.target))
        };
        let (waiting, mut free): (BTreeSet<String>, Vec<String>) = {
            let free: Vec<String> = rest.iter().filter(|name| !waits(name)).cloned().collect();
            (rest.iter().filter(|name| waits(name)).cloned().collect(), free)
        };
        if free.is_empty() {
            order.extend(waiting);
            return order;
        }
        order.append(&mut free);
        rest = waiting;
    }
    order
}

/// The portable type of a declared one, and whether it is narrower than 64 bits.
fn kind(declared: &str) -> Option<(Kind, bool)> {
    Some(match declared {
        "text" => (Kind::Text, false),
        "bigint" => (Kind::Int, false),
        "integer" => (Kind::Int, true),
        "boolean" => (Kind::Bool, false),
        "uuid" | "uuid_text" => (Kind::Uuid, false),
        "timestamp with time zone" | "timestamp_with_timezone_text" => (Kind::Time, false),
        "date" | "date_text" => (Kind::Date, false),
        "bytea" | "blob" => (Kind::Bytes, false),
        _ => return None,
    })
}

impl Table {
    /// All rows in the order of the primary key.
    pub(super) fn select(&self, conn: &impl ConnectionTrait) -> String {
        let all: Vec<usize> = (0..self.columns.len()).collect();
        let key = if self.key.is_empty() { &all } else { &self.key };
        let order: Vec<String> = key
            .iter()
            .map(|i| {
                let column = &self.columns[*i];
                let bytes = if column.kind == Kind::Text { catalogue::by_bytes(conn) } else { "" };
                format!("\"{}\"{bytes}", column.name)
            })
            .collect();
        format!("SELECT {} FROM \"{}\" ORDER BY {}", names(&self.columns), self.name, order.join(", "))
    }

    /// The number that the database gives to new rows by itself, if it may.
    pub(super) fn counted(&self) -> Option<&str> {
        match self.key.as_slice() {
            [one] if self.columns[*one].kind == Kind::Int => Some(&self.columns[*one].name),
            _ => None,
        }
    }
}

/// `"a", "b"`
pub(super) fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| format!("\"{}\"", column.name)).collect::<Vec<_>>().join(", ")
}

/// Appends a row as a JSON array and a line's end.
pub(crate) fn encode(row: &QueryResult, columns: &[Column], line: &mut Vec<u8>) -> Result<(), DbErr> {
    for (i, column) in columns.iter().enumerate() {
        line.push(if i == 0 { b'[' } else { b',' });
        let value = match column.kind {
            Kind::Text => row.try_get_by_index::<Option<String>>(i)?.into(),
            Kind::Int if column.narrow => row.try_get_by_index::<Option<i32>>(i)?.into(),
            Kind::Int => row.try_get_by_index::<Option<i64>>(i)?.into(),
            Kind::Bool => row.try_get_by_index::<Option<bool>>(i)?.into(),
            Kind::Uuid => row.try_get_by_index::<Option<Uuid>>(i)?.map(|id| id.to_string()).into(),
            Kind::Time => row
                .try_get_by_index::<Option<DateTime<Utc>>>(i)?
                .map(|at| at.to_rfc3339_opts(SecondsFormat::Micros, true))
                .into(),
            Kind::Date => row.try_get_by_index::<Option<NaiveDate>>(i)?.map(|day| day.to_string()).into(),
            Kind::Bytes => {
                row.try_get_by_index::<Option<Vec<u8>>>(i)?.map(|bytes| STANDARD.encode(bytes)).into()
            }
        };
        let value: serde_json::Value = value;
        serde_json::to_writer(&mut *line, &value).map_err(|error| DbErr::Custom(error.to_string()))?;
    }
    line.extend_from_slice(b"]\n");
    Ok(())
}

/// The value of a column as a statement takes it; `None` if it is of another type.
pub(super) fn decode(value: serde_json::Value, column: &Column) -> Option<Value> {
    use serde_json::Value as Json;
    let null = value.is_null();
    let text = match value {
        Json::String(text) => Some(text),
        Json::Null => None,
        Json::Number(number) if column.kind == Kind::Int => {
            let number = number.as_i64()?;
            return if column.narrow {
                Some(i32::try_from(number).ok()?.into())
            } else {
                Some(number.into())
            };
        }
        Json::Bool(is) if column.kind == Kind::Bool => return Some(is.into()),
        _ => return None,
    };
    Some(match column.kind {
        Kind::Text => text.into(),
        Kind::Uuid => text.map(|text| text.parse::<Uuid>()).transpose().ok()?.into(),
        Kind::Time => text.map(|text| text.parse::<DateTime<Utc>>()).transpose().ok()?.into(),
        Kind::Date => text.map(|text| text.parse::<NaiveDate>()).transpose().ok()?.into(),
        Kind::Bytes => text.map(|text| STANDARD.decode(text)).transpose().ok()?.into(),
        Kind::Int if null && column.narrow => None::<i32>.into(),
        Kind::Int if null => None::<i64>.into(),
        Kind::Bool if null => None::<bool>.into(),
        Kind::Int | Kind::Bool => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(table: &str, target: &str) -> Reference {
        Reference { table: table.into(), target: target.into(), name: String::new() }
    }

    #[test]
    fn tables_come_after_those_that_they_refer_to() {
        let names = ["acts", "deals", "users", "x", "y"].map(String::from).into();
        let references = [
            reference("acts", "deals"),
            reference("deals", "users"),
            reference("users", "users"),
            reference("x", "y"),
            reference("y", "x"),
        ];
        assert_eq!(order(names, &references), ["users", "deals", "acts", "x", "y"]);
    }

    #[test]
    fn a_value_of_another_type_is_not_taken() {
        let column = |kind| Column { name: "c".into(), kind, narrow: true };
        assert!(decode("x".into(), &column(Kind::Int)).is_none());
        assert!(decode(5_000_000_000_i64.into(), &column(Kind::Int)).is_none());
        assert!(decode(1.into(), &column(Kind::Text)).is_none());
        assert!(decode("yesterday".into(), &column(Kind::Time)).is_none());
        assert_eq!(decode(5.into(), &column(Kind::Int)), Some(5_i32.into()));
        assert_eq!(decode(serde_json::Value::Null, &column(Kind::Bool)), Some(None::<bool>.into()));
    }
}
