//! The table of rules that decides a lead's channel.

use domain::Outcome;
use domain::attribution::ChannelRule;
use domain::id::ChannelRuleId;
use sea_orm::entity::prelude::*;

use crate::error::broken;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "channel_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The first in order that holds decides.
    pub position: i32,
    /// JSON; none: the last rule, which always holds.
    pub conditions: String,
    pub channel: String,
    pub created_at: DateTimeUtc,
    pub version: i64,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn into_rule(self) -> Outcome<ChannelRule> {
        Ok(ChannelRule {
            id: ChannelRuleId(self.id),
            conditions: serde_json::from_str(&self.conditions).map_err(broken)?,
            channel: self.channel,
            version: self.version,
        })
    }
}
