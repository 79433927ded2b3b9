//! Accounts of people who sign in.

pub(crate) mod invitations;
mod leaving;
mod letters;
pub(crate) mod links;
pub(crate) mod resets;
mod setup;
mod teams;

use domain::access::{Action, Actor, Entity, Role, check_any};
use domain::id::{TeamId, UserId};
use domain::input::Checks;
use domain::user::{NewUser, Team, Theme, User};
use domain::{Fault, Lang, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    Value,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::db::Tx;
use crate::entity::{half_session, session, user};
use crate::error::{OrProblem, broken, is_unique, problem};
use crate::id::new_id;
use crate::settings::check_zone;
use crate::{Db, audit, dialect, password};

pub use invitations::{Invited, Post, invite, invite_again, invited, join, revoke_invitation};
pub use leaving::{deactivate, reactivate};
pub use resets::{ask_reset, check_reset, reset, send_reset};
pub use setup::{NewOwner, check_setup, create_owner, setup_token};
pub use teams::{EditTeam, add_team, edit_team, retire_team};

pub(crate) use teams::load_teams;

/// What an admin changes about a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditUser {
    pub id: UserId,
    pub version: i64,
    pub name: String,
    pub role: Role,
    pub team: Option<TeamId>,
}

pub async fn add(db: &Db, actor: &Actor, user: NewUser) -> Outcome<User> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    let mut checks = Checks::new();
    let email = required_email(&mut checks, &user.email);
    let name = checks.required("name", &user.name, 200);
    password::check(
        &mut checks,
        "password",
        &user.password,
        &[&reference.settings.company, &user.name, &user.email],
    );
    check_team(&mut checks, &reference.teams, user.team);
    checks.finish()?;
    let hash = password::hash(db, &user.password).await?;
    let time_zone = reference.settings.time_zone.clone();
    db.write(async |tx| {
        let fresh = Fresh { email, name, role: user.role, team: user.team, lang: user.lang, time_zone, hash };
        let added = insert(tx, fresh).await?;
        tx.audit(actor, "add", "user", added.id.0, json!({"email": added.email, "role": added.role})).await?;
        Ok(added)
    })
    .await
}

pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<User>> {
    check_any(actor, Action::Read, Entity::Settings)?;
    load_all(db.read()).await
}

/// The last active admin stays one. Somebody whose role changes is signed out everywhere.
pub async fn edit(db: &Db, actor: &Actor, edit: EditUser) -> Outcome<User> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    let mut checks = Checks::new();
    let name = checks.required("name", &edit.name, 200);
    check_team(&mut checks, &reference.teams, edit.team);
    checks.finish()?;
    db.write(async |tx| {
        let before = find(tx.conn(), edit.id).await?;
        if before.version != edit.version {
            return Err(Problem::Conflict { version: before.version });
        }
        let before = domain_user(before)?;
        if before.active && before.role == Role::Admin && edit.role != Role::Admin {
            keep_an_admin(tx, edit.id).await?;
        }
        let changed = user::Entity::update_many()
            .col_expr(user::Column::Name, Expr::value(name.clone()))
            .col_expr(user::Column::Role, Expr::value(edit.role.code()))
            .col_expr(user::Column::TeamId, Expr::value(edit.team.map(|team| team.0)))
            .col_expr(user::Column::Version, Expr::value(edit.version + 1))
            .filter(user::Column::Id.eq(edit.id.0))
            .filter(user::Column::Version.eq(edit.version))
            .exec(tx.conn())
            .await
            .db()?;
        if changed.rows_affected == 0 {
            return Err(Problem::Conflict { version: find(tx.conn(), edit.id).await?.version });
        }
        if edit.role != before.role {
            end_sessions(tx, edit.id, None).await?;
        }
        if edit.team != before.team {
            move_records(tx, edit.id, edit.team).await?;
            tx.session_ended(edit.id);
        }
        tx.reference_changed();
        let after = domain_user(find(tx.conn(), edit.id).await?)?;
        tx.audit(actor, "edit", "user", edit.id.0, audit::changed(&json!(before), &json!(after))).await?;
        Ok(after)
    })
    .await
}

/// The actor's own language, theme and time zone (IANA name).
pub async fn set_preferences(
    db: &Db,
    actor: &Actor,
    lang: Lang,
    theme: Theme,
    time_zone: &str,
) -> Outcome<()> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    let mut checks = Checks::new();
    check_zone(&mut checks, time_zone);
    checks.finish()?;
    db.write(async |tx| {
        let before = domain_user(find(tx.conn(), id).await?)?;
        // The version stays: preferences are no part of what an admin edits.
        user::Entity::update_many()
            .col_expr(user::Column::Lang, Expr::value(lang.code()))
            .col_expr(user::Column::Theme, Expr::value(theme.code()))
            .col_expr(user::Column::TimeZone, Expr::value(time_zone))
            .filter(user::Column::Id.eq(id.0))
            .exec(tx.conn())
            .await
            .db()?;
        tx.reference_changed();
        let after = User { lang, theme, time_zone: time_zone.to_owned(), ..before.clone() };
        tx.audit(actor, "set_preferences", "user", id.0, audit::changed(&json!(before), &json!(after))).await
    })
    .await
}

/// The actor's own password; every session but the one of `keep` (a session's token) ends.
pub async fn change_password(
    db: &Db,
    actor: &Actor,
    old: &str,
    new: &str,
    keep: Option<&str>,
) -> Outcome<()> {
    let id = actor.user.ok_or(Problem::Forbidden)?;
    let row = find(db.read(), id).await?;
    if !password::verify(db, old, Some(&row.password_hash)).await? {
        return Err(Problem::field("old", Fault::WrongPassword));
    }
    let company = db.reference().await?.settings.company.clone();
    let mut checks = Checks::new();
    password::check(&mut checks, "new", new, &[&company, &row.name, &row.email]);
    checks.finish()?;
    let hash = password::hash(db, new).await?;
    db.write(async |tx| {
        user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(hash))
            .filter(user::Column::Id.eq(id.0))
            .exec(tx.conn())
            .await
            .db()?;
        end_sessions(tx, id, keep).await?;
        links::void(tx, id, None).await?;
        tx.audit(actor, "change_password", "user", id.0, json!({})).await
    })
    .await
}

/// What a new row of users is made of; everything was checked.
pub(crate) struct Fresh {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) team: Option<TeamId>,
    pub(crate) lang: Lang,
    pub(crate) time_zone: String,
    pub(crate) hash: String,
}

pub(crate) async fn insert(tx: &Tx, fresh: Fresh) -> Outcome<User> {
    let row = user::ActiveModel {
        id: Set(new_id()),
        email_folded: Set(fresh.email.clone()),
        email: Set(fresh.email),
        name: Set(fresh.name),
        role: Set(fresh.role.code().to_owned()),
        team_id: Set(fresh.team.map(|team| team.0)),
        password_hash: Set(fresh.hash),
        lang: Set(fresh.lang.code().to_owned()),
        theme: Set(Theme::default().code().to_owned()),
        time_zone: Set(fresh.time_zone),
        active: Set(true),
        invited_at: Set(None),
        created_at: Set(tx.now()),
        version: Set(1),
    };
    let row = row.insert(tx.conn()).await.map_err(|error| {
        if is_unique(&error, "email_folded") {
            Problem::field("email", Fault::Taken)
        } else {
            problem(&error)
        }
    })?;
    tx.reference_changed();
    domain_user(row)
}

fn required_email(checks: &mut Checks, email: &str) -> String {
    let email = checks.email("email", email);
    if email.is_empty() {
        checks.fail("email", Fault::Required);
    }
    email
}

fn check_team(checks: &mut Checks, teams: &[Team], team: Option<TeamId>) {
    if team.is_some_and(|id| teams.iter().all(|team| team.id != id || !team.active)) {
        checks.fail("team", Fault::Unknown);
    }
}

/// Refuses when nobody but `leaving` is an active admin who can sign in. The rows are locked: two admins who demote each other at the same
/// moment must not both succeed.
async fn keep_an_admin(tx: &Tx, leaving: UserId) -> Outcome<()> {
    let admins = user::Entity::find()
        .filter(user::Column::Role.eq(Role::Admin.code()))
        .filter(user::Column::Active.eq(true))
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .all(tx.conn())
        .await
        .db()?;
    if admins.iter().any(|admin| admin.id != leaving.0 && !admin.password_hash.is_empty()) {
        Ok(())
    } else {
        Err(Problem::refused(Refusal::LastAdmin))
    }
}

pub(crate) async fn end_sessions(tx: &Tx, user: UserId, keep: Option<&str>) -> Outcome<()> {
    let mut ended = session::Entity::delete_many().filter(session::Column::UserId.eq(user.0));
    if let Some(token) = keep {
        ended = ended.filter(session::Column::TokenHash.ne(crate::token::hash(token)));
    }
    ended.exec(tx.conn()).await.db()?;
    half_session::Entity::delete_many()
        .filter(half_session::Column::UserId.eq(user.0))
        .exec(tx.conn())
        .await
        .db()?;
    tx.session_ended(user);
    Ok(())
}

/// A record belongs to its owner's team: what a person owns goes along into another team.
async fn move_records(tx: &Tx, owner: UserId, team: Option<TeamId>) -> Outcome<()> {
    for (table, column) in [
        ("leads", "owner_id"),
        ("contacts", "owner_id"),
        ("accounts", "owner_id"),
        ("deals", "owner_id"),
        ("tasks", "assignee_id"),
    ] {
        let moved = format!("UPDATE {table} SET team_id = $1 WHERE {column} = $2");
        let values: [Value; 2] = [team.map(|team| team.0).into(), owner.0.into()];
        tx.conn().execute_raw(dialect::sql(tx.conn(), &moved, values)).await.db()?;
    }
    Ok(())
}

pub(crate) async fn find(conn: &impl ConnectionTrait, id: UserId) -> Outcome<user::Model> {
    user::Entity::find_by_id(id.0).one(conn).await.db()?.ok_or(Problem::NotFound)
}

/// Whether there is nobody yet who could let others in: users who came by an import are no owners.
async fn is_ownerless(conn: &impl ConnectionTrait) -> Outcome<bool> {
    let admins = user::Entity::find().filter(user::Column::Role.eq(Role::Admin.code()));
    Ok(admins.one(conn).await.db()?.is_none())
}

/// Everybody, by name.
pub(crate) async fn load_all(conn: &impl ConnectionTrait) -> Outcome<Vec<User>> {
    let rows = user::Entity::find().all(conn).await.db()?;
    let mut users = rows.into_iter().map(domain_user).collect::<Outcome<Vec<_>>>()?;
    users.sort_by_cached_key(|user| (domain::fold::fold(&user.name), user.id));
    Ok(users)
}

pub(crate) fn domain_user(row: user::Model) -> Outcome<User> {
    let standing = invitations::standing(&row);
    Ok(User {
        id: UserId(row.id),
        email: row.email,
        name: row.name,
        role: Role::from_code(&row.role).ok_or_else(|| broken("a user's role"))?,
        team: row.team_id.map(TeamId),
        lang: Lang::from_tag(&row.lang).ok_or_else(|| broken("a user's language"))?,
        theme: Theme::from_code(&row.theme).ok_or_else(|| broken("a user's theme"))?,
        time_zone: row.time_zone,
        active: row.active,
        standing,
        version: row.version,
    })
}
