//! Every move of every deal; never edited.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stage_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub deal_id: Uuid,
    pub from_stage_id: Option<Uuid>,
    pub to_stage_id: Uuid,
    pub at: DateTimeUtc,
    pub by_id: Option<Uuid>,
    pub reason: String,
    pub pipeline_id: Uuid,
    /// The pipeline's version that was in force.
    pub process_version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
