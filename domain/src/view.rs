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

/// What an address of deals can say that is worth keeping: not the place in the list, nor an open dialog.
const KEPT: [&str; 24] = [
    "view",
    "pipeline",
    "status",
    "stage",
    "owner",
    "team",
    "service",
    "channel",
    "campaign",
    "keyword",
    "q",
    "reached",
    "lost_in",
    "from",
    "until",
    "close_from",
    "close_until",
    "undated",
    "loss_reason",
    "opened_from",
    "opened_until",
    "leak",
    "leak_stage",
    "unowned",
];

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
    let fields: BTreeMap<String, String> = fields
        .into_iter()
        .filter(|(name, value)| !value.is_empty() && KEPT.contains(&name.as_str()))
        .collect();
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
    }

    #[test]
    fn a_value_that_is_too_long_is_named() {
        let long = kept(fields(&[("q", &"ё".repeat(VALUE_MAX + 1))])).unwrap_err();
        assert_eq!(long.fault_of("fields"), Some(Fault::TooLong(200)));
    }
}
