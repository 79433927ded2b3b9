//! What visitors sent, as they sent it, what they were answered, and what became of it.

use domain::form::{SubmissionStatus, Suspicion};
use domain::id::LeadId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "submissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub form_id: Uuid,
    /// Chosen by the sender; unique within the form.
    pub idempotency_key: Option<String>,
    /// SHA-256 of what was sent, hexadecimal.
    pub body_hash: String,
    /// What the visitor was told: the id of the lead that was made of it, or that would be.
    pub receipt_id: Uuid,
    pub lead_id: Option<Uuid>,
    pub status: String,
    /// Codes, separated by spaces.
    pub suspicions: String,
    /// JSON.
    pub faults: String,
    /// The message the visitor read.
    pub answer: String,
    /// Where the visitor was sent on to.
    pub redirect: String,
    /// JSON, fields that the form does not have included.
    pub fields: String,
    /// JSON.
    pub attribution: String,
    pub channel: String,
    /// What the visitor agreed to, as JSON; empty: nothing.
    pub consent: String,
    pub ip: String,
    /// What is kept of the proof of work it came with: no other submission can use it.
    pub proof: Option<String>,
    pub created_at: DateTimeUtc,
    pub settled_by: Option<Uuid>,
    pub settled_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn status(&self) -> SubmissionStatus {
        SubmissionStatus::from_code(&self.status).unwrap_or(SubmissionStatus::Accepted)
    }

    pub(crate) fn suspicions(&self) -> Vec<Suspicion> {
        self.suspicions.split_whitespace().filter_map(Suspicion::from_code).collect()
    }

    pub(crate) fn lead(&self) -> Option<LeadId> {
        self.lead_id.map(LeadId)
    }
}
