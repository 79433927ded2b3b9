//! A person's browsers and tries to sign in, as they see them themselves.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::{SessionId, UserId};
use domain::session::{Session, SignIn, SignInOutcome, device};
use domain::{Outcome, Problem};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::entity::{session, sign_in};
use crate::error::{OrProblem, broken};
use crate::{Db, token};

/// Tries that are shown.
const SHOWN: u64 = 20;
/// Sessions that are shown; nobody has more browsers.
const MOST: u64 = 100;

/// The actor's sessions, the one used last on top; `this` is the token of the one that asks.
pub async fn list(db: &Db, actor: &Actor, this: Option<&str>) -> Outcome<Vec<Session>> {
    let user = actor.user.ok_or(Problem::Forbidden)?;
    let this = this.map(token::hash);
    let rows = session::Entity::find()
        .filter(session::Column::UserId.eq(user.0))
        .filter(session::Column::ExpiresAt.gt(db.now()))
        .order_by_desc(session::Column::LastSeenAt)
        .order_by_desc(session::Column::Id)
        .limit(MOST)
        .all(db.read())
        .await
        .db()?;
    Ok(rows
        .into_iter()
        .map(|row| Session {
            id: SessionId(row.id),
            device: device(&row.agent),
            ip: row.ip,
            since: row.created_at,
            last_seen: row.last_seen_at,
            this: this.as_ref() == Some(&row.token_hash),
        })
        .collect())
}

/// Ends one of the actor's own sessions; somebody else's is *not found*.
pub async fn end(db: &Db, actor: &Actor, id: SessionId) -> Outcome<()> {
    let user = actor.user.ok_or(Problem::Forbidden)?;
    db.write(async |tx| {
        let ended = session::Entity::delete_many()
            .filter(session::Column::Id.eq(id.0))
            .filter(session::Column::UserId.eq(user.0))
            .exec(tx.conn())
            .await
            .db()?;
        if ended.rows_affected == 0 {
            return Err(Problem::NotFound);
        }
        tx.session_ended(user);
        tx.audit(actor, "end", "session", id.0, json!({})).await
    })
    .await
}

/// Ends every session of the actor but the one of `keep` (a session's token).
pub async fn end_others(db: &Db, actor: &Actor, keep: &str) -> Outcome<()> {
    let user = actor.user.ok_or(Problem::Forbidden)?;
    db.write(async |tx| {
        crate::users::end_sessions(tx, user, Some(keep)).await?;
        tx.audit(actor, "end_other_sessions", "user", user.0, json!({})).await
    })
    .await
}

/// The last tries to sign in as `of`, newest first: one's own, or anybody's for an admin.
pub async fn history(db: &Db, actor: &Actor, of: UserId) -> Outcome<Vec<SignIn>> {
    if actor.user != Some(of) {
        check_any(actor, Action::Write, Entity::Settings)?;
    }
    let rows = sign_in::Entity::find()
        .filter(sign_in::Column::UserId.eq(of.0))
        .order_by_desc(sign_in::Column::At)
        .order_by_desc(sign_in::Column::Id)
        .limit(SHOWN)
        .all(db.read())
        .await
        .db()?;
    rows.into_iter()
        .map(|row| {
            Ok(SignIn {
                at: row.at,
                device: device(&row.agent),
                ip: row.ip,
                outcome: SignInOutcome::from_code(&row.outcome).ok_or_else(|| broken("an outcome"))?,
            })
        })
        .collect()
}
