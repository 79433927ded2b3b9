//! States of offers; a sent one never changes but for its answer.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_revisions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub offer_id: Uuid,
    pub number: i32,
    pub status: String,
    pub title: String,
    pub intro: String,
    pub terms: String,
    pub currency: String,
    pub valid_until: Date,
    /// Gross total of its lines.
    pub total_minor: i64,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    pub sent_to: String,
    /// Language of the mail and of the client's page.
    pub lang: String,
    pub viewed_at: Option<DateTimeUtc>,
    pub answered_at: Option<DateTimeUtc>,
    pub answered_by: String,
    pub answer_note: String,
    /// With the instance's secret it makes the client's link.
    pub nonce: Option<String>,
    #[sea_orm(unique)]
    pub token_hash: Option<String>,
    pub expires_at: Option<DateTimeUtc>,
    pub outbox_id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
