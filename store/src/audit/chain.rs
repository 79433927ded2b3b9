//! How entries hang together.
//!
//! `hash` is SHA-256, base64url without padding, over these parts, each after its length in bytes (eight bytes, big-endian), so
//! that no two entries read alike: the words `millrace audit entry 1`; `seq`; `at` in whole seconds since 1970; its nanoseconds
//! (four bytes); the actor's sixteen bytes, or none; `action`; `entity`; the record's sixteen bytes; `commitment`; the hash before,
//! which for the first entry is empty. Integers are big-endian, `seq` and seconds of eight bytes. Anybody can compute it from an
//! export.
//!
//! `commitment` is made the same way of the words `millrace audit values 1`, `salt`, `origin` and `changes` as they are stored: what
//! may be personal. When a person's data are erased, these three go, and the chain still holds: the commitment stays, and without
//! the random salt it tells nobody anything. `erased_by` names the later entry that records the erasure and lists this one; whose
//! values are gone without that is a bad entry.
//!
//! `seal` is an HMAC of `seq` and `hash` by the instance's secret, which is not in the database: a chain that was computed anew
//! after a change has no seals. The head, sealed likewise, tells where the log ends, so that the last entries cannot go unseen.
//! What no seal can tell is an older state of the whole database put back; for that, note the hash that `verify` answers elsewhere.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SubsecRound, Utc};
use domain::Outcome;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::entity::{audit_entry, audit_head};
use crate::error::{OrProblem, broken};
use crate::{rows, token};

/// Words that tell one use of the secret from another.
const ENTRY: &str = "audit entry";
const HEAD: &str = "audit head";
/// The head's only row.
const HEAD_ID: i32 = 1;
/// Entries that one statement takes values out of.
const ROWS: usize = 500;

/// Entity and action of an entry that records an erasure.
pub(crate) const ERASURE: (&str, &str) = ("person", "erase");

/// What such an entry keeps: numbers only, nothing of the person.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Erasure {
    pub(crate) leads: usize,
    pub(crate) contacts: usize,
    /// Whose values went.
    pub(crate) entries: Vec<i64>,
}

/// What somebody did, before it has its place in the chain.
pub(crate) struct Deed {
    pub(crate) actor_id: Option<Uuid>,
    pub(crate) action: String,
    pub(crate) entity: String,
    pub(crate) entity_id: Uuid,
    /// JSON.
    pub(crate) changes: String,
}

/// The end of an empty log. Only a new database gets it: where the head went missing later, somebody took it away.
pub(crate) async fn begin(tx: &DatabaseTransaction, secret: &[u8]) -> Outcome<()> {
    let head = audit_head::ActiveModel {
        id: Set(HEAD_ID),
        entries: Set(0),
        hash: Set(String::new()),
        seal: Set(seal(secret, HEAD, 0, "")),
    };
    head.insert(tx).await.db()?;
    Ok(())
}

/// Adds `deeds` in their order. The head is locked until the commit: on PostgreSQL writers wait here for each other, so that
/// numbers have no gaps and the chain has the order of the commits. It is taken after everything else that a transaction writes,
/// hence held for little more than the commit itself, and nobody who holds it waits for another lock. The intake pays it once
/// for a whole batch of leads. Sealing later, in the background, would hold nobody up, but leave a time in which entries can
/// still be changed unseen.
pub(crate) async fn append(
    tx: &DatabaseTransaction,
    secret: &[u8],
    at: DateTime<Utc>,
    origin: &str,
    deeds: Vec<Deed>,
) -> Outcome<()> {
    if deeds.is_empty() {
        return Ok(());
    }
    let head = audit_head::Entity::find_by_id(HEAD_ID).lock_exclusive().one(tx).await.db()?;
    let mut head = head.ok_or_else(|| broken("the audit log has no head"))?;
    // After a head that was tampered with, business goes on, but the next entry gets no seal: a scar that `verify` always finds.
    let mut is_whole = is_sealed(secret, &head);
    if !is_whole {
        tracing::error!(entries = head.entries, "the end of the audit log was tampered with");
    }
    // PostgreSQL keeps microseconds; what is hashed is what is read back.
    let at = at.trunc_subsecs(6);
    let mut entries = Vec::with_capacity(deeds.len());
    for deed in deeds {
        head.entries += 1;
        let mut entry = audit_entry::Model {
            seq: head.entries,
            at,
            actor_id: deed.actor_id,
            origin: origin.to_owned(),
            action: deed.action,
            entity: deed.entity,
            entity_id: deed.entity_id,
            changes: deed.changes,
            salt: token::random()?,
            commitment: String::new(),
            erased_by: None,
            hash: String::new(),
            seal: String::new(),
        };
        entry.commitment = commitment(&entry);
        entry.hash = hash(&head.hash, &entry);
        if is_whole {
            entry.seal = seal(secret, ENTRY, entry.seq, &entry.hash);
        }
        is_whole = true;
        head.hash.clone_from(&entry.hash);
        entries.push(entry);
    }
    let added = entries.iter().cloned().map(IntoActiveModel::into_active_model).collect();
    rows::insert(tx, added).await?;
    let change = audit_head::ActiveModel {
        entries: Set(head.entries),
        seal: Set(seal(secret, HEAD, head.entries, &head.hash)),
        hash: Set(head.hash),
        ..Default::default()
    };
    audit_head::Entity::update_many().set(change).exec(tx).await.db()?;
    for entry in entries.iter().filter(|entry| is_erasure(entry)) {
        erase(tx, entry.seq, &erased(entry)).await?;
    }
    Ok(())
}

/// Whether the entry records that a person's data were erased.
pub(super) fn is_erasure(entry: &audit_entry::Model) -> bool {
    entry.entity == ERASURE.0 && entry.action == ERASURE.1
}

/// The entries whose values went with the erasure that `entry` records.
pub(super) fn erased(entry: &audit_entry::Model) -> Vec<i64> {
    let told: Erasure = serde_json::from_str(&entry.changes).unwrap_or_default();
    told.entries
}

/// Takes the values out of these entries; the database allows it only for what `by` records.
async fn erase(tx: &DatabaseTransaction, by: i64, entries: &[i64]) -> Outcome<()> {
    for some in entries.chunks(ROWS) {
        audit_entry::Entity::update_many()
            .set(audit_entry::ActiveModel {
                origin: Set(String::new()),
                changes: Set("{}".to_owned()),
                salt: Set(String::new()),
                erased_by: Set(Some(by)),
                ..Default::default()
            })
            .filter(audit_entry::Column::Seq.is_in(some.iter().copied()))
            .exec(tx)
            .await
            .db()?;
    }
    Ok(())
}

/// Where the log ends, if that is still told.
pub(super) async fn head(conn: &impl ConnectionTrait) -> Outcome<Option<audit_head::Model>> {
    audit_head::Entity::find_by_id(HEAD_ID).one(conn).await.db()
}

/// Whether this instance put the head where it is.
pub(super) fn is_sealed(secret: &[u8], head: &audit_head::Model) -> bool {
    head.seal == seal(secret, HEAD, head.entries, &head.hash)
}

/// Whether this instance wrote the entry.
pub(super) fn is_own(secret: &[u8], entry: &audit_entry::Model) -> bool {
    entry.seal == seal(secret, ENTRY, entry.seq, &entry.hash)
}

/// The hash that an entry after `previous` must have.
pub(super) fn hash(previous: &str, entry: &audit_entry::Model) -> String {
    digest(&[
        b"millrace audit entry 1",
        &entry.seq.to_be_bytes(),
        &entry.at.timestamp().to_be_bytes(),
        &entry.at.timestamp_subsec_nanos().to_be_bytes(),
        entry.actor_id.as_ref().map_or(&[], |id| id.as_bytes().as_slice()),
        entry.action.as_bytes(),
        entry.entity.as_bytes(),
        entry.entity_id.as_bytes(),
        entry.commitment.as_bytes(),
        previous.as_bytes(),
    ])
}

/// What the hash knows of the values that may be personal.
pub(super) fn commitment(entry: &audit_entry::Model) -> String {
    let parts = [&entry.salt, &entry.origin, &entry.changes].map(String::as_bytes);
    digest(&[b"millrace audit values 1", parts[0], parts[1], parts[2]])
}

fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    URL_SAFE_NO_PAD.encode(hash.finalize())
}

fn seal(secret: &[u8], purpose: &str, seq: i64, hash: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        unreachable!("HMAC takes keys of any length")
    };
    mac.update(purpose.as_bytes());
    mac.update(&[0]);
    mac.update(&seq.to_be_bytes());
    mac.update(hash.as_bytes());
    URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}
