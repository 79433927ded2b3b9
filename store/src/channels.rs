//! The rules that decide which channel a lead came through.

use domain::access::{Action, Actor, Entity, check_any};
use domain::attribution::{self, ChannelRule, Condition, Explained, RULES, RawAttribution, SaveChannelRule};
use domain::id::ChannelRuleId;
use domain::{Fault, Outcome, Problem};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::channel_rule::{ActiveModel, Column, Entity as Rules, Model};
use crate::error::{OrProblem, broken};
use crate::id::new_id;

/// In the order in which they are asked; the last one asks for nothing.
pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<ChannelRule>> {
    check_any(actor, Action::Read, Entity::Form)?;
    Ok(db.reference().await?.channel_rules.clone())
}

/// What a visit to `landing` from `referrer` would be taken for.
pub async fn test(db: &Db, actor: &Actor, landing: &str, referrer: &str) -> Outcome<Explained> {
    check_any(actor, Action::Read, Entity::Form)?;
    let raw = RawAttribution {
        landing_url: landing.to_owned(),
        referrer: referrer.to_owned(),
        ..RawAttribution::default()
    };
    Ok(attribution::explain(&raw, &db.reference().await?.channel_rules))
}

/// A new rule, which is asked before all others, or another wording of one.
pub async fn save(db: &Db, actor: &Actor, rule: SaveChannelRule) -> Outcome<ChannelRuleId> {
    check_any(actor, Action::Write, Entity::Form)?;
    db.write(async |tx| {
        let rows = locked(tx).await?;
        let known = match rule.id {
            Some((id, version)) => {
                let known = found(&rows, id)?.clone().into_rule()?;
                if known.version != version {
                    return Err(Problem::Conflict { version: known.version });
                }
                Some(known)
            }
            None if rows.len() >= RULES => return Err(Problem::field("channel", Fault::OutOfRange)),
            None => None,
        };
        let rule = rule.checked(known.as_ref().is_some_and(ChannelRule::is_last))?;
        let row = ActiveModel {
            conditions: Set(serde_json::to_string(&rule.conditions).map_err(broken)?),
            channel: Set(rule.channel.clone()),
            ..Default::default()
        };
        let id = match &known {
            Some(known) => {
                let row = ActiveModel { version: Set(known.version + 1), ..row };
                update(tx, known.id, row).await?;
                known.id
            }
            None => {
                let id = ChannelRuleId(new_id());
                let first = rows.first().map_or(1, |first| first.position);
                let row = ActiveModel {
                    id: Set(id.0),
                    position: Set(first - 1),
                    created_at: Set(tx.now()),
                    version: Set(1),
                    ..row
                };
                Rules::insert(row).exec_without_returning(tx.conn()).await.db()?;
                id
            }
        };
        tx.reference_changed();
        let told = |conditions: &[Condition], channel: &str| {
            json!({ "conditions": worded(conditions), "channel": channel })
        };
        let before = known.map_or_else(|| json!({}), |known| told(&known.conditions, &known.channel));
        let after = told(&rule.conditions, &rule.channel);
        tx.audit(actor, "save", "channel_rule", id.0, changed(&before, &after)).await?;
        Ok(id)
    })
    .await
}

/// Asks a rule one place sooner or later. The last one stays the last.
pub async fn shift(db: &Db, actor: &Actor, id: ChannelRuleId, sooner: bool) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Form)?;
    db.write(async |tx| {
        let rows = locked(tx).await?;
        let rule = found(&rows, id)?;
        let at = rows.iter().position(|row| row.id == id.0).unwrap_or_default();
        let to = if sooner { at.checked_sub(1) } else { Some(at + 1) };
        let Some(other) = to.and_then(|to| rows.get(to)) else { return Ok(()) };
        for row in [rule, other] {
            if row.clone().into_rule()?.is_last() {
                return Ok(());
            }
        }
        update(tx, id, ActiveModel { position: Set(other.position), ..Default::default() }).await?;
        let other_id = ChannelRuleId(other.id);
        update(tx, other_id, ActiveModel { position: Set(rule.position), ..Default::default() }).await?;
        tx.reference_changed();
        // People count from one.
        let places = json!({ "channel": rule.channel, "place": [at + 1, to.map(|to| to + 1)] });
        tx.audit(actor, "move", "channel_rule", id.0, places).await
    })
    .await
}

/// Takes a rule out of the table; the last one stays.
pub async fn remove(db: &Db, actor: &Actor, id: ChannelRuleId, version: i64) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Form)?;
    db.write(async |tx| {
        let rule = found(&locked(tx).await?, id)?.clone().into_rule()?;
        if rule.version != version {
            return Err(Problem::Conflict { version: rule.version });
        }
        if rule.is_last() {
            return Err(Problem::field("id", Fault::ReadOnly));
        }
        Rules::delete_many().filter(Column::Id.eq(id.0)).exec(tx.conn()).await.db()?;
        tx.reference_changed();
        let gone = json!({ "conditions": [worded(&rule.conditions), null], "channel": [rule.channel, null] });
        tx.audit(actor, "remove", "channel_rule", id.0, gone).await
    })
    .await
}

/// Puts the rules that a company begins with in the place of all others.
pub async fn reset(db: &Db, actor: &Actor) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Form)?;
    db.write(async |tx| {
        let before: Vec<String> = locked(tx).await?.into_iter().map(|row| row.channel).collect();
        Rules::delete_many().exec(tx.conn()).await.db()?;
        let after = fill(tx).await?;
        tx.reference_changed();
        let places = json!({ "channels": [before.join(", "), after.join(", ")] });
        tx.audit(actor, "reset", "channel_rule", uuid::Uuid::nil(), places).await
    })
    .await
}

pub(crate) async fn load_all(conn: &impl ConnectionTrait) -> Outcome<Vec<ChannelRule>> {
    let rows = Rules::find().order_by_asc(Column::Position).order_by_asc(Column::Id).all(conn).await.db()?;
    rows.into_iter().map(Model::into_rule).collect()
}

/// The rules that a company begins with, where there are none.
pub(crate) async fn seed(tx: &Tx) -> Outcome<()> {
    if Rules::find().one(tx.conn()).await.db()?.is_none() {
        fill(tx).await?;
    }
    Ok(())
}

/// Answers the channels of the rules that it made.
async fn fill(tx: &Tx) -> Outcome<Vec<String>> {
    let (mut rows, mut channels) = (Vec::new(), Vec::new());
    for (position, rule) in (1..).zip(attribution::standard_rules()) {
        rows.push(ActiveModel {
            id: Set(new_id()),
            position: Set(position),
            conditions: Set(serde_json::to_string(&rule.conditions).map_err(broken)?),
            channel: Set(rule.channel.clone()),
            created_at: Set(tx.now()),
            version: Set(1),
        });
        channels.push(rule.channel);
    }
    Rules::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(channels)
}

/// Conditions as the audit log tells them.
fn worded(conditions: &[Condition]) -> String {
    let worded = conditions.iter().map(|it| format!("{} {} {}", it.what.code(), it.how.code(), it.value));
    worded.map(|words| words.trim_end().to_owned()).collect::<Vec<_>>().join("; ")
}

/// All rules in order; nobody else changes the table until the transaction ends.
async fn locked(tx: &Tx) -> Outcome<Vec<Model>> {
    let rows = Rules::find().order_by_asc(Column::Position).order_by_asc(Column::Id).lock_exclusive();
    rows.all(tx.conn()).await.db()
}

fn found(rows: &[Model], id: ChannelRuleId) -> Outcome<&Model> {
    rows.iter().find(|row| row.id == id.0).ok_or(Problem::NotFound)
}

async fn update(tx: &Tx, id: ChannelRuleId, row: ActiveModel) -> Outcome<()> {
    Rules::update_many().set(row).filter(Column::Id.eq(id.0)).exec(tx.conn()).await.db()?;
    Ok(())
}
