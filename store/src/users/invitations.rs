//! People who are let in by a link: they choose their password themselves.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::UserId;
use domain::input::Checks;
use domain::user::{Guest, Invitation, Standing, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};
use serde_json::json;

use super::links::{self, Link, Purpose};
use super::{Fresh, check_team, domain_user, find, insert, letters, required_email};
use crate::db::Tx;
use crate::entity::user;
use crate::error::OrProblem;
use crate::outbox::Mail;
use crate::reference::Reference;
use crate::{Db, password};

/// How links leave.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The configured public address (`https://crm.example`), never a request's Host header.
    pub origin: &'a str,
    /// Whether there is a mail server. Without one, whoever makes the link hands it over.
    pub mail: bool,
}

/// Somebody invited.
#[derive(Debug, Clone)]
pub struct Invited {
    pub user: User,
    /// For handing over; only when it is not mailed.
    pub link: Option<String>,
}

/// Adds a user without a password; the link to choose one works once, for 72 hours.
pub async fn invite(db: &Db, actor: &Actor, invitation: Invitation, post: Post<'_>) -> Outcome<Invited> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    let mut checks = Checks::new();
    let email = required_email(&mut checks, &invitation.email);
    let name = checks.required("name", &invitation.name, 200);
    check_team(&mut checks, &reference.teams, invitation.team);
    checks.finish()?;
    let Invitation { role, team, lang, .. } = invitation;
    let time_zone = reference.settings.time_zone.clone();
    db.write(async |tx| {
        let fresh = Fresh { email, name, role, team, lang, time_zone, hash: String::new() };
        let id = insert(tx, fresh).await?.id;
        let row = find(tx.conn(), id).await?;
        let invited = send(db, tx, actor, row, post, &reference).await?;
        let facts = json!({"email": invited.user.email, "role": role});
        tx.audit(actor, "invite", "user", id.0, facts).await?;
        Ok(invited)
    })
    .await
}

/// A new invitation to somebody without a password; the link of an earlier one stops working.
pub async fn invite_again(db: &Db, actor: &Actor, id: UserId, post: Post<'_>) -> Outcome<Invited> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let row = find(tx.conn(), id).await?;
        if !row.active || standing(&row) == Standing::Joined {
            return Err(Problem::field("id", Fault::Unknown));
        }
        let invited = send(db, tx, actor, row, post, &reference).await?;
        tx.audit(actor, "invite", "user", id.0, json!({"email": invited.user.email})).await?;
        Ok(invited)
    })
    .await
}

/// The link stops working and the person is switched off.
pub async fn revoke_invitation(db: &Db, actor: &Actor, id: UserId) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let row = find(tx.conn(), id).await?;
        if standing(&row) != Standing::Invited {
            return Err(Problem::field("id", Fault::Unknown));
        }
        links::void(tx, id, None).await?;
        let version = row.version + 1;
        let mut row = row.into_active_model();
        row.invited_at = Set(None);
        row.active = Set(false);
        row.version = Set(version);
        row.update(tx.conn()).await.db()?;
        tx.reference_changed();
        tx.audit(actor, "revoke_invitation", "user", id.0, json!({})).await
    })
    .await
}

/// Whom the invitation's link lets in.
pub async fn invited(db: &Db, token: &str) -> Outcome<Guest> {
    let row = links::find(db.read(), db.now(), Purpose::Invitation, token).await?;
    Ok(Guest { name: row.name, email: row.email })
}

/// Sets name and password of the person invited and uses the link up.
pub async fn join(db: &Db, token: &str, name: &str, password: &str) -> Outcome<User> {
    let guest = invited(db, token).await?;
    let company = db.reference().await?.settings.company.clone();
    let mut checks = Checks::new();
    let name = checks.required("name", name, 200);
    password::check(&mut checks, "password", password, &[&company, &name, &guest.name, &guest.email]);
    checks.finish()?;
    let hash = password::hash(db, password).await?;
    db.write(async |tx| {
        // Once more, now that nobody else can use it.
        let row = links::find(tx.conn(), tx.now(), Purpose::Invitation, token).await?;
        links::void(tx, UserId(row.id), None).await?;
        let version = row.version + 1;
        let mut row = row.into_active_model();
        row.name = Set(name);
        row.password_hash = Set(hash);
        row.invited_at = Set(None);
        row.version = Set(version);
        let user = domain_user(row.update(tx.conn()).await.db()?)?;
        tx.reference_changed();
        tx.audit(&user.actor(), "join", "user", user.id.0, json!({"name": user.name})).await?;
        Ok(user)
    })
    .await
}

/// How far the person of this row has come.
pub(crate) fn standing(row: &user::Model) -> Standing {
    match (row.password_hash.is_empty(), row.invited_at) {
        (false, _) => Standing::Joined,
        (true, Some(_)) => Standing::Invited,
        (true, None) => Standing::Outside,
    }
}

async fn send(
    db: &Db,
    tx: &Tx,
    actor: &Actor,
    row: user::Model,
    post: Post<'_>,
    reference: &Reference,
) -> Outcome<Invited> {
    let mut row = row.into_active_model();
    row.invited_at = Set(Some(tx.now()));
    let user = domain_user(row.update(tx.conn()).await.db()?)?;
    tx.reference_changed();
    let by = reference.person(actor.user.map(|id| id.0)).map(|person| person.name).unwrap_or_default();
    let link = links::make(db, tx, Purpose::Invitation, user.id, post.origin).await?;
    let mail = letters::invitation(&user, &reference.settings.company, &by, link.id);
    let link = leave(db, tx, mail, link, post).await?;
    Ok(Invited { user, link })
}

/// The link goes into the outbox, or back to whoever made it.
pub(super) async fn leave(
    db: &Db,
    tx: &Tx,
    mail: Mail,
    link: Link,
    post: Post<'_>,
) -> Outcome<Option<String>> {
    if post.mail {
        tx.mail_with_link(mail, link).await?;
        Ok(None)
    } else {
        Ok(Some(link.address(db)))
    }
}
