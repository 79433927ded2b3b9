//! Who did what; append-only, each entry chained to the one before it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    /// From 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub at: DateTimeUtc,
    pub actor_id: Option<Uuid>,
    /// The network address the request came from; empty when none is known.
    pub origin: String,
    pub action: String,
    pub entity: String,
    pub entity_id: Uuid,
    /// JSON.
    pub changes: String,
    /// Random; goes with the values, so that nobody finds them out by trying.
    pub salt: String,
    /// Of the salt, `origin` and `changes`.
    pub commitment: String,
    /// The entry that records why `origin`, `changes` and `salt` are gone.
    pub erased_by: Option<i64>,
    /// Of everything above but what the commitment stands for, and of the hash before.
    pub hash: String,
    /// Of the hash, by the instance's secret.
    pub seal: String,
}

impl ActiveModelBehavior for ActiveModel {}
