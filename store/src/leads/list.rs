//! Leads as people look for them.

use domain::access::{self, Action, Actor, Entity, Field, Ownership};
use domain::activity::Activity;
use domain::attribution::Origins;
use domain::consent::Consent;
use domain::fold::{escape_like, fold};
use domain::id::{AccountId, ContactId, DealId, FormId, LeadId, LossReasonId};
use domain::lead::{Lead, LeadFilter, LeadRow, LeadStatus};
use domain::query::Page;
use domain::task::Task;
use domain::{Outcome, Problem, phone};
use sea_orm::sea_query::{Condition, ExprTrait, JoinType, LikeExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, RelationDef};

use crate::db::Links;
use crate::entity::{lead, touch};
use crate::error::OrProblem;
use crate::scope::readable;
use crate::shares::{SHARED, Seen};
use crate::{Db, activities, consents, origins, page, shares, tasks};

/// Fewer digits than this are no part of a phone that anybody looks for.
const PHONE_PART: usize = 3;

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: LeadFilter) -> Outcome<Page<LeadRow>> {
    access::check_any(actor, Action::Read, Entity::Lead)?;
    let reference = db.reference().await?;
    let chosen = lead::Entity::find().filter(readable::<lead::Entity>(actor)).filter(condition(
        actor,
        &filter,
        &reference.settings.phone_region,
    ));
    let newest = [lead::Column::CreatedAt, lead::Column::Id];
    let Page { rows, next, count } =
        page::newest(db.read(), chosen, newest, filter.cursor.as_deref(), |row| (row.created_at, row.id))
            .await?;
    Ok(Page { rows: rows.into_iter().map(|row| row.into_row(actor, &reference)).collect(), next, count })
}

pub(super) fn condition(actor: &Actor, filter: &LeadFilter, region: &str) -> Condition {
    let open = || LeadStatus::ALL.into_iter().filter(|status| status.is_open()).map(LeadStatus::code);
    let mut all = Condition::all();
    match filter.status {
        Some(status) => all = all.add(lead::Column::Status.eq(status.code())),
        None if filter.all => {}
        None => all = all.add(lead::Column::Status.is_in(open())),
    }
    if let Some(owner) = filter.owner {
        all = all.add(lead::Column::OwnerId.eq(owner.0));
    }
    if let Some(team) = filter.team {
        all = all.add(lead::Column::TeamId.eq(team.0));
    }
    all = all.add(origins::narrowed::<lead::Entity>(&filter.channel, &filter.campaign, &filter.keyword));
    if let Some(from) = filter.from {
        all = all.add(lead::Column::CreatedAt.gte(from));
    }
    if let Some(until) = filter.until {
        all = all.add(lead::Column::CreatedAt.lt(until));
    }
    match filter.text.trim() {
        "" => all,
        text => all.add(reads(actor, text, region)),
    }
}

/// Leads whose name, company or e-mail has `text` in it, or whose phone is or has it; what the actor may not see finds nothing.
fn reads(actor: &Actor, text: &str, region: &str) -> Condition {
    let part = |text: &str| LikeExpr::new(format!("%{}%", escape_like(text))).escape('\\');
    let mut any = Condition::any().add(lead::Column::Folded.into_expr().like(part(&fold(text))));
    if actor.sees(Field::LeadEmail) {
        any = any.add(lead::Column::Email.into_expr().like(part(&text.to_lowercase())));
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if actor.sees(Field::LeadPhone) && digits.len() >= PHONE_PART && !text.chars().any(char::is_alphabetic) {
        any = any.add(lead::Column::Phone.into_expr().like(part(&digits)));
        if let Some(whole) = phone::normalise(text, region) {
            any = any.add(lead::Column::Phone.eq(whole));
        }
    }
    any
}

/// Channels that leads came through, for the filter.
pub async fn channels(db: &Db, actor: &Actor) -> Outcome<Vec<String>> {
    Ok(origins(db, actor).await?.channels)
}

/// What leads came by, for the filter.
pub async fn origins(db: &Db, actor: &Actor) -> Outcome<Origins> {
    access::check_any(actor, Action::Read, Entity::Lead)?;
    origins::newest::<lead::Entity>(db, actor).await
}

/// A lead with what its page shows beside it.
pub struct Record {
    pub lead: Lead,
    /// Open ones, the one due first on top.
    pub tasks: Vec<Task>,
    /// Newest first.
    pub timeline: Page<Activity>,
    /// Newest first.
    pub consents: Vec<Consent>,
}

/// A lead's page, in four statements; `before` is the cursor of older happenings.
pub async fn record(db: &Db, actor: &Actor, id: LeadId, before: Option<&str>) -> Outcome<Record> {
    let before = before.map(page::decode).transpose()?;
    let lead = show(db, actor, id).await?;
    let reference = db.reference().await?;
    let trail = Links { lead: Some(id), ..Links::default() };
    Ok(Record {
        lead,
        tasks: tasks::open_of(db.read(), &reference, actor, trail).await?,
        timeline: activities::page_of(db.read(), &reference, actor, trail, before).await?,
        consents: consents::of_lead(db.read(), &reference, id).await?,
    })
}

pub async fn show(db: &Db, actor: &Actor, id: LeadId) -> Outcome<Lead> {
    let reference = db.reference().await?;
    let touches = touch::Entity::belongs_to(lead::Entity).from(touch::Column::LeadId).to(lead::Column::Id);
    let rows = lead::Entity::find_by_id(id.0)
        .expr_as(shares::shared(actor, lead::Column::Id), SHARED)
        .join(JoinType::LeftJoin, RelationDef::from(touches).rev())
        .select_also(touch::Entity)
        .into_model::<Seen<lead::Model>, touch::Model>()
        .all(db.read())
        .await
        .db()?;
    let Seen { row: lead, shared } = rows.first().map(|(seen, _)| seen.clone()).ok_or(Problem::NotFound)?;
    let whose = Ownership { shared, ..lead.whose() };
    access::check(actor, Action::Read, Entity::Lead, whose)?;
    let lead = lead.seen_by(actor);
    let attribution = touch::both(rows.into_iter().filter_map(|(_, touch)| touch));
    let form = lead.form_id.and_then(|id| reference.form(FormId(id)));
    let reason = lead.loss_reason_id.and_then(|id| reference.loss_reason(LossReasonId(id)));
    Ok(Lead {
        id: lead.id(),
        number: lead.number,
        status: lead.status(),
        whose,
        form: form.map(|form| form.name.clone()),
        attribution,
        owner: reference.person(lead.owner_id),
        disqualified_reason: reason.map(|reason| reason.name.clone()),
        name: lead.name,
        phone: lead.phone,
        phone_raw: lead.phone_raw,
        email: lead.email,
        company: lead.company,
        message: lead.message,
        created_at: lead.created_at,
        call_due_at: lead.call_due_at,
        first_response_at: lead.first_response_at,
        contact: lead.contact_id.map(ContactId),
        account: lead.account_id.map(AccountId),
        deal: lead.deal_id.map(DealId),
        version: lead.version,
        disqualify_note: lead.disqualify_note,
        disqualified_at: lead.disqualified_at,
        reopened_at: lead.reopened_at,
    })
}
