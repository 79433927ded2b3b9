//! Asking the client for a rating.

use domain::access::Actor;
use domain::feedback::{Feedback, PublicSurvey};
use domain::id::DealId;
use domain::{Lang, Outcome};

use crate::Db;

/// Asks for a rating: a link, and a mail when there is an address. `origin` is the configured public address.
pub async fn ask(db: &Db, actor: &Actor, deal: DealId, email: &str, origin: &str, lang: Lang) -> Outcome<Feedback> { todo!() }

/// The rating page behind a client's link.
pub async fn public(db: &Db, token: &str) -> Outcome<PublicSurvey> { todo!() }

/// The client's rating; it can be changed until the link expires.
pub async fn answer(db: &Db, token: &str, score: i32, comment: &str) -> Outcome<()> { todo!() }
