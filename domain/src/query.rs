//! Pages of lists: keyset cursors and capped counts.

use serde::{Deserialize, Serialize};

/// Rows of a list page.
pub const PAGE: u64 = 50;

/// More than this is shown as "1 000+".
pub const COUNT_CAP: u64 = 1000;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Opaque; give it back to read on.
    pub next: Option<String>,
    /// All rows of the filter, at most [`COUNT_CAP`] + 1.
    pub count: u64,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Page { rows: Vec::new(), next: None, count: 0 }
    }
}

/// `"417"` or `"1000+"`.
pub fn capped(count: u64) -> String {
    if count > COUNT_CAP { format!("{COUNT_CAP}+") } else { count.to_string() }
}
