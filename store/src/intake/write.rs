//! A batch of submissions in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Actor, Ownership, Role};
use domain::activity::Happening;
use domain::consent::Purpose;
use domain::contact::PointKind;
use domain::fold::fold;
use domain::form::{Receipt, SubmissionStatus, Suspicion, Taker};
use domain::id::{FormId, LeadId, TeamId, UserId};
use domain::user::{Standing, User};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use super::Entry;
use crate::Db;
use crate::db::{Links, Tx};
use crate::entity::{activity, consent, contact_point, lead, submission};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::leads::{Arrival, Arrivals};
use crate::reference::Reference;
use crate::rows::{self, padded};

/// Counts the leads that were given out in turn; a team has a counter of its own.
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

/// What becomes of a submission that comes for the first time.
struct Fresh<'a> {
    entry: &'a Entry,
    receipt: LeadId,
    status: SubmissionStatus,
    suspicions: Vec<Suspicion>,
    /// The lead that it adds to.
    earlier: Option<Links>,
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
        let receipt = Receipt {
            id: LeadId(new_id()),
            message: entry.answer.clone(),
            redirect: entry.form.redirect.clone(),
        };
        if let Some(identity) = identity {
            answered
                .insert(identity, Answered { body_hash: entry.body_hash.clone(), receipt: receipt.clone() });
        }
        fresh.push(Fresh {
            entry,
            receipt: receipt.id,
            status: entry.status(),
            suspicions: entry.verdict.suspicions.clone(),
            earlier: None,
        });
        answers.push(Ok(receipt));
    }
    doubt_used_proofs(tx, &mut fresh).await?;
    find_earlier(tx, &mut fresh).await?;
    keep(tx, reference, &fresh).await?;
    Ok(answers)
}

/// A proof is good for one submission; the second one waits in the log.
async fn doubt_used_proofs(tx: &Tx, fresh: &mut [Fresh<'_>]) -> Outcome<()> {
    let brought: Vec<&str> = fresh.iter().filter_map(|fresh| fresh.entry.verdict.proof.as_deref()).collect();
    if brought.is_empty() {
        return Ok(());
    }
    let mut used: HashSet<String> = submission::Entity::find()
        .select_only()
        .column(submission::Column::Proof)
        .filter(submission::Column::Proof.is_in(padded(brought)))
        .into_tuple()
        .all(tx.conn())
        .await
        .db()?
        .into_iter()
        .collect();
    for fresh in fresh {
        let Some(proof) = &fresh.entry.verdict.proof else { continue };
        if !used.insert(proof.clone()) {
            fresh.suspicions.push(Suspicion::UsedProof);
            fresh.status = SubmissionStatus::Flagged;
        }
    }
    Ok(())
}

/// A person as a form knows them: the form, a way to reach them and the name they gave.
type Known = (FormId, &'static str, String, String);

/// Finds the leads of those who have asked by the same form a moment ago.
async fn find_earlier(tx: &Tx, fresh: &mut [Fresh<'_>]) -> Outcome<()> {
    let merges = |fresh: &Fresh<'_>| {
        fresh.entry.verdict.merges
            && fresh.status == SubmissionStatus::Accepted
            && fresh.window() > TimeDelta::zero()
    };
    let asking: Vec<&Entry> = fresh.iter().filter(|fresh| merges(fresh)).map(|fresh| fresh.entry).collect();
    let Some(longest) = fresh.iter().filter(|fresh| merges(fresh)).map(Fresh::window).max() else {
        return Ok(());
    };
    let mut known = recent(tx, &asking, tx.now() - longest).await?;
    for fresh in fresh.iter_mut().filter(|fresh| merges(fresh)) {
        let people = fresh.entry.known();
        let since = tx.now() - fresh.window();
        let earlier = people.iter().filter_map(|person| known.get(person)).find(|(_, at)| *at >= since);
        if let Some((links, _)) = earlier {
            fresh.earlier = Some(*links);
            fresh.status = SubmissionStatus::Merged;
        } else {
            let links = Links { lead: Some(fresh.receipt), ..Links::default() };
            known.extend(people.into_iter().map(|person| (person, (links, tx.now()))));
        }
    }
    Ok(())
}

/// The newest lead since `since` of each of the people who ask.
async fn recent(
    tx: &Tx,
    asking: &[&Entry],
    since: DateTime<Utc>,
) -> Outcome<HashMap<Known, (Links, DateTime<Utc>)>> {
    let reached = |kind: PointKind, normal: Vec<&str>| {
        contact_point::Column::Kind.eq(kind.code()).and(contact_point::Column::Normal.is_in(padded(normal)))
    };
    let of = |read: fn(&Entry) -> &str| {
        asking.iter().map(|entry| read(entry)).filter(|text| !text.is_empty()).collect::<Vec<_>>()
    };
    let points = contact_point::Entity::find()
        .select_only()
        .column(contact_point::Column::LeadId)
        .filter(
            Condition::any()
                .add(reached(PointKind::Phone, of(|entry| &entry.visitor.phone)))
                .add(reached(PointKind::Email, of(|entry| &entry.visitor.email))),
        )
        .filter(contact_point::Column::CreatedAt.gte(since))
        .filter(contact_point::Column::LeadId.is_not_null());
    // Asked for by their ids alone: with the state and the time as well, SQLite walks over every open lead of that time.
    let leads = lead::Entity::find()
        .filter(lead::Column::Id.in_subquery(sea_orm::QueryTrait::into_query(points)))
        .all(tx.conn())
        .await
        .db()?;
    let mut known: HashMap<Known, (Links, DateTime<Utc>)> = HashMap::new();
    for lead in leads.into_iter().filter(|lead| lead.created_at >= since && lead.status().is_open()) {
        let Some(form) = lead.form_id.map(FormId) else { continue };
        let name = fold(&lead.name);
        for (kind, normal) in [(PointKind::Phone, &lead.phone), (PointKind::Email, &lead.email)] {
            if !normal.is_empty() {
                let newest = known
                    .entry((form, kind.code(), normal.clone(), name.clone()))
                    .or_insert((lead.links(), lead.created_at));
                if newest.1 < lead.created_at {
                    *newest = (lead.links(), lead.created_at);
                }
            }
        }
    }
    Ok(known)
}

impl Fresh<'_> {
    fn window(&self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.entry.form.duplicate_minutes))
    }

    fn happening(&self) -> Happening {
        let entry = self.entry;
        Happening::FormSubmitted {
            form: entry.form.name.clone(),
            site: entry.attribution.last.site.clone(),
            message: entry.visitor.message.clone(),
            answers: entry.visitor.answers.clone(),
        }
    }

    fn row(&self, id: Uuid, at: DateTime<Utc>) -> Outcome<submission::ActiveModel> {
        let entry = self.entry;
        let lead = match self.status {
            SubmissionStatus::Accepted => Some(self.receipt),
            SubmissionStatus::Merged => self.earlier.and_then(|links| links.lead),
            _ => None,
        };
        let used = self.suspicions.contains(&Suspicion::UsedProof);
        Ok(submission::ActiveModel {
            id: Set(id),
            form_id: Set(entry.form.id.0),
            idempotency_key: Set(entry.key.clone()),
            body_hash: Set(entry.body_hash.clone()),
            receipt_id: Set(self.receipt.0),
            lead_id: Set(lead.map(|lead| lead.0)),
            status: Set(self.status.code().to_owned()),
            suspicions: Set(self.suspicions.iter().map(|s| s.code()).collect::<Vec<_>>().join(" ")),
            faults: Set(serde_json::to_string(&entry.faults).map_err(broken)?),
            answer: Set(entry.answer.clone()),
            redirect: Set(entry.form.redirect.clone()),
            fields: Set(entry.fields.clone()),
            attribution: Set(entry.raw_attribution.clone()),
            channel: Set(entry.attribution.last.channel.clone()),
            consent: Set(match &entry.consent {
                Some(agreed) => serde_json::to_string(agreed).map_err(broken)?,
                None => String::new(),
            }),
            ip: Set(entry.ip.clone()),
            proof: Set(entry.verdict.proof.clone().filter(|_| !used)),
            created_at: Set(at),
            settled_by: Set(None),
            settled_at: Set(None),
        })
    }
}

async fn keep(tx: &Tx, reference: &Reference, fresh: &[Fresh<'_>]) -> Outcome<()> {
    if fresh.is_empty() {
        return Ok(());
    }
    let leads: Vec<&Fresh<'_>> =
        fresh.iter().filter(|fresh| fresh.status == SubmissionStatus::Accepted).collect();
    if !leads.is_empty() {
        let owners = owners(tx, reference, leads.iter().map(|fresh| fresh.entry)).await?;
        let mut arrivals = Arrivals::begin(tx, leads.len()).await?;
        for (fresh, owner) in leads.iter().zip(owners) {
            arrivals.add(
                &Actor::SYSTEM,
                fresh.entry.arrival(reference, fresh.receipt, owner, fresh.happening()),
            )?;
        }
        arrivals.insert().await?;
    }
    let mut submissions = Vec::with_capacity(fresh.len());
    let mut consents = Vec::new();
    let mut stories = Vec::new();
    for fresh in fresh {
        let id = new_id();
        submissions.push(fresh.row(id, tx.now())?);
        let lead = match (fresh.status, fresh.earlier) {
            (SubmissionStatus::Accepted, _) => Some(fresh.receipt),
            (_, Some(links)) => {
                stories.push(story(links, &fresh.happening(), tx.now())?);
                links.lead
            }
            _ => None,
        };
        consents.extend(lead.and_then(|lead| fresh.entry.consented(lead, id, tx.now())));
    }
    let conn = tx.conn();
    rows::insert(conn, submissions).await?;
    rows::insert(conn, consents).await?;
    rows::insert(conn, stories).await
}

fn story(links: Links, what: &Happening, at: DateTime<Utc>) -> Outcome<activity::ActiveModel> {
    Ok(activity::ActiveModel {
        id: Set(new_id()),
        at: Set(at),
        kind: Set(what.code().to_owned()),
        actor_id: Set(None),
        lead_id: Set(links.lead.map(|id| id.0)),
        deal_id: Set(links.deal.map(|id| id.0)),
        contact_id: Set(links.contact.map(|id| id.0)),
        account_id: Set(links.account.map(|id| id.0)),
        body: Set(serde_json::to_string(what).map_err(broken)?),
    })
}

impl Entry {
    fn identity(&self) -> Option<(FormId, String)> {
        self.key.clone().map(|key| (self.form.id, key))
    }

    /// As whom the form knows who sent it.
    fn known(&self) -> Vec<Known> {
        let name = fold(&self.visitor.name);
        [(PointKind::Phone, &self.visitor.phone), (PointKind::Email, &self.visitor.email)]
            .into_iter()
            .filter(|(_, normal)| !normal.is_empty())
            .map(|(kind, normal)| (self.form.id, kind.code(), normal.clone(), name.clone()))
            .collect()
    }

    /// The lead that is made of it.
    pub(super) fn arrival(
        &self,
        reference: &Reference,
        id: LeadId,
        owner: Option<UserId>,
        happening: Happening,
    ) -> Arrival<'_> {
        Arrival {
            id,
            visitor: &self.visitor,
            form: Some(self.form.id),
            attribution: &self.attribution,
            whose: Ownership { owner, team: owner.and_then(|owner| reference.team_of(owner)), shared: None },
            call_back: TimeDelta::minutes(i64::from(self.form.call_back_minutes)),
            happening,
        }
    }

    /// The record of what the visitor agreed to.
    pub(super) fn consented(
        &self,
        lead: LeadId,
        submission: Uuid,
        at: DateTime<Utc>,
    ) -> Option<consent::ActiveModel> {
        self.consent.as_ref().map(|agreed| consent::ActiveModel {
            id: Set(new_id()),
            lead_id: Set(Some(lead.0)),
            contact_id: Set(None),
            purpose: Set(Purpose::Processing.code().to_owned()),
            text_version: Set(agreed.version),
            text: Set(agreed.text.clone()),
            lang: Set(agreed.lang.code().to_owned()),
            given_at: Set(at),
            form_id: Set(Some(self.form.id.0)),
            submission_id: Set(Some(submission)),
            ip: Set(self.ip.clone()),
            how: Set(String::new()),
            recorded_by: Set(None),
            withdrawn_at: Set(None),
            withdrawn_by: Set(None),
            withdrawn_why: Set(String::new()),
        })
    }
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

async fn answered(tx: &Tx, entries: &[&Entry]) -> Outcome<HashMap<(FormId, String), Answered>> {
    let mut keys: BTreeMap<FormId, Vec<&str>> = BTreeMap::new();
    for entry in entries {
        if let Some(key) = &entry.key {
            keys.entry(entry.form.id).or_default().push(key);
        }
    }
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let any = keys.into_iter().fold(Condition::any(), |any, (form, keys)| {
        any.add(
            submission::Column::FormId.eq(form.0).and(submission::Column::IdempotencyKey.is_in(padded(keys))),
        )
    });
    let rows = submission::Entity::find().filter(any).all(tx.conn()).await.db()?;
    let known = rows.into_iter().filter_map(|row| {
        let receipt = Receipt { id: LeadId(row.receipt_id), message: row.answer, redirect: row.redirect };
        Some(((FormId(row.form_id), row.idempotency_key?), Answered { body_hash: row.body_hash, receipt }))
    });
    Ok(known.collect())
}

/// Who gets each of the leads, by the rules of their forms.
pub(super) async fn owners<'a>(
    tx: &Tx,
    reference: &Reference,
    entries: impl Iterator<Item = &'a Entry>,
) -> Outcome<Vec<Option<UserId>>> {
    let takers: Vec<Taker> = entries.map(|entry| taker(reference, entry)).collect();
    let mut given: Vec<Option<UserId>> = vec![None; takers.len()];
    let mut waiting: BTreeMap<Option<TeamId>, Vec<usize>> = BTreeMap::new();
    for (at, taker) in takers.into_iter().enumerate() {
        match taker {
            Taker::User(user) => given[at] = Some(user),
            Taker::Team(team) => waiting.entry(Some(team)).or_default().push(at),
            Taker::Turn => waiting.entry(None).or_default().push(at),
        }
    }
    for (team, places) in waiting {
        let people = in_turn(reference, team);
        if people.is_empty() {
            continue;
        }
        let counter = team.map_or_else(|| TURNS.to_owned(), |team| format!("{TURNS}:{team}"));
        let first = tx.numbers(&counter, i64::try_from(places.len()).unwrap_or(i64::MAX)).await?;
        let start = usize::try_from(first - 1).unwrap_or_default() % people.len();
        let turns = people.iter().cycle().skip(start);
        for (place, user) in places.into_iter().zip(turns) {
            given[place] = Some(user.id);
        }
    }
    Ok(given)
}

/// Whom the form's rule names; whoever cannot take a lead any more leaves it to all in turn.
fn taker(reference: &Reference, entry: &Entry) -> Taker {
    match entry.form.owner.of(&entry.attribution.last.channel) {
        Taker::User(id) if !reference.user(id).is_some_and(|user| user.active) => Taker::Turn,
        Taker::Team(id) if in_turn(reference, Some(id)).is_empty() => Taker::Turn,
        taker => taker,
    }
}

/// Who takes new leads: the active sales reps by name; where there are none, the heads of sales, else the admins.
fn in_turn(reference: &Reference, team: Option<TeamId>) -> Vec<&User> {
    let of = |role: Role| {
        reference
            .users
            .iter()
            .filter(|u| u.active && u.standing == Standing::Joined && u.role == role)
            .filter(|u| team.is_none() || u.team == team)
            .collect::<Vec<_>>()
    };
    [Role::SalesRep, Role::HeadOfSales, Role::Admin]
        .into_iter()
        .map(of)
        .find(|some| !some.is_empty())
        .unwrap_or_default()
}
