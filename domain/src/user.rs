//! People who sign in, and their teams.

use serde::{Deserialize, Serialize};

use crate::Lang;
use crate::access::{Actor, Rights, Role};
use crate::id::{TeamId, UserId};
use crate::zone::Zone;

/// A reference to a user, as lists and cards show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
}

impl Person {
    /// Up to two letters for an avatar.
    pub fn initials(&self) -> String {
        initials(&self.name)
    }
}

/// Up to two first letters of a name, upper-case.
pub fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|w| w.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A stable hue (degrees) for the avatar of a name.
pub fn hue(name: &str) -> u32 {
    name.chars().fold(7u32, |hash, c| hash.wrapping_mul(31).wrapping_add(c as u32)) % 12 * 30
}

/// A user as settings show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
    pub lang: Lang,
    pub theme: Theme,
    /// IANA time zone.
    pub time_zone: String,
    pub active: bool,
    pub standing: Standing,
    pub version: i64,
}

/// How far somebody has come on the way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Has a password.
    #[default]
    Joined,
    /// Was sent a link and has not used it yet.
    Invited,
    /// Neither: came by an import, or the invitation was taken back.
    Outside,
}

impl User {
    /// With the standard rights of the role; whoever decides about somebody knows those of the company.
    pub fn actor(&self) -> Actor {
        self.actor_with(Rights::standard(self.role))
    }

    pub fn actor_with(&self, rights: Rights) -> Actor {
        Actor { user: Some(self.id), role: self.role, team: self.team, rights }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub head: Option<UserId>,
    /// A retired team stays with the records that had it.
    pub active: bool,
    pub version: i64,
}

/// Light, dark, or as the system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    pub fn code(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    pub fn from_code(code: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.code() == code)
    }
}

/// A new user, as the admin or the command line gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
    pub lang: Lang,
    pub password: String,
}

/// A new user who will choose a password through a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
    pub lang: Lang,
}

/// Whom a link lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub name: String,
    pub email: String,
}

/// To whom the records of somebody who leaves go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Handover {
    To(UserId),
    /// The head of the team of whoever leaves.
    TeamHead,
    /// They belong to nobody until somebody takes them.
    Unowned,
}

/// Who is signed in and what every page of theirs needs; one per rendered page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub user: User,
    /// How far the role reaches in this company.
    pub rights: Rights,
    pub zone: Zone,
    /// The server's clock when the page was made: pages render relative times from it, never from their own clock.
    pub now: chrono::DateTime<chrono::Utc>,
    pub company: String,
    pub currency: crate::Currency,
    /// Open tasks of mine that are due by the end of today: the badge at *Today*.
    pub due_today: u64,
    /// New leads that I may read.
    pub new_leads: u64,
    /// They have no second factor and must: nothing but getting one is open to them. The server's matter alone.
    #[serde(skip)]
    pub must_enrol: bool,
}

impl Me {
    pub fn actor(&self) -> Actor {
        self.user.actor_with(self.rights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_letters_at_most() {
        assert_eq!(initials("Анна Белова"), "АБ");
        assert_eq!(initials("ГК «Меридиан-Плюс»"), "ГМ");
        assert_eq!(initials("👩‍🔧"), "");
    }
}
