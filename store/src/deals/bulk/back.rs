//! A batch taken back: every deal that nobody has touched since is as it was. History is not: the way back is told like the way there.

use chrono::TimeDelta;
use domain::access::{Action, Actor, Ownership};
use domain::activity::{Happening, Subject};
use domain::bulk::{Batch, UNDO_MINUTES, Undone};
use domain::deal::DealStatus;
use domain::id::{BatchId, DealId, PipelineId, StageId, TeamId, UserId};
use domain::live::{Change, Changed};
use domain::{Lang, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::{Body, TaskWas, Was, hold, leave, locked, read, told, written};
use crate::db::{Db, Tx};
use crate::deals::{Moved, Write, load, plan_again, record_each, save};
use crate::entity::{bulk_batch, deal, task};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{process, rollups};

/// Takes one of the actor's own batches back, within ten minutes and once. Deals that were changed since are listed and stay.
pub async fn undo(db: &Db, actor: &Actor, id: BatchId) -> Outcome<Batch> {
    let me = actor.user.ok_or(Problem::SignedOut)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let row = bulk_batch::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await.db()?;
        let row = row.filter(|row| row.by_id == me.0).ok_or(Problem::NotFound)?;
        let mut body = read(&row)?;
        if body.undone.is_some() || tx.now() >= row.at + TimeDelta::minutes(UNDO_MINUTES) {
            return Err(Problem::Expired);
        }
        let back = Back { tx, actor, reference: &reference, batch: &row };
        body.undone = Some(back.all(&body).await?);
        let change = bulk_batch::ActiveModel { body: Set(written(&body)?), ..Default::default() };
        bulk_batch::Entity::update_many()
            .set(change)
            .filter(bulk_batch::Column::Id.eq(row.id))
            .exec(tx.conn())
            .await
            .db()?;
        Ok(told(&row, body))
    })
    .await
}

struct Back<'a> {
    tx: &'a Tx,
    actor: &'a Actor,
    reference: &'a Reference,
    batch: &'a bulk_batch::Model,
}

impl Back<'_> {
    async fn all(&self, body: &Body) -> Outcome<Undone> {
        let ids: Vec<Uuid> = body.was.iter().map(|was| was.id).collect();
        hold(self.tx, self.reference, &ids).await?;
        // In the order that everybody locks many deals in; whether the actor may change each is asked below.
        locked(self.tx, ids).await?;
        let mut back = Vec::new();
        let mut left = Vec::new();
        for was in &body.was {
            match self.one(body, was).await {
                Ok(()) => back.push(was.id),
                Err(why) => leave(&mut left, was.id, &was.title, why)?,
            }
        }
        if let Some(heir) = body.heir {
            self.tasks_back(&body.tasks, heir, &back).await?;
        } else {
            self.unplan(&back).await?;
        }
        Ok(Undone { back: u32::try_from(back.len()).unwrap_or(u32::MAX), left })
    }

    /// What the stages planned by themselves goes with the move, if nobody has touched it. It is not finished: that could be asked
    /// for by a stage.
    async fn unplan(&self, deals: &[Uuid]) -> Outcome<()> {
        task::Entity::delete_many()
            .filter(task::Column::DealId.is_in(deals.iter().copied()))
            .filter(task::Column::CreatedAt.eq(self.batch.at))
            .filter(task::Column::Version.eq(1))
            .filter(task::Column::DoneAt.is_null())
            .exec(self.tx.conn())
            .await
            .db()?;
        plan_again(self.tx, deal::Column::Id.is_in(deals.iter().copied())).await
    }

    async fn one(&self, body: &Body, was: &Was) -> Outcome<()> {
        let action = if body.heir.is_some() { Action::Assign } else { Action::Write };
        let deal = load(self.tx, self.actor, action, DealId(was.id)).await?;
        if deal.version != was.version {
            return Err(Problem::Conflict { version: deal.version });
        }
        if body.heir.is_some() { self.give_back(&deal, was).await } else { self.move_back(&deal, was).await }
    }

    async fn move_back(&self, deal: &deal::Model, was: &Was) -> Outcome<()> {
        let tx = self.tx;
        let pipeline = process::in_force(tx, self.reference, PipelineId(deal.pipeline_id)).await?;
        // It may have been retired in the meantime.
        let to = pipeline.stage(StageId(was.stage)).ok_or(Problem::refused(Refusal::ForeignStage))?;
        let from = self.reference.stage(StageId(deal.stage_id));
        let change = deal::ActiveModel {
            stage_id: Set(was.stage),
            status: Set(was.status.clone()),
            stage_entered_at: Set(tx.now()),
            closed_at: Set(was.closed_at),
            loss_reason_id: Set(was.loss_reason),
            loss_note: Set(was.loss_note.clone()),
            lost_from_stage_id: Set(was.lost_from),
            ..Default::default()
        };
        save(tx, deal, Write::Latest, change).await?;
        let reason = match self.reference.settings.lang {
            Lang::En => "Taken back",
            Lang::Ru => "Отменено",
        };
        rollups::moved(tx, deal);
        let moved = Moved {
            reference: self.reference,
            pipeline: &pipeline,
            deal,
            from: Some(StageId(deal.stage_id)),
            to,
            reason,
        };
        record_each(tx, self.actor, std::slice::from_ref(&moved)).await?;
        let is_open = was.status == DealStatus::Open.code();
        let what = if is_open && deal.status() != DealStatus::Open {
            Happening::Reopened { stage: to.name.clone() }
        } else {
            Happening::StageChanged {
                from: from.map(|stage| stage.name.clone()).unwrap_or_default(),
                to: to.name.clone(),
                reason: reason.to_owned(),
            }
        };
        tx.activity(self.actor, deal.links(), what).await?;
        tx.audit(self.actor, "undo", "deal", deal.id, json!({ "stage": [deal.stage_id, was.stage] })).await
    }

    async fn give_back(&self, deal: &deal::Model, was: &Was) -> Outcome<()> {
        let tx = self.tx;
        let change =
            deal::ActiveModel { owner_id: Set(was.owner), team_id: Set(was.team), ..Default::default() };
        save(tx, deal, Write::Latest, change).await?;
        let theirs = Ownership { owner: was.owner.map(UserId), team: was.team.map(TeamId), shared: None };
        tx.changed(Change::new(Changed::Updated, Subject::Deal(deal.id()), theirs));
        if let Some(owner) = self.reference.person(was.owner) {
            tx.activity(self.actor, deal.links(), Happening::Assigned { to: owner.name }).await?;
        }
        tx.audit(self.actor, "undo", "deal", deal.id, json!({ "owner": [deal.owner_id, was.owner] })).await
    }

    /// Tasks that are still the heir's and open go back with their deals.
    async fn tasks_back(&self, tasks: &[TaskWas], heir: Uuid, deals: &[Uuid]) -> Outcome<()> {
        for was in tasks.iter().filter(|was| deals.contains(&was.deal)) {
            let change = task::ActiveModel {
                assignee_id: Set(was.assignee),
                team_id: Set(was.team),
                ..Default::default()
            };
            task::Entity::update_many()
                .set(change)
                .col_expr(task::Column::Version, Expr::cust("version + 1"))
                .filter(task::Column::Id.eq(was.id))
                .filter(task::Column::AssigneeId.eq(heir))
                .filter(task::Column::DoneAt.is_null())
                .exec(self.tx.conn())
                .await
                .db()?;
        }
        Ok(())
    }
}
