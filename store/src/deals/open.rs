//! How a deal begins, and the pipeline that a fresh database has for it.

use chrono::NaiveDate;
use domain::access::{self, Action, Actor, Entity, Ownership};
use domain::activity::{Happening, Subject};
use domain::attribution::Attribution;
use domain::deal::DealStatus;
use domain::fold::fold;
use domain::id::{AccountId, ContactId, DealId, LeadId, TeamId, UserId};
use domain::live::{Change, Changed};
use domain::pipeline::StageKind;
use domain::{Label, Money, Outcome};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use crate::db::{Links, Tx};
use crate::entity::{deal, pipeline, stage, stage_change};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::origins;

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
}

/// Opens a deal in the default pipeline's first stage; answers its id and the stage's name.
pub(crate) async fn open_deal(tx: &Tx, actor: &Actor, open: OpenDeal) -> Outcome<(DealId, Label)> {
    let whose = Ownership { owner: open.owner, team: open.team, shared: None };
    access::check(actor, Action::Write, Entity::Deal, whose)?;
    let first = first_stage(tx).await?;
    let id = DealId(new_id());
    let label = Label::new(&first.name_en, &first.name_ru);
    deal::ActiveModel {
        id: Set(id.0),
        number: Set(tx.next_number("deal").await?),
        folded: Set(fold(&open.title)),
        title: Set(open.title.clone()),
        pipeline_id: Set(first.pipeline_id),
        stage_id: Set(first.id),
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
        created_at: Set(tx.now()),
        version: Set(1),
    }
    .insert(tx.conn())
    .await
    .db()?;
    stage_change::ActiveModel {
        id: Set(new_id()),
        deal_id: Set(id.0),
        from_stage_id: Set(None),
        to_stage_id: Set(first.id),
        at: Set(tx.now()),
        by_id: Set(actor.user.map(|id| id.0)),
        reason: Set(String::new()),
    }
    .insert(tx.conn())
    .await
    .db()?;
    let links = Links { lead: None, deal: Some(id), contact: open.contact, account: open.account };
    tx.activity(actor, links, Happening::DealOpened { stage: label.clone() }).await?;
    tx.audit(
        actor,
        "open",
        "deal",
        id.0,
        json!({ "title": open.title, "lead": open.lead, "amount": open.amount }),
    )
    .await?;
    tx.changed(Change::new(Changed::Updated, Subject::Deal(id), whose));
    Ok((id, label))
}

async fn first_stage(tx: &Tx) -> Outcome<stage::Model> {
    let default = pipeline::Entity::find()
        .select_only()
        .column(pipeline::Column::Id)
        .order_by_asc(pipeline::Column::Position)
        .limit(1)
        .into_tuple::<Uuid>()
        .one(tx.conn())
        .await
        .db()?
        .ok_or_else(|| broken("there is no pipeline"))?;
    stage::Entity::find()
        .filter(stage::Column::PipelineId.eq(default))
        .filter(stage::Column::Kind.eq(StageKind::Open.code()))
        .order_by_asc(stage::Column::Position)
        .one(tx.conn())
        .await
        .db()?
        .ok_or_else(|| broken("the default pipeline has no open stage"))
}
