//! Tries to sign in.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    /// Nobody: the address is unknown.
    pub user_id: Option<Uuid>,
    pub ip: String,
    pub agent: String,
    pub outcome: String,
}

impl ActiveModelBehavior for ActiveModel {}
