//! Records that others than their owner's see: shared one by one, with a person or a team.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::access::{Actor, Sharing};
use crate::id::{TeamId, UserId};
use crate::user::{Person, Team};
use crate::{Fault, Problem};

/// With whom a record is shared; forms write it `user:…` or `team:…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum With {
    User(UserId),
    Team(TeamId),
}

impl With {
    pub fn is(self, actor: &Actor) -> bool {
        match self {
            With::User(id) => actor.user == Some(id),
            With::Team(id) => actor.team == Some(id),
        }
    }
}

impl fmt::Display for With {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            With::User(id) => write!(f, "user:{id}"),
            With::Team(id) => write!(f, "team:{id}"),
        }
    }
}

impl std::str::FromStr for With {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || Problem::field("with", Fault::Unknown);
        match text.split_once(':') {
            Some(("user", id)) => id.parse().map(With::User).map_err(|_| unknown()),
            Some(("team", id)) => id.parse().map(With::Team).map_err(|_| unknown()),
            _ => Err(unknown()),
        }
    }
}

/// A share as the record's panel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub with: With,
    /// The person's or the team's.
    pub name: String,
    pub sharing: Sharing,
}

/// A record's shares, and with whom else it could be shared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    pub list: Vec<Share>,
    /// What the reader may share it for; nothing for those who may not.
    pub may: Vec<Sharing>,
    pub people: Vec<Person>,
    pub teams: Vec<Team>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_it_is_shared_with_is_written_and_read_alike() {
        let id = uuid::Uuid::from_u128(7);
        for with in [With::User(UserId(id)), With::Team(TeamId(id))] {
            assert_eq!(with.to_string().parse(), Ok(with));
        }
        for nonsense in ["", "user", "user:x", "cow:00000000-0000-0000-0000-000000000007"] {
            assert_eq!(nonsense.parse::<With>(), Err(Problem::field("with", Fault::Unknown)));
        }
    }
}
