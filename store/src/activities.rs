//! The timeline and what people log on it.

use chrono::{DateTime, Utc};
use domain::access::{Action, Actor, Entity, Reach};
use domain::activity::{Activity, CallLog, CallOutcome, Happening, LogActivity, Logged, NextStep, Subject};
use domain::input::Checks;
use domain::query::{PAGE, Page};
use domain::{Fault, Outcome};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::json;
use uuid::Uuid;

use crate::db::Links;
use crate::entity::{activity, contact, deal, lead};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::readable;
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
    page_of(db.read(), &reference, actor, found.trail, before).await
}

/// A page of what happened to any of the records in `of`, newest first; the caller has made sure that the reader may see them.
pub(crate) async fn page_of(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    actor: &Actor,
    of: Links,
    before: Option<(DateTime<Utc>, Uuid)>,
) -> Outcome<Page<Activity>> {
    let trail = || on_trail(of).add(seen_by(actor, of));
    let all = Query::select().expr(Expr::val(1)).from(activity::Entity).cond_where(trail()).take();
    let older = before.map_or_else(Condition::all, |(at, id)| {
        Condition::any()
            .add(activity::Column::At.lt(at))
            .add(activity::Column::At.eq(at).and(activity::Column::Id.lt(id)))
    });
    let mut rows = activity::Entity::find()
        .filter(trail())
        .filter(older)
        .order_by_desc(activity::Column::At)
        .order_by_desc(activity::Column::Id)
        .expr_as(Expr::from(page::counted(all)), "count")
        .limit(PAGE + 1)
        .into_model::<Counted>()
        .all(conn)
        .await
        .db()?;
    let count = rows.first().map_or(0, |row| row.count.unsigned_abs());
    let more = rows.len() as u64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|Counted { row, .. }| page::encode(&(row.at, row.id)));
    let rows = rows.into_iter().map(|counted| counted.row.into_activity(actor, reference));
    Ok(Page { rows: rows.collect::<Outcome<_>>()?, next, count })
}

/// An activity, and how many there are with it: one statement instead of two.
#[derive(FromQueryResult)]
struct Counted {
    #[sea_orm(nested)]
    row: activity::Model,
    count: i64,
}

fn on_trail(of: Links) -> Condition {
    let any = Condition::any()
        .add_option(of.lead.map(|id| activity::Column::LeadId.eq(id.0)))
        .add_option(of.deal.map(|id| activity::Column::DealId.eq(id.0)))
        .add_option(of.contact.map(|id| activity::Column::ContactId.eq(id.0)))
        .add_option(of.account.map(|id| activity::Column::AccountId.eq(id.0)));
    Condition::all().add(any)
}

/// On a client's timeline stands what happened to their leads and deals: of those, only what the reader may see. A lead's or
/// deal's own timeline is read by those who may read all of it.
fn seen_by(actor: &Actor, of: Links) -> Condition {
    use activity::Column as C;
    if of.lead.is_some() || of.deal.is_some() {
        return Condition::all();
    }
    let sees_all = |entity| actor.rights.reach(entity, Action::Read) == Reach::All;
    let mut seen = Condition::all();
    if !sees_all(Entity::Lead) {
        let leads = Query::select()
            .column(lead::Column::Id)
            .from(lead::Entity)
            .cond_where(readable::<lead::Entity>(actor))
            .take();
        seen = seen.add(C::LeadId.is_null().or(C::LeadId.in_subquery(leads)));
    }
    if !sees_all(Entity::Deal) {
        let deals = Query::select()
            .column(deal::Column::Id)
            .from(deal::Entity)
            .cond_where(readable::<deal::Entity>(actor))
            .take();
        seen = seen.add(C::DealId.is_null().or(C::DealId.in_subquery(deals)));
    }
    if !sees_all(Entity::Client) {
        let contacts = Query::select()
            .column(contact::Column::Id)
            .from(contact::Entity)
            .cond_where(readable::<contact::Entity>(actor))
            .take();
        // Whoever sees the lead or the deal sees what happened to it with whomever.
        let others = C::LeadId.is_not_null().or(C::DealId.is_not_null()).or(C::ContactId.is_null());
        seen = seen.add(others.or(C::ContactId.in_subquery(contacts)));
    }
    seen
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
