//! Messages on their way out; written with the change that causes them, sent by the worker.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Outcome;
use domain::access::{Action, Actor, Entity, check_any};
use domain::id::{LeadId, OutboxId};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, Set, Value,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::outbox;
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::users::links::{Link, Purpose};
use crate::users::resets;
use crate::{Db, dialect, leads};

/// Kinds of rows.
const MAIL: &str = "mail";
const RESET: &str = "reset";
const LEAD: &str = "lead";

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

/// Somebody got a new lead.
#[derive(Serialize, Deserialize)]
struct LeadArrived {
    lead: LeadId,
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

/// Takes up to `limit` messages that are due; links lead to `site`, the configured public address.
pub async fn take(db: &Db, site: &str, limit: u64) -> Outcome<Vec<Taken>> {
    let reference = db.reference().await?;
    let taken = db
        .write(async |tx| {
            let take = format!(
                "UPDATE outbox SET locked_until = $1, attempts = attempts + 1 WHERE id IN (\
                   SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND run_at <= $2 \
                   AND (locked_until IS NULL OR locked_until <= $2) ORDER BY run_at, id LIMIT $3 {}) RETURNING *",
                dialect::skip_locked(tx.conn())
            );
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let values: [Value; 3] = [(tx.now() + LOCK).into(), tx.now().into(), limit.into()];
            let mut taken = Vec::new();
            // Of what is due nothing may come; then the next ones are looked at.
            while taken.is_empty() {
                let rows =
                    tx.conn().query_all_raw(dialect::sql(tx.conn(), &take, values.clone())).await.db()?;
                for row in &rows {
                    let row = outbox::Model::from_query_result(row, "").db()?;
                    taken.extend(written(db, tx, &reference, site, row).await?);
                }
                if rows.is_empty() {
                    break;
                }
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

/// A mail stays as it is. Of a wish for a new password and of a new lead comes one, or nothing when there is nobody to write to or
/// it is too late for that.
async fn written(
    db: &Db,
    tx: &Tx,
    reference: &Reference,
    site: &str,
    row: outbox::Model,
) -> Outcome<Option<outbox::Model>> {
    let age = tx.now() - row.created_at;
    let answer = match row.kind.as_str() {
        RESET if age < Purpose::Reset.life() => {
            let asked: ResetAsked = serde_json::from_str(&row.payload).map_err(broken)?;
            let answer = resets::answer(db, tx, &asked.email, &asked.origin).await?;
            answer.map(|(mail, link)| Waiting { mail, link: Some(link) })
        }
        LEAD if age < leads::NEWS_FOR => {
            let arrived: LeadArrived = serde_json::from_str(&row.payload).map_err(broken)?;
            let letter = leads::letter(tx, reference, arrived.lead, site).await?;
            letter.map(|mail| Waiting { mail, link: None })
        }
        RESET | LEAD => None,
        _ => return Ok(Some(row)),
    };
    let Some(waiting) = answer else {
        outbox::Entity::delete_by_id(row.id).exec(tx.conn()).await.db()?;
        return Ok(None);
    };
    let message_id = waiting.mail.message_id.clone();
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

/// The row that has somebody told of their new lead.
pub(crate) fn lead_arrived(lead: LeadId, now: DateTime<Utc>) -> Outcome<outbox::ActiveModel> {
    let id = new_id();
    made(id, LEAD, &LeadArrived { lead }, format!("<arrived-{lead}@millrace>"), now)
}

/// Takes away news of leads that nobody sent in time: there is no mail server. Answers how many went.
pub(crate) async fn drop_old_news(tx: &Tx) -> Outcome<u64> {
    let gone = outbox::Entity::delete_many()
        .filter(outbox::Column::Kind.eq(LEAD))
        .filter(outbox::Column::SentAt.is_null())
        .filter(outbox::Column::DeadAt.is_null())
        .filter(outbox::Column::RunAt.lt(tx.now() - leads::NEWS_FOR))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(gone.rows_affected)
}

async fn row(
    conn: &impl ConnectionTrait,
    id: Uuid,
    kind: &str,
    payload: &impl Serialize,
    message_id: String,
    now: DateTime<Utc>,
) -> Outcome<OutboxId> {
    made(id, kind, payload, message_id, now)?.insert(conn).await.db()?;
    Ok(OutboxId(id))
}

fn made(
    id: Uuid,
    kind: &str,
    payload: &impl Serialize,
    message_id: String,
    now: DateTime<Utc>,
) -> Outcome<outbox::ActiveModel> {
    Ok(outbox::ActiveModel {
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
    })
}
