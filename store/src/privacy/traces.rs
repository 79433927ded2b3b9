//! Where a person left traces: the records that tell of them, and the words by which they are found in those of others.

use std::collections::BTreeSet;

use domain::Outcome;
use domain::contact::PointKind;
use domain::fold::{escape_like, fold};
use domain::privacy::{ERASED, Part, Preview, Stay, Why};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    TryGetable,
};
use uuid::Uuid;

use super::person::Person;
use crate::audit::ERASURE;
use crate::entity::{
    account, act, activity, audit_entry, consent, contact, contact_point, deal, lead, offer, offer_revision,
    outbox, submission, survey, task, user,
};
use crate::error::OrProblem;

/// A name of fewer words is looked for only in the person's own records.
const WORDS: usize = 2;
/// Digits of a phone without its prefix.
const LOCAL: usize = 10;
/// The state of an act that the law wants kept.
const SIGNED: &str = "signed";

#[derive(Default)]
pub(super) struct Traces {
    pub(super) leads: Vec<Uuid>,
    pub(super) contacts: Vec<Uuid>,
    pub(super) submissions: Vec<Uuid>,
    pub(super) consents: Vec<Uuid>,
    pub(super) activities: Vec<Uuid>,
    pub(super) tasks: Vec<Uuid>,
    pub(super) deals: Vec<Uuid>,
    pub(super) offers: Vec<Uuid>,
    pub(super) revisions: Vec<Uuid>,
    pub(super) acts: Vec<Uuid>,
    /// Legal entities of the person that no signed act names.
    pub(super) accounts: Vec<Uuid>,
    pub(super) ratings: Vec<Uuid>,
    pub(super) mails: Vec<Uuid>,
    /// Numbers of audit entries.
    pub(super) entries: Vec<i64>,
    /// Words that stand for this person and nobody else, wherever they are.
    pub(super) only: Vec<String>,
    /// Those, and what means the person in their own records.
    pub(super) own: Vec<String>,
    /// Names, phones and addresses that are others' as well.
    shared: Vec<String>,
}

impl Traces {
    pub(super) async fn of(conn: &impl ConnectionTrait, person: &Person) -> Outcome<Traces> {
        let mut traces =
            Traces { leads: person.lead_ids(), contacts: person.contact_ids(), ..Traces::default() };
        let (leads, contacts) = (&traces.leads, &traces.contacts);
        let deals = any([among(deal::Column::LeadId, leads), among(deal::Column::ContactId, contacts)]);
        traces.deals = ids(conn, deal::Column::Id, deals).await?;
        let consents =
            any([among(consent::Column::LeadId, leads), among(consent::Column::ContactId, contacts)]);
        traces.consents = ids(conn, consent::Column::Id, consents).await?;
        traces.submissions =
            ids(conn, submission::Column::Id, among(submission::Column::LeadId, leads)).await?;
        let deals = &traces.deals;
        let activities = any([
            among(activity::Column::LeadId, leads),
            among(activity::Column::ContactId, contacts),
            among(activity::Column::DealId, deals),
        ]);
        traces.activities = ids(conn, activity::Column::Id, activities).await?;
        let tasks = any([
            among(task::Column::LeadId, leads),
            among(task::Column::ContactId, contacts),
            among(task::Column::DealId, deals),
        ]);
        traces.tasks = ids(conn, task::Column::Id, tasks).await?;
        traces.offers = ids(conn, offer::Column::Id, among(offer::Column::DealId, deals)).await?;
        traces.revisions =
            ids(conn, offer_revision::Column::Id, among(offer_revision::Column::OfferId, &traces.offers))
                .await?;
        traces.acts = ids(conn, act::Column::Id, among(act::Column::DealId, deals)).await?;
        traces.ratings = ids(conn, survey::Column::Id, among(survey::Column::DealId, deals)).await?;
        let signed = among(act::Column::Id, &traces.acts).add(act::Column::Status.eq(SIGNED));
        let bound: Vec<Uuid> = column(conn, act::Column::DealId, signed).await?;
        let bound = column(conn, deal::Column::AccountId, among(deal::Column::Id, &bound)).await?;
        traces.accounts = accounts_of(person).into_iter().filter(|id| !bound.contains(&Some(*id))).collect();
        traces.find_words(conn, person).await?;
        traces.mails = traces.find_mails(conn).await?;
        traces.entries = traces.find_entries(conn).await?;
        Ok(traces)
    }

    async fn find_words(&mut self, conn: &impl ConnectionTrait, person: &Person) -> Outcome<()> {
        let signers = among(act::Column::DealId, &self.deals);
        let signers: Vec<String> = column(conn, act::Column::SignedBy, signers).await?;
        let mut own = BTreeSet::from_iter(signers);
        let of_offers = || among(offer_revision::Column::OfferId, &self.offers);
        own.extend(column(conn, offer_revision::Column::AnsweredBy, of_offers()).await?);
        let mut only = BTreeSet::new();
        let mut shared = BTreeSet::new();
        let mut sort = |is_shared: bool, word: &str, spellings: Vec<String>| {
            own.extend(spellings.iter().cloned());
            if is_shared {
                shared.insert(word.to_owned());
            } else {
                only.extend(spellings);
            }
        };
        for name in person.names().collect::<BTreeSet<_>>() {
            let common =
                name.split_whitespace().count() < WORDS || self.is_name_of_others(conn, name).await?;
            sort(common, name, vec![name.to_owned(), name.to_lowercase(), fold(name)]);
        }
        let mut addresses: BTreeSet<String> = person.normals(PointKind::Email).into_iter().collect();
        addresses.extend(column(conn, offer_revision::Column::SentTo, of_offers()).await?);
        let asked = among(survey::Column::DealId, &self.deals);
        addresses.extend(column(conn, survey::Column::SentTo, asked).await?);
        addresses.retain(|address| !address.is_empty());
        for address in &addresses {
            let escaped = address.replace('@', "%40");
            let is_shared = self.is_point_of_others(conn, address).await?;
            sort(is_shared, address, vec![address.clone(), escaped]);
        }
        for phone in person.normals(PointKind::Phone) {
            let digits = phone.trim_start_matches('+').to_owned();
            let local = digits[digits.len().saturating_sub(LOCAL)..].to_owned();
            let mut spellings = vec![phone.clone(), digits, local];
            let typed = person.points.iter().filter(|point| point.normal == phone);
            spellings.extend(typed.map(|point| point.raw.clone()));
            let is_shared = self.is_point_of_others(conn, &phone).await?;
            sort(is_shared, &phone, spellings);
        }
        for point in &person.points {
            if [PointKind::Messenger, PointKind::Domain].iter().any(|kind| kind.code() == point.kind) {
                own.extend([point.raw.clone(), point.normal.clone()]);
            }
        }
        (self.own, self.only) = (longest_first(own), longest_first(only));
        self.shared = shared.into_iter().collect();
        Ok(())
    }

    async fn is_name_of_others(&self, conn: &impl ConnectionTrait, name: &str) -> Outcome<bool> {
        let leads = Condition::all()
            .add(lead::Column::Name.eq(name))
            .add(lead::Column::Id.is_not_in(self.leads.iter().copied()));
        let contacts = Condition::all()
            .add(contact::Column::Folded.eq(fold(name)))
            .add(contact::Column::Id.is_not_in(self.contacts.iter().copied()));
        let colleagues = Condition::all().add(user::Column::Name.eq(name));
        Ok(!ids(conn, lead::Column::Id, leads).await?.is_empty()
            || !ids(conn, contact::Column::Id, contacts).await?.is_empty()
            || !ids(conn, user::Column::Id, colleagues).await?.is_empty())
    }

    /// Somebody else's, a colleague's included.
    async fn is_point_of_others(&self, conn: &impl ConnectionTrait, normal: &str) -> Outcome<bool> {
        let points = contact_point::Entity::find().filter(contact_point::Column::Normal.eq(normal));
        let points = points.all(conn).await.db()?;
        let is_own = |point: &contact_point::Model| {
            point.lead_id.is_some_and(|id| self.leads.contains(&id))
                || point.contact_id.is_some_and(|id| self.contacts.contains(&id))
        };
        let colleagues = Condition::all().add(user::Column::EmailFolded.eq(normal));
        Ok(!points.iter().all(is_own) || !ids(conn, user::Column::Id, colleagues).await?.is_empty())
    }

    /// Mails about the person's offers and ratings, and whatever else went to an address of theirs alone.
    async fn find_mails(&self, conn: &impl ConnectionTrait) -> Outcome<Vec<Uuid>> {
        let sent = among(offer_revision::Column::Id, &self.revisions);
        let sent: Vec<Option<Uuid>> = column(conn, offer_revision::Column::OutboxId, sent).await?;
        let mut mails: BTreeSet<Uuid> = sent.into_iter().flatten().collect();
        let to = self.only.iter().filter(|word| word.contains('@')).map(|address| {
            let address = serde_json::Value::from(address.as_str());
            outbox::Column::Payload.into_simple_expr().like(part(&format!("\"to\":{address}")))
        });
        let to = to.fold(Condition::any(), Condition::add);
        if !to.is_empty() {
            mails.extend(ids(conn, outbox::Column::Id, to).await?);
        }
        Ok(mails.into_iter().collect())
    }

    /// Audit entries with values that tell of the person: all about their leads, contacts and consents; what the client did; and
    /// what names them. Who worked on what, and when, stays readable.
    async fn find_entries(&self, conn: &impl ConnectionTrait) -> Outcome<Vec<i64>> {
        use audit_entry::Column as C;
        let about = [&self.leads, &self.contacts, &self.consents].into_iter().flatten().copied();
        let near = [&self.tasks, &self.deals, &self.offers, &self.acts, &self.ratings].into_iter().flatten();
        let names = |words: &[String]| {
            let told = words.iter().map(|word| C::Changes.into_simple_expr().like(part(&escaped(word))));
            told.fold(Condition::any().add(Expr::cust("1 = 0")), Condition::add)
        };
        let wanted = Condition::any()
            .add(C::EntityId.is_in(about))
            .add(
                Condition::all()
                    .add(C::EntityId.is_in(near.copied()))
                    .add(names(&self.own).add(C::ActorId.is_null())),
            )
            .add(names(&self.only));
        audit_entry::Entity::find()
            .select_only()
            .column(C::Seq)
            .filter(C::ErasedBy.is_null())
            // What an earlier erasure recorded names nobody, and has to stay.
            .filter(Condition::any().add(C::Entity.ne(ERASURE.0)).add(C::Action.ne(ERASURE.1)))
            .filter(wanted)
            .order_by_asc(C::Seq)
            .into_tuple()
            .all(conn)
            .await
            .db()
    }

    pub(super) async fn preview(&self, conn: &impl ConnectionTrait, person: &Person) -> Outcome<Preview> {
        let going = [
            (Part::Leads, self.leads.len()),
            (Part::Contacts, self.contacts.len()),
            (Part::Submissions, self.submissions.len()),
            (Part::Consents, self.consents.len()),
            (Part::Activities, self.activities.len()),
            (Part::Tasks, self.tasks.len()),
            (Part::Deals, self.deals.len()),
            (Part::Offers, self.offers.len()),
            (Part::Acts, self.acts.len()),
            (Part::Ratings, self.ratings.len()),
            (Part::Mails, self.mails.len()),
            (Part::Audit, self.entries.len()),
        ];
        let mut staying = Vec::new();
        let mut stay = |why: Why, what: Vec<String>| {
            staying.extend(what.into_iter().map(|what| Stay { what, why }));
        };
        let signed = among(act::Column::Id, &self.acts).add(act::Column::Status.eq(SIGNED));
        stay(Why::SignedAct, column(conn, act::Column::Number, signed).await?);
        let accepted = among(offer_revision::Column::Id, &self.revisions)
            .add(offer_revision::Column::Status.eq("accepted"));
        let accepted: Vec<Uuid> = column(conn, offer_revision::Column::OfferId, accepted).await?;
        stay(
            Why::AcceptedOffer,
            column(conn, offer::Column::Number, among(offer::Column::Id, &accepted)).await?,
        );
        let entities = among(account::Column::Id, &accounts_of(person));
        stay(Why::LegalEntity, column(conn, account::Column::Name, entities).await?);
        stay(Why::Shared, self.shared.clone());
        let mut known_by: Vec<String> = person.names().map(str::to_owned).collect();
        known_by.extend(person.points.iter().map(|point| point.raw.clone()));
        known_by.sort_unstable();
        known_by.dedup();
        Ok(Preview {
            name: person.name().to_owned(),
            known_by,
            going: going.into_iter().filter(|(_, n)| *n > 0).map(|(part, n)| (part, n as u64)).collect(),
            staying,
        })
    }
}

fn accounts_of(person: &Person) -> Vec<Uuid> {
    let of_contacts = person.contacts.iter().filter_map(|contact| contact.account_id);
    of_contacts.chain(person.leads.iter().filter_map(|lead| lead.account_id)).collect()
}

/// A pattern for texts that have `word` in them.
pub(super) fn part(word: &str) -> LikeExpr {
    LikeExpr::new(format!("%{}%", escape_like(word))).escape('\\')
}

/// The word as it stands inside a string of JSON.
pub(super) fn escaped(word: &str) -> String {
    let quoted = serde_json::Value::from(word).to_string();
    quoted.trim_matches('"').to_owned()
}

/// What holds another word goes before it.
fn longest_first(words: BTreeSet<String>) -> Vec<String> {
    let mut words: Vec<String> =
        words.into_iter().filter(|word| word.chars().count() > 1 && word != ERASED).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn among<C: ColumnTrait>(column: C, ids: &[Uuid]) -> Condition {
    Condition::all().add(column.is_in(ids.iter().copied()))
}

fn any<const N: usize>(of: [Condition; N]) -> Condition {
    of.into_iter().fold(Condition::any(), Condition::add)
}

/// The ids of the rows where `wanted` holds.
async fn ids<C: ColumnTrait>(conn: &impl ConnectionTrait, id: C, wanted: Condition) -> Outcome<Vec<Uuid>>
where
    C::EntityName: EntityTrait,
{
    column(conn, id, wanted).await
}

/// The values of a column where `wanted` holds.
async fn column<C: ColumnTrait, T: TryGetable + Send>(
    conn: &impl ConnectionTrait,
    column: C,
    wanted: Condition,
) -> Outcome<Vec<T>>
where
    C::EntityName: EntityTrait,
{
    let rows = <C::EntityName as EntityTrait>::find().select_only().column(column).filter(wanted);
    let rows: Vec<(T,)> = rows.into_tuple().all(conn).await.db()?;
    Ok(rows.into_iter().map(|(value,)| value).collect())
}
