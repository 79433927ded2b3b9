//! Second factors of people: what their codes are computed from.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "second_factors")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The secret, sealed.
    pub sealed: String,
    pub created_at: DateTimeUtc,
    /// `None`: shown, but no code of it was typed in yet.
    pub confirmed_at: Option<DateTimeUtc>,
    /// The time step of the last code that was taken: it and earlier ones are taken no more.
    pub last_step: i64,
}

impl ActiveModelBehavior for ActiveModel {}
