//! Records given to somebody else, many at once.

use serde::{Deserialize, Serialize};

use crate::activity::Subject;
use crate::id::UserId;

/// Records that can be given at once.
pub const MOST: usize = 500;

/// What is given, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    pub on: Vec<Subject>,
    pub to: UserId,
    /// Whether what is planned for them and still open goes along.
    pub tasks: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Given {
    pub given: u32,
    /// Those that are not the giver's to give away, by name; they stay where they are.
    pub kept: Vec<String>,
}
