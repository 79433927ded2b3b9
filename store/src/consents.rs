//! What people agreed to: through a form, or told to a colleague; and what they took back.

use domain::access::{Action, Actor};
use domain::activity::{Happening, Subject};
use domain::consent::{Consent, RecordConsent};
use domain::id::{ConsentId, ContactId, LeadId};
use domain::input::Checks;
use domain::{Outcome, Problem};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::json;

use crate::Db;
use crate::entity::{consent, lead};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;
use crate::subject;

const HOW_MAX: u32 = 500;

/// A consent that a lead or a contact gave otherwise than by a form, to the company's present text.
pub async fn record(db: &Db, actor: &Actor, new: RecordConsent) -> Outcome<ConsentId> {
    let mut checks = Checks::new();
    let how = checks.required("how", &new.how, HOW_MAX);
    let faults = checks.finish();
    let reference = db.reference().await?;
    let settings = &reference.settings;
    db.write(async |tx| {
        let found = subject::find(tx.conn(), actor, Action::Write, new.on).await?;
        faults?;
        let (lead_id, contact_id) = match new.on {
            Subject::Lead(id) => {
                let lead = lead::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
                (Some(id.0), lead.and_then(|lead| lead.contact_id))
            }
            Subject::Contact(id) => (None, Some(id.0)),
            // Only people agree.
            Subject::Deal(_) | Subject::Account(_) => return Err(Problem::NotFound),
        };
        let id = ConsentId(new_id());
        consent::ActiveModel {
            id: Set(id.0),
            lead_id: Set(lead_id),
            contact_id: Set(contact_id),
            purpose: Set(new.purpose.code().to_owned()),
            text_version: Set(settings.consent_version),
            text: Set(settings.consent.get(settings.lang).to_owned()),
            lang: Set(settings.lang.code().to_owned()),
            given_at: Set(tx.now()),
            form_id: Set(None),
            submission_id: Set(None),
            ip: Set(String::new()),
            how: Set(how.clone()),
            recorded_by: Set(actor.user.map(|user| user.0)),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
            withdrawn_why: Set(String::new()),
        }
        .insert(tx.conn())
        .await
        .db()?;
        let facts = json!({ "purpose": new.purpose, "lead": lead_id, "contact": contact_id, "how": how });
        tx.audit(actor, "record", "consent", id.0, facts).await?;
        tx.activity(actor, found.links, Happening::ConsentGiven { how }).await?;
        tx.changed(found.change());
        Ok(id)
    })
    .await
}

/// Takes a consent back, for a reason; twice is once. Whoever may write the lead or the contact may.
pub async fn withdraw(db: &Db, actor: &Actor, id: ConsentId, why: &str) -> Outcome<()> {
    let mut checks = Checks::new();
    let why = checks.required("why", why, HOW_MAX);
    let faults = checks.finish();
    db.write(async |tx| {
        let row = consent::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await.db()?;
        let row = row.ok_or(Problem::NotFound)?;
        let of = [
            row.contact_id.map(|id| Subject::Contact(ContactId(id))),
            row.lead_id.map(|id| Subject::Lead(LeadId(id))),
        ];
        let mut found = Err(Problem::NotFound);
        for subject in of.into_iter().flatten() {
            if found.is_err() {
                found = subject::find(tx.conn(), actor, Action::Write, subject).await;
            }
        }
        let found = found?;
        faults?;
        if row.withdrawn_at.is_some() {
            return Ok(());
        }
        consent::ActiveModel {
            id: Set(id.0),
            withdrawn_at: Set(Some(tx.now())),
            withdrawn_by: Set(actor.user.map(|user| user.0)),
            withdrawn_why: Set(why.clone()),
            ..Default::default()
        }
        .update(tx.conn())
        .await
        .db()?;
        tx.audit(actor, "withdraw", "consent", id.0, json!({ "purpose": row.purpose, "reason": why }))
            .await?;
        tx.activity(actor, found.links, Happening::ConsentWithdrawn { reason: why }).await?;
        tx.changed(found.change());
        Ok(())
    })
    .await
}

pub(crate) async fn of_lead(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    id: LeadId,
) -> Outcome<Vec<Consent>> {
    newest(conn, reference, consent::Column::LeadId.eq(id.0)).await
}

pub(crate) async fn of_contact(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    id: ContactId,
) -> Outcome<Vec<Consent>> {
    newest(conn, reference, consent::Column::ContactId.eq(id.0)).await
}

/// Newest first; the caller has made sure that the reader may see them.
async fn newest(conn: &impl ConnectionTrait, reference: &Reference, of: SimpleExpr) -> Outcome<Vec<Consent>> {
    let rows = consent::Entity::find()
        .filter(of)
        .order_by_desc(consent::Column::GivenAt)
        .order_by_desc(consent::Column::Id)
        .all(conn)
        .await
        .db()?;
    rows.into_iter().map(|row| row.into_consent(reference)).collect()
}
