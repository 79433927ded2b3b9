//! The rows that Millrace writes for one submission, as a pattern for any number of them: the baseline writes the same.

use std::time::{SystemTime, UNIX_EPOCH};

use faults::{Chance, Value};
use uuid::Uuid;

/// The number of the submission that the pattern is taken from; its digits are what differs between two submissions.
pub const SAMPLE: u64 = 9_999_999;

/// A table with the rows of one submission.
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// How many rows a submission has in it.
    pub fn height(&self) -> usize {
        self.rows.len()
    }
}

/// What stands in a column.
enum Cell {
    Same(Value),
    /// One of the submission's own ids.
    Id(usize),
    /// A number that goes up with every row, from here.
    Serial(i64),
    /// A text with the sample's digits.
    Digits(String),
    /// A text around one of the submission's own ids.
    Around(String, usize, String),
}

/// What is written for a submission.
pub struct Pattern {
    pub tables: Vec<Table>,
    /// Counters that go up by one.
    pub counters: Vec<String>,
    /// How an id is kept: as text, or as its bytes.
    ids_are_text: bool,
    ids: usize,
    chance: Chance,
}

impl Pattern {
    /// Of the sample's rows: each table with its columns.
    pub fn new(
        mut found: Vec<(String, Vec<String>, Vec<Vec<Value>>)>,
        counters: Vec<String>,
        ids_are_text: bool,
    ) -> Pattern {
        // What others refer to comes first.
        found.sort_by_key(|(name, ..)| match name.as_str() {
            "leads" => 0,
            "submissions" => 1,
            _ => 2,
        });
        let mut ids: Vec<Value> = Vec::new();
        for (_, columns, rows) in &found {
            if let Some(id) = columns.iter().position(|column| column == "id") {
                ids.extend(rows.iter().map(|row| row[id].clone()).filter(is_id));
            }
        }
        let tables = found
            .into_iter()
            .map(|(name, columns, rows)| {
                let cells = |row: Vec<Value>| {
                    row.into_iter()
                        .zip(&columns)
                        .map(|(value, column)| Cell::of(value, column, &ids))
                        .collect()
                };
                Table { rows: rows.into_iter().map(cells).collect(), name, columns }
            })
            .collect();
        Pattern { tables, counters, ids_are_text, ids: ids.len(), chance: Chance::new(1) }
    }

    /// How many rows a submission has in all.
    pub fn rows(&self) -> usize {
        self.tables.iter().map(Table::height).sum()
    }

    /// The rows of these submissions, by table.
    pub fn make(&mut self, numbers: std::ops::Range<u64>) -> Vec<Vec<Vec<Value>>> {
        let count = (numbers.end - numbers.start) as usize;
        let mut made: Vec<Vec<Vec<Value>>> =
            self.tables.iter().map(|table| Vec::with_capacity(count * table.height())).collect();
        for number in numbers {
            let ids: Vec<Value> = (0..self.ids).map(|_| self.fresh_id()).collect();
            let digits = format!("{number:07}");
            for (table, rows) in self.tables.iter().zip(&mut made) {
                let height = table.rows.len() as i64;
                for (place, row) in (1..).zip(&table.rows) {
                    let cell = |cell: &Cell| match cell {
                        Cell::Same(value) => value.clone(),
                        Cell::Id(place) => ids[*place].clone(),
                        Cell::Serial(last) => self.whole(last + number as i64 * height + place),
                        Cell::Digits(text) => Value::Text(text.replace(&SAMPLE.to_string(), &digits)),
                        Cell::Around(before, place, after) => Value::Text(format!(
                            "{before}{}{after}",
                            spelled(&ids[*place]).unwrap_or_default()
                        )),
                    };
                    rows.push(row.iter().map(cell).collect());
                }
            }
        }
        made
    }

    fn whole(&self, number: i64) -> Value {
        if self.ids_are_text { Value::Text(number.to_string()) } else { Value::Integer(number) }
    }

    /// Ordered by time, as Millrace's are.
    fn fresh_id(&mut self) -> Value {
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let mut bytes = [0; 16];
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..14].copy_from_slice(&self.chance.draw().to_be_bytes());
        bytes[14..].copy_from_slice(&self.chance.draw().to_be_bytes()[..2]);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        if self.ids_are_text {
            Value::Text(Uuid::from_bytes(bytes).to_string())
        } else {
            Value::Blob(bytes.to_vec())
        }
    }
}

fn is_id(value: &Value) -> bool {
    match value {
        Value::Blob(bytes) => bytes.len() == 16,
        Value::Text(text) => Uuid::parse_str(text).is_ok(),
        _ => false,
    }
}

/// An id as it stands in texts.
fn spelled(id: &Value) -> Option<String> {
    match id {
        Value::Blob(bytes) => Uuid::from_slice(bytes).ok().map(|id| id.to_string()),
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

impl Cell {
    fn of(value: Value, column: &str, ids: &[Value]) -> Cell {
        if let Some(place) = ids.iter().position(|id| *id == value) {
            return Cell::Id(place);
        }
        if let Value::Text(text) = &value {
            for (place, id) in ids.iter().enumerate() {
                if let Some((before, after)) = spelled(id).and_then(|id| text.split_once(id.as_str())) {
                    return Cell::Around(before.to_owned(), place, after.to_owned());
                }
            }
        }
        let number = match &value {
            Value::Integer(number) => Some(*number),
            Value::Text(text) => text.parse().ok(),
            _ => None,
        };
        match (value, number) {
            (_, Some(number)) if matches!(column, "number" | "seq") => Cell::Serial(number),
            (Value::Text(text), _) if text.contains(&SAMPLE.to_string()) => Cell::Digits(text),
            (value, _) => Cell::Same(value),
        }
    }
}
