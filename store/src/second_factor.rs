//! The second factor of signing in: codes of an authenticator (TOTP, RFC 6238), and recovery codes for when it is lost.

mod code;
mod recovery;

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::UserId;
use domain::second_factor::{Enrolment, SecondFactor, State};
use domain::{Fault, Outcome, Problem};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
};
use serde_json::json;

use crate::db::Tx;
use crate::entity::{second_factor, user};
use crate::error::OrProblem;
use crate::users::{end_sessions, find};
use crate::{Db, password, seal};

pub(crate) use code::{Proof, verify};

/// What the secrets are sealed for.
const PURPOSE: &str = "totp";
const SECRET: usize = 20;

/// The actor's own second factor.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<SecondFactor> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    let person = find(db.read(), id).await?;
    let company = db.reference().await?.settings.clone();
    let state = match second_factor::Entity::find_by_id(id.0).one(db.read()).await.db()? {
        None => State::Off,
        Some(second_factor::Model { confirmed_at: Some(since), .. }) => {
            State::On { since, codes_left: recovery::left(db.read(), id).await? }
        }
        Some(row) => {
            let totp = code::totp(db, &row, &company.company, &person.email)?;
            State::Begun(Enrolment { secret: totp.secret().to_base32(), address: code::address(&totp)? })
        }
    };
    Ok(SecondFactor {
        state,
        demanded: company.second_factor.binds(actor.role),
        has_password: !person.password_hash.is_empty(),
    })
}

/// Makes a new secret, which counts only after [`confirm`]; whoever has a second factor gives it up first.
pub async fn begin(db: &Db, actor: &Actor) -> Outcome<()> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).map_err(|error| {
        tracing::error!(%error, "no randomness");
        Problem::Internal
    })?;
    db.write(async |tx| {
        if is_on(tx.conn(), id).await? {
            return Err(Problem::field("code", Fault::Taken));
        }
        let row = second_factor::ActiveModel {
            user_id: Set(id.0),
            sealed: Set(seal::close(db, tx, PURPOSE, id.0, &secret).await?),
            created_at: Set(tx.now()),
            confirmed_at: Set(None),
            last_step: Set(0),
        };
        second_factor::Entity::delete_by_id(id.0).exec(tx.conn()).await.db()?;
        row.insert(tx.conn()).await.db()?;
        tx.audit(actor, "begin_second_factor", "user", id.0, json!({})).await
    })
    .await
}

/// Turns the second factor on, for whoever shows the password and a code of the new secret; answers the recovery codes, which are
/// shown this once. Every session but the one of `keep` (a session's token) ends: they began without it.
pub async fn confirm(
    db: &Db,
    actor: &Actor,
    password: &str,
    code: &str,
    keep: Option<&str>,
) -> Outcome<Vec<String>> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    check_password(db, id, password).await?;
    db.write(async |tx| {
        let row = second_factor::Entity::find_by_id(id.0).one(tx.conn()).await.db()?;
        let row = row.filter(|row| row.confirmed_at.is_none()).ok_or(Problem::Expired)?;
        let step = code::step(db, tx.now(), &row, code)?.ok_or_else(wrong_code)?;
        let mut row = row.into_active_model();
        row.confirmed_at = Set(Some(tx.now()));
        row.last_step = Set(step);
        row.update(tx.conn()).await.db()?;
        end_sessions(tx, id, keep).await?;
        tx.audit(actor, "confirm_second_factor", "user", id.0, json!({})).await?;
        recovery::renew(tx, id).await
    })
    .await
}

/// Turns it off, for whoever shows the password and a code.
pub async fn disable(db: &Db, actor: &Actor, password: &str, code: &str) -> Outcome<()> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    check_password(db, id, password).await?;
    db.write(async |tx| {
        verify(db, tx, id, code).await?.ok_or_else(wrong_code)?;
        remove(tx, id).await?;
        tx.audit(actor, "disable_second_factor", "user", id.0, json!({})).await
    })
    .await
}

/// New recovery codes in place of the old ones, for whoever shows the password and a code.
pub async fn renew_codes(db: &Db, actor: &Actor, password: &str, code: &str) -> Outcome<Vec<String>> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    check_password(db, id, password).await?;
    db.write(async |tx| {
        verify(db, tx, id, code).await?.ok_or_else(wrong_code)?;
        tx.audit(actor, "renew_recovery_codes", "user", id.0, json!({})).await?;
        recovery::renew(tx, id).await
    })
    .await
}

/// An admin takes the second factor from somebody who has lost it, and signs them out everywhere. Nobody does it to themselves:
/// there the password and a code are asked for.
pub async fn reset(db: &Db, actor: &Actor, id: UserId) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    if actor.user == Some(id) {
        return Err(Problem::Forbidden);
    }
    db.write(async |tx| {
        find(tx.conn(), id).await?;
        if remove(tx, id).await? == 0 {
            return Err(Problem::field("id", Fault::Unknown));
        }
        end_sessions(tx, id, None).await?;
        tx.audit(actor, "reset_second_factor", "user", id.0, json!({})).await
    })
    .await
}

/// Whether signing in asks this person for a code.
pub(crate) async fn is_on(conn: &impl ConnectionTrait, id: UserId) -> Outcome<bool> {
    let row = second_factor::Entity::find_by_id(id.0)
        .filter(second_factor::Column::ConfirmedAt.is_not_null())
        .one(conn)
        .await
        .db()?;
    Ok(row.is_some())
}

async fn remove(tx: &Tx, id: UserId) -> Outcome<u64> {
    recovery::remove(tx, id).await?;
    Ok(second_factor::Entity::delete_by_id(id.0).exec(tx.conn()).await.db()?.rows_affected)
}

/// Whoever has no password, because they come by the identity provider alone, is not asked for one.
async fn check_password(db: &Db, id: UserId, typed: &str) -> Outcome<()> {
    let user::Model { password_hash, .. } = find(db.read(), id).await?;
    if password_hash.is_empty() || password::verify(db, typed, Some(&password_hash)).await? {
        Ok(())
    } else {
        Err(Problem::field("password", Fault::WrongPassword))
    }
}

fn wrong_code() -> Problem {
    Problem::field("code", Fault::Unknown)
}
