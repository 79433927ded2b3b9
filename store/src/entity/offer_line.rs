//! Lines of offer revisions.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "offer_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub revision_id: Uuid,
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
