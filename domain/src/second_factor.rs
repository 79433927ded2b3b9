//! The second step of signing in: a code from a device that only the person has.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Role;

/// Who must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    #[default]
    Off,
    Admins,
    Everybody,
}

impl Demand {
    pub const ALL: [Demand; 3] = [Demand::Off, Demand::Admins, Demand::Everybody];

    pub fn code(self) -> &'static str {
        match self {
            Demand::Off => "off",
            Demand::Admins => "admins",
            Demand::Everybody => "everybody",
        }
    }

    pub fn from_code(code: &str) -> Option<Demand> {
        Demand::ALL.into_iter().find(|demand| demand.code() == code)
    }

    /// Whether people of that role must have one.
    pub fn binds(self, role: Role) -> bool {
        match self {
            Demand::Off => false,
            Demand::Admins => role == Role::Admin,
            Demand::Everybody => true,
        }
    }
}

/// Somebody's second factor, as they see it themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    pub state: State,
    /// The company demands it.
    pub demanded: bool,
    /// Whoever comes by the identity provider alone has no password that could be asked for.
    pub has_password: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    Off,
    /// The secret was shown; a code of it is missing.
    Begun(Enrolment),
    On {
        since: DateTime<Utc>,
        codes_left: u64,
    },
}

/// What goes into the authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// In base 32, for typing it in.
    pub secret: String,
    /// The `otpauth://` address that a QR code holds.
    pub address: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_binds_whom_it_names() {
        for (demand, admin, viewer) in
            [(Demand::Off, false, false), (Demand::Admins, true, false), (Demand::Everybody, true, true)]
        {
            assert_eq!(
                (demand.binds(Role::Admin), demand.binds(Role::Viewer)),
                (admin, viewer),
                "{demand:?}"
            );
            assert_eq!(Demand::from_code(demand.code()), Some(demand));
        }
    }
}
