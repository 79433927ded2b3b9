//! A batch of deals with their way through the stages.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::access::Actor;
use domain::activity::Happening;
use domain::attribution::Attribution;
use domain::deal::DealStatus;
use domain::fold::fold;
use domain::funnel::day_number;
use domain::import::{PlannedDeal, Stage};
use domain::{Outcome, Problem};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::Stored;
use super::base::{Base, SOURCE};
use crate::db::Tx;
use crate::entity::{activity, deal, stage_change};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{origins, process, rollups};

/// Stores those that are not there yet.
pub(super) async fn store(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    base: &Base,
    batch: &[PlannedDeal],
) -> Outcome<Stored> {
    // The stages were looked up before; whoever changed the process meanwhile may have retired one of them.
    let held = process::in_force(tx, reference, base.pipeline.id).await?.version;
    if held != base.pipeline.version {
        return Err(Problem::Conflict { version: held.into() });
    }
    let refs = batch.iter().map(|deal| deal.external_ref.as_str());
    let known: HashSet<String> = deal::Entity::find()
        .select_only()
        .column(deal::Column::ExternalRef)
        .filter(deal::Column::ExternalRef.is_in(refs))
        .into_tuple::<String>()
        .all(tx.conn())
        .await
        .db()?
        .into_iter()
        .collect();
    let fresh: Vec<&PlannedDeal> = batch.iter().filter(|deal| !known.contains(&deal.external_ref)).collect();
    let stored = Stored { new: fresh.len() as u64, known: known.len() as u64 };
    if fresh.is_empty() {
        return Ok(stored);
    }
    let first = tx.numbers("deal", fresh.len() as i64).await?;
    let mut rows = Rows::default();
    for (number, planned) in (first..).zip(fresh) {
        rows.add(tx, actor, base, number, planned)?;
    }
    let conn = tx.conn();
    deal::Entity::insert_many(rows.deals).exec_without_returning(conn).await.db()?;
    stage_change::Entity::insert_many(rows.changes).exec_without_returning(conn).await.db()?;
    activity::Entity::insert_many(rows.activities).exec_without_returning(conn).await.db()?;
    Ok(stored)
}

#[derive(Default)]
struct Rows {
    deals: Vec<deal::ActiveModel>,
    changes: Vec<stage_change::ActiveModel>,
    activities: Vec<activity::ActiveModel>,
}

impl Rows {
    fn add(
        &mut self,
        tx: &Tx,
        actor: &Actor,
        base: &Base,
        number: i64,
        planned: &PlannedDeal,
    ) -> Outcome<()> {
        let id = new_id();
        let stage = |stage: Stage| base.stages.get(&stage).copied().ok_or_else(|| broken("a stage of no id"));
        let owner = planned.owner.and_then(|at| base.people.get(at));
        let account = planned.account.and_then(|at| base.accounts.get(at)).copied();
        let lost = planned.stage == Stage::Lost;
        let furthest = if lost { Stage::Engaging } else { planned.stage };
        self.deals.push(deal::ActiveModel {
            id: Set(id),
            number: Set(number),
            title: Set(planned.title.clone()),
            folded: Set(fold(&planned.title)),
            pipeline_id: Set(base.pipeline.id.0),
            stage_id: Set(stage(planned.stage)?),
            status: Set(status(planned.stage).code().to_owned()),
            stage_entered_at: Set(noon(planned.stage_entered())),
            account_id: Set(account),
            contact_id: Set(None),
            lead_id: Set(None),
            owner_id: Set(owner.map(|owner| owner.id)),
            team_id: Set(owner.and_then(|owner| owner.team)),
            amount_minor: Set(planned.amount.map(|amount| amount.minor)),
            currency: Set(planned.amount.map(|amount| amount.currency.code().to_owned())),
            probability: Set(None),
            expected_close: Set(planned.expected_close),
            loss_reason_id: Set(base.loss_reason.filter(|_| lost)),
            loss_note: Set(String::new()),
            lost_from_stage_id: Set(if lost { Some(stage(furthest)?) } else { None }),
            closed_at: Set(planned.closed.map(noon)),
            channel: Set(String::new()),
            campaign: Set(String::new()),
            keyword: Set(String::new()),
            source: Set(origins::kept(&Attribution::default())?),
            service_id: Set(planned.service.and_then(|at| base.services.get(at)).copied()),
            external_ref: Set(Some(planned.external_ref.clone())),
            next_step_at: Set(None),
            next_step_kind: Set(None),
            next_step_title: Set(None),
            opened_day: Set(day_number(planned.created)),
            furthest_id: Set(Some(stage(furthest)?)),
            created_at: Set(noon(planned.created)),
            version: Set(1),
        });
        let (mut stays, mut since) = (Vec::new(), planned.created);
        for (from, to, day) in planned.steps() {
            if let Some(from) = from {
                stays.push((stage(from)?, (day - since).num_seconds()));
            }
            since = day;
            self.changes.push(stage_change::ActiveModel {
                id: Set(new_id()),
                deal_id: Set(id),
                from_stage_id: Set(from.map(stage).transpose()?),
                to_stage_id: Set(stage(to)?),
                at: Set(noon(day)),
                by_id: Set(owner.map(|owner| owner.id)),
                reason: Set(String::new()),
                pipeline_id: Set(base.pipeline.id.0),
                process_version: Set(base.pipeline.version),
            });
        }
        if let Some(deal) = self.deals.last() {
            rollups::imported(tx, deal, &stays);
        }
        self.activity(tx, actor, id, account, &planned.external_ref)?;
        let facts = json!({ "external_ref": planned.external_ref, "amount": planned.amount });
        tx.audited(actor, "import", "deal", id, &facts);
        Ok(())
    }

    fn activity(
        &mut self,
        tx: &Tx,
        actor: &Actor,
        deal: Uuid,
        account: Option<Uuid>,
        external_ref: &str,
    ) -> Outcome<()> {
        let what = Happening::Imported { source: format!("{SOURCE} {external_ref}") };
        self.activities.push(activity::ActiveModel {
            id: Set(new_id()),
            at: Set(tx.now()),
            kind: Set(what.code().to_owned()),
            actor_id: Set(actor.user.map(|id| id.0)),
            lead_id: Set(None),
            deal_id: Set(Some(deal)),
            contact_id: Set(None),
            account_id: Set(account),
            body: Set(serde_json::to_string(&what).map_err(broken)?),
        });
        Ok(())
    }
}

fn status(stage: Stage) -> DealStatus {
    match stage {
        Stage::Prospecting | Stage::Engaging => DealStatus::Open,
        Stage::Won => DealStatus::Won,
        Stage::Lost => DealStatus::Lost,
    }
}

/// The files have days without times. Noon in Greenwich is the same day in nearly every zone.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc() + TimeDelta::hours(12)
}
