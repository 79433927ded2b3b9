//! Changes of many deals at once, kept as long as they can be taken back.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_batches")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub by_id: Uuid,
    pub at: DateTimeUtc,
    /// JSON of `deals::bulk::Body`.
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}
