//! Offers: drafting, sending, and the client's answer.

use domain::access::Actor;
use domain::id::{DealId, OfferId};
use domain::offer::{Offer, OfferAnswer, OfferRow, OfferStatus, PublicOffer, SaveOffer, SendOffer};
use domain::query::Page;
use domain::{Lang, Outcome};

use crate::Db;

/// Newest first; `status` `None`: all.
pub async fn list(db: &Db, actor: &Actor, status: Option<OfferStatus>, cursor: Option<&str>) -> Outcome<Page<OfferRow>> { todo!() }

pub async fn show(db: &Db, actor: &Actor, id: OfferId) -> Outcome<Offer> { todo!() }

/// An empty draft for a deal, with the company's defaults.
pub async fn create(db: &Db, actor: &Actor, deal: DealId) -> Outcome<OfferId> { todo!() }

/// Saves a draft; answers the new version.
pub async fn save(db: &Db, actor: &Actor, save: SaveOffer) -> Outcome<i64> { todo!() }

/// Makes the revision final, puts the mail with the client's link into the outbox, and sets the deal's amount. `origin` is the
/// configured public address (`https://crm.example`), never a request's Host header.
pub async fn send(db: &Db, actor: &Actor, send: SendOffer, origin: &str, lang: Lang) -> Outcome<()> { todo!() }

/// A new draft revision with the lines of the last one, which stays as it was sent.
pub async fn revise(db: &Db, actor: &Actor, id: OfferId, version: i64) -> Outcome<()> { todo!() }

/// The offer behind a client's link; `record_view` for the client's own reading. Unknown tokens are `NotFound`, outdated ones `Expired`.
pub async fn public(db: &Db, token: &str, record_view: bool) -> Outcome<PublicOffer> { todo!() }

/// The client's answer.
pub async fn answer(db: &Db, token: &str, answer: OfferAnswer) -> Outcome<()> { todo!() }
