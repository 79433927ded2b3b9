//! The whole log in pages, oldest first, with what is needed to check its chain elsewhere.

use chrono::SecondsFormat;
use domain::Outcome;
use domain::access::{Actor, check_audit};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::entity::audit_entry;
use crate::error::OrProblem;
use crate::export::Row;
use crate::{Db, page};

/// Rows of a page.
const ROWS: u64 = 500;

/// The columns in order, for the CSV header.
pub const COLUMNS: &[&str] = &[
    "seq",
    "at",
    "actor",
    "actor_id",
    "origin",
    "action",
    "entity",
    "entity_id",
    "changes",
    "salt",
    "commitment",
    "erased_by",
    "hash",
    "seal",
];

/// The next page after `cursor`, with the cursor of the one after it. `changes` is the text that was hashed; `actor` is the
/// person's present e-mail, which is not part of the chain.
pub async fn export(db: &Db, actor: &Actor, cursor: Option<&str>) -> Outcome<(Vec<Row>, Option<String>)> {
    check_audit(actor)?;
    let after = cursor.map(page::decode::<i64>).transpose()?;
    let reference = db.reference().await?;
    let mut select = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Seq).limit(ROWS + 1);
    if let Some(after) = after {
        select = select.filter(audit_entry::Column::Seq.gt(after));
    }
    let mut entries = select.all(db.read()).await.db()?;
    let more = entries.len() as u64 > ROWS;
    entries.truncate(ROWS as usize);
    let next = entries.last().filter(|_| more).map(|last| page::encode(&last.seq));
    let rows = entries.into_iter().map(|entry| {
        let user = entry.actor_id.and_then(|id| reference.user(domain::id::UserId(id)));
        let values = [
            entry.seq.into(),
            entry.at.to_rfc3339_opts(SecondsFormat::AutoSi, true).into(),
            user.map(|user| user.email.clone()).into(),
            entry.actor_id.map(|id| id.to_string()).into(),
            entry.origin.into(),
            entry.action.into(),
            entry.entity.into(),
            entry.entity_id.to_string().into(),
            entry.changes.into(),
            entry.salt.into(),
            entry.commitment.into(),
            entry.erased_by.into(),
            entry.hash.into(),
            entry.seal.into(),
        ];
        COLUMNS.iter().map(|column| (*column).to_owned()).zip(values).collect()
    });
    Ok((rows.collect(), next))
}
