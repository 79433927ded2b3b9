//! What changed, told to open pages; it names records, never their contents.

use serde::{Deserialize, Serialize};

use crate::access::{Action, Actor, Entity, Ownership, can};
use crate::activity::Subject;

/// A change that somebody's page may show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub what: Changed,
    pub on: Subject,
    /// Only those who may read the record hear of it.
    #[serde(skip)]
    pub whose: Ownership,
}

impl Change {
    pub fn is_for(&self, actor: &Actor) -> bool {
        let entity = match self.on {
            Subject::Lead(_) => Entity::Lead,
            Subject::Deal(_) => Entity::Deal,
            Subject::Contact(_) | Subject::Account(_) => Entity::Client,
        };
        can(actor, Action::Read, entity, self.whose)
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
