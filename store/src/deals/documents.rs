//! The deal's offers, acts, rating and waivers in one statement with everything that it has to show.

use chrono::{DateTime, NaiveDate, Utc};
use domain::Outcome;
use domain::access::{Actor, Field};
use domain::act::{ActRow, ActStatus};
use domain::deal::Waiver;
use domain::feedback::Feedback;
use domain::id::{ActId, OfferId, SurveyId};
use domain::offer::OfferRow;
use domain::pipeline::{Evidence, Requirement};
use domain::{Currency, Money};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::evidence::{self, PROOFS, Proof};
use crate::entity::deal;
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::{Db, calendar, dialect, feedback, offers};

/// The kinds side by side: the same columns carry what each kind has. The first branch has a value of every type, so that
/// PostgreSQL knows the types of the others' NULLs.
const ALL: &str = "\
    SELECT 'offer' AS kind, o.id AS id, o.number AS name, r.status AS state, r.title AS text, r.currency AS currency, \
           CAST(r.number AS bigint) AS figure, r.total_minor AS total, r.valid_until AS day, r.sent_at AS first_at, \
           r.answered_at AS then_at, o.created_at AS made_at \
      FROM offers o JOIN offer_revisions r ON r.offer_id = o.id AND r.number = o.revision WHERE o.deal_id = $1 \
    UNION ALL \
    SELECT 'act', a.id, a.number, a.status, a.signed_by, a.currency, a.version, a.total_minor, a.issued_on, \
           a.signed_at, a.signed_at, a.created_at FROM acts a WHERE a.deal_id = $1 \
    UNION ALL \
    SELECT 'survey', s.id, s.sent_to, s.nonce, s.comment, '', s.score, 0, NULL, s.asked_at, s.answered_at, s.asked_at \
      FROM surveys s WHERE s.deal_id = $1 \
    UNION ALL \
    SELECT 'waiver', w.by_id, w.requirement, '', w.reason, '', 0, 0, NULL, w.at, NULL, w.at \
      FROM waivers w WHERE w.deal_id = $1";

#[derive(FromQueryResult)]
struct Row {
    kind: String,
    id: Option<Uuid>,
    name: String,
    state: String,
    text: String,
    currency: String,
    figure: Option<i64>,
    total: i64,
    day: Option<NaiveDate>,
    first_at: Option<DateTime<Utc>>,
    then_at: Option<DateTime<Utc>>,
    /// Proofs have no time.
    made_at: Option<DateTime<Utc>>,
}

impl Row {
    fn id(&self) -> Outcome<Uuid> {
        self.id.ok_or_else(|| broken("a document without an id"))
    }

    fn made_at(&self) -> Outcome<DateTime<Utc>> {
        self.made_at.ok_or_else(|| broken("a document of no time"))
    }

    fn day(&self) -> Outcome<NaiveDate> {
        self.day.ok_or_else(|| broken("a document without its day"))
    }

    fn total(&self) -> Outcome<Money> {
        let currency =
            Currency::from_code(&self.currency).ok_or_else(|| broken("a document in no currency"))?;
        Ok(Money::new(self.total, currency))
    }
}

/// What the deal has beside itself; lists newest first.
#[derive(Default)]
pub(super) struct Documents {
    pub(super) evidence: Evidence,
    pub(super) waivers: Vec<Waiver>,
    pub(super) offers: Vec<OfferRow>,
    pub(super) acts: Vec<ActRow>,
    pub(super) feedback: Option<Feedback>,
}

/// The documents with the proofs, newest first.
fn statement() -> String {
    format!(
        "{ALL} UNION ALL SELECT 'proof', p.item, p.name, p.kind, '', '', p.times, 0, NULL, NULL, NULL, NULL \
           FROM ({PROOFS}) p ORDER BY made_at DESC, name DESC"
    )
}

pub(super) async fn of_deal(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    deal: &deal::Model,
    client: &str,
    may_write: bool,
) -> Outcome<Documents> {
    let asked = dialect::sql(db.read(), &statement(), evidence::values(deal));
    let rows = db.read().query_all_raw(asked).await.db()?;
    let today = calendar::day(db.now(), &reference.settings.time_zone);
    let mut all = Documents { evidence: evidence::of_row(deal), ..Documents::default() };
    for row in rows {
        let row = Row::from_query_result(&row, "").db()?;
        match row.kind.as_str() {
            "proof" => {
                let times = row.figure.unwrap_or_default();
                let proof = Proof { kind: row.state, item: row.id, name: row.name, times };
                evidence::add(&mut all.evidence, proof);
            }
            "offer" => {
                all.offers.push(OfferRow {
                    id: OfferId(row.id()?),
                    revision: i32::try_from(row.figure.unwrap_or_default()).unwrap_or_default(),
                    deal: deal.id(),
                    client: client.to_owned(),
                    status: offers::status_on(&row.state, row.day()?, today)?,
                    total: row.total()?,
                    valid_until: row.day()?,
                    owner: reference.person(deal.owner_id),
                    sent_at: row.first_at,
                    title: row.text,
                    number: row.name,
                });
            }
            "act" => {
                let status = ActStatus::from_code(&row.state).ok_or_else(|| broken("an act of no status"))?;
                all.acts.push(ActRow {
                    id: ActId(row.id()?),
                    status,
                    total: row.total()?,
                    issued_on: row.day()?,
                    signed_at: row.first_at,
                    version: row.figure.unwrap_or_default(),
                    signed_by: row.text,
                    number: row.name,
                });
            }
            "survey" => {
                let id = SurveyId(row.id()?);
                all.feedback = Some(Feedback {
                    id,
                    deal: deal.id(),
                    asked_at: row.made_at()?,
                    sent_to: actor.seen(Field::ClientEmail, row.name),
                    answered_at: row.then_at,
                    score: row.figure.and_then(|score| i32::try_from(score).ok()),
                    comment: row.text,
                    public_path: may_write.then(|| feedback::path(db, id, &row.state)),
                });
            }
            _ => {
                let requirement =
                    Requirement::from_code(&row.name).ok_or_else(|| broken("an unknown requirement"))?;
                all.waivers.push(Waiver {
                    requirement,
                    by: reference.person(row.id).map(|person| person.name).unwrap_or_default(),
                    at: row.made_at()?,
                    reason: row.text,
                });
            }
        }
    }
    Ok(all)
}
