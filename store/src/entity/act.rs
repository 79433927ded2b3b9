//! Acceptance certificates.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "acts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub deal_id: Uuid,
    pub offer_revision_id: Uuid,
    pub status: String,
    pub title: String,
    pub currency: String,
    pub total_minor: i64,
    pub issued_on: Date,
    pub signed_at: Option<DateTimeUtc>,
    pub signed_by: String,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
