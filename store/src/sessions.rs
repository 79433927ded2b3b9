//! Signing in and out. Sessions are opaque tokens, hashed at rest.

pub(crate) mod half;
mod own;
pub(crate) mod zone;

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Entity, Rights};
use domain::id::UserId;
use domain::lead::LeadStatus;
use domain::query::COUNT_CAP;
use domain::session::SignInOutcome;
use domain::user::{Me, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Set, Value,
};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{session, sign_in, user};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::scope::scope_of_user;
use crate::users::domain_user;
use crate::{Db, calendar, dialect, password, second_factor, token};

pub use half::{HALF_MINUTES, finish, who as half_user};
pub use own::{end, end_others, history, list};

/// Where a sign-in comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub ip: String,
    pub agent: String,
    /// The token that the browser brought along: its session ends when another one begins there.
    pub before: Option<String>,
}

impl Origin {
    fn ip(&self) -> String {
        self.ip.chars().take(64).collect()
    }

    fn agent(&self) -> String {
        self.agent.chars().take(300).collect()
    }
}

/// A new session; the token goes into a cookie and nowhere else.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub token: String,
    pub user: User,
    /// The second factor is missing: the token opens nothing but [`finish`], and has a cookie of its own.
    pub is_half: bool,
}

/// Days a session lasts without use.
pub const SESSION_DAYS: i64 = 14;

/// How much use may pass unnoticed: a write per page would make reading as dear as writing.
const NOTICED_EVERY: TimeDelta = TimeDelta::hours(1);

/// Days that tries to sign in are kept.
const HISTORY_DAYS: i64 = 90;

/// Takes the same time for an unknown address as for a wrong password; both are `Invalid { password: WrongPassword }`.
pub async fn sign_in(db: &Db, email: &str, password: &str, origin: Origin) -> Outcome<SignedIn> {
    let row = by_email(db, email).await?;
    let stored = row.as_ref().map(|row| row.password_hash.as_str());
    let right = password::verify(db, password, stored).await?;
    match row {
        Some(row) if right && row.active => {
            let user = domain_user(row)?;
            if second_factor::is_on(db.read(), user.id).await? {
                db.write(async |tx| half::begin(tx, user.clone(), &origin).await).await
            } else {
                begin(db, &user, origin).await
            }
        }
        row => {
            let user = row.map(|row| UserId(row.id));
            db.write(async |tx| note(tx, user, &origin, SignInOutcome::Wrong).await).await?;
            Err(Problem::field("password", Fault::WrongPassword))
        }
    }
}

/// Notes that a try was refused before the password was looked at: there had been too many.
pub async fn blocked(db: &Db, email: &str, origin: Origin) -> Outcome<()> {
    let user = by_email(db, email).await?.map(|row| UserId(row.id));
    db.write(async |tx| note(tx, user, &origin, SignInOutcome::Blocked).await).await
}

async fn by_email(db: &Db, email: &str) -> Outcome<Option<user::Model>> {
    let email = email.trim().to_lowercase();
    user::Entity::find().filter(user::Column::EmailFolded.eq(email)).one(db.read()).await.db()
}

/// A line of the history; what is too old goes.
pub(crate) async fn note(
    tx: &Tx,
    user: Option<UserId>,
    origin: &Origin,
    outcome: SignInOutcome,
) -> Outcome<()> {
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::At.lt(tx.now() - TimeDelta::days(HISTORY_DAYS)))
        .exec(tx.conn())
        .await
        .db()?;
    sign_in::ActiveModel {
        id: Set(new_id()),
        at: Set(tx.now()),
        user_id: Set(user.map(|id| id.0)),
        ip: Set(origin.ip()),
        agent: Set(origin.agent()),
        outcome: Set(outcome.code().to_owned()),
    }
    .insert(tx.conn())
    .await
    .db()?;
    Ok(())
}

/// A session for somebody who has just proven who they are in another way (the owner's set-up, an invitation). Its token is
/// new, and the session that the browser had before ends: a token that was slipped to it opens nothing.
pub async fn begin(db: &Db, user: &User, origin: Origin) -> Outcome<SignedIn> {
    db.write(async |tx| enter(tx, user, &origin, SignInOutcome::Ok).await).await
}

pub(crate) async fn enter(tx: &Tx, user: &User, origin: &Origin, how: SignInOutcome) -> Outcome<SignedIn> {
    let token = token::random()?;
    // Nobody else cleans up after browsers that never came back.
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(tx.now()))
        .exec(tx.conn())
        .await
        .db()?;
    end_before(tx, origin).await?;
    let id = new_id();
    session::ActiveModel {
        id: Set(id),
        token_hash: Set(token::hash(&token)),
        user_id: Set(user.id.0),
        created_at: Set(tx.now()),
        last_seen_at: Set(tx.now()),
        expires_at: Set(tx.now() + TimeDelta::days(SESSION_DAYS)),
        ip: Set(origin.ip()),
        agent: Set(origin.agent()),
    }
    .insert(tx.conn())
    .await
    .db()?;
    note(tx, Some(user.id), origin, how).await?;
    let mut told = json!({ "ip": origin.ip });
    if how != SignInOutcome::Ok {
        told["how"] = json!(how);
    }
    tx.audit(&user.actor(), "sign_in", "session", id, told).await?;
    Ok(SignedIn { token, user: user.clone(), is_half: false })
}

/// Ends the session that the browser brought along.
async fn end_before(tx: &Tx, origin: &Origin) -> Outcome<()> {
    let Some(before) = &origin.before else { return Ok(()) };
    let ended = session::Column::TokenHash.eq(token::hash(before));
    session::Entity::delete_many().filter(ended).exec(tx.conn()).await.db()?;
    Ok(())
}

/// Who the token's owner is and what their pages need, in one query; `SignedOut` for unknown, expired or revoked tokens.
pub async fn me(db: &Db, token: &str) -> Outcome<(Actor, Me)> {
    let now = db.now();
    let reference = db.reference().await?;
    let zones: BTreeSet<&str> = reference.users.iter().map(|user| user.time_zone.as_str()).collect();
    let mut values: Vec<Value> = vec![token::hash(token).into(), now.into()];
    let today_ends = end_of_today(now, &zones, &mut values);
    let text = format!(
        "SELECT users.*, sessions.id AS session_id, sessions.last_seen_at, \
         (SELECT string_agg(r.entity || '.' || r.action || '.' || r.reach, ' ') FROM role_rights r \
           WHERE r.role = users.role) AS set_rights, \
         (SELECT count(*) FROM (SELECT 1 FROM tasks t WHERE t.assignee_id = users.id AND t.done_at IS NULL \
           AND t.due_at < {today_ends} LIMIT {most}) due) AS due_today, \
         (SELECT count(*) FROM (SELECT 1 FROM leads l WHERE l.status = '{new}' AND {mine} LIMIT {most}) fresh) \
           AS new_leads, \
         (SELECT count(*) FROM second_factors f WHERE f.user_id = users.id AND f.confirmed_at IS NOT NULL) \
           AS second_factors \
         FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2 AND users.active",
        most = COUNT_CAP + 1,
        new = LeadStatus::New.code(),
        mine = scope_of_user(&reference.rights, Entity::Lead, "l"),
    );
    let row = db.read().query_one_raw(dialect::sql(db.read(), &text, values)).await.db()?;
    let row = row.ok_or(Problem::SignedOut)?;
    let session = Seen::from_query_result(&row, "").db()?;
    let user = domain_user(user::Model::from_query_result(&row, "").db()?)?;
    if now - session.last_seen_at >= NOTICED_EVERY {
        extend(db, session.session_id).await?;
    }
    let me = Me {
        zone: zone::around(&user.time_zone, now),
        now,
        company: reference.settings.company.clone(),
        currency: reference.settings.currency,
        due_today: session.due_today.unsigned_abs(),
        new_leads: session.new_leads.unsigned_abs(),
        rights: Rights::standard(user.role).with_entries(session.set_rights.as_deref().unwrap_or_default()),
        must_enrol: session.second_factors == 0 && reference.settings.second_factor.binds(user.role),
        user,
    };
    Ok((me.actor(), me))
}

#[derive(FromQueryResult)]
struct Seen {
    session_id: Uuid,
    last_seen_at: DateTime<Utc>,
    due_today: i64,
    new_leads: i64,
    set_rights: Option<String>,
    second_factors: i64,
}

/// The end of the user's day as an expression: whose day it is, is known only inside the query, and there are few zones.
fn end_of_today(now: DateTime<Utc>, zones: &BTreeSet<&str>, values: &mut Vec<Value>) -> String {
    let mut cases = String::new();
    for name in zones {
        values.push((*name).into());
        values.push(calendar::end_of(calendar::day(now, name), name).into());
        cases += &format!("WHEN ${} THEN ${} ", values.len() - 1, values.len());
    }
    values.push(calendar::end_of(calendar::day(now, "UTC"), "UTC").into());
    let otherwise = values.len();
    if cases.is_empty() {
        format!("${otherwise}")
    } else {
        format!("CASE users.time_zone {cases}ELSE ${otherwise} END")
    }
}

async fn extend(db: &Db, session: Uuid) -> Outcome<()> {
    db.write(async |tx| {
        session::Entity::update_many()
            .col_expr(session::Column::LastSeenAt, Expr::value(tx.now()))
            .col_expr(session::Column::ExpiresAt, Expr::value(tx.now() + TimeDelta::days(SESSION_DAYS)))
            .filter(session::Column::Id.eq(session))
            .exec(tx.conn())
            .await
            .db()?;
        Ok(())
    })
    .await
}

pub async fn sign_out(db: &Db, token: &str) -> Outcome<()> {
    let hash = token::hash(token);
    db.write(async |tx| {
        let found =
            session::Entity::find().filter(session::Column::TokenHash.eq(hash)).one(tx.conn()).await.db()?;
        let Some(row) = found else { return Ok(()) };
        session::Entity::delete_by_id(row.id).exec(tx.conn()).await.db()?;
        tx.session_ended(UserId(row.user_id));
        // An audit entry keeps the person; the role plays no part in ending one's own session.
        let whose = Actor { user: Some(UserId(row.user_id)), ..Actor::SYSTEM };
        tx.audit(&whose, "sign_out", "session", row.id, json!({})).await
    })
    .await
}
