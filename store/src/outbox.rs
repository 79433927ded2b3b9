//! Messages on their way out; written with the change that causes them, sent by the worker.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Outcome;
use domain::access::{Action, Actor, Entity, check_any};
use domain::id::OutboxId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::outbox;
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::users::links::{Link, Purpose};
use crate::users::resets;
use crate::{Db, dialect};

/// Kinds of rows.
const MAIL: &str = "mail";
const RESET: &str = "reset";

/// How long a taken message stays with the worker that took it.
const LOCK: TimeDelta = TimeDelta::minutes(5);

/// Minutes to wait after each failed try; there is one more try than pauses, then the message is dead.
const PAUSES: [i64; 7] = [1, 5, 15, 60, 240, 720, 1440];

/// A mail as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub text: String,
    /// Stable over retries: `<…@millrace>`.
    pub message_id: String,
}

/// Stands in a mail's text where the link comes; nothing that people type holds it.
pub(crate) const LINK: char = '\u{1}';

/// A mail as it waits. The link of an account stands in it without its token: the database alone opens none.
#[derive(Serialize, Deserialize)]
struct Waiting {
    #[serde(flatten)]
    mail: Mail,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<Link>,
}

impl Waiting {
    fn fill(self, db: &Db) -> Mail {
        let Waiting { mut mail, link } = self;
        if let Some(link) = link {
            mail.text = mail.text.replace(LINK, &link.address(db));
        }
        mail
    }
}

/// Somebody at this address wants a new password.
#[derive(Serialize, Deserialize)]
struct ResetAsked {
    email: String,
    origin: String,
}

/// A message taken for sending; locked against other workers for five minutes.
#[derive(Debug, Clone)]
pub struct Taken {
    pub id: OutboxId,
    pub mail: Mail,
    pub attempts: i32,
}

/// A message that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dead {
    pub id: OutboxId,
    pub to: String,
    pub subject: String,
    pub attempts: i32,
    pub error: String,
    pub dead_at: DateTime<Utc>,
}

/// Takes up to `limit` messages that are due.
pub async fn take(db: &Db, limit: u64) -> Outcome<Vec<Taken>> {
    let taken = db
        .write(async |tx| {
            let take = format!(
                "UPDATE outbox SET locked_until = $1, attempts = attempts + 1 WHERE id IN (\
                   SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND run_at <= $2 \
                   AND (locked_until IS NULL OR locked_until <= $2) ORDER BY run_at, id LIMIT $3 {}) RETURNING *",
                dialect::skip_locked(tx.conn())
            );
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let values = [(tx.now() + LOCK).into(), tx.now().into(), limit.into()];
            let rows = tx.conn().query_all_raw(dialect::sql(tx.conn(), &take, values)).await.db()?;
            let mut taken = Vec::with_capacity(rows.len());
            for row in &rows {
                taken.extend(written(db, tx, outbox::Model::from_query_result(row, "").db()?).await?);
            }
            Ok(taken)
        })
        .await?;
    let mut taken = taken;
    taken.sort_by_key(|row| (row.run_at, row.id));
    taken
        .into_iter()
        .map(|row| {
            let mail = serde_json::from_str::<Waiting>(&row.payload).map_err(broken)?.fill(db);
            Ok(Taken { id: OutboxId(row.id), mail, attempts: row.attempts })
        })
        .collect()
}

/// A mail stays as it is; of a wish for a new password comes one, or nothing when nobody has that address or the wish is old.
async fn written(db: &Db, tx: &Tx, row: outbox::Model) -> Outcome<Option<outbox::Model>> {
    if row.kind != RESET {
        return Ok(Some(row));
    }
    let asked: ResetAsked = serde_json::from_str(&row.payload).map_err(broken)?;
    let fresh = tx.now() - row.created_at < Purpose::Reset.life();
    let answer = if fresh { resets::answer(db, tx, &asked.email, &asked.origin).await? } else { None };
    let Some((mail, link)) = answer else {
        outbox::Entity::delete_by_id(row.id).exec(tx.conn()).await.db()?;
        return Ok(None);
    };
    let message_id = mail.message_id.clone();
    let waiting = Waiting { mail, link: Some(link) };
    let mut row: outbox::ActiveModel = row.into();
    row.kind = Set(MAIL.to_owned());
    row.payload = Set(serde_json::to_string(&waiting).map_err(broken)?);
    row.message_id = Set(message_id);
    Ok(Some(row.update(tx.conn()).await.db()?))
}

pub async fn delivered(db: &Db, id: OutboxId) -> Outcome<()> {
    db.write(async |tx| {
        outbox::Entity::update_many()
            .col_expr(outbox::Column::SentAt, Expr::value(tx.now()))
            .col_expr(outbox::Column::LockedUntil, Expr::value(None::<DateTime<Utc>>))
            .col_expr(outbox::Column::LastError, Expr::value(""))
            .filter(outbox::Column::Id.eq(id.0))
            .exec(tx.conn())
            .await
            .db()?;
        Ok(())
    })
    .await
}

/// Schedules the next try (1, 5, 15, 60, 240 minutes …), or gives up after 8 tries or at once when `permanent`.
pub async fn failed(db: &Db, id: OutboxId, error: &str, permanent: bool) -> Outcome<()> {
    db.write(async |tx| {
        let Some(row) = outbox::Entity::find_by_id(id.0).one(tx.conn()).await.db()? else { return Ok(()) };
        let tries = usize::try_from(row.attempts).unwrap_or(0).max(1);
        let pause = PAUSES.get(tries - 1).filter(|_| !permanent);
        let mut row: outbox::ActiveModel = row.into();
        match pause {
            Some(minutes) => row.run_at = Set(tx.now() + TimeDelta::minutes(*minutes)),
            None => row.dead_at = Set(Some(tx.now())),
        }
        row.locked_until = Set(None);
        row.last_error = Set(error.chars().take(500).collect());
        row.update(tx.conn()).await.db()?;
        Ok(())
    })
    .await
}

/// Completes when something was put into the outbox, so that the worker need not poll.
pub async fn wake(db: &Db) {
    db.outbox().notified().await;
}

/// The latest messages that were given up, newest first: shown, never dropped.
pub async fn dead(db: &Db, actor: &Actor) -> Outcome<Vec<Dead>> {
    check_any(actor, Action::Read, Entity::Settings)?;
    let rows = outbox::Entity::find()
        .filter(outbox::Column::DeadAt.is_not_null())
        .order_by_desc(outbox::Column::DeadAt)
        .order_by_desc(outbox::Column::Id)
        .limit(100)
        .all(db.read())
        .await
        .db()?;
    rows.into_iter()
        .map(|row| {
            let mail: Mail = serde_json::from_str(&row.payload).map_err(broken)?;
            Ok(Dead {
                id: OutboxId(row.id),
                to: mail.to,
                subject: mail.subject,
                attempts: row.attempts,
                error: row.last_error,
                dead_at: row.dead_at.unwrap_or(row.run_at),
            })
        })
        .collect()
}

/// Writes a mail into the outbox; use cases call [`crate::db::Tx::mail`], which wakes the worker as well.
pub(crate) async fn put(conn: &impl ConnectionTrait, mail: &Mail, now: DateTime<Utc>) -> Outcome<OutboxId> {
    row(conn, new_id(), MAIL, mail, mail.message_id.clone(), now).await
}

pub(crate) async fn put_linked(
    conn: &impl ConnectionTrait,
    mail: Mail,
    link: Link,
    now: DateTime<Utc>,
) -> Outcome<OutboxId> {
    let message_id = mail.message_id.clone();
    row(conn, new_id(), MAIL, &Waiting { mail, link: Some(link) }, message_id, now).await
}

pub(crate) async fn put_reset(
    conn: &impl ConnectionTrait,
    email: &str,
    origin: &str,
    now: DateTime<Utc>,
) -> Outcome<OutboxId> {
    let asked = ResetAsked { email: email.to_owned(), origin: origin.to_owned() };
    let id = new_id();
    row(conn, id, RESET, &asked, format!("<asked-{id}@millrace>"), now).await
}

async fn row(
    conn: &impl ConnectionTrait,
    id: Uuid,
    kind: &str,
    payload: &impl Serialize,
    message_id: String,
    now: DateTime<Utc>,
) -> Outcome<OutboxId> {
    outbox::ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        payload: Set(serde_json::to_string(payload).map_err(broken)?),
        message_id: Set(message_id),
        created_at: Set(now),
        run_at: Set(now),
        attempts: Set(0),
        locked_until: Set(None),
        sent_at: Set(None),
        dead_at: Set(None),
        last_error: Set(String::new()),
    }
    .insert(conn)
    .await
    .db()?;
    Ok(OutboxId(id))
}
