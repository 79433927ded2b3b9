//! Why deals are lost and leads disqualified.

use domain::id::LossReasonId;
use domain::loss::{LossKind, LossReason};
use domain::{Label, Outcome};
use sea_orm::entity::prelude::*;

use crate::error::broken;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "loss_reasons")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name_en: String,
    pub name_ru: String,
    pub position: i32,
    pub kind: String,
    pub note_required: bool,
    pub active: bool,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_reason(self) -> Outcome<LossReason> {
        Ok(LossReason {
            id: LossReasonId(self.id),
            kind: LossKind::from_code(&self.kind).ok_or_else(|| broken("a loss reason of no kind"))?,
            name: Label::new(self.name_en, self.name_ru),
            note_required: self.note_required,
            active: self.active,
            version: self.version,
        })
    }
}
