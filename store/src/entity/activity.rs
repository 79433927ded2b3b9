//! Things that happened; append-only.

use domain::Outcome;
use domain::access::Actor;
use domain::activity;
use domain::id::ActivityId;
use sea_orm::entity::prelude::*;

use crate::error::broken;
use crate::reference::Reference;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: DateTimeUtc,
    pub kind: String,
    pub actor_id: Option<Uuid>,
    pub lead_id: Option<Uuid>,
    pub deal_id: Option<Uuid>,
    pub contact_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    /// JSON of the happening.
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_activity(self, actor: &Actor, reference: &Reference) -> Outcome<activity::Activity> {
        Ok(activity::Activity {
            id: ActivityId(self.id),
            at: self.at,
            who: reference.person(self.actor_id),
            what: actor.seen_happening(serde_json::from_str(&self.body).map_err(broken)?),
        })
    }
}
