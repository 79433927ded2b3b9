//! Steps of pipelines.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub pipeline_id: Uuid,
    pub position: i32,
    pub kind: String,
    pub name_en: String,
    pub name_ru: String,
    pub probability: i32,
    pub limit_days: Option<i32>,
    /// Of a sub-stage: the stage that it is a part of.
    pub parent_id: Option<Uuid>,
    pub retired_at: Option<DateTimeUtc>,
    /// What it says and asks for, as JSON: read as a whole, never queried by.
    pub about: String,
}

impl ActiveModelBehavior for ActiveModel {}
