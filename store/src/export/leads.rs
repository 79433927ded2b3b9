//! Leads with their first and last touch.

use std::collections::HashMap;

use domain::Outcome;
use domain::access::Actor;
use domain::attribution::Touch;
use domain::consent::Purpose;
use domain::id::FormId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Filling, Key, Row, rows};
use crate::Db;
use crate::entity::{consent, lead, touch};
use crate::error::OrProblem;
use crate::reference::Reference;

pub(super) const COLUMNS: &[&str] = &[
    "id",
    "number",
    "name",
    "phone",
    "phone_raw",
    "email",
    "company",
    "message",
    "status",
    "owner",
    "owner_email",
    "created_at",
    "first_response_at",
    "channel",
    "search_engine",
    "keyword",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "click_id",
    "click_id_kind",
    "landing_url",
    "referrer",
    "site",
    "first_channel",
    "first_landing_url",
    "first_referrer",
    "form",
    "contact_id",
    "account_id",
    "deal_id",
    "consent_given_at",
    "consent_version",
    "consent_withdrawn_at",
];

pub(super) async fn page(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    after: Option<Key>,
) -> Outcome<(Vec<Row>, Option<String>)> {
    let (leads, next) = rows::<lead::Entity>(db, actor, after, |lead| (lead.created_at, lead.id)).await?;
    let ids = leads.iter().map(|lead| lead.id);
    let touches = touch::Entity::find().filter(touch::Column::LeadId.is_in(ids)).all(db.read()).await.db()?;
    let mut touches: HashMap<_, Touch> =
        touches.into_iter().map(|row| ((row.lead_id, row.position == touch::FIRST), row.into())).collect();
    let mut consents = consents(db, leads.iter().map(|lead| lead.id)).await?;
    let filled = leads.into_iter().map(|lead| {
        let first = touches.remove(&(lead.id, true)).unwrap_or_default();
        let last = touches.remove(&(lead.id, false)).unwrap_or_default();
        let consent = consents.remove(&lead.id);
        fill(lead.seen_by(actor), first, last, consent, reference)
    });
    Ok((filled.collect(), next))
}

/// What each of these leads agreed to last.
async fn consents(db: &Db, leads: impl Iterator<Item = Uuid>) -> Outcome<HashMap<Uuid, consent::Model>> {
    let rows = consent::Entity::find()
        .filter(consent::Column::LeadId.is_in(leads))
        .filter(consent::Column::Purpose.eq(Purpose::Processing.code()))
        .order_by_asc(consent::Column::GivenAt)
        .order_by_asc(consent::Column::Id)
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().filter_map(|row| Some((row.lead_id?, row))).collect())
}

fn fill(
    lead: lead::Model,
    first: Touch,
    last: Touch,
    consent: Option<consent::Model>,
    reference: &Reference,
) -> Row {
    let form = lead.form_id.and_then(|id| reference.form(FormId(id))).map(|form| form.slug.clone());
    let mut row = Filling::new(COLUMNS);
    row.id(lead.id)
        .put(lead.number)
        .put(lead.name)
        .put(lead.phone)
        .put(lead.phone_raw)
        .put(lead.email)
        .put(lead.company)
        .put(lead.message)
        .put(lead.status)
        .owner(reference, lead.owner_id)
        .at(lead.created_at)
        .some_at(lead.first_response_at)
        .put(lead.channel)
        .put(lead.search_engine)
        .put(lead.keyword)
        .put(last.utm_source)
        .put(last.utm_medium)
        .put(last.utm_campaign)
        .put(last.utm_term)
        .put(last.utm_content)
        .put(last.click_id)
        .put(last.click_id_kind)
        .put(last.landing_url)
        .put(last.referrer)
        .put(lead.site)
        .put(first.channel)
        .put(first.landing_url)
        .put(first.referrer)
        .put(form)
        .some_id(lead.contact_id)
        .some_id(lead.account_id)
        .some_id(lead.deal_id)
        .some_at(consent.as_ref().map(|consent| consent.given_at))
        .put(consent.as_ref().map(|consent| consent.text_version))
        .some_at(consent.and_then(|consent| consent.withdrawn_at));
    row.row
}
