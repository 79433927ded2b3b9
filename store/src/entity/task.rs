//! Things to do.

use domain::access::Ownership;
use domain::activity::Subject;
use domain::id::{AccountId, ContactId, DealId, LeadId, TaskId, TeamId, UserId};
use domain::task::{self, TaskKind};
use sea_orm::entity::prelude::*;

use crate::db::Links;
use crate::reference::Reference;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub title: String,
    pub due_at: DateTimeUtc,
    pub assignee_id: Option<Uuid>,
    /// The assignee's.
    pub team_id: Option<Uuid>,
    pub lead_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub done_at: Option<DateTimeUtc>,
    pub done_by: Option<Uuid>,
    pub created_by: Option<Uuid>,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn kind(&self) -> TaskKind {
        TaskKind::from_code(&self.kind).unwrap_or(TaskKind::Other)
    }

    /// A task belongs to whoever has to do it.
    pub(crate) fn whose(&self) -> Ownership {
        Ownership { owner: self.assignee_id.map(UserId), team: self.team_id.map(TeamId), shared: None }
    }

    /// The timelines that a happening of this task stands on.
    pub(crate) fn links(&self) -> Links {
        Links {
            lead: self.lead_id.map(LeadId),
            deal: self.deal_id.map(DealId),
            contact: self.contact_id.map(ContactId),
            account: self.account_id.map(AccountId),
        }
    }

    /// The record that the task is about.
    pub(crate) fn subject(&self) -> Option<Subject> {
        let deal = self.deal_id.map(|id| Subject::Deal(DealId(id)));
        deal.or(self.lead_id.map(|id| Subject::Lead(LeadId(id))))
            .or(self.contact_id.map(|id| Subject::Contact(ContactId(id))))
            .or(self.account_id.map(|id| Subject::Account(AccountId(id))))
    }

    pub(crate) fn into_task(self, reference: &Reference) -> task::Task {
        task::Task {
            id: TaskId(self.id),
            kind: self.kind(),
            assignee: reference.person(self.assignee_id),
            lead: self.lead_id.map(LeadId),
            deal: self.deal_id.map(DealId),
            title: self.title,
            due_at: self.due_at,
            done_at: self.done_at,
            version: self.version,
        }
    }
}
