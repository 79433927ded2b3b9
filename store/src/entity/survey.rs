//! Requests for a rating, one per deal, with the answer.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "surveys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(unique)]
    pub deal_id: Uuid,
    pub nonce: String,
    #[sea_orm(unique)]
    pub token_hash: String,
    pub asked_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub sent_to: String,
    pub lang: String,
    pub score: Option<i32>,
    pub comment: String,
    pub answered_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
