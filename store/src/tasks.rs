//! Tasks.

use chrono::{DateTime, Utc};
use domain::access::{self, Action, Actor, Entity};
use domain::activity::{Happening, Subject};
use domain::id::{LeadId, TaskId, TeamId, UserId};
use domain::input::Checks;
use domain::task::{NewTask, Task, TaskKind};
use domain::{Fault, Outcome, Problem, Refusal};
use sea_orm::sea_query::{Condition, Expr, IntoCondition};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set,
};
use serde_json::json;

use crate::db::{Links, Tx};
use crate::entity::{deal, lead, task};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;
use crate::scope::readable;
use crate::{Db, deals, leads, subject};

const TITLE_MAX: u32 = 200;
/// Nobody plans more than this for one record; what is beyond waits until some of it is done.
const SHOWN: u64 = 100;

/// Open tasks of a record, the one due first on top.
pub async fn open_on(db: &Db, actor: &Actor, on: Subject) -> Outcome<Vec<Task>> {
    let reference = db.reference().await?;
    let found = subject::find(db.read(), actor, Action::Read, on).await?;
    open_of(db.read(), &reference, actor, found.trail).await
}

/// Open tasks of any of the records in `of`; the caller has made sure that the reader may see them. A client has tasks of all their
/// deals: of these only what the reader may see.
pub(crate) async fn open_of(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    actor: &Actor,
    of: Links,
) -> Outcome<Vec<Task>> {
    let seen = if of.lead.is_some() || of.deal.is_some() {
        Condition::all()
    } else {
        readable::<task::Entity>(actor)
    };
    let any = Condition::any()
        .add_option(of.lead.map(|id| task::Column::LeadId.eq(id.0)))
        .add_option(of.deal.map(|id| task::Column::DealId.eq(id.0)))
        .add_option(of.contact.map(|id| task::Column::ContactId.eq(id.0)))
        .add_option(of.account.map(|id| task::Column::AccountId.eq(id.0)));
    let rows = task::Entity::find()
        .filter(any)
        .filter(seen)
        .filter(task::Column::DoneAt.is_null())
        .order_by_asc(task::Column::DueAt)
        .order_by_asc(task::Column::Id)
        .limit(SHOWN)
        .all(conn)
        .await
        .db()?;
    Ok(rows.into_iter().map(|row| row.into_task(reference)).collect())
}

pub async fn create(db: &Db, actor: &Actor, task: NewTask) -> Outcome<TaskId> {
    let mut checks = Checks::new();
    let title = check(&mut checks, "title", task.kind, &task.title);
    let faults = checks.finish();
    let reference = db.reference().await?;
    db.write(async |tx| {
        let found = subject::find(tx.conn(), actor, Action::Write, task.on).await?;
        faults?;
        let (assignee, team) = match task.assignee {
            None => (actor.user, actor.team),
            Some(id) => {
                // A task would tell its assignee of a record that they may not see.
                let sees = |user: &&domain::user::User| {
                    user.active
                        && access::can(&reference.actor(user), Action::Read, found.entity, found.whose)
                };
                let user = reference
                    .user(id)
                    .filter(sees)
                    .ok_or_else(|| Problem::field("assignee", Fault::Unknown))?;
                (Some(id), user.team)
            }
        };
        let planned =
            Planned { kind: task.kind, title, due_at: task.due_at, assignee, team, links: found.links };
        tx.changed(found.change());
        put(tx, actor, planned).await
    })
    .await
}

/// A task about to be made; its texts are checked by the caller.
pub(crate) struct Planned {
    pub(crate) kind: TaskKind,
    pub(crate) title: String,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) assignee: Option<UserId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) links: Links,
}

pub(crate) async fn put(tx: &Tx, actor: &Actor, planned: Planned) -> Outcome<TaskId> {
    let id = TaskId(new_id());
    let Planned { kind, title, due_at, links, .. } = planned;
    task::ActiveModel {
        id: Set(id.0),
        kind: Set(kind.code().to_owned()),
        title: Set(title.clone()),
        due_at: Set(due_at),
        assignee_id: Set(planned.assignee.map(|id| id.0)),
        team_id: Set(planned.team.map(|id| id.0)),
        lead_id: Set(links.lead.map(|id| id.0)),
        deal_id: Set(links.deal.map(|id| id.0)),
        contact_id: Set(links.contact.map(|id| id.0)),
        account_id: Set(links.account.map(|id| id.0)),
        done_at: Set(None),
        done_by: Set(None),
        created_by: Set(actor.user.map(|id| id.0)),
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    if let Some(deal) = links.deal {
        deals::plan_again(tx, deal::Column::Id.eq(deal.0)).await?;
    }
    tx.audit(actor, "create", "task", id.0, json!({ "kind": kind, "title": title, "due_at": due_at }))
        .await?;
    tx.activity(actor, links, Happening::TaskMade { task: kind, title, due_at }).await?;
    Ok(id)
}

/// Title and kind of a task that a person plans; the first call of a lead is made by Millrace alone.
pub(crate) fn check(checks: &mut Checks, field: &str, kind: TaskKind, title: &str) -> String {
    if kind == TaskKind::FirstCall {
        checks.fail("kind", Fault::Unknown);
    }
    checks.required(field, title, TITLE_MAX)
}

pub async fn finish(db: &Db, actor: &Actor, id: TaskId, version: i64) -> Outcome<()> {
    db.write(async |tx| {
        let task = load(tx, actor, id, version).await?;
        let change = task::ActiveModel {
            done_at: Set(Some(tx.now())),
            done_by: Set(actor.user.map(|id| id.0)),
            ..Default::default()
        };
        save(tx, &task, change).await?;
        if let Some(lead) = waiting_lead(tx, &task).await? {
            leads::responded(tx, actor, &lead, true).await?;
        }
        tx.audit(actor, "finish", "task", task.id, json!({ "title": task.title })).await?;
        tx.activity(actor, task.links(), Happening::TaskDone { task: task.kind(), title: task.title.clone() })
            .await
    })
    .await
}

pub async fn reschedule(
    db: &Db,
    actor: &Actor,
    id: TaskId,
    version: i64,
    due_at: DateTime<Utc>,
) -> Outcome<()> {
    db.write(async |tx| {
        let task = load(tx, actor, id, version).await?;
        save(tx, &task, task::ActiveModel { due_at: Set(due_at), ..Default::default() }).await?;
        if let Some(lead) = waiting_lead(tx, &task).await? {
            lead::Entity::update_many()
                .set(lead::ActiveModel { call_due_at: Set(Some(due_at)), ..Default::default() })
                .filter(lead::Column::Id.eq(lead.id))
                .exec(tx.conn())
                .await
                .db()?;
        }
        tx.audit(actor, "reschedule", "task", task.id, json!({ "due_at": [task.due_at, due_at] })).await
    })
    .await
}

/// The open task, locked, if the actor may change it and saw its present version.
async fn load(tx: &Tx, actor: &Actor, id: TaskId, version: i64) -> Outcome<task::Model> {
    let task = task::Entity::find_by_id(id.0).one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?;
    // Leads are locked before deals and these before their tasks everywhere, lest two people wait for each other.
    waiting_lead(tx, &task).await?;
    if let Some(deal) = task.deal_id {
        deal::Entity::find_by_id(deal).lock_exclusive().one(tx.conn()).await.db()?;
    }
    let task = task::Entity::find_by_id(id.0)
        .lock_exclusive()
        .one(tx.conn())
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    access::check(actor, Action::Write, Entity::Task, task.whose())?;
    if task.done_at.is_some() {
        return Err(Problem::refused(Refusal::TaskDone));
    }
    if task.version != version {
        return Err(Problem::Conflict { version: task.version });
    }
    Ok(task)
}

async fn save(tx: &Tx, task: &task::Model, change: task::ActiveModel) -> Outcome<()> {
    let saved = task::Entity::update_many()
        .set(change)
        .col_expr(task::Column::Version, Expr::val(task.version + 1))
        .filter(task::Column::Id.eq(task.id))
        .filter(task::Column::Version.eq(task.version))
        .exec(tx.conn())
        .await
        .db()?;
    if saved.rows_affected == 0 {
        return Err(Problem::Conflict { version: task.version + 1 });
    }
    if let Some(deal) = task.deal_id {
        deals::plan_again(tx, deal::Column::Id.eq(deal)).await?;
    }
    if let Some(on) = task.subject() {
        // Whose the record is decides who hears of it; the system reads it whatever the actor may.
        let found = subject::find(tx.conn(), &Actor::SYSTEM, Action::Read, on).await?;
        tx.changed(found.change());
    }
    Ok(())
}

/// The open lead whose first call the task is.
async fn waiting_lead(tx: &Tx, task: &task::Model) -> Outcome<Option<lead::Model>> {
    let Some(id) = task.lead_id.filter(|_| task.kind() == TaskKind::FirstCall) else { return Ok(None) };
    let lead = leads::load(tx, &Actor::SYSTEM, Action::Write, LeadId(id)).await?;
    Ok(Some(lead).filter(|lead| lead.status().is_open()))
}

/// Finishes the open tasks that `which` chooses, as a consequence of something that has its own place on the timeline.
pub(crate) async fn close(tx: &Tx, actor: &Actor, which: impl IntoCondition) -> Outcome<()> {
    let which = which.into_condition();
    let change = task::ActiveModel {
        done_at: Set(Some(tx.now())),
        done_by: Set(actor.user.map(|id| id.0)),
        ..Default::default()
    };
    task::Entity::update_many()
        .set(change)
        .col_expr(task::Column::Version, Expr::cust("version + 1"))
        .filter(which.clone())
        .filter(task::Column::DoneAt.is_null())
        .exec(tx.conn())
        .await
        .db()?;
    let theirs = task::Entity::find()
        .select_only()
        .column(task::Column::DealId)
        .filter(which)
        .filter(task::Column::DealId.is_not_null())
        .into_query();
    deals::plan_again(tx, deal::Column::Id.in_subquery(theirs)).await
}
