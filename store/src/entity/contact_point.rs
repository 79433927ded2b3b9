//! Phones, addresses and handles of leads, contacts and accounts.

use domain::Outcome;
use domain::contact::{ContactPoint, PointKind};
use sea_orm::entity::prelude::*;

use crate::error::broken;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub raw: String,
    /// What callers and writers are recognised by.
    pub normal: String,
    pub lead_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_point(self) -> Outcome<ContactPoint> {
        let kind = PointKind::from_code(&self.kind).ok_or_else(|| broken("a contact point of no kind"))?;
        Ok(ContactPoint { kind, raw: self.raw, normal: self.normal })
    }
}
