//! Requirements that somebody let pass.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "waivers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub deal_id: Uuid,
    pub requirement: String,
    pub by_id: Option<Uuid>,
    pub reason: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
