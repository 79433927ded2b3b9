//! Requests that are not qualified yet, and settled ones.

use domain::access::{Actor, Field, Ownership};
use domain::activity::Subject;
use domain::id::{AccountId, ContactId, DealId, LeadId, TeamId, UserId};
use domain::lead::{LeadRow, LeadStatus};
use domain::live::{Change, Changed};
use sea_orm::entity::prelude::*;

use crate::db::Links;
use crate::reference::Reference;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "leads")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub number: i64,
    pub form_id: Option<Uuid>,
    pub name: String,
    /// Name and company as they are searched.
    pub folded: String,
    /// E.164 where it could be understood, else as typed.
    pub phone: String,
    pub phone_raw: String,
    pub email: String,
    pub company: String,
    pub message: String,
    pub status: String,
    pub owner_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
    /// Cleared by the first call.
    pub call_due_at: Option<DateTimeUtc>,
    /// By when an answer was promised; it stays, also when the call is put off.
    pub answer_due_at: DateTimeUtc,
    pub first_response_at: Option<DateTimeUtc>,
    pub channel: String,
    pub campaign: String,
    pub search_engine: String,
    pub keyword: String,
    pub site: String,
    pub contact_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub loss_reason_id: Option<Uuid>,
    pub disqualify_note: String,
    /// The last time; reason and note stay when the lead is taken up again.
    pub disqualified_at: Option<DateTimeUtc>,
    pub reopened_at: Option<DateTimeUtc>,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn id(&self) -> LeadId {
        LeadId(self.id)
    }

    pub(crate) fn whose(&self) -> Ownership {
        Ownership { owner: self.owner_id.map(UserId), team: self.team_id.map(TeamId), shared: None }
    }

    pub(crate) fn status(&self) -> LeadStatus {
        LeadStatus::from_code(&self.status).unwrap_or(LeadStatus::New)
    }

    /// The timelines that a happening of this lead stands on.
    pub(crate) fn links(&self) -> Links {
        Links {
            lead: Some(self.id()),
            deal: self.deal_id.map(DealId),
            contact: self.contact_id.map(ContactId),
            account: self.account_id.map(AccountId),
        }
    }

    /// What open pages are told when anything about it changed.
    pub(crate) fn change(&self) -> Change {
        Change::new(Changed::Updated, Subject::Lead(self.id()), self.whose())
    }

    /// Without what the actor may not see.
    pub(crate) fn seen_by(self, actor: &Actor) -> Model {
        Model {
            phone: actor.seen(Field::LeadPhone, self.phone),
            phone_raw: actor.seen(Field::LeadPhone, self.phone_raw),
            email: actor.seen(Field::LeadEmail, self.email),
            ..self
        }
    }

    /// As the actor sees it in a list.
    pub(crate) fn into_row(self, actor: &Actor, reference: &Reference) -> LeadRow {
        self.seen_by(actor).told(reference)
    }

    fn told(self, reference: &Reference) -> LeadRow {
        LeadRow {
            id: self.id(),
            number: self.number,
            status: self.status(),
            owner: reference.person(self.owner_id),
            name: self.name,
            phone: self.phone,
            email: self.email,
            company: self.company,
            channel: self.channel,
            keyword: self.keyword,
            site: self.site,
            created_at: self.created_at,
            call_due_at: self.call_due_at,
            first_response_at: self.first_response_at,
        }
    }
}
