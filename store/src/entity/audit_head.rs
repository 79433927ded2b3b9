//! Where the audit log ends; one row.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_head")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// How many entries there are, which is the last one's `seq`.
    pub entries: i64,
    /// The last entry's.
    pub hash: String,
    /// Of both, by the instance's secret.
    pub seal: String,
}

impl ActiveModelBehavior for ActiveModel {}
