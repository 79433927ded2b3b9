//! Whom contracts are made with, of accounts.

use domain::id::{AccountId, LegalEntityId};
use domain::legal::LegalEntity;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "legal_entities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub name: String,
    pub country: String,
    pub tax_id: String,
    pub registration: String,
    pub address: String,
    pub bank: String,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_entity(self) -> LegalEntity {
        LegalEntity {
            id: LegalEntityId(self.id),
            account: AccountId(self.account_id),
            name: self.name,
            country: self.country,
            tax_id: self.tax_id,
            registration: self.registration,
            address: self.address,
            bank: self.bank,
            version: self.version,
        }
    }
}
