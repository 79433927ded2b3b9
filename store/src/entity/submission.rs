//! What visitors sent, as they sent it, and what they were answered.

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
    pub lead_id: Uuid,
    /// The message the visitor read.
    pub answer: String,
    /// JSON, fields that the form does not have included.
    pub fields: String,
    /// JSON.
    pub attribution: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
