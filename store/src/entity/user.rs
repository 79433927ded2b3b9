//! People who sign in.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    /// The address as it is compared.
    pub email_folded: String,
    pub name: String,
    pub role: String,
    pub team_id: Option<Uuid>,
    /// Empty until there is a password.
    pub password_hash: String,
    pub lang: String,
    pub theme: String,
    pub time_zone: String,
    pub active: bool,
    /// When the link was made that has not been used yet.
    pub invited_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}
