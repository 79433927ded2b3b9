//! The first account, made through a one-time link.

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Role};
use domain::input::Checks;
use domain::settings::Settings;
use domain::user::User;
use domain::{Lang, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::links::usable;
use super::{Fresh, insert, is_ownerless, required_email};
use crate::db::Tx;
use crate::entity::one_time_token;
use crate::error::OrProblem;
use crate::id::new_id;
use crate::settings::check_zone;
use crate::{Db, password, settings, token};

const KIND: &str = "setup";
const LIFE: TimeDelta = TimeDelta::hours(24);

/// The first account, made through the one-time link.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewOwner {
    pub company: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub lang: Lang,
    pub time_zone: String,
}

/// A fresh one-time token for the owner's account (24 h; an earlier one stops working); `None` once there is an admin.
pub async fn setup_token(db: &Db) -> Outcome<Option<String>> {
    if !is_ownerless(db.read()).await? {
        return Ok(None);
    }
    let token = token::random()?;
    let hash = token::hash(&token);
    db.write(async |tx| {
        use_up(tx).await?;
        one_time_token::ActiveModel {
            id: Set(new_id()),
            kind: Set(KIND.to_owned()),
            token_hash: Set(hash),
            user_id: Set(None),
            created_at: Set(tx.now()),
            expires_at: Set(tx.now() + LIFE),
            used_at: Set(None),
        }
        .insert(tx.conn())
        .await
        .db()?;
        tx.audit(&Actor::SYSTEM, "setup_token", "user", uuid::Uuid::nil(), json!({})).await
    })
    .await?;
    Ok(Some(token))
}

/// Whether `token` may still make the owner's account.
pub async fn check_setup(db: &Db, token: &str) -> Outcome<()> {
    check(db.read(), db.now(), token).await
}

/// Makes the owner's account (role admin), names the company, uses the token up.
pub async fn create_owner(db: &Db, token: &str, owner: NewOwner) -> Outcome<User> {
    check_setup(db, token).await?;
    let mut checks = Checks::new();
    let company = checks.required("company", &owner.company, 200);
    let name = checks.required("name", &owner.name, 200);
    let email = required_email(&mut checks, &owner.email);
    password::check(&mut checks, "password", &owner.password, &[&owner.company, &owner.name, &owner.email]);
    check_zone(&mut checks, &owner.time_zone);
    checks.finish()?;
    let hash = password::hash(db, &owner.password).await?;
    let time_zone = owner.time_zone;
    db.write(async |tx| {
        // Once more, now that nobody else can use it: the row is locked until the commit.
        check(tx.conn(), tx.now(), token).await?;
        use_up(tx).await?;
        let settings = Settings {
            company,
            lang: owner.lang,
            time_zone: time_zone.clone(),
            ..settings::load(tx.conn()).await?
        };
        settings::keep(tx, &settings).await?;
        let fresh = Fresh { email, name, role: Role::Admin, team: None, lang: owner.lang, time_zone, hash };
        let user = insert(tx, fresh).await?;
        tx.audit(&user.actor(), "create_owner", "user", user.id.0, json!({"email": user.email})).await?;
        Ok(user)
    })
    .await
}

/// The token is good, and nobody owns the company yet.
async fn check(conn: &impl ConnectionTrait, now: DateTime<Utc>, token: &str) -> Outcome<()> {
    usable(conn, now, KIND, token).await?;
    if is_ownerless(conn).await? { Ok(()) } else { Err(Problem::Expired) }
}

async fn use_up(tx: &Tx) -> Outcome<()> {
    one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::UsedAt, Expr::value(tx.now()))
        .filter(one_time_token::Column::Kind.eq(KIND))
        .filter(one_time_token::Column::UsedAt.is_null())
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}
