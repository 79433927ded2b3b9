//! Signing in and out. Sessions are opaque tokens, hashed at rest.

use domain::access::Actor;
use domain::user::{Me, User};
use domain::Outcome;

use crate::Db;

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip: String,
    pub agent: String,
}

/// A new session; the token goes into the cookie and nowhere else.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub token: String,
    pub user: User,
}

/// Days a session lasts without use.
pub const SESSION_DAYS: i64 = 14;

/// Takes the same time for an unknown address as for a wrong password; both are `Invalid { password: WrongPassword }`.
pub async fn sign_in(db: &Db, email: &str, password: &str, origin: Origin) -> Outcome<SignedIn> { todo!() }

/// A session for somebody who has just proven who they are in another way (the owner's set-up).
pub async fn begin(db: &Db, user: &User, origin: Origin) -> Outcome<SignedIn> { todo!() }

/// Who the token's owner is and what their pages need, in one query; `SignedOut` for unknown, expired or revoked tokens.
pub async fn me(db: &Db, token: &str) -> Outcome<(Actor, Me)> { todo!() }

pub async fn sign_out(db: &Db, token: &str) -> Outcome<()> { todo!() }
