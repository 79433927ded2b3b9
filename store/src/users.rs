//! Accounts of people who sign in.

use domain::access::{Actor, Role};
use domain::id::{TeamId, UserId};
use domain::user::{NewUser, Team, Theme, User};
use domain::{Lang, Outcome};
use serde::{Deserialize, Serialize};

use crate::Db;

/// The first account, made through the one-time link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewOwner {
    pub company: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub lang: Lang,
    pub time_zone: String,
}

/// What an admin changes about a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditUser {
    pub id: UserId,
    pub version: i64,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
    pub active: bool,
}

/// A fresh one-time token for the owner's account (24 h; an earlier one stops working); `None` once there is a user.
pub async fn setup_token(db: &Db) -> Outcome<Option<String>> { todo!() }

/// Whether `token` may still make the owner's account.
pub async fn check_setup(db: &Db, token: &str) -> Outcome<()> { todo!() }

/// Makes the owner's account (role admin), names the company, uses the token up.
pub async fn create_owner(db: &Db, token: &str, owner: NewOwner) -> Outcome<User> { todo!() }

pub async fn add(db: &Db, actor: &Actor, user: NewUser) -> Outcome<User> { todo!() }

pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<User>> { todo!() }

/// The last active admin stays one. A deactivated user is signed out everywhere.
pub async fn edit(db: &Db, actor: &Actor, edit: EditUser) -> Outcome<User> { todo!() }

pub async fn add_team(db: &Db, actor: &Actor, name: &str, head: Option<UserId>) -> Outcome<Team> { todo!() }

/// The actor's own language, theme and time zone (IANA name).
pub async fn set_preferences(db: &Db, actor: &Actor, lang: Lang, theme: Theme, time_zone: &str) -> Outcome<()> { todo!() }

/// The actor's own password; other sessions end.
pub async fn change_password(db: &Db, actor: &Actor, old: &str, new: &str) -> Outcome<()> { todo!() }
