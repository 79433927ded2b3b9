//! Many deals moved, lost or given away at once. Each is judged by itself, by the same rules as alone: those that a rule holds back
//! stay, and are listed. Everything is one transaction, and can be taken back for a while.

mod back;

use domain::access::{Action, Actor, Entity, can, check_any};
use domain::bulk::{Batch, Bulk, BulkChange, Left, MOST, Undone};
use domain::deal::MoveDeal;
use domain::id::{BatchId, DealId, LossReasonId, PipelineId, StageId, UserId};
use domain::pipeline::StageKind;
use domain::user::User;
use domain::{Fault, Outcome, Problem};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Write, advance};
use crate::Db;
use crate::db::Tx;
use crate::entity::{bulk_batch, deal, task};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{process, transfers};

pub use back::undo;

/// Days that batches are kept: longer than they can be taken back, for those who still read what became of one.
const KEPT_DAYS: i64 = 1;

/// What is kept of a batch.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Body {
    was: Vec<Was>,
    /// Open tasks that went along with their deals.
    tasks: Vec<TaskWas>,
    /// Whom the deals were given to; `None`: they were moved.
    heir: Option<Uuid>,
    left: Vec<Left>,
    undone: Option<Undone>,
}

/// How a deal was before, and the version that the batch made of it.
#[derive(Debug, Serialize, Deserialize)]
struct Was {
    id: Uuid,
    title: String,
    version: i64,
    stage: Uuid,
    status: String,
    closed_at: Option<chrono::DateTime<chrono::Utc>>,
    loss_reason: Option<Uuid>,
    loss_note: String,
    lost_from: Option<Uuid>,
    owner: Option<Uuid>,
    team: Option<Uuid>,
}

/// Whose a task was.
#[derive(Debug, Serialize, Deserialize)]
struct TaskWas {
    id: Uuid,
    deal: Uuid,
    assignee: Option<Uuid>,
    team: Option<Uuid>,
}

impl Body {
    fn changed(&mut self, deal: deal::Model, version: i64) {
        self.was.push(Was {
            id: deal.id,
            title: deal.title,
            version,
            stage: deal.stage_id,
            status: deal.status,
            closed_at: deal.closed_at,
            loss_reason: deal.loss_reason_id,
            loss_note: deal.loss_note,
            lost_from: deal.lost_from_stage_id,
            owner: deal.owner_id,
            team: deal.team_id,
        });
    }
}

/// Lists a deal that stays as it is. One that the actor may not know of is not even listed; what is wrong with the change itself
/// stops everything.
fn leave(left: &mut Vec<Left>, id: Uuid, title: &str, why: Problem) -> Outcome<()> {
    match why {
        Problem::NotFound => Ok(()),
        Problem::Forbidden | Problem::Refused { .. } | Problem::Conflict { .. } => {
            left.push(Left { id: DealId(id), title: title.to_owned(), why });
            Ok(())
        }
        other => Err(other),
    }
}

/// Changes the deals that may be changed and lists the others.
pub async fn bulk(db: &Db, actor: &Actor, bulk: Bulk) -> Outcome<Batch> {
    let action = if matches!(bulk.what, BulkChange::Assign { .. }) { Action::Assign } else { Action::Write };
    check_any(actor, action, Entity::Deal)?;
    let by = actor.user.ok_or(Problem::SignedOut)?;
    let mut on: Vec<Uuid> = bulk.on.iter().map(|id| id.0).collect();
    on.sort_unstable();
    on.dedup();
    if on.is_empty() {
        return Err(Problem::field("on", Fault::Required));
    }
    if on.len() > MOST {
        return Err(Problem::field("on", Fault::OutOfRange));
    }
    let reference = db.reference().await?;
    db.write(async |tx| {
        let body = match &bulk.what {
            BulkChange::Move { to, note } => {
                move_each(tx, actor, &reference, on, Goal::Stage(*to), note).await?
            }
            BulkChange::Lose { reason, note } => {
                let reason = reason.ok_or_else(|| Problem::field("loss_reason", Fault::Required))?;
                move_each(tx, actor, &reference, on, Goal::Lost(reason), note).await?
            }
            BulkChange::Assign { to, tasks } => give(tx, actor, heir(&reference, *to)?, on, *tasks).await?,
        };
        keep(tx, by, body).await
    })
    .await
}

/// What became of one of the actor's own batches.
pub async fn batch(db: &Db, actor: &Actor, id: BatchId) -> Outcome<Batch> {
    check_any(actor, Action::Read, Entity::Deal)?;
    let row = bulk_batch::Entity::find_by_id(id.0).one(db.read()).await.db()?;
    let row = row.filter(|row| Some(row.by_id) == actor.user.map(|id| id.0)).ok_or(Problem::NotFound)?;
    let body = read(&row)?;
    Ok(told(&row, body))
}

async fn keep(tx: &Tx, by: UserId, body: Body) -> Outcome<Batch> {
    let old = tx.now() - chrono::TimeDelta::days(KEPT_DAYS);
    bulk_batch::Entity::delete_many().filter(bulk_batch::Column::At.lt(old)).exec(tx.conn()).await.db()?;
    let row = bulk_batch::Model { id: new_id(), by_id: by.0, at: tx.now(), body: written(&body)? };
    let made = bulk_batch::ActiveModel {
        id: Set(row.id),
        by_id: Set(row.by_id),
        at: Set(row.at),
        body: Set(row.body.clone()),
    };
    made.insert(tx.conn()).await.db()?;
    Ok(told(&row, body))
}

fn written(body: &Body) -> Outcome<String> {
    serde_json::to_string(body).map_err(broken)
}

fn read(row: &bulk_batch::Model) -> Outcome<Body> {
    serde_json::from_str(&row.body).map_err(broken)
}

fn told(row: &bulk_batch::Model, body: Body) -> Batch {
    Batch {
        id: BatchId(row.id),
        at: row.at,
        done: u32::try_from(body.was.len()).unwrap_or(u32::MAX),
        left: body.left,
        undone: body.undone,
    }
}

/// Where each of them goes.
#[derive(Clone, Copy)]
enum Goal {
    Stage(StageId),
    /// The lost stage of its own pipeline.
    Lost(LossReasonId),
}

async fn move_each(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    on: Vec<Uuid>,
    goal: Goal,
    note: &str,
) -> Outcome<Body> {
    hold(tx, reference, &on).await?;
    let mut body = Body::default();
    for deal in locked(tx, on).await? {
        let pipeline = process::in_force(tx, reference, PipelineId(deal.pipeline_id)).await?;
        let (to, loss_reason) = match goal {
            Goal::Stage(to) => (Some(to), None),
            Goal::Lost(reason) => (pipeline.of_kind(StageKind::Lost).map(|stage| stage.id), Some(reason)),
        };
        let step = MoveDeal {
            id: deal.id(),
            version: deal.version,
            to: to.ok_or_else(|| broken("a pipeline without a lost stage"))?,
            loss_reason,
            note: note.to_owned(),
        };
        match advance::step(tx, actor, reference, step, Write::Latest).await {
            Ok(version) if version == deal.version => {}
            Ok(version) => body.changed(deal, version),
            Err(why) => leave(&mut body.left, deal.id, &deal.title, why)?,
        }
    }
    Ok(body)
}

/// Holds the pipelines of the deals as they are in force, in one order, before any deal is locked.
async fn hold(tx: &Tx, reference: &Reference, deals: &[Uuid]) -> Outcome<()> {
    let mut pipelines: Vec<Uuid> = deal::Entity::find()
        .select_only()
        .column(deal::Column::PipelineId)
        .distinct()
        .filter(deal::Column::Id.is_in(deals.iter().copied()))
        .into_tuple()
        .all(tx.conn())
        .await
        .db()?;
    pipelines.sort_unstable();
    for id in pipelines {
        process::in_force(tx, reference, PipelineId(id)).await?;
    }
    Ok(())
}

async fn locked(tx: &Tx, on: Vec<Uuid>) -> Outcome<Vec<deal::Model>> {
    deal::Entity::find()
        .filter(deal::Column::Id.is_in(on))
        .order_by_asc(deal::Column::Id)
        .lock_exclusive()
        .all(tx.conn())
        .await
        .db()
}

/// The one who gets them: active, and of a role that works with deals.
fn heir(reference: &Reference, to: UserId) -> Outcome<&User> {
    let works = |user: &&User| user.active && reference.actor(user).reaches(Action::Write, Entity::Deal);
    reference.user(to).filter(works).ok_or_else(|| Problem::field("to", Fault::Unknown))
}

async fn give(tx: &Tx, actor: &Actor, heir: &User, on: Vec<Uuid>, tasks: bool) -> Outcome<Body> {
    let mut body = Body { heir: Some(heir.id.0), ..Body::default() };
    for deal in locked(tx, on).await? {
        if deal.owner_id == Some(heir.id.0) {
            continue;
        }
        let may = |action| can(actor, action, Entity::Deal, deal.whose());
        match (may(Action::Assign), may(Action::Read)) {
            (true, _) => {
                let version = deal.version + 1;
                body.changed(deal, version);
            }
            (false, true) => leave(&mut body.left, deal.id, &deal.title, Problem::Forbidden)?,
            (false, false) => {}
        }
    }
    if body.was.is_empty() {
        return Ok(body);
    }
    if tasks {
        body.tasks = planned(tx.conn(), &body.was).await?;
    }
    let ids = body.was.iter().map(|was| was.id).collect();
    transfers::give_deals(tx, actor, heir, tasks, ids).await?;
    Ok(body)
}

/// The open tasks that go along with their deals: the owner's and nobody's.
async fn planned(conn: &impl ConnectionTrait, deals: &[Was]) -> Outcome<Vec<TaskWas>> {
    let open = task::Entity::find()
        .filter(task::Column::DealId.is_in(deals.iter().map(|was| was.id)))
        .filter(task::Column::DoneAt.is_null())
        .all(conn)
        .await
        .db()?;
    let theirs = open.into_iter().filter_map(|task| {
        let deal = task.deal_id?;
        let owner = deals.iter().find(|was| was.id == deal)?.owner;
        let goes = task.assignee_id.is_none() || task.assignee_id == owner;
        goes.then_some(TaskWas { id: task.id, deal, assignee: task.assignee_id, team: task.team_id })
    });
    Ok(theirs.collect())
}
