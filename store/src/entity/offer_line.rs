//! Lines of offer revisions.

use domain::id::{LineId, ServiceId};
use domain::offer::OfferLine;
use sea_orm::Set;
use sea_orm::entity::prelude::*;

use crate::id::new_id;

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

impl Model {
    pub(crate) fn into_line(self) -> OfferLine {
        OfferLine {
            id: LineId(self.id),
            service: self.service_id.map(ServiceId),
            name: self.name,
            description: self.description,
            unit: self.unit,
            quantity_milli: self.quantity_milli,
            price_minor: self.price_minor,
            discount_bp: self.discount_bp,
            vat_bp: self.vat_bp,
        }
    }
}

impl ActiveModel {
    /// A new row for a line in its place.
    pub(crate) fn new(of: Uuid, position: i32, line: &OfferLine) -> Self {
        ActiveModel {
            id: Set(new_id()),
            revision_id: Set(of),
            position: Set(position),
            service_id: Set(line.service.map(|id| id.0)),
            name: Set(line.name.clone()),
            description: Set(line.description.clone()),
            unit: Set(line.unit.clone()),
            quantity_milli: Set(line.quantity_milli),
            price_minor: Set(line.price_minor),
            discount_bp: Set(line.discount_bp),
            vat_bp: Set(line.vat_bp),
        }
    }
}
