//! Between the password and the second factor: a token that opens nothing but the second step, once and for a few minutes.

use chrono::{DateTime, TimeDelta, Utc};
use domain::session::SignInOutcome;
use domain::user::User;
use domain::{Fault, Outcome, Problem};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use super::{Origin, SignedIn, end_before, enter, note};
use crate::db::Tx;
use crate::entity::{half_session, user};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::second_factor::{Proof, verify};
use crate::users::domain_user;
use crate::{Db, token};

/// Minutes that the second step may take.
pub const HALF_MINUTES: i64 = 10;

/// The password was right, or somebody else vouches for them. Whoever was signed in at this browser before no longer is.
pub(crate) async fn begin(tx: &Tx, user: User, origin: &Origin) -> Outcome<SignedIn> {
    let token = token::random()?;
    let late = half_session::Column::ExpiresAt.lte(tx.now());
    half_session::Entity::delete_many().filter(late).exec(tx.conn()).await.db()?;
    end_before(tx, origin).await?;
    half_session::ActiveModel {
        id: Set(new_id()),
        token_hash: Set(token::hash(&token)),
        user_id: Set(user.id.0),
        expires_at: Set(tx.now() + TimeDelta::minutes(HALF_MINUTES)),
    }
    .insert(tx.conn())
    .await
    .db()?;
    Ok(SignedIn { token, user, is_half: true })
}

/// Who stands between the two steps; `SignedOut` when nobody does.
pub async fn who(db: &Db, token: &str) -> Outcome<User> {
    Ok(find(db.read(), db.now(), token).await?.1)
}

/// The second step: the session begins only here, with a token of its own. `code` is one of the authenticator's or a recovery
/// code; a wrong one is `Invalid { code }` and leaves a line in the history.
pub async fn finish(db: &Db, token: &str, code: &str, origin: Origin) -> Outcome<SignedIn> {
    let entered = db
        .write(async |tx| {
            let (row, user) = find(tx.conn(), tx.now(), token).await?;
            let how = match verify(db, tx, user.id, code).await? {
                Some(Proof::Code) => SignInOutcome::OkCode,
                Some(Proof::Recovery) => SignInOutcome::OkRecovery,
                None => {
                    note(tx, Some(user.id), &origin, SignInOutcome::WrongCode).await?;
                    return Ok(None);
                }
            };
            half_session::Entity::delete_by_id(row.id).exec(tx.conn()).await.db()?;
            enter(tx, &user, &origin, how).await.map(Some)
        })
        .await?;
    entered.ok_or_else(|| Problem::field("code", Fault::Unknown))
}

/// In a transaction the row is locked until its end: of two who use it at once, one comes too late.
async fn find(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
    token: &str,
) -> Outcome<(half_session::Model, User)> {
    let row = half_session::Entity::find()
        .filter(half_session::Column::TokenHash.eq(token::hash(token)))
        .filter(half_session::Column::ExpiresAt.gt(now))
        .lock_exclusive()
        .one(conn)
        .await
        .db()?
        .ok_or(Problem::SignedOut)?;
    let user = user::Entity::find_by_id(row.user_id).one(conn).await.db()?.filter(|user| user.active);
    Ok((row, domain_user(user.ok_or(Problem::SignedOut)?)?))
}
