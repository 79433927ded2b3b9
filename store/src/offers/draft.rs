//! Drafting: the only state in which an offer's words and lines change.

use chrono::{Datelike, Days, NaiveDate};
use domain::access::{Action, Actor};
use domain::deal::DealStatus;
use domain::id::{DealId, OfferId};
use domain::input::Checks;
use domain::money::MAX_AMOUNT_MINOR;
use domain::offer::{MAX_LINES, OfferLine, OfferStatus, SaveOffer, totals};
use domain::settings::Settings;
use domain::{Fault, Money, Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::record::{self, load, put_lines};
use crate::audit::changed;
use crate::db::{Db, Tx};
use crate::entity::{deal, offer, offer_line, offer_revision, service};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::{calendar, deals};

/// Until when an offer made `today` is valid.
fn valid_until(today: NaiveDate, settings: &Settings) -> NaiveDate {
    let days = Days::new(u64::try_from(settings.offer_days).unwrap_or_default());
    today.checked_add_days(days).unwrap_or(today)
}

/// An empty draft for a deal, with the company's defaults.
pub async fn create(db: &Db, actor: &Actor, deal: DealId) -> Outcome<OfferId> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = deals::load(tx, actor, Action::Write, deal).await?;
        if deal.status() != DealStatus::Open {
            return Err(Problem::refused(Refusal::DealClosed));
        }
        let today = calendar::day(tx.now(), &reference.settings.time_zone);
        let number = tx.next_number(&format!("offer-{}", today.year())).await?;
        let number = format!("{}-{number:04}", today.year());
        let id = OfferId(new_id());
        offer::ActiveModel {
            id: Set(id.0),
            number: Set(number.clone()),
            deal_id: Set(deal.id),
            revision: Set(1),
            created_at: Set(tx.now()),
            version: Set(1),
        }
        .insert(tx.conn())
        .await
        .db()?;
        let first = offer_revision::ActiveModel {
            title: Set(deal.title.clone()),
            currency: Set(reference.settings.currency.code().to_owned()),
            valid_until: Set(valid_until(today, &reference.settings)),
            total_minor: Set(0),
            ..blank(tx, id, 1)
        };
        first.insert(tx.conn()).await.db()?;
        tx.audit(actor, "create", "offer", id.0, json!({ "deal": deal.id, "number": number })).await?;
        tx.changed(deal.change());
        Ok(id)
    })
    .await
}

/// A draft revision without words.
fn blank(tx: &Tx, offer: OfferId, number: i32) -> offer_revision::ActiveModel {
    offer_revision::ActiveModel {
        id: Set(new_id()),
        offer_id: Set(offer.0),
        number: Set(number),
        status: Set(OfferStatus::Draft.code().to_owned()),
        intro: Set(String::new()),
        terms: Set(String::new()),
        created_at: Set(tx.now()),
        sent_to: Set(String::new()),
        lang: Set(String::new()),
        answered_by: Set(String::new()),
        answer_note: Set(String::new()),
        ..Default::default()
    }
}

/// Saves a draft; answers the new version.
pub async fn save(db: &Db, actor: &Actor, save: SaveOffer) -> Outcome<i64> {
    db.write(async |tx| {
        let loaded = load(tx, actor, save.id).await?;
        loaded.seen(save.version)?;
        loaded.status()?.editable()?;
        let mut checks = Checks::new();
        let title = checks.required("title", &save.title, 200);
        let intro = checks.paragraph("intro", &save.intro, 5000);
        let terms = checks.paragraph("terms", &save.terms, 5000);
        let lines = check_lines(tx, &mut checks, &save.lines).await?;
        checks.finish()?;

        let old = &loaded.revision;
        let mut before = json!({
            "title": old.title,
            "intro": old.intro,
            "terms": old.terms,
            "valid_until": old.valid_until,
            "total": deal::money(Some(old.total_minor), Some(&old.currency)),
        });
        let after = json!({
            "title": title,
            "intro": intro,
            "terms": terms,
            "valid_until": save.valid_until,
            "total": Money::new(totals(&lines).gross, save.currency),
            "lines": lines.len(),
        });
        let revision = offer_revision::ActiveModel {
            id: Set(loaded.revision.id),
            title: Set(title),
            intro: Set(intro),
            terms: Set(terms),
            currency: Set(save.currency.code().to_owned()),
            valid_until: Set(save.valid_until),
            total_minor: Set(totals(&lines).gross),
            ..Default::default()
        };
        revision.update(tx.conn()).await.db()?;
        let removed = offer_line::Entity::delete_many()
            .filter(offer_line::Column::RevisionId.eq(loaded.revision.id))
            .exec(tx.conn())
            .await
            .db()?;
        put_lines(tx, loaded.revision.id, &lines).await?;
        let version = loaded.touch(tx, loaded.offer.revision).await?;
        before["lines"] = json!(removed.rows_affected);
        tx.audit(actor, "save", "offer", loaded.offer.id, changed(&before, &after)).await?;
        tx.changed(loaded.deal.change());
        Ok(version)
    })
    .await
}

/// The typed lines with their texts cleaned; faults go into `checks`.
async fn check_lines(tx: &Tx, checks: &mut Checks, typed: &[OfferLine]) -> Outcome<Vec<OfferLine>> {
    if typed.len() > MAX_LINES {
        checks.fail("lines", Fault::OutOfRange);
        return Ok(Vec::new());
    }
    for (index, line) in typed.iter().enumerate() {
        line.check(index, checks);
    }
    let named: Vec<Uuid> = typed.iter().filter_map(|line| line.service).map(|id| id.0).collect();
    let known: Vec<Uuid> = service::Entity::find()
        .select_only()
        .column(service::Column::Id)
        .filter(service::Column::Id.is_in(named))
        .into_tuple()
        .all(tx.conn())
        .await
        .db()?;
    for (index, line) in typed.iter().enumerate() {
        if line.service.is_some_and(|id| !known.contains(&id.0)) {
            checks.fail(&format!("lines.{index}.service"), Fault::Unknown);
        }
    }
    if totals(typed).gross > MAX_AMOUNT_MINOR {
        checks.fail("lines", Fault::OutOfRange);
    }
    // The lengths were checked with the line; here only the cleaned text is wanted.
    let mut clean = Checks::new();
    let lines = typed.iter().map(|line| OfferLine {
        name: clean.optional("name", &line.name, u32::MAX),
        description: clean.paragraph("description", &line.description, u32::MAX),
        unit: clean.optional("unit", &line.unit, u32::MAX),
        ..line.clone()
    });
    Ok(lines.collect())
}

/// A new draft revision with the lines of the last one, which stays as it was sent. A draft is its own revision already.
pub async fn revise(db: &Db, actor: &Actor, id: OfferId, version: i64) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let loaded = load(tx, actor, id).await?;
        loaded.seen(version)?;
        if loaded.status()? == OfferStatus::Draft {
            return Ok(());
        }
        if loaded.deal.status() != DealStatus::Open {
            return Err(Problem::refused(Refusal::DealClosed));
        }
        let last = &loaded.revision;
        let today = calendar::day(tx.now(), &reference.settings.time_zone);
        let next = offer_revision::ActiveModel {
            title: Set(last.title.clone()),
            intro: Set(last.intro.clone()),
            terms: Set(last.terms.clone()),
            currency: Set(last.currency.clone()),
            valid_until: Set(valid_until(today, &reference.settings)),
            total_minor: Set(last.total_minor),
            ..blank(tx, id, last.number + 1)
        };
        let next = next.insert(tx.conn()).await.db()?;
        let lines = record::lines(tx.conn(), last.id).await?;
        put_lines(tx, next.id, &lines).await?;
        loaded.touch(tx, next.number).await?;
        tx.audit(actor, "revise", "offer", id.0, json!({ "revision": next.number })).await?;
        tx.changed(loaded.deal.change());
        Ok(())
    })
    .await
}
