//! What is kept about a person on the customers' side: told on request, and erased on request.

mod erase;
mod export;
mod person;
mod scrub;
mod traces;

use std::collections::HashSet;

use domain::access::{Action, Actor, Entity, check_any};
use domain::fold::fold;
use domain::id::{ContactId, LeadId};
use domain::privacy::{ERASED, Erased, Preview};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::{contact, erasure, lead};
use crate::error::OrProblem;
use crate::{Db, dialect, token};
use person::Person;
use traces::Traces;

/// Whom a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    Lead(LeadId),
    Contact(ContactId),
    /// Everybody who is reached by that address …
    Email(String),
    /// … or by that phone.
    Phone(String),
}

/// Everything that is kept about the person, as one object with a list for each kind of record.
pub async fn export(db: &Db, actor: &Actor, who: &Who) -> Outcome<Map<String, Value>> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let region = db.reference().await?.settings.phone_region.clone();
    let snapshot = dialect::snapshot(db.read()).await.db()?;
    let person = Person::find(&snapshot, who, &region).await?;
    let traces = Traces::of(&snapshot, &person).await?;
    export::all(&snapshot, &person, &traces, db.now()).await
}

/// What an erasure would take, and what would stay.
pub async fn preview(db: &Db, actor: &Actor, who: &Who) -> Outcome<Preview> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let region = db.reference().await?.settings.phone_region.clone();
    let snapshot = dialect::snapshot(db.read()).await.db()?;
    let person = Person::find(&snapshot, who, &region).await?;
    Traces::of(&snapshot, &person).await?.preview(&snapshot, &person).await
}

/// Takes the person out of every record; `typed` is their name, as the preview tells it. There is no way back.
pub async fn erase(db: &Db, actor: &Actor, who: &Who, typed: &str) -> Outcome<Erased> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let erased = take(db, actor, who, Some(typed)).await?;
    forget(db).await;
    Ok(erased)
}

/// The hashes of the records that were erased: the list that cleans an older backup once it is restored. It names nobody.
pub async fn erasures(db: &Db, actor: &Actor) -> Outcome<Vec<String>> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let hashes = erasure::Entity::find()
        .select_only()
        .column(erasure::Column::RecordHash)
        .order_by_asc(erasure::Column::RecordHash)
        .into_tuple();
    hashes.all(db.read()).await.db()
}

/// Completes when somebody was erased.
pub async fn wake(db: &Db) {
    db.erasures().notified().await;
}

/// Erases again what `hashes` name, after an older state of the database was restored; how many people that were.
pub async fn replay(db: &Db, actor: &Actor, hashes: &[String]) -> Outcome<u64> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let listed: HashSet<&str> = hashes.iter().map(String::as_str).collect();
    let leads: Vec<Uuid> = lead::Entity::find()
        .select_only()
        .column(lead::Column::Id)
        .filter(lead::Column::Name.ne(ERASED))
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    let contacts: Vec<Uuid> = contact::Entity::find()
        .select_only()
        .column(contact::Column::Id)
        .filter(contact::Column::Name.ne(ERASED))
        .into_tuple()
        .all(db.read())
        .await
        .db()?;
    let leads = leads.into_iter().map(|id| (id, Who::Lead(LeadId(id))));
    let contacts = contacts.into_iter().map(|id| (id, Who::Contact(ContactId(id))));
    let mut people = 0;
    for (_, who) in leads.chain(contacts).filter(|(id, _)| listed.contains(hash(*id).as_str())) {
        match take(db, actor, &who, None).await {
            Ok(_) => people += 1,
            // Went with another record of the same person.
            Err(Problem::NotFound) => {}
            Err(problem) => return Err(problem),
        }
    }
    db.write(async |tx| keep(tx, hashes.iter().cloned()).await).await?;
    forget(db).await;
    Ok(people)
}

async fn take(db: &Db, actor: &Actor, who: &Who, typed: Option<&str>) -> Outcome<Erased> {
    let reference = db.reference().await?;
    let region = &reference.settings.phone_region;
    db.write(async |tx| {
        // Whoever works on one of the records has finished, or waits until they are erased.
        Person::find(tx.conn(), who, region).await?.lock(tx.conn()).await?;
        let person = Person::find(tx.conn(), who, region).await?;
        if typed.is_some_and(|typed| fold(typed) != fold(person.name())) {
            return Err(Problem::field("confirm", Fault::Unknown));
        }
        let traces = Traces::of(tx.conn(), &person).await?;
        let erased = erase::all(tx, actor, &reference, &person, &traces).await?;
        keep(tx, person.ids().map(hash)).await?;
        Ok(erased)
    })
    .await
}

async fn keep(tx: &Tx, hashes: impl Iterator<Item = String>) -> Outcome<()> {
    let rows = hashes.map(|hash| erasure::ActiveModel { record_hash: Set(hash), at: Set(tx.now()) });
    erasure::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(erasure::Column::RecordHash).do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await
        .db()?;
    Ok(())
}

/// Lets the database give up what the erased rows left in its files, and tells who keeps the list of erasures.
async fn forget(db: &Db) {
    if let Err(error) = dialect::forget(db.writer()).await {
        tracing::warn!(%error, "the database keeps what was erased in its files until it is vacuumed");
    }
    db.erasures().notify_one();
}

/// What the list of erasures knows a record by; ids are random, so nobody finds one out from it.
fn hash(record: Uuid) -> String {
    token::hash(&format!("erased {record}"))
}
