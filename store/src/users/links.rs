//! One-time links into an account: to join, and to choose a new password.

use chrono::{DateTime, TimeDelta, Utc};
use domain::id::UserId;
use domain::{Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{one_time_token, user};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::{Db, token};

/// What a link is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    Invitation,
    Reset,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Purpose::Invitation => "invitation",
            Purpose::Reset => "reset",
        }
    }

    fn page(self) -> &'static str {
        match self {
            Purpose::Invitation => "/join/",
            Purpose::Reset => "/reset/",
        }
    }

    /// How long the link works.
    pub(crate) fn life(self) -> TimeDelta {
        match self {
            Purpose::Invitation => TimeDelta::hours(72),
            Purpose::Reset => TimeDelta::hours(1),
        }
    }
}

/// A link as it waits in the outbox: without the token, which is derived when the link leaves.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Link {
    purpose: Purpose,
    pub(crate) id: Uuid,
    nonce: String,
    /// The configured public address, never a request's Host header.
    origin: String,
}

impl Link {
    pub(crate) fn address(&self, db: &Db) -> String {
        let token = token::derive(db, self.purpose.code(), self.id, &self.nonce);
        format!("{}{}{token}", self.origin.trim_end_matches('/'), self.purpose.page())
    }
}

/// A new link; an earlier one of the same purpose stops working.
pub(crate) async fn make(db: &Db, tx: &Tx, purpose: Purpose, user: UserId, origin: &str) -> Outcome<Link> {
    void(tx, user, Some(purpose)).await?;
    let link = Link { purpose, id: new_id(), nonce: token::random()?, origin: origin.to_owned() };
    one_time_token::ActiveModel {
        id: Set(link.id),
        kind: Set(purpose.code().to_owned()),
        token_hash: Set(token::hash(&token::derive(db, purpose.code(), link.id, &link.nonce))),
        user_id: Set(Some(user.0)),
        created_at: Set(tx.now()),
        expires_at: Set(tx.now() + purpose.life()),
        used_at: Set(None),
    }
    .insert(tx.conn())
    .await
    .db()?;
    Ok(link)
}

/// Whose link it is; of somebody switched off it is *expired*.
pub(super) async fn find(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    purpose: Purpose,
    token: &str,
) -> Outcome<user::Model> {
    let row = usable(conn, now, purpose.code(), token).await?;
    let user = user::Entity::find_by_id(row.user_id.ok_or(Problem::NotFound)?).one(conn).await.db()?;
    user.filter(|user| user.active).ok_or(Problem::Expired)
}

/// The row of a token that may still be used; an unknown one is *not found*, one that is used up or too old *expired*.
/// In a transaction the row is locked until its end: of two who use it at once, one comes too late.
pub(super) async fn usable(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    kind: &str,
    token: &str,
) -> Outcome<one_time_token::Model> {
    let row = one_time_token::Entity::find()
        .filter(one_time_token::Column::Kind.eq(kind))
        .filter(one_time_token::Column::TokenHash.eq(token::hash(token)))
        .lock_exclusive()
        .one(conn)
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    if row.used_at.is_some() || row.expires_at <= now { Err(Problem::Expired) } else { Ok(row) }
}

/// The person's links of that purpose, or all of them, work no more.
pub(super) async fn void(tx: &Tx, user: UserId, purpose: Option<Purpose>) -> Outcome<()> {
    let mut links = one_time_token::Entity::update_many()
        .col_expr(one_time_token::Column::UsedAt, Expr::value(tx.now()))
        .filter(one_time_token::Column::UserId.eq(user.0))
        .filter(one_time_token::Column::UsedAt.is_null());
    if let Some(purpose) = purpose {
        links = links.filter(one_time_token::Column::Kind.eq(purpose.code()));
    }
    links.exec(tx.conn()).await.db()?;
    Ok(())
}
