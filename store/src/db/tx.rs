//! A write transaction and what belongs into it beside the record itself.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};
use domain::Outcome;
use domain::access::Actor;
use domain::activity::Happening;
use domain::id::{AccountId, ContactId, DealId, LeadId, OutboxId, UserId};
use domain::live::{Change, Changed};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Value};
use uuid::Uuid;

use crate::audit::{self, Deed};
use crate::dialect;
use crate::entity::activity;
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::outbox::{self, Mail};
use crate::users::links::Link;
use crate::{deals, rollups, shares, subject};

/// An open write transaction.
pub(crate) struct Tx {
    conn: DatabaseTransaction,
    now: DateTime<Utc>,
    effects: Mutex<Effects>,
}

/// What others hear of after the commit.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) changes: Vec<Change>,
    pub(super) endings: Vec<UserId>,
    pub(super) outbox: bool,
    pub(super) reference: bool,
    audit: Vec<Deed>,
    rollups: rollups::Notes,
}

/// The records on whose timelines an activity stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Links {
    pub(crate) lead: Option<LeadId>,
    pub(crate) deal: Option<DealId>,
    pub(crate) contact: Option<ContactId>,
    pub(crate) account: Option<AccountId>,
}

impl Tx {
    pub(super) fn new(conn: DatabaseTransaction, now: DateTime<Utc>) -> Self {
        Tx { conn, now, effects: Mutex::default() }
    }

    pub(crate) fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }

    /// When the transaction began: one instant for everything it writes.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Puts what happened on the timelines of `links`.
    pub(crate) async fn activity(&self, actor: &Actor, links: Links, what: Happening) -> Outcome<()> {
        let body = serde_json::to_string(&what).map_err(broken)?;
        let insert = dialect::sql(
            &self.conn,
            "INSERT INTO activities (id, at, kind, actor_id, lead_id, deal_id, contact_id, account_id, body) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                new_id().into(),
                self.now.into(),
                what.code().into(),
                actor.user.map(|id| id.0).into(),
                links.lead.map(|id| id.0).into(),
                links.deal.map(|id| id.0).into(),
                links.contact.map(|id| id.0).into(),
                links.account.map(|id| id.0).into(),
                body.into(),
            ],
        );
        self.conn.execute_raw(insert).await.db()?;
        Ok(())
    }

    /// Puts the same happening on the timelines of many records.
    pub(crate) async fn activity_on_each(
        &self,
        actor: &Actor,
        records: &[Links],
        what: &Happening,
    ) -> Outcome<()> {
        if records.is_empty() {
            return Ok(());
        }
        let body = serde_json::to_string(what).map_err(broken)?;
        let rows = records.iter().map(|links| activity::ActiveModel {
            id: Set(new_id()),
            at: Set(self.now),
            kind: Set(what.code().to_owned()),
            actor_id: Set(actor.user.map(|id| id.0)),
            lead_id: Set(links.lead.map(|id| id.0)),
            deal_id: Set(links.deal.map(|id| id.0)),
            contact_id: Set(links.contact.map(|id| id.0)),
            account_id: Set(links.account.map(|id| id.0)),
            body: Set(body.clone()),
        });
        activity::Entity::insert_many(rows).exec_without_returning(&self.conn).await.db()?;
        Ok(())
    }

    /// Who did what to which record, with the changed values ([`audit::changed`]) where they are worth keeping. It is written
    /// with the others of this transaction just before the commit.
    pub(crate) async fn audit(
        &self,
        actor: &Actor,
        action: &str,
        entity: &str,
        id: Uuid,
        changes: serde_json::Value,
    ) -> Outcome<()> {
        self.audited(actor, action, entity, id, &changes);
        Ok(())
    }

    /// The same for those who gather many rows before they insert any.
    pub(crate) fn audited(
        &self,
        actor: &Actor,
        action: &str,
        entity: &str,
        id: Uuid,
        changes: &serde_json::Value,
    ) {
        self.effects().audit.push(Deed {
            actor_id: actor.user.map(|id| id.0),
            action: action.to_owned(),
            entity: entity.to_owned(),
            entity_id: id,
            changes: changes.to_string(),
        });
    }

    /// Notes what a change means for the funnel counted beforehand; it is written with the others of this transaction just before the
    /// commit.
    pub(crate) fn rollups(&self, note: impl FnOnce(&mut rollups::Notes)) {
        note(&mut self.effects().rollups);
    }

    /// Writes what was noted for the rollups, before the audit log's end is held.
    pub(super) async fn keep_rollups(&self) -> Outcome<()> {
        let notes = std::mem::take(&mut self.effects().rollups);
        notes.keep(&self.conn).await
    }

    /// Puts what this transaction did at the end of the audit log, and adds up what it changed of the deals, which nothing does
    /// that is not in the log; nothing but the commit may follow.
    pub(super) async fn keep(&self, secret: &[u8], origin: &str) -> Outcome<()> {
        let deeds = std::mem::take(&mut self.effects().audit);
        if deeds.is_empty() {
            return Ok(());
        }
        audit::append(&self.conn, secret, self.now, origin, deeds).await?;
        deals::add_up(&self.conn).await
    }

    /// With whom the changed records are shared: they hear of the changes as well. Nobody knows of a lead that just arrived.
    pub(super) async fn find_shares(&self) -> Outcome<()> {
        let known = |change: &&Change| change.what == Changed::Updated;
        let ids: Vec<Uuid> =
            self.effects().changes.iter().filter(known).map(|change| subject::named(change.on).1).collect();
        let shared = shares::with_whom(&self.conn, ids).await?;
        for change in &mut self.effects().changes {
            if let Some(with) = shared.get(&subject::named(change.on).1) {
                change.shared.extend(with);
            }
        }
        Ok(())
    }

    /// Puts a mail into the outbox; the worker hears of it after the commit.
    pub(crate) async fn mail(&self, mail: Mail) -> Outcome<OutboxId> {
        let id = outbox::put(&self.conn, &mail, self.now).await?;
        self.effects().outbox = true;
        Ok(id)
    }

    /// The same for a mail with a link into an account, which takes the place of [`outbox::LINK`] when the mail leaves.
    pub(crate) async fn mail_with_link(&self, mail: Mail, link: Link) -> Outcome<OutboxId> {
        let id = outbox::put_linked(&self.conn, mail, link, self.now).await?;
        self.effects().outbox = true;
        Ok(id)
    }

    /// Leaves it to the worker to find out whether somebody with this address is to be written to.
    pub(crate) async fn reset_asked(&self, email: &str, origin: &str) -> Outcome<()> {
        outbox::put_reset(&self.conn, email, origin, self.now).await?;
        self.effects().outbox = true;
        Ok(())
    }

    /// The worker hears of what was put into the outbox after the commit.
    pub(crate) fn outbox_filled(&self) {
        self.effects().outbox = true;
    }

    /// The next number of a counter, from 1, without gaps among committed transactions.
    pub(crate) async fn next_number(&self, counter: &str) -> Outcome<i64> {
        self.numbers(counter, 1).await
    }

    /// The first of the counter's next `count` numbers, all of which are the caller's.
    pub(crate) async fn numbers(&self, counter: &str, count: i64) -> Outcome<i64> {
        let next = dialect::sql(
            &self.conn,
            "INSERT INTO counters (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = counters.value + $2 RETURNING value",
            [counter.into(), Value::from(count)],
        );
        let row = self.conn.query_one_raw(next).await.db()?;
        let last: i64 = row.ok_or_else(|| broken("a counter without a value"))?.try_get("", "value").db()?;
        Ok(last - count + 1)
    }

    /// Told to open pages after the commit.
    pub(crate) fn changed(&self, change: Change) {
        self.effects().changes.push(change);
    }

    /// Told to the event streams of `user` after the commit: a session of theirs ended.
    pub(crate) fn session_ended(&self, user: UserId) {
        self.effects().endings.push(user);
    }

    /// The cached reference data is read anew after the commit.
    pub(crate) fn reference_changed(&self) {
        self.effects().reference = true;
    }

    fn effects(&self) -> std::sync::MutexGuard<'_, Effects> {
        self.effects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn commit(self) -> Result<Effects, DbErr> {
        self.conn.commit().await?;
        Ok(self.effects.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) async fn roll_back(self) {
        if let Err(error) = self.conn.rollback().await {
            tracing::warn!(%error, "rollback");
        }
    }
}
