//! Whose data were erased: hashes of their records' ids.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "erasures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_hash: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
