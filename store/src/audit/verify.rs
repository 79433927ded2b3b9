//! Whether the log is as Millrace wrote it.

use std::collections::HashSet;

use domain::Outcome;
use domain::access::{Actor, check_audit};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::chain;
use crate::entity::audit_entry;
use crate::error::OrProblem;
use crate::{Db, dialect};

/// Entries in memory at once.
const ROWS: u64 = 1000;

/// What `verify` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// `hash` is the last entry's: noted elsewhere, it shows later that nobody put back an older log.
    Intact { entries: i64, hash: String },
    /// The first entry that is not as it was written.
    Broken { seq: i64, damage: Damage },
}

/// What happened to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It is not there.
    Missing,
    /// It does not fit its hash, or not the entry before it: it was changed, moved, or put in place of another.
    Changed,
    /// It fits, but was not written by this instance: computed anew without the secret, or written after the end of the log
    /// was tampered with.
    Forged,
    /// It stands outside the log: before its beginning or after its end.
    Added,
    /// Its values are gone, and no erasure of a person's data says so.
    Emptied,
    /// The end of the log was moved to before it: it and what followed may be gone.
    CutOff,
}

/// Walks the whole log from its beginning, in one view of the database, a batch at a time.
pub async fn verify(db: &Db, actor: &Actor) -> Outcome<Verdict> {
    check_audit(actor)?;
    let snapshot = dialect::snapshot(db.read()).await.db()?;
    let broken = |seq, damage| Ok(Verdict::Broken { seq, damage });
    let head = chain::head(&snapshot).await?;
    let last = head.as_ref().map_or(0, |head| head.entries);
    let erased = erased(&snapshot).await?;
    let (mut seq, mut hash) = (1_i64, String::new());
    let mut after = None;
    loop {
        let mut select = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Seq).limit(ROWS);
        if let Some(after) = after {
            select = select.filter(audit_entry::Column::Seq.gt(after));
        }
        let entries = select.all(&snapshot).await.db()?;
        let Some(end) = entries.last().map(|entry| entry.seq) else { break };
        after = Some(end);
        for entry in entries {
            // Without a head there is nothing that tells the end; every entry is looked at first.
            if entry.seq < seq || (head.is_some() && entry.seq > last && seq > last) {
                return broken(entry.seq, Damage::Added);
            }
            if entry.seq > seq {
                return broken(seq, Damage::Missing);
            }
            if entry.hash != chain::hash(&hash, &entry) {
                return broken(seq, Damage::Changed);
            }
            if !chain::is_own(db.secret(), &entry) {
                return broken(seq, Damage::Forged);
            }
            match entry.erased_by {
                None if entry.commitment != chain::commitment(&entry) => return broken(seq, Damage::Changed),
                None => {}
                // The recording entry is looked at when the walk comes to it: a forged one is found then.
                Some(by) if is_bare(&entry) && erased.contains(&(by, seq)) => {}
                Some(_) => return broken(seq, Damage::Emptied),
            }
            hash = entry.hash;
            seq += 1;
        }
    }
    match head {
        Some(head) if head.entries >= seq => broken(seq, Damage::Missing),
        Some(head) if head.hash == hash && chain::is_sealed(db.secret(), &head) => {
            Ok(Verdict::Intact { entries: head.entries, hash })
        }
        _ => broken(seq, Damage::CutOff),
    }
}

/// Every entry whose values were erased, after the entry that records it.
async fn erased(conn: &impl ConnectionTrait) -> Outcome<HashSet<(i64, i64)>> {
    let recorded = audit_entry::Entity::find()
        .filter(audit_entry::Column::Entity.eq(chain::ERASURE.0))
        .filter(audit_entry::Column::Action.eq(chain::ERASURE.1))
        .all(conn)
        .await
        .db()?;
    let listed =
        recorded.iter().flat_map(|entry| chain::erased(entry).into_iter().map(move |seq| (entry.seq, seq)));
    Ok(listed.filter(|(by, seq)| by > seq).collect())
}

fn is_bare(entry: &audit_entry::Model) -> bool {
    entry.origin.is_empty() && entry.changes == "{}" && entry.salt.is_empty()
}
