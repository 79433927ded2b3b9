//! The rows of an offer: found, locked, and turned into what the domain knows.

use chrono::NaiveDate;
use domain::access::{Action, Actor};
use domain::id::{DealId, OfferId, RevisionId};
use domain::offer::{OfferLine, OfferStatus, Revision};
use domain::{Currency, Money, Outcome, Problem};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::Db;
use crate::db::Tx;
use crate::deals;
use crate::entity::{deal, offer, offer_line, offer_revision};
use crate::error::{OrProblem, broken};
use crate::token;

/// What links to offers are derived for.
const PURPOSE: &str = "offer";

/// The status on the day `today`: what nobody answered is expired after its last day.
pub(crate) fn status_on(code: &str, valid_until: NaiveDate, today: NaiveDate) -> Outcome<OfferStatus> {
    let status = OfferStatus::from_code(code).ok_or_else(|| broken("an offer of no status"))?;
    Ok(if status.answerable() && valid_until < today { OfferStatus::Expired } else { status })
}

/// The path of the client's page.
pub(super) fn path(db: &Db, revision: Uuid, nonce: &str) -> String {
    format!("/o/{}", token::derive(db, PURPOSE, revision, nonce))
}

/// What is stored of that page's token.
pub(super) fn token_hash(db: &Db, revision: Uuid, nonce: &str) -> String {
    token::hash(&token::derive(db, PURPOSE, revision, nonce))
}

/// An offer in a write transaction: its deal (locked), itself and its latest revision.
pub(super) struct Loaded {
    pub(super) deal: deal::Model,
    pub(super) offer: offer::Model,
    pub(super) revision: offer_revision::Model,
}

/// The offer, if the actor may write its deal.
pub(super) async fn load(tx: &Tx, actor: &Actor, id: OfferId) -> Outcome<Loaded> {
    let find = || offer::Entity::find_by_id(id.0);
    let of = find().one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?.deal_id;
    let deal = deals::load(tx, actor, Action::Write, DealId(of)).await?;
    // Read again: until the deal was locked, somebody else may have changed it.
    let offer = find().one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?;
    let revision = offer_revision::Entity::find()
        .filter(offer_revision::Column::OfferId.eq(offer.id))
        .filter(offer_revision::Column::Number.eq(offer.revision))
        .one(tx.conn())
        .await
        .db()?
        .ok_or_else(|| broken("an offer without its revision"))?;
    Ok(Loaded { deal, offer, revision })
}

impl Loaded {
    /// Refuses a change that was made from another version.
    pub(super) fn seen(&self, version: i64) -> Outcome<()> {
        if version == self.offer.version {
            Ok(())
        } else {
            Err(Problem::Conflict { version: self.offer.version })
        }
    }

    pub(super) fn status(&self) -> Outcome<OfferStatus> {
        OfferStatus::from_code(&self.revision.status).ok_or_else(|| broken("an offer of no status"))
    }

    /// Counts the change and names the latest revision; answers the new version.
    pub(super) async fn touch(&self, tx: &Tx, latest: i32) -> Outcome<i64> {
        offer::Entity::update_many()
            .col_expr(offer::Column::Version, Expr::val(self.offer.version + 1))
            .col_expr(offer::Column::Revision, Expr::val(latest))
            .filter(offer::Column::Id.eq(self.offer.id))
            .exec(tx.conn())
            .await
            .db()?;
        Ok(self.offer.version + 1)
    }
}

/// The lines of a revision, in order.
pub(super) async fn lines(conn: &impl ConnectionTrait, revision: Uuid) -> Outcome<Vec<OfferLine>> {
    let rows = offer_line::Entity::find()
        .filter(offer_line::Column::RevisionId.eq(revision))
        .order_by_asc(offer_line::Column::Position)
        .all(conn)
        .await
        .db()?;
    Ok(rows.into_iter().map(offer_line::Model::into_line).collect())
}

/// Keeps the lines of a revision, in order.
pub(super) async fn put_lines(tx: &Tx, revision: Uuid, lines: &[OfferLine]) -> Outcome<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let rows =
        (1..).zip(lines).map(|(position, line)| offer_line::ActiveModel::new(revision, position, line));
    offer_line::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}

impl offer_revision::Model {
    pub(super) fn currency(&self) -> Outcome<Currency> {
        Currency::from_code(&self.currency).ok_or_else(|| broken("an offer in no currency"))
    }

    pub(super) fn total(&self) -> Outcome<Money> {
        Ok(Money::new(self.total_minor, self.currency()?))
    }

    pub(super) fn into_revision(self, lines: Vec<OfferLine>, today: NaiveDate) -> Outcome<Revision> {
        Ok(Revision {
            id: RevisionId(self.id),
            number: self.number,
            status: status_on(&self.status, self.valid_until, today)?,
            currency: self.currency()?,
            title: self.title,
            intro: self.intro,
            terms: self.terms,
            valid_until: self.valid_until,
            lines,
            sent_at: self.sent_at,
            viewed_at: self.viewed_at,
            answered_at: self.answered_at,
            answered_by: self.answered_by,
            answer_note: self.answer_note,
        })
    }
}
