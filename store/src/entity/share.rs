//! Records that others than their owner's see.

use domain::id::{TeamId, UserId};
use domain::share::With;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shares")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub record_id: Uuid,
    pub user_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub sharing: String,
    pub by_id: Option<Uuid>,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn with(&self) -> Option<With> {
        self.user_id.map(|id| With::User(UserId(id))).or(self.team_id.map(|id| With::Team(TeamId(id))))
    }
}
