//! People on the customer's side.

use domain::access::Ownership;
use domain::id::{TeamId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// The name as it is searched and sorted by.
    pub folded: String,
    pub account_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    /// What the lead came by that the contact was made of.
    pub channel: String,
    pub campaign: String,
    pub keyword: String,
    /// First and last touch of that lead, as JSON: shown, never filtered by.
    pub source: String,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn whose(&self) -> Ownership {
        Ownership { owner: self.owner_id.map(UserId), team: self.team_id.map(TeamId), shared: None }
    }
}
