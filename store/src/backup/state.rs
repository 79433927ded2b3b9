//! What is known of past and coming backups: one row among the settings.

use domain::Outcome;
use domain::access::{Action, Actor, Entity, check_any};
use domain::backup::{Backups, Failure, Good, Schedule};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ConnectionTrait, EntityTrait, Set};
use serde_json::json;
use uuid::Uuid;

use crate::Db;
use crate::db::Tx;
use crate::entity::setting;
use crate::error::{OrProblem, broken};

const KEY: &str = "backups";

/// For those who may read settings.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<Backups> {
    check_any(actor, Action::Read, Entity::Settings)?;
    load(db.read()).await
}

/// Keeps that a backup was made at `good.at` and read back.
pub async fn succeeded(db: &Db, actor: &Actor, good: Good) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let told = json!({ "file": good.file, "rows": good.rows, "bytes": good.bytes });
        let backups = Backups { good: Some(good), failure: None, ..load(tx.conn()).await? };
        keep(tx, &backups).await?;
        tx.audit(actor, "backup", "database", Uuid::nil(), told).await
    })
    .await
}

/// Keeps why no backup was made; the last good one stays known.
pub async fn failed(db: &Db, actor: &Actor, reason: &str) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let failure = Failure { at: tx.now(), reason: reason.chars().take(500).collect() };
        let backups = Backups { failure: Some(failure), ..load(tx.conn()).await? };
        keep(tx, &backups).await?;
        tx.audit(actor, "backup_failed", "database", Uuid::nil(), json!({ "reason": reason })).await
    })
    .await
}

/// Keeps how often the server makes backups from now on, `None` for never; an unchanged schedule stays as it is.
pub async fn schedule(db: &Db, actor: &Actor, every_minutes: Option<i64>) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let present = load(db.read()).await?.schedule.map(|schedule| schedule.every_minutes);
    if present == every_minutes {
        return Ok(());
    }
    db.write(async |tx| {
        let schedule = every_minutes.map(|every_minutes| Schedule { every_minutes, since: tx.now() });
        let backups = Backups { schedule, ..load(tx.conn()).await? };
        keep(tx, &backups).await?;
        tx.audit(actor, "schedule", "backups", Uuid::nil(), json!({ "every_minutes": every_minutes })).await
    })
    .await
}

pub(crate) async fn load(conn: &impl ConnectionTrait) -> Outcome<Backups> {
    let row = setting::Entity::find_by_id(KEY).one(conn).await.db()?;
    row.map_or_else(|| Ok(Backups::default()), |row| serde_json::from_str(&row.value).map_err(broken))
}

async fn keep(tx: &Tx, backups: &Backups) -> Outcome<()> {
    let value = serde_json::to_string(backups).map_err(broken)?;
    setting::Entity::insert(setting::ActiveModel { key: Set(KEY.to_owned()), value: Set(value) })
        .on_conflict(
            OnConflict::column(setting::Column::Key).update_column(setting::Column::Value).to_owned(),
        )
        .exec_without_returning(tx.conn())
        .await
        .db()?;
    Ok(())
}
