//! What changed, told to open pages; it names records, never their contents.

use serde::{Deserialize, Serialize};

use crate::access::{Action, Actor, Ownership, Sharing, can};
use crate::activity::Subject;
use crate::share::With;

/// A change that somebody's page may show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub what: Changed,
    pub on: Subject,
    /// Only those who may read the record hear of it.
    #[serde(skip)]
    pub whose: Ownership,
    /// With whom it is shared.
    #[serde(skip)]
    pub shared: Vec<With>,
}

impl Change {
    pub fn new(what: Changed, on: Subject, whose: Ownership) -> Change {
        Change { what, on, whose, shared: Vec::new() }
    }

    pub fn is_for(&self, actor: &Actor) -> bool {
        let shared = self.shared.iter().any(|with| with.is(actor)).then_some(Sharing::Read);
        can(actor, Action::Read, self.on.entity(), Ownership { shared, ..self.whose })
    }
}

/// Kinds of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// A lead arrived.
    Arrived,
    /// Anything about the record.
    Updated,
}
