//! Lines of acts: a copy, so that later revisions of the offer change nothing.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "act_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub act_id: Uuid,
    pub position: i32,
    pub service_id: Option<Uuid>,
    pub name: String,
    pub description: String,
    pub unit: String,
    pub quantity_milli: i64,
    pub price_minor: i64,
    pub discount_bp: i32,
    pub vat_bp: i32,
}

impl ActiveModelBehavior for ActiveModel {}
