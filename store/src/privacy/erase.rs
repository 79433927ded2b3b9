//! Taking a person out of the records. Records stay where others need them: a deal keeps its sums, a lead counts in the reports of
//! its month, a signed act keeps the legal entity; none of them names the person any more.

use domain::Outcome;
use domain::access::Actor;
use domain::activity::Happening;
use domain::attribution::{Attribution, Touch};
use domain::lead::LeadStatus;
use domain::loss::LossKind;
use domain::privacy::{ERASED, Erased};
use domain::task::TaskKind;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::person::Person;
use super::scrub;
use super::traces::Traces;
use crate::audit::{ERASURE, Erasure};
use crate::backup::Schema;
use crate::db::Tx;
use crate::entity::{
    act, activity, consent, contact, contact_point, deal, lead, offer_revision, outbox, submission, survey,
    task, touch,
};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::{deals, origins, tasks};

/// What an activity keeps of its texts: codes, and what names no person on the customer's side.
const KEPT: [&str; 10] =
    ["kind", "site", "direction", "outcome", "task", "due_at", "item", "number", "source", "purpose"];

pub(super) async fn all(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    person: &Person,
    traces: &Traces,
) -> Outcome<Erased> {
    leads(tx, actor, reference, person).await?;
    contacts(tx, actor, person).await?;
    consents(tx, traces).await?;
    activities(tx, traces).await?;
    deals(tx, person, traces).await?;
    documents(tx, traces).await?;
    outbox::Entity::delete_many()
        .filter(outbox::Column::Id.is_in(traces.mails.iter().copied()))
        .exec(tx.conn())
        .await
        .db()?;
    let schema = Schema::read(tx.conn()).await.db()?;
    for (table, column, ids) in [
        ("tasks", "id", &traces.tasks),
        ("deals", "id", &traces.deals),
        ("stage_changes", "deal_id", &traces.deals),
        ("waivers", "deal_id", &traces.deals),
        ("offer_revisions", "id", &traces.revisions),
        ("offer_lines", "revision_id", &traces.revisions),
        ("acts", "id", &traces.acts),
        ("act_lines", "act_id", &traces.acts),
        ("touches", "lead_id", &traces.leads),
        ("leads", "id", &traces.leads),
        ("contacts", "id", &traces.contacts),
        ("accounts", "id", &traces.accounts),
        ("legal_entities", "account_id", &traces.accounts),
    ] {
        scrub::rows(tx.conn(), &schema, table, &traces.own, (column, ids.as_slice())).await?;
    }
    scrub::everywhere(tx.conn(), &traces.only).await?;
    // The audit log takes the values out by itself, once it has this entry.
    let erasure = Erasure {
        leads: traces.leads.len(),
        contacts: traces.contacts.len(),
        entries: traces.entries.clone(),
    };
    let id = person.ids().next().unwrap_or_default();
    let (entity, action) = ERASURE;
    tx.audit(actor, action, entity, id, serde_json::to_value(&erasure).map_err(broken)?).await?;
    let count = |rows: usize| rows as u64;
    Ok(Erased {
        leads: count(erasure.leads),
        contacts: count(erasure.contacts),
        entries: count(erasure.entries.len()),
    })
}

async fn leads(tx: &Tx, actor: &Actor, reference: &Reference, person: &Person) -> Outcome<()> {
    for row in &person.leads {
        let mut change = lead::ActiveModel {
            name: Set(ERASED.to_owned()),
            folded: Set(String::new()),
            phone: Set(String::new()),
            phone_raw: Set(String::new()),
            email: Set(String::new()),
            company: Set(String::new()),
            message: Set(String::new()),
            disqualify_note: Set(String::new()),
            ..Default::default()
        };
        // Nobody can be called any more: an open lead is settled, by the most general reason.
        let general = reference.loss_reasons.iter().max_by_key(|reason| reason.kind == LossKind::Other);
        if let Some(reason) = general.filter(|_| row.status().is_open()) {
            change.status = Set(LeadStatus::Disqualified.code().to_owned());
            change.loss_reason_id = Set(Some(reason.id.0));
            change.disqualified_at = Set(Some(tx.now()));
            change.call_due_at = Set(None);
        }
        lead::Entity::update_many()
            .set(change)
            .col_expr(lead::Column::Version, Expr::cust("version + 1"))
            .filter(lead::Column::Id.eq(row.id))
            .exec(tx.conn())
            .await
            .db()?;
        tx.changed(row.change());
    }
    let ids = person.lead_ids();
    let open =
        Condition::all().add(task::Column::LeadId.is_in(ids.clone())).add(task::Column::DealId.is_null());
    tasks::close(tx, actor, open).await?;
    task::Entity::update_many()
        .set(task::ActiveModel { title: Set(ERASED.to_owned()), ..Default::default() })
        .filter(task::Column::LeadId.is_in(ids.clone()))
        .filter(task::Column::Kind.eq(TaskKind::FirstCall.code()))
        .exec(tx.conn())
        .await
        .db()?;
    deals::plan_again(tx, deal::Column::LeadId.is_in(ids.clone())).await?;
    contact_point::Entity::delete_many()
        .filter(contact_point::Column::LeadId.is_in(ids.clone()))
        .exec(tx.conn())
        .await
        .db()?;
    submission::Entity::update_many()
        .set(submission::ActiveModel {
            idempotency_key: Set(None),
            body_hash: Set(String::new()),
            fields: Set("{}".to_owned()),
            attribution: Set("{}".to_owned()),
            faults: Set("[]".to_owned()),
            consent: Set(String::new()),
            ip: Set(String::new()),
            ..Default::default()
        })
        .filter(submission::Column::LeadId.is_in(ids.clone()))
        .exec(tx.conn())
        .await
        .db()?;
    for row in touch::Entity::find().filter(touch::Column::LeadId.is_in(ids)).all(tx.conn()).await.db()? {
        let (lead, position) = (row.lead_id, row.position.clone());
        touch::row(lead, &position, &anonymous(row.into())).update(tx.conn()).await.db()?;
    }
    Ok(())
}

/// A visit that cannot be traced to its visitor: no click id, and of addresses only the page.
fn anonymous(touch: Touch) -> Touch {
    let page = |address: String| address.split(['?', '#']).next().unwrap_or_default().to_owned();
    Touch {
        click_id: String::new(),
        click_id_kind: String::new(),
        landing_url: page(touch.landing_url),
        referrer: page(touch.referrer),
        ..touch
    }
}

/// The same of both touches, as a contact and a deal keep them.
fn unnamed(kept: &str) -> Outcome<String> {
    let Attribution { first, last } = serde_json::from_str(kept).unwrap_or_default();
    origins::kept(&Attribution { first: anonymous(first), last: anonymous(last) })
}

async fn contacts(tx: &Tx, actor: &Actor, person: &Person) -> Outcome<()> {
    let ids = person.contact_ids();
    for row in &person.contacts {
        contact::Entity::update_many()
            .set(contact::ActiveModel {
                name: Set(ERASED.to_owned()),
                folded: Set(String::new()),
                source: Set(unnamed(&row.source)?),
                ..Default::default()
            })
            .col_expr(contact::Column::Version, Expr::cust("version + 1"))
            .filter(contact::Column::Id.eq(row.id))
            .exec(tx.conn())
            .await
            .db()?;
    }
    contact_point::Entity::delete_many()
        .filter(contact_point::Column::ContactId.is_in(ids.clone()))
        .exec(tx.conn())
        .await
        .db()?;
    let open = Condition::all().add(task::Column::ContactId.is_in(ids)).add(task::Column::DealId.is_null());
    tasks::close(tx, actor, open).await
}

/// That somebody agreed stays a fact; who, and from where, does not.
async fn consents(tx: &Tx, traces: &Traces) -> Outcome<()> {
    let ids = || consent::Column::Id.is_in(traces.consents.iter().copied());
    consent::Entity::update_many()
        .set(consent::ActiveModel { ip: Set(String::new()), ..Default::default() })
        .filter(ids())
        .exec(tx.conn())
        .await
        .db()?;
    for (column, empty) in [(consent::Column::How, ""), (consent::Column::WithdrawnWhy, "")] {
        consent::Entity::update_many()
            .col_expr(column, Expr::val(ERASED))
            .filter(ids())
            .filter(column.ne(empty))
            .exec(tx.conn())
            .await
            .db()?;
    }
    Ok(())
}

async fn activities(tx: &Tx, traces: &Traces) -> Outcome<()> {
    let ids = traces.activities.iter().copied();
    for row in activity::Entity::find().filter(activity::Column::Id.is_in(ids)).all(tx.conn()).await.db()? {
        let (kind, body) = without_words(&row)?;
        let mut row = row.into_active_model();
        (row.kind, row.body) = (Set(kind), Set(body));
        row.update(tx.conn()).await.db()?;
    }
    Ok(())
}

/// The happening without what anybody said or typed.
fn without_words(row: &activity::Model) -> Outcome<(String, String)> {
    let mut body: Value = serde_json::from_str(&row.body).map_err(broken)?;
    // A colleague's name: whom the record was given to.
    let keeps_to = row.kind == "assigned";
    for (field, value) in body.as_object_mut().into_iter().flatten() {
        let kept = KEPT.contains(&field.as_str()) || (keeps_to && field == "to");
        let words = value.as_str().is_some_and(|text| !text.is_empty() && text.parse::<Uuid>().is_err());
        if words && !kept {
            *value = json!(ERASED);
        }
    }
    if serde_json::from_value::<Happening>(body.clone()).is_ok() {
        return Ok((row.kind.clone(), body.to_string()));
    }
    // A field that was no words after all: nothing of it stays.
    let note = Happening::Note { text: ERASED.to_owned() };
    Ok((note.code().to_owned(), serde_json::to_string(&note).map_err(broken)?))
}

async fn deals(tx: &Tx, person: &Person, traces: &Traces) -> Outcome<()> {
    let rows = deal::Entity::find().filter(deal::Column::Id.is_in(traces.deals.iter().copied()));
    for row in rows.all(tx.conn()).await.db()? {
        let source = unnamed(&row.source)?;
        tx.changed(row.change());
        let version = row.version;
        let is_their_name = person.names().any(|name| name == row.title);
        let mut change = row.into_active_model();
        if is_their_name {
            change.title = Set(ERASED.to_owned());
            change.folded = Set(String::new());
        }
        change.source = Set(source);
        change.version = Set(version + 1);
        change.update(tx.conn()).await.db()?;
    }
    Ok(())
}

/// Offers, acts and ratings keep what was agreed and lose by whom.
async fn documents(tx: &Tx, traces: &Traces) -> Outcome<()> {
    let revisions = || offer_revision::Column::Id.is_in(traces.revisions.iter().copied());
    offer_revision::Entity::update_many()
        .set(offer_revision::ActiveModel {
            sent_to: Set(String::new()),
            answer_note: Set(String::new()),
            outbox_id: Set(None),
            ..Default::default()
        })
        .filter(revisions())
        .exec(tx.conn())
        .await
        .db()?;
    offer_revision::Entity::update_many()
        .col_expr(offer_revision::Column::AnsweredBy, Expr::val(ERASED))
        .filter(revisions())
        .filter(offer_revision::Column::AnsweredBy.ne(""))
        .exec(tx.conn())
        .await
        .db()?;
    act::Entity::update_many()
        .col_expr(act::Column::SignedBy, Expr::val(ERASED))
        .filter(act::Column::Id.is_in(traces.acts.iter().copied()).and(act::Column::SignedBy.ne("")))
        .exec(tx.conn())
        .await
        .db()?;
    survey::Entity::update_many()
        .set(survey::ActiveModel {
            sent_to: Set(String::new()),
            comment: Set(String::new()),
            ..Default::default()
        })
        .filter(survey::Column::Id.is_in(traces.ratings.iter().copied()))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}
