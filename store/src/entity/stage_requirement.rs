//! What a stage asks for before a deal may enter it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stage_requirements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub stage_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub requirement: String,
}

impl ActiveModelBehavior for ActiveModel {}
