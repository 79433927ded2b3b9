//! The client's side: the page behind the link, and the answer.

use domain::access::{Action, Actor};
use domain::activity::Happening;
use domain::id::{DealId, OfferId};
use domain::input::Checks;
use domain::offer::{OfferAnswer, OfferStatus, PublicOffer};
use domain::{Lang, Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::record::{self, Loaded, status_on};
use crate::db::{Db, Tx};
use crate::entity::{offer, offer_revision};
use crate::error::{OrProblem, broken};
use crate::{calendar, deals, legal, token};

/// The offer behind a client's link; `record_view` for the client's own reading. Unknown tokens are `NotFound`, outdated ones `Expired`.
pub async fn public(db: &Db, token: &str, record_view: bool) -> Outcome<PublicOffer> {
    let reference = db.reference().await?;
    let mut revision = find(db.read(), token).await?;
    readable(&revision, db.now())?;
    if record_view && revision.status == OfferStatus::Sent.code() {
        viewed(db, token).await?;
        revision = find(db.read(), token).await?;
    }
    let columns = (offer::Column::Id, offer::Column::DealId);
    // The token is the right to read it.
    let (offer, deal, names) =
        deals::document::<offer::Entity>(db.read(), &Actor::SYSTEM, columns, revision.offer_id).await?;
    let lines = record::lines(db.read(), revision.id).await?;
    let settings = &reference.settings;
    let today = calendar::day(db.now(), &settings.time_zone);
    Ok(PublicOffer {
        number: offer.number,
        lang: Lang::from_tag(&revision.lang).unwrap_or(settings.lang),
        revision: revision.into_revision(lines, today)?,
        seller: settings.company.clone(),
        seller_details: settings.company_details.clone(),
        client: names.client(),
        recipient: names.contact_name.unwrap_or_default(),
        parties: legal::of_deal(db.read(), deal.row.id()).await?,
        manager: reference.person(deal.row.owner_id),
    })
}

async fn find(conn: &impl ConnectionTrait, token: &str) -> Outcome<offer_revision::Model> {
    offer_revision::Entity::find()
        .filter(offer_revision::Column::TokenHash.eq(token::hash(token)))
        .one(conn)
        .await
        .db()?
        .ok_or(Problem::NotFound)
}

/// A link opens its revision until it expires or a later revision takes its place.
fn readable(revision: &offer_revision::Model, now: chrono::DateTime<chrono::Utc>) -> Outcome<()> {
    let over = revision.expires_at.is_none_or(|at| at <= now);
    if over || revision.status == OfferStatus::Superseded.code() { Err(Problem::Expired) } else { Ok(()) }
}

/// Notes the client's first reading.
async fn viewed(db: &Db, token: &str) -> Outcome<()> {
    db.write(async |tx| {
        let loaded = load(tx, token).await?;
        if loaded.status()? != OfferStatus::Sent {
            return Ok(());
        }
        let change = offer_revision::ActiveModel {
            id: Set(loaded.revision.id),
            status: Set(OfferStatus::Viewed.code().to_owned()),
            viewed_at: Set(Some(tx.now())),
            ..Default::default()
        };
        change.update(tx.conn()).await.db()?;
        let what =
            Happening::OfferViewed { offer: OfferId(loaded.offer.id), number: loaded.offer.number.clone() };
        tx.activity(&Actor::SYSTEM, loaded.deal.links(), what).await?;
        tx.audit(&Actor::SYSTEM, "view", "offer", loaded.offer.id, json!({})).await?;
        tx.changed(loaded.deal.change());
        Ok(())
    })
    .await
}

/// The client's answer. The same acceptance twice is one; a second, different answer is refused.
pub async fn answer(db: &Db, token: &str, answer: OfferAnswer) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let loaded = load(tx, token).await?;
        readable(&loaded.revision, tx.now())?;
        let mut checks = Checks::new();
        let (name, note, status) = match &answer {
            OfferAnswer::Accept { name } => (name, String::new(), OfferStatus::Accepted),
            OfferAnswer::Decline { name, reason } => {
                (name, checks.paragraph("reason", reason, 2000), OfferStatus::Declined)
            }
        };
        let name = checks.required("name", name, 200);
        checks.finish()?;
        if loaded.status()? == status {
            return Ok(());
        }
        let today = calendar::day(tx.now(), &reference.settings.time_zone);
        if !status_on(&loaded.revision.status, loaded.revision.valid_until, today)?.answerable() {
            return Err(Problem::refused(Refusal::OfferNotOpen));
        }
        let change = offer_revision::ActiveModel {
            id: Set(loaded.revision.id),
            status: Set(status.code().to_owned()),
            answered_at: Set(Some(tx.now())),
            answered_by: Set(name.clone()),
            answer_note: Set(note.clone()),
            ..Default::default()
        };
        change.update(tx.conn()).await.db()?;
        // Whoever is about to revise it has not seen the answer yet.
        loaded.touch(tx, loaded.offer.revision).await?;
        let (offer, number) = (OfferId(loaded.offer.id), loaded.offer.number.clone());
        let facts = json!({ "revision": loaded.revision.number, "by": name, "note": note });
        let what = match status {
            OfferStatus::Accepted => Happening::OfferAccepted { offer, number, by: name },
            _ => Happening::OfferDeclined { offer, number, reason: note },
        };
        tx.activity(&Actor::SYSTEM, loaded.deal.links(), what).await?;
        tx.audit(&Actor::SYSTEM, status.code(), "offer", loaded.offer.id, facts).await?;
        tx.changed(loaded.deal.change());
        Ok(())
    })
    .await
}

/// The offer of a token with its deal locked; the token is the right to it.
async fn load(tx: &Tx, token: &str) -> Outcome<Loaded> {
    let found = find(tx.conn(), token).await?;
    let offer = parent(tx.conn(), found.offer_id).await?;
    let deal = deals::load(tx, &Actor::SYSTEM, Action::Write, DealId(offer.deal_id)).await?;
    // Read again under the lock.
    let revision = find(tx.conn(), token).await?;
    let offer = parent(tx.conn(), revision.offer_id).await?;
    Ok(Loaded { deal, offer, revision })
}

async fn parent(conn: &impl ConnectionTrait, id: uuid::Uuid) -> Outcome<offer::Model> {
    offer::Entity::find_by_id(id).one(conn).await.db()?.ok_or_else(|| broken("a revision without its offer"))
}
