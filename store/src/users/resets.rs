//! Forgotten passwords.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::UserId;
use domain::input::Checks;
use domain::user::{Guest, Standing, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::json;

use super::invitations::{Post, leave, standing};
use super::links::{self, Link, Purpose};
use super::{domain_user, end_sessions, find, letters, required_email};
use crate::db::Tx;
use crate::entity::user;
use crate::error::OrProblem;
use crate::outbox::Mail;
use crate::{Db, password, settings};

/// Notes that somebody at this address wants a new password. What is done for an address that is known and for one that is not
/// is the same: only the outbox, later, finds out whether there is anybody to write to.
pub async fn ask_reset(db: &Db, email: &str, origin: &str) -> Outcome<()> {
    let mut checks = Checks::new();
    let email = required_email(&mut checks, email);
    checks.finish()?;
    db.write(async |tx| tx.reset_asked(&email, origin).await).await
}

/// The mail for somebody who asked for a new password; `None` when nobody with a password has that address.
pub(crate) async fn answer(db: &Db, tx: &Tx, email: &str, origin: &str) -> Outcome<Option<(Mail, Link)>> {
    let row = user::Entity::find().filter(user::Column::EmailFolded.eq(email)).one(tx.conn()).await.db()?;
    let Some(row) = row.filter(|row| row.active && standing(row) == Standing::Joined) else {
        return Ok(None);
    };
    tx.audit(&Actor::SYSTEM, "reset_asked", "user", row.id, json!({})).await?;
    Ok(Some(write(db, tx, &domain_user(row)?, origin).await?))
}

/// An admin sends somebody the link for a new password; it is handed back when there is no mail server.
pub async fn send_reset(db: &Db, actor: &Actor, id: UserId, post: Post<'_>) -> Outcome<Option<String>> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let row = find(tx.conn(), id).await?;
        if !row.active || standing(&row) != Standing::Joined {
            return Err(Problem::field("id", Fault::Unknown));
        }
        let (mail, link) = write(db, tx, &domain_user(row)?, post.origin).await?;
        tx.audit(actor, "send_reset", "user", id.0, json!({})).await?;
        leave(db, tx, mail, link, post).await
    })
    .await
}

/// Whose password the link changes.
pub async fn check_reset(db: &Db, token: &str) -> Outcome<Guest> {
    let row = links::find(db.read(), db.now(), Purpose::Reset, token).await?;
    Ok(Guest { name: row.name, email: row.email })
}

/// Sets the new password, uses the link up and ends every session of the person.
pub async fn reset(db: &Db, token: &str, password: &str) -> Outcome<User> {
    let guest = check_reset(db, token).await?;
    let company = db.reference().await?.settings.company.clone();
    let mut checks = Checks::new();
    password::check(&mut checks, "password", password, &[&company, &guest.name, &guest.email]);
    checks.finish()?;
    let hash = password::hash(db, password).await?;
    db.write(async |tx| {
        // Once more, now that nobody else can use it.
        let row = links::find(tx.conn(), tx.now(), Purpose::Reset, token).await?;
        let id = UserId(row.id);
        links::void(tx, id, None).await?;
        end_sessions(tx, id, None).await?;
        let mut row = row.into_active_model();
        row.password_hash = Set(hash);
        let user = domain_user(row.update(tx.conn()).await.db()?)?;
        tx.audit(&user.actor(), "reset_password", "user", id.0, json!({})).await?;
        Ok(user)
    })
    .await
}

async fn write(db: &Db, tx: &Tx, user: &User, origin: &str) -> Outcome<(Mail, Link)> {
    let company = settings::load(tx.conn()).await?.company;
    let link = links::make(db, tx, Purpose::Reset, user.id, origin).await?;
    Ok((letters::reset(user, &company, link.id), link))
}
