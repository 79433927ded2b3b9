//! Saved views: what a list or board shows, under a name. A view is what an address says behind its question mark.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::ViewId;
use crate::user::Person;
use crate::{Fault, Outcome, Problem};

/// Longest value of a view, in characters.
const VALUE_MAX: usize = 200;
/// Longest name of a view, in characters.
pub const NAME_MAX: u32 = 80;
/// Views that one person keeps.
pub const MOST: usize = 100;

/// What says a parameter of an address of deals, and means by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The links and menus beside the search form: how deals are shown.
    Shape,
    /// The same, of what is only looked at or done now: no view keeps it.
    Moment,
    /// A field of the search form.
    Field,
    /// A figure of a report or of the calendar that was opened.
    Figure,
}

/// Everything that an address of deals says, but the place in the list and what a plain form brought back.
pub const ADDRESS: [(&str, Said); 27] = [
    ("view", Said::Shape),
    ("status", Said::Shape),
    ("columns", Said::Shape),
    ("month", Said::Moment),
    ("select", Said::Moment),
    ("pipeline", Said::Field),
    ("stage", Said::Field),
    ("owner", Said::Field),
    ("team", Said::Field),
    ("channel", Said::Field),
    ("campaign", Said::Field),
    ("keyword", Said::Field),
    ("q", Said::Field),
    ("reached", Said::Figure),
    ("lost_in", Said::Figure),
    ("from", Said::Figure),
    ("until", Said::Figure),
    ("close_from", Said::Figure),
    ("close_until", Said::Figure),
    ("undated", Said::Figure),
    ("service", Said::Figure),
    ("loss_reason", Said::Figure),
    ("opened_from", Said::Figure),
    ("opened_until", Said::Figure),
    ("leak", Said::Figure),
    ("leak_stage", Said::Figure),
    ("unowned", Said::Figure),
];

/// The names of the parameters that are said so.
pub fn said(wanted: impl Fn(Said) -> bool) -> impl Iterator<Item = &'static str> {
    ADDRESS.into_iter().filter(move |(_, said)| wanted(*said)).map(|(name, _)| name)
}

/// A column of the deals' table. Their names always stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Number,
    Stage,
    Amount,
    NextStep,
    ExpectedClose,
    Channel,
    Owner,
    Created,
    Closed,
}

impl Column {
    /// In the order in which they stand.
    pub const ALL: [Column; 9] = [
        Column::Number,
        Column::Stage,
        Column::Amount,
        Column::NextStep,
        Column::ExpectedClose,
        Column::Channel,
        Column::Owner,
        Column::Created,
        Column::Closed,
    ];
    /// Stands in an address of which no other column is chosen.
    pub const NAME: &'static str = "name";

    pub fn code(self) -> &'static str {
        match self {
            Column::Number => "number",
            Column::Stage => "stage",
            Column::Amount => "amount",
            Column::NextStep => "next_step",
            Column::ExpectedClose => "expected_close",
            Column::Channel => "channel",
            Column::Owner => "owner",
            Column::Created => "created",
            Column::Closed => "closed",
        }
    }

    /// Whether it is shown where nothing is chosen.
    pub fn is_usual(self) -> bool {
        !matches!(self, Column::Number | Column::Closed)
    }

    /// The columns that an address names (`stage,amount`), in their order; the usual ones where it names none that is known.
    pub fn chosen(named: &str) -> Vec<Column> {
        let names = |code: &str| named.split(',').any(|name| name == code);
        let chosen: Vec<Column> = Column::ALL.into_iter().filter(|column| names(column.code())).collect();
        if chosen.is_empty() && !names(Column::NAME) {
            return Column::ALL.into_iter().filter(|column| column.is_usual()).collect();
        }
        chosen
    }
}

/// A view as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    pub id: ViewId,
    pub name: String,
    /// Parameters of the address.
    pub fields: BTreeMap<String, String>,
    /// Whether the owner's team has it as well.
    pub shared: bool,
    /// Whose it is; `None`: the reader's own.
    pub by: Option<Person>,
    /// Whether the reader may take it away.
    pub removable: bool,
}

/// A view to be kept; one of the same name is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveView {
    pub name: String,
    pub fields: BTreeMap<String, String>,
    pub shared: bool,
}

/// What a view keeps of an address; a value that is too long is a fault of `fields`.
pub fn kept(fields: BTreeMap<String, String>) -> Outcome<BTreeMap<String, String>> {
    let kept = |name: &str| said(|said| said != Said::Moment).any(|known| known == name);
    let fields: BTreeMap<String, String> =
        fields.into_iter().filter(|(name, value)| !value.is_empty() && kept(name)).collect();
    if fields.values().any(|value| value.chars().count() > VALUE_MAX) {
        return Err(Problem::field("fields", Fault::TooLong(VALUE_MAX as u32)));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_view_keeps_what_narrows_and_not_where_one_was() {
        let typed =
            fields(&[("view", "list"), ("after", "xyz"), ("owner", "1"), ("q", ""), ("dialog", "add")]);
        assert_eq!(kept(typed).unwrap(), fields(&[("view", "list"), ("owner", "1")]));
        let typed =
            fields(&[("columns", "stage,owner"), ("select", "1"), ("month", "2026-11"), ("leak", "idle")]);
        assert_eq!(kept(typed).unwrap(), fields(&[("columns", "stage,owner"), ("leak", "idle")]));
    }

    #[test]
    fn every_parameter_is_said_once() {
        let names: std::collections::BTreeSet<&str> = said(|_| true).collect();
        assert_eq!(names.len(), ADDRESS.len());
        assert!(said(|said| said == Said::Figure).all(|name| name != "q"));
    }

    #[test]
    fn columns_stand_in_their_order_whatever_the_address_says() {
        let usual = Column::chosen("");
        assert_eq!((usual.len(), usual.contains(&Column::Number)), (7, false));
        assert_eq!(Column::chosen("amount,stage,amount,x"), [Column::Stage, Column::Amount]);
        assert_eq!(Column::chosen("name"), []);
        assert_eq!(Column::chosen("x,"), usual);
        for column in Column::ALL {
            assert_eq!(Column::chosen(column.code()), [column]);
        }
    }

    #[test]
    fn a_value_that_is_too_long_is_named() {
        let long = kept(fields(&[("q", &"ё".repeat(VALUE_MAX + 1))])).unwrap_err();
        assert_eq!(long.fault_of("fields"), Some(Fault::TooLong(200)));
    }
}
