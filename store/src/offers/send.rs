//! Sending: the revision becomes final and its client gets the link.

use chrono::TimeDelta;
use domain::access::Actor;
use domain::activity::Happening;
use domain::deal::DealStatus;
use domain::id::OfferId;
use domain::input::Checks;
use domain::offer::{OfferStatus, SendOffer};
use domain::{Fault, Lang, Money, Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};
use serde_json::json;

use super::letter;
use super::record::{self, Loaded, load};
use crate::db::{Db, Tx};
use crate::deals::{self, Write};
use crate::entity::{contact, deal, offer_line, offer_revision};
use crate::error::OrProblem;
use crate::{calendar, token};

/// Days after the last day of an offer on which its page can still be read.
const READABLE_DAYS: i64 = 30;

/// Makes the revision final, puts the mail with the client's link into the outbox, and sets the deal's amount. `origin` is the
/// configured public address (`https://crm.example`), never a request's Host header.
pub async fn send(db: &Db, actor: &Actor, send: SendOffer, origin: &str, lang: Lang) -> Outcome<()> {
    let reference = db.reference().await?;
    let settings = &reference.settings;
    db.write(async |tx| {
        let loaded = load(tx, actor, send.id).await?;
        loaded.seen(send.version)?;
        loaded.status()?.editable()?;
        let today = calendar::day(tx.now(), &settings.time_zone);
        let mut checks = Checks::new();
        let email = checks.email("email", &send.email);
        let message = checks.paragraph("message", &send.message, 5000);
        if loaded.revision.valid_until < today {
            checks.fail("valid_until", Fault::OutOfRange);
        }
        checks.finish()?;
        let reasons = missing(tx, &loaded, &email).await?;
        if !reasons.is_empty() {
            return Err(Problem::Refused { reasons });
        }

        let total = loaded.revision.total()?;
        supersede(tx, &loaded).await?;
        let nonce = token::random()?;
        let letter = letter::Letter {
            lang,
            company: &settings.company,
            manager: reference
                .person(loaded.deal.owner_id.or(actor.user.map(|id| id.0)))
                .map(|person| person.name),
            recipient: recipient(tx, &loaded.deal).await?,
            number: &loaded.offer.number,
            title: &loaded.revision.title,
            total,
            valid_until: loaded.revision.valid_until,
            message: &message,
            link: format!("{}{}", origin.trim_end_matches('/'), record::path(db, loaded.revision.id, &nonce)),
        };
        let mail = tx.mail(letter.mail(&email, loaded.revision.id)).await?;
        let last_instant = calendar::end_of(loaded.revision.valid_until, &settings.time_zone);
        let sent = offer_revision::ActiveModel {
            id: Set(loaded.revision.id),
            status: Set(OfferStatus::Sent.code().to_owned()),
            sent_at: Set(Some(tx.now())),
            sent_to: Set(email.clone()),
            lang: Set(lang.code().to_owned()),
            token_hash: Set(Some(record::token_hash(db, loaded.revision.id, &nonce))),
            nonce: Set(Some(nonce)),
            expires_at: Set(Some(last_instant + TimeDelta::days(READABLE_DAYS))),
            outbox_id: Set(Some(mail.0)),
            ..Default::default()
        };
        sent.update(tx.conn()).await.db()?;
        loaded.touch(tx, loaded.offer.revision).await?;
        set_amount(tx, &loaded, total).await?;

        let what = Happening::OfferSent {
            offer: OfferId(loaded.offer.id),
            number: loaded.offer.number.clone(),
            revision: loaded.revision.number,
            total,
            to: email.clone(),
        };
        tx.activity(actor, loaded.deal.links(), what).await?;
        let facts = json!({ "revision": loaded.revision.number, "to": email, "total": total });
        tx.audit(actor, "send", "offer", loaded.offer.id, facts).await
    })
    .await
}

/// What forbids sending.
async fn missing(tx: &Tx, loaded: &Loaded, email: &str) -> Outcome<Vec<Refusal>> {
    let lines = offer_line::Entity::find()
        .filter(offer_line::Column::RevisionId.eq(loaded.revision.id))
        .count(tx.conn())
        .await
        .db()?;
    let mut reasons = Vec::new();
    if loaded.deal.status() != DealStatus::Open {
        reasons.push(Refusal::DealClosed);
    }
    if lines == 0 {
        reasons.push(Refusal::NoLines);
    }
    if email.is_empty() {
        reasons.push(Refusal::NoRecipient);
    }
    Ok(reasons)
}

/// Earlier revisions that wait for an answer wait no longer; answered ones keep their answer.
async fn supersede(tx: &Tx, loaded: &Loaded) -> Outcome<()> {
    let waiting = [OfferStatus::Sent, OfferStatus::Viewed].map(OfferStatus::code);
    offer_revision::Entity::update_many()
        .set(offer_revision::ActiveModel {
            status: Set(OfferStatus::Superseded.code().to_owned()),
            ..Default::default()
        })
        .filter(offer_revision::Column::OfferId.eq(loaded.offer.id))
        .filter(offer_revision::Column::Number.lt(loaded.revision.number))
        .filter(offer_revision::Column::Status.is_in(waiting))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}

/// The contact's name.
async fn recipient(tx: &Tx, deal: &deal::Model) -> Outcome<String> {
    let Some(id) = deal.contact_id else { return Ok(String::new()) };
    let contact = contact::Entity::find_by_id(id).one(tx.conn()).await.db()?;
    Ok(contact.map(|contact| contact.name).unwrap_or_default())
}

async fn set_amount(tx: &Tx, loaded: &Loaded, total: Money) -> Outcome<()> {
    let amount = deal::ActiveModel {
        amount_minor: Set(Some(total.minor)),
        currency: Set(Some(total.currency.code().to_owned())),
        ..Default::default()
    };
    deals::save(tx, &loaded.deal, Write::Latest, amount).await?;
    Ok(())
}
