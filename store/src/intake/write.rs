//! A batch of submissions in one transaction.

use std::collections::HashMap;

use chrono::TimeDelta;
use domain::access::{Actor, Ownership, Role};
use domain::activity::Happening;
use domain::consent::Purpose;
use domain::form::Receipt;
use domain::id::{FormId, LeadId, UserId};
use domain::user::{Standing, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::Entry;
use crate::Db;
use crate::db::Tx;
use crate::entity::{consent, submission};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::leads::{Arrival, Arrivals};
use crate::reference::Reference;

/// Counts the leads that were given out in turn.
const TURNS: &str = "lead-turn";

/// The answers to `entries`, in their order. What cannot be written takes nothing else with it: then each is written alone.
pub(super) async fn batch(db: &Db, entries: &[Entry]) -> Vec<Outcome<Receipt>> {
    let all: Vec<&Entry> = entries.iter().collect();
    match write(db, &all).await {
        Ok(answers) => answers,
        Err(problem @ Problem::Unavailable { .. }) => entries.iter().map(|_| Err(problem.clone())).collect(),
        // Also what another process wrote under the same key at the same moment is found now.
        Err(_) => {
            let mut answers = Vec::with_capacity(entries.len());
            for entry in entries {
                let alone = write(db, &[entry]).await;
                answers.push(alone.and_then(|mut one| one.pop().unwrap_or(Err(Problem::Internal))));
            }
            answers
        }
    }
}

async fn write(db: &Db, entries: &[&Entry]) -> Outcome<Vec<Outcome<Receipt>>> {
    let reference = db.reference().await?;
    db.write(async |tx| register(tx, &reference, entries).await).await
}

async fn register(tx: &Tx, reference: &Reference, entries: &[&Entry]) -> Outcome<Vec<Outcome<Receipt>>> {
    let mut answered = answered(tx, entries).await?;
    let mut answers = Vec::with_capacity(entries.len());
    let mut fresh = Vec::with_capacity(entries.len());
    for entry in entries.iter().copied() {
        let identity = entry.identity();
        if let Some(earlier) = identity.as_ref().and_then(|identity| answered.get(identity)) {
            answers.push(earlier.again(entry));
            continue;
        }
        let receipt = Receipt { id: LeadId(new_id()), message: entry.answer.clone() };
        if let Some(identity) = identity {
            answered
                .insert(identity, Answered { body_hash: entry.body_hash.clone(), receipt: receipt.clone() });
        }
        fresh.push((entry, receipt.id));
        answers.push(Ok(receipt));
    }
    keep(tx, reference, &fresh).await?;
    Ok(answers)
}

async fn keep(tx: &Tx, reference: &Reference, fresh: &[(&Entry, LeadId)]) -> Outcome<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let owners = owners(tx, reference, fresh).await?;
    let mut arrivals = Arrivals::begin(tx, fresh.len()).await?;
    let mut submissions = Vec::with_capacity(fresh.len());
    let mut consents = Vec::new();
    for ((entry, id), owner) in fresh.iter().zip(owners) {
        let happening = Happening::FormSubmitted {
            form: entry.form.name.clone(),
            site: entry.attribution.last.site.clone(),
            message: entry.visitor.message.clone(),
        };
        arrivals.add(
            &Actor::SYSTEM,
            Arrival {
                id: *id,
                visitor: &entry.visitor,
                form: Some(entry.form.id),
                attribution: &entry.attribution,
                whose: Ownership {
                    owner,
                    team: owner.and_then(|owner| reference.team_of(owner)),
                    shared: None,
                },
                call_back: TimeDelta::minutes(i64::from(entry.form.call_back_minutes)),
                happening,
            },
        )?;
        let submission = new_id();
        consents.extend(entry.consent.as_ref().map(|agreed| consent::ActiveModel {
            id: Set(new_id()),
            lead_id: Set(Some(id.0)),
            contact_id: Set(None),
            purpose: Set(Purpose::Processing.code().to_owned()),
            text_version: Set(agreed.version),
            text: Set(agreed.text.clone()),
            lang: Set(agreed.lang.code().to_owned()),
            given_at: Set(tx.now()),
            form_id: Set(Some(entry.form.id.0)),
            submission_id: Set(Some(submission)),
            ip: Set(entry.ip.clone()),
            how: Set(String::new()),
            recorded_by: Set(None),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
            withdrawn_why: Set(String::new()),
        }));
        submissions.push(submission::ActiveModel {
            id: Set(submission),
            form_id: Set(entry.form.id.0),
            idempotency_key: Set(entry.key.clone()),
            body_hash: Set(entry.body_hash.clone()),
            lead_id: Set(id.0),
            answer: Set(entry.answer.clone()),
            fields: Set(entry.fields.clone()),
            attribution: Set(entry.raw_attribution.clone()),
            created_at: Set(tx.now()),
        });
    }
    arrivals.insert().await?;
    submission::Entity::insert_many(submissions).exec_without_returning(tx.conn()).await.db()?;
    consent::Entity::insert_many(consents).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}

/// What was answered to a key before.
struct Answered {
    body_hash: String,
    receipt: Receipt,
}

impl Answered {
    /// The same answer to the same submission; a key that stands for another one is refused.
    fn again(&self, entry: &Entry) -> Outcome<Receipt> {
        if self.body_hash == entry.body_hash {
            Ok(self.receipt.clone())
        } else {
            Err(Problem::field("Idempotency-Key", Fault::Taken))
        }
    }
}

impl Entry {
    fn identity(&self) -> Option<(FormId, String)> {
        self.key.clone().map(|key| (self.form.id, key))
    }
}

async fn answered(tx: &Tx, entries: &[&Entry]) -> Outcome<HashMap<(FormId, String), Answered>> {
    let identities: Vec<_> = entries.iter().filter_map(|entry| entry.identity()).collect();
    if identities.is_empty() {
        return Ok(HashMap::new());
    }
    let any = identities.into_iter().fold(Condition::any(), |any, (form, key)| {
        any.add(submission::Column::FormId.eq(form.0).and(submission::Column::IdempotencyKey.eq(key)))
    });
    let rows = submission::Entity::find().filter(any).all(tx.conn()).await.db()?;
    let known = rows.into_iter().filter_map(|row| {
        let receipt = Receipt { id: LeadId(row.lead_id), message: row.answer };
        Some(((FormId(row.form_id), row.idempotency_key?), Answered { body_hash: row.body_hash, receipt }))
    });
    Ok(known.collect())
}

/// Who gets each of the leads: the form's owner, else the sales reps in turn.
async fn owners(tx: &Tx, reference: &Reference, fresh: &[(&Entry, LeadId)]) -> Outcome<Vec<Option<UserId>>> {
    let named =
        |entry: &Entry| entry.form.owner.filter(|id| reference.user(*id).is_some_and(|user| user.active));
    let open = fresh.iter().filter(|(entry, _)| named(entry).is_none()).count();
    let people = takers(reference);
    if open == 0 || people.is_empty() {
        return Ok(fresh.iter().map(|(entry, _)| named(entry)).collect());
    }
    let first = tx.numbers(TURNS, i64::try_from(open).unwrap_or(i64::MAX)).await?;
    let start = usize::try_from(first - 1).unwrap_or_default();
    let mut turns = people.iter().cycle().skip(start % people.len()).map(|user| user.id);
    Ok(fresh.iter().map(|(entry, _)| named(entry).or_else(|| turns.next())).collect())
}

/// Who takes new leads: the active sales reps by name; where there are none, the heads of sales, else the admins.
fn takers(reference: &Reference) -> Vec<&User> {
    let of = |role: Role| {
        reference
            .users
            .iter()
            .filter(|u| u.active && u.standing == Standing::Joined && u.role == role)
            .collect::<Vec<_>>()
    };
    [Role::SalesRep, Role::HeadOfSales, Role::Admin]
        .into_iter()
        .map(of)
        .find(|some| !some.is_empty())
        .unwrap_or_default()
}
