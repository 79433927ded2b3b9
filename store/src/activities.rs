//! The timeline and what people log on it.

use chrono::{DateTime, Utc};
use domain::access::{Action, Actor};
use domain::activity::{Activity, CallLog, CallOutcome, Happening, LogActivity, Logged, NextStep, Subject};
use domain::input::Checks;
use domain::query::{PAGE, Page};
use domain::{Fault, Outcome};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;
use uuid::Uuid;

use crate::db::Links;
use crate::entity::activity;
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::tasks::{self, Planned};
use crate::{Db, leads, page, subject};

const TEXT_MAX: u32 = 4000;
/// A day: no call is longer.
const MINUTES_MAX: i32 = 1440;

/// Newest first.
pub async fn timeline(db: &Db, actor: &Actor, on: Subject, cursor: Option<&str>) -> Outcome<Page<Activity>> {
    let before = cursor.map(page::decode).transpose()?;
    let reference = db.reference().await?;
    let found = subject::find(db.read(), actor, Action::Read, on).await?;
    page_of(db.read(), actor, &reference, found.trail, before).await
}

/// A page of what happened to any of the records in `of`; the caller has made sure that the reader may see them.
pub(crate) async fn page_of(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    reference: &Reference,
    of: Links,
    before: Option<(DateTime<Utc>, Uuid)>,
) -> Outcome<Page<Activity>> {
    let count = page::count(conn, activity::Entity::find().filter(on_trail(of))).await?;
    let mut rows = newest(conn, actor, reference, of, before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|last| page::encode(&(last.at, last.id)));
    Ok(Page { rows, next, count })
}

/// What happened to any of the records in `of`, newest first; the caller has made sure that the reader may see them.
pub(crate) async fn newest(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    reference: &Reference,
    of: Links,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: u64,
) -> Outcome<Vec<Activity>> {
    let older = before.map_or_else(Condition::all, |(at, id)| {
        Condition::any()
            .add(activity::Column::At.lt(at))
            .add(activity::Column::At.eq(at).and(activity::Column::Id.lt(id)))
    });
    let rows = activity::Entity::find()
        .filter(on_trail(of))
        .filter(older)
        .order_by_desc(activity::Column::At)
        .order_by_desc(activity::Column::Id)
        .limit(limit)
        .all(conn)
        .await
        .db()?;
    rows.into_iter().map(|row| row.into_activity(actor, reference)).collect()
}

fn on_trail(of: Links) -> Condition {
    Condition::any()
        .add_option(of.lead.map(|id| activity::Column::LeadId.eq(id.0)))
        .add_option(of.deal.map(|id| activity::Column::DealId.eq(id.0)))
        .add_option(of.contact.map(|id| activity::Column::ContactId.eq(id.0)))
        .add_option(of.account.map(|id| activity::Column::AccountId.eq(id.0)))
}

/// Logs a call, note or meeting and makes the next task, in one transaction. A call on a lead finishes its first-call task
/// unless the line was dead, and is the lead's first response.
pub async fn log(db: &Db, actor: &Actor, entry: LogActivity) -> Outcome<()> {
    let checked = check(&entry);
    db.write(async |tx| {
        let found = subject::find(tx.conn(), actor, Action::Write, entry.on).await?;
        let (what, next) = checked?;
        if let Subject::Lead(id) = entry.on
            && let Some(reached) = response(&what)
        {
            let lead = leads::load(tx, actor, Action::Write, id).await?;
            leads::responded(tx, actor, &lead, reached).await?;
        } else {
            tx.changed(found.change());
        }
        if let Some(next) = next {
            let planned = Planned {
                kind: next.kind,
                title: next.title,
                due_at: next.due_at,
                assignee: actor.user,
                team: actor.team,
                links: found.links,
            };
            tasks::put(tx, actor, planned).await?;
        }
        let (entity, id) = subject::named(entry.on);
        tx.audit(actor, "log", entity, id, json!({ "kind": what.code() })).await?;
        tx.activity(actor, found.links, what).await
    })
    .await
}

/// Whether somebody tried to reach the person (`Some`), and whether that leaves nothing to try again.
fn response(what: &Happening) -> Option<bool> {
    match what {
        Happening::Call(call) => Some(call.outcome != CallOutcome::NoAnswer),
        Happening::Meeting { .. } => Some(true),
        _ => None,
    }
}

fn check(entry: &LogActivity) -> Outcome<(Happening, Option<NextStep>)> {
    let mut checks = Checks::new();
    let what = match &entry.what {
        Logged::Call(call) => {
            if !(0..=MINUTES_MAX).contains(&call.minutes) {
                checks.fail("minutes", Fault::OutOfRange);
            }
            Happening::Call(CallLog { note: checks.paragraph("note", &call.note, TEXT_MAX), ..call.clone() })
        }
        Logged::Note { text } => Happening::Note { text: needed(&mut checks, text) },
        Logged::Meeting { text } => Happening::Meeting { text: needed(&mut checks, text) },
    };
    let next = entry.next.as_ref().map(|next| {
        let title = tasks::check(&mut checks, "next_title", next.kind, &next.title);
        NextStep { title, ..next.clone() }
    });
    checks.finish()?;
    Ok((what, next))
}

fn needed(checks: &mut Checks, text: &str) -> String {
    let clean = checks.paragraph("text", text, TEXT_MAX);
    if clean.is_empty() && !checks.has("text") {
        checks.fail("text", Fault::Required);
    }
    clean
}
