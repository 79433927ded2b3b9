//! How a deal begins.

use chrono::NaiveDate;
use domain::access::{self, Action, Actor, Entity, Ownership};
use domain::activity::{Happening, Subject};
use domain::attribution::Attribution;
use domain::deal::DealStatus;
use domain::fold::fold;
use domain::funnel::day_number;
use domain::id::{AccountId, ContactId, DealId, LeadId, PipelineId, TeamId, UserId};
use domain::live::{Change, Changed};
use domain::{Label, Money, Outcome};
use sea_orm::{ActiveModelTrait, Set};
use serde_json::json;

use super::moves::{Moved, record};
use crate::db::{Links, Tx};
use crate::entity::deal;
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{calendar, origins, process, rollups};

/// A deal about to be opened; its texts are checked by the caller.
pub(crate) struct OpenDeal {
    pub(crate) title: String,
    pub(crate) contact: Option<ContactId>,
    pub(crate) account: Option<AccountId>,
    pub(crate) lead: Option<LeadId>,
    pub(crate) amount: Option<Money>,
    pub(crate) owner: Option<UserId>,
    pub(crate) team: Option<TeamId>,
    pub(crate) source: Attribution,
    pub(crate) expected_close: Option<NaiveDate>,
    /// `None`: the default one.
    pub(crate) pipeline: Option<PipelineId>,
}

/// Opens a deal in its pipeline's first stage; answers its id and the stage's name. What that stage asks for is not asked of a deal
/// that has to begin somewhere.
pub(crate) async fn open_deal(
    tx: &Tx,
    actor: &Actor,
    reference: &Reference,
    open: OpenDeal,
) -> Outcome<(DealId, Label)> {
    let whose = Ownership { owner: open.owner, team: open.team, shared: None };
    access::check(actor, Action::Write, Entity::Deal, whose)?;
    let pipeline = process::default(tx, reference, open.pipeline).await?;
    let first = pipeline.first().ok_or_else(|| broken("a pipeline without an open stage"))?;
    let id = DealId(new_id());
    let opened = deal::ActiveModel {
        id: Set(id.0),
        number: Set(tx.next_number("deal").await?),
        folded: Set(fold(&open.title)),
        title: Set(open.title.clone()),
        pipeline_id: Set(pipeline.id.0),
        stage_id: Set(first.id.0),
        status: Set(DealStatus::Open.code().to_owned()),
        stage_entered_at: Set(tx.now()),
        account_id: Set(open.account.map(|id| id.0)),
        contact_id: Set(open.contact.map(|id| id.0)),
        lead_id: Set(open.lead.map(|id| id.0)),
        owner_id: Set(open.owner.map(|id| id.0)),
        team_id: Set(open.team.map(|id| id.0)),
        amount_minor: Set(open.amount.map(|amount| amount.minor)),
        currency: Set(open.amount.map(|amount| amount.currency.code().to_owned())),
        probability: Set(None),
        expected_close: Set(open.expected_close),
        loss_reason_id: Set(None),
        loss_note: Set(String::new()),
        lost_from_stage_id: Set(None),
        closed_at: Set(None),
        channel: Set(open.source.last.channel.clone()),
        campaign: Set(open.source.last.utm_campaign.clone()),
        keyword: Set(open.source.last.keyword.clone()),
        source: Set(origins::kept(&open.source)?),
        service_id: Set(None),
        external_ref: Set(None),
        opened_day: Set(day_number(calendar::day(tx.now(), &reference.settings.time_zone))),
        furthest_id: Set(Some(first.id.0)),
        next_step_at: Set(None),
        next_step_kind: Set(None),
        next_step_title: Set(None),
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    rollups::opened(tx, &opened);
    let links = Links { lead: None, deal: Some(id), contact: open.contact, account: open.account };
    tx.activity(actor, links, Happening::DealOpened { stage: first.name.clone() }).await?;
    let moved = Moved { reference, pipeline: &pipeline, deal: &opened, from: None, to: first, reason: "" };
    record(tx, actor, &moved).await?;
    tx.audit(
        actor,
        "open",
        "deal",
        id.0,
        json!({ "title": open.title, "lead": open.lead, "amount": open.amount }),
    )
    .await?;
    tx.changed(Change::new(Changed::Updated, Subject::Deal(id), whose));
    Ok((id, first.name.clone()))
}
