//! Every state that a pipeline was in; never edited.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "process_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub pipeline_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub at: DateTimeUtc,
    pub by_id: Option<Uuid>,
    /// The whole pipeline as JSON.
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}
