//! The log of submissions: what came, what became of it, and the decision about what looked like a bot's.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use domain::access::{Action, Actor, Entity, Field, check_any};
use domain::activity::Happening;
use domain::attribution::understand;
use domain::contact::PointKind;
use domain::form::{SubmissionFilter, SubmissionRow, SubmissionStatus};
use domain::id::{FormId, LeadId, SubmissionId};
use domain::query::Page;
use domain::{Outcome, Problem, Refusal};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::{Entry, Verdict, check, logged, write};
use crate::db::Tx;
use crate::entity::{consent, submission};
use crate::error::{OrProblem, broken};
use crate::leads::Arrivals;
use crate::reference::Reference;
use crate::{Db, outbox, page};

/// How long what no lead was made of is kept.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Newest first. Phones and addresses are told to whom they are told on leads.
pub async fn log(db: &Db, actor: &Actor, filter: SubmissionFilter) -> Outcome<Page<SubmissionRow>> {
    check_any(actor, Action::Read, Entity::Form)?;
    let reference = db.reference().await?;
    let mut chosen = submission::Entity::find();
    if let Some(form) = filter.form {
        chosen = chosen.filter(submission::Column::FormId.eq(form.0));
    }
    if let Some(status) = filter.status {
        chosen = chosen.filter(submission::Column::Status.eq(status.code()));
    }
    let newest = [submission::Column::CreatedAt, submission::Column::Id];
    let Page { rows, next, count } =
        page::newest(db.read(), chosen, newest, filter.cursor.as_deref(), |row| (row.created_at, row.id))
            .await?;
    let rows = rows.into_iter().map(|row| told(row, actor, &reference)).collect::<Outcome<_>>()?;
    Ok(Page { rows, next, count })
}

fn told(row: submission::Model, actor: &Actor, reference: &Reference) -> Outcome<SubmissionRow> {
    let hidden = |key: &str| {
        (key == PointKind::Phone.code() && !actor.sees(Field::LeadPhone))
            || (key == PointKind::Email.code() && !actor.sees(Field::LeadEmail))
    };
    let form = FormId(row.form_id);
    Ok(SubmissionRow {
        id: SubmissionId(row.id),
        form,
        form_name: reference.form(form).map(|form| form.name.clone()).unwrap_or_default(),
        at: row.created_at,
        status: row.status(),
        suspicions: row.suspicions(),
        faults: serde_json::from_str(&row.faults).map_err(broken)?,
        fields: logged(&row.fields)?
            .into_iter()
            .filter(|(key, _)| !hidden(key))
            .map(|(key, value)| (holdable(&key), holdable(&value)))
            .collect(),
        lead: row.lead(),
        settled_by: reference.person(row.settled_by),
        channel: row.channel,
        ip: row.ip,
        settled_at: row.settled_at,
    })
}

/// A text without what no page can hold: browsers leave it out, and where nothing else stands the page would miss its text.
fn holdable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// Submissions that wait for a decision, by form.
pub async fn waiting(db: &Db, actor: &Actor) -> Outcome<BTreeMap<FormId, u64>> {
    check_any(actor, Action::Read, Entity::Form)?;
    let rows: Vec<(Uuid, i64)> = submission::Entity::find()
        .select_only()
        .column(submission::Column::FormId)
        .expr(submission::Column::Id.count())
        .filter(submission::Column::Status.eq(SubmissionStatus::Flagged.code()))
        .group_by(submission::Column::FormId)
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    Ok(rows.into_iter().map(|(form, count)| (FormId(form), count.unsigned_abs())).collect())
}

/// Makes a lead of what looked like a bot's; it has the id that the visitor was told.
pub async fn release(db: &Db, actor: &Actor, id: SubmissionId) -> Outcome<LeadId> {
    check_any(actor, Action::Write, Entity::Form)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let row = load(tx, id).await?;
        let lead = LeadId(row.receipt_id);
        let entry = again(&row, &reference)?;
        let owner = write::owners(tx, &reference, std::iter::once(&entry)).await?.pop().flatten();
        let happening = Happening::FormSubmitted {
            form: entry.form.name.clone(),
            site: entry.attribution.last.site.clone(),
            message: entry.visitor.message.clone(),
            answers: entry.visitor.answers.clone(),
        };
        let mut arrivals = Arrivals::begin(tx, 1).await?;
        arrivals.add(actor, entry.arrival(&reference, lead, owner, happening))?;
        arrivals.insert().await?;
        if let Some(agreed) = entry.consented(lead, row.id, row.created_at) {
            consent::Entity::insert(agreed).exec_without_returning(tx.conn()).await.db()?;
        }
        settle(tx, actor, row, SubmissionStatus::Released).await?;
        Ok(lead)
    })
    .await
}

/// It was a bot's.
pub async fn discard(db: &Db, actor: &Actor, id: SubmissionId) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Form)?;
    db.write(async |tx| {
        let row = load(tx, id).await?;
        settle(tx, actor, row, SubmissionStatus::Discarded).await
    })
    .await
}

/// Forgets what was refused or discarded long ago, for nobody asked for these people's data to be kept, and news that nobody could be
/// sent. Answers how many submissions went.
pub async fn prune(db: &Db) -> Outcome<u64> {
    db.write(async |tx| {
        outbox::drop_old_news(tx).await?;
        let gone = submission::Entity::delete_many()
            .filter(
                submission::Column::Status
                    .is_in([SubmissionStatus::Refused.code(), SubmissionStatus::Discarded.code()]),
            )
            .filter(submission::Column::CreatedAt.lt(tx.now() - KEPT))
            .exec(tx.conn())
            .await
            .db()?;
        Ok(gone.rows_affected)
    })
    .await
}

/// One that waits for a decision, locked.
async fn load(tx: &Tx, id: SubmissionId) -> Outcome<submission::Model> {
    let row = submission::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await.db()?;
    let row = row.ok_or(Problem::NotFound)?;
    if row.status() == SubmissionStatus::Flagged {
        Ok(row)
    } else {
        Err(Problem::refused(Refusal::SubmissionSettled))
    }
}

/// The submission as it came, read by the form as it is now; nobody is there to correct what that finds wrong.
fn again(row: &submission::Model, reference: &Reference) -> Outcome<Entry> {
    let form = Arc::new(reference.form(FormId(row.form_id)).ok_or(Problem::NotFound)?.clone());
    let (visitor, _) = check::read(&form, &logged(&row.fields)?, &reference.settings);
    let attribution = serde_json::from_str(&row.attribution).map_err(broken)?;
    let consent =
        if row.consent.is_empty() { None } else { serde_json::from_str(&row.consent).map_err(broken)? };
    Ok(Entry {
        form,
        visitor,
        attribution: understand(&attribution, &reference.channel_rules),
        key: None,
        body_hash: String::new(),
        fields: String::new(),
        raw_attribution: String::new(),
        answer: String::new(),
        consent,
        ip: row.ip.clone(),
        verdict: Verdict::default(),
        faults: Vec::new(),
    })
}

async fn settle(tx: &Tx, actor: &Actor, row: submission::Model, status: SubmissionStatus) -> Outcome<()> {
    let id = row.id;
    let lead = (status == SubmissionStatus::Released).then_some(row.receipt_id);
    let mut row = row.into_active_model();
    row.status = Set(status.code().to_owned());
    row.lead_id = Set(lead);
    row.settled_by = Set(actor.user.map(|user| user.0));
    row.settled_at = Set(Some(tx.now()));
    row.update(tx.conn()).await.db()?;
    tx.audit(actor, status.code(), "submission", id, json!({ "lead": lead })).await
}
