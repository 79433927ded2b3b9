//! Offers: what is proposed to a client, in revisions that never change once sent.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::access::Ownership;
use crate::id::{DealId, LineId, OfferId, RevisionId, ServiceId};
use crate::input::Checks;
use crate::legal::Parties;
use crate::money::{MAX_AMOUNT_MINOR, half_up};
use crate::user::Person;
use crate::{Currency, Fault, Money, Outcome, Problem, Refusal};

/// Where an offer revision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferStatus {
    Draft,
    Sent,
    Viewed,
    Accepted,
    Declined,
    Expired,
    /// A later revision took its place.
    Superseded,
}

impl OfferStatus {
    pub const ALL: [OfferStatus; 7] = [
        OfferStatus::Draft,
        OfferStatus::Sent,
        OfferStatus::Viewed,
        OfferStatus::Accepted,
        OfferStatus::Declined,
        OfferStatus::Expired,
        OfferStatus::Superseded,
    ];

    pub fn code(self) -> &'static str {
        match self {
            OfferStatus::Draft => "draft",
            OfferStatus::Sent => "sent",
            OfferStatus::Viewed => "viewed",
            OfferStatus::Accepted => "accepted",
            OfferStatus::Declined => "declined",
            OfferStatus::Expired => "expired",
            OfferStatus::Superseded => "superseded",
        }
    }

    pub fn from_code(code: &str) -> Option<OfferStatus> {
        OfferStatus::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Drafts change; nothing else does.
    pub fn editable(self) -> Outcome<()> {
        if self == OfferStatus::Draft { Ok(()) } else { Err(Problem::refused(Refusal::Immutable)) }
    }

    /// The client may answer a revision that was sent and not answered.
    pub fn answerable(self) -> bool {
        matches!(self, OfferStatus::Sent | OfferStatus::Viewed)
    }
}

/// A line with everything its sum depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferLine {
    pub id: LineId,
    pub service: Option<ServiceId>,
    pub name: String,
    pub description: String,
    pub unit: String,
    /// Thousandths of a unit: 1 500 is one and a half.
    pub quantity_milli: i64,
    /// Price of one unit without VAT, minor units.
    pub price_minor: i64,
    /// Discount in hundredths of a percent.
    pub discount_bp: i32,
    /// VAT in hundredths of a percent.
    pub vat_bp: i32,
}

/// Sums of a line or a document, minor units. `net` is after discount, without VAT; `gross` = `net` + `vat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    pub list: i64,
    pub discount: i64,
    pub net: i64,
    pub vat: i64,
    pub gross: i64,
}

impl std::ops::Add for Totals {
    type Output = Totals;

    fn add(self, other: Totals) -> Totals {
        Totals {
            list: self.list.saturating_add(other.list),
            discount: self.discount.saturating_add(other.discount),
            net: self.net.saturating_add(other.net),
            vat: self.vat.saturating_add(other.vat),
            gross: self.gross.saturating_add(other.gross),
        }
    }
}

/// Bounds of one line; its sum is bounded by [`MAX_AMOUNT_MINOR`] besides, so that every sum of 500 lines stays within `i64`.
pub const MAX_QUANTITY_MILLI: i64 = 1_000_000_000;
pub const MAX_PRICE_MINOR: i64 = 100_000_000_000;
pub const MAX_LINES: usize = 500;

impl OfferLine {
    /// Discount and VAT are rounded half-up per line; what is printed adds up.
    pub fn totals(&self) -> Totals {
        let list = half_up(i128::from(self.quantity_milli) * i128::from(self.price_minor), 1000);
        let net = half_up(
            i128::from(self.quantity_milli)
                * i128::from(self.price_minor)
                * i128::from(10_000 - self.discount_bp),
            10_000_000,
        );
        let vat = half_up(i128::from(net) * i128::from(self.vat_bp), 10_000);
        Totals { list, discount: list - net, net, vat, gross: net + vat }
    }

    /// Faults of a typed line, with `lines.N.` before each field's name.
    pub fn check(&self, index: usize, checks: &mut Checks) {
        let field = |name: &str| format!("lines.{index}.{name}");
        checks.required(&field("name"), &self.name, 300);
        checks.optional(&field("unit"), &self.unit, 40);
        checks.paragraph(&field("description"), &self.description, 2000);
        if !(1..=MAX_QUANTITY_MILLI).contains(&self.quantity_milli) {
            checks.fail(&field("quantity"), Fault::OutOfRange);
        }
        if !(0..=MAX_PRICE_MINOR).contains(&self.price_minor) {
            checks.fail(&field("price"), Fault::OutOfRange);
        }
        if !checks.has(&field("price")) && self.totals().list > MAX_AMOUNT_MINOR {
            checks.fail(&field("price"), Fault::OutOfRange);
        }
        if !(0..=10_000).contains(&self.discount_bp) {
            checks.fail(&field("discount"), Fault::OutOfRange);
        }
        if !(0..=10_000).contains(&self.vat_bp) {
            checks.fail(&field("vat"), Fault::OutOfRange);
        }
    }
}

/// The totals of a document: the sums of its printed lines.
pub fn totals(lines: &[OfferLine]) -> Totals {
    lines.iter().map(OfferLine::totals).fold(Totals::default(), std::ops::Add::add)
}

/// An offer in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OfferRow {
    pub id: OfferId,
    pub number: String,
    pub revision: i32,
    pub title: String,
    pub deal: DealId,
    pub client: String,
    pub status: OfferStatus,
    pub total: Money,
    pub valid_until: NaiveDate,
    pub owner: Option<Person>,
    pub sent_at: Option<DateTime<Utc>>,
}

/// An offer with its latest revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    pub id: OfferId,
    pub number: String,
    pub deal: DealId,
    pub deal_title: String,
    pub whose: Ownership,
    pub revision: Revision,
    /// Earlier revisions: number, status, total, when sent.
    pub earlier: Vec<(i32, OfferStatus, Money, Option<DateTime<Utc>>)>,
    /// Whom it will be sent to.
    pub recipient_name: String,
    pub recipient_email: String,
    pub client: String,
    pub version: i64,
    /// State of the mail that carries the sent revision.
    pub mail: Option<MailState>,
    /// Path of the client's page, for those who may write: `/o/…`; only of a sent revision.
    pub public_path: Option<String>,
}

/// One revision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Revision {
    pub id: RevisionId,
    pub number: i32,
    pub status: OfferStatus,
    pub title: String,
    pub intro: String,
    pub terms: String,
    pub currency: Currency,
    pub valid_until: NaiveDate,
    pub lines: Vec<OfferLine>,
    pub sent_at: Option<DateTime<Utc>>,
    pub viewed_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    /// Who accepted or declined, as they signed.
    pub answered_by: String,
    /// Why it was declined.
    pub answer_note: String,
}

impl Revision {
    pub fn totals(&self) -> Totals {
        totals(&self.lines)
    }
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mail", rename_all = "snake_case")]
pub enum MailState {
    /// Waits for its turn or for the next try.
    Waiting {
        attempts: i32,
    },
    Delivered {
        at: DateTime<Utc>,
    },
    /// Given up; the reason is the server's.
    Failed {
        error: String,
    },
    /// No mail server is configured; the link must be handed over by other means.
    NotConfigured,
}

/// The draft as it is typed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SaveOffer {
    pub id: OfferId,
    pub version: i64,
    pub title: String,
    pub intro: String,
    pub terms: String,
    pub currency: Currency,
    pub valid_until: NaiveDate,
    pub lines: Vec<OfferLine>,
}

/// To whom and with which words an offer goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendOffer {
    pub id: OfferId,
    pub version: i64,
    pub email: String,
    pub message: String,
}

/// A sent offer as its client reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublicOffer {
    pub number: String,
    pub revision: Revision,
    pub seller: String,
    pub seller_details: String,
    pub client: String,
    pub recipient: String,
    pub parties: Parties,
    pub manager: Option<Person>,
    pub lang: crate::Lang,
}

/// The client's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum OfferAnswer {
    Accept { name: String },
    Decline { name: String, reason: String },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(quantity_milli: i64, price_minor: i64, discount_bp: i32, vat_bp: i32) -> OfferLine {
        OfferLine {
            id: LineId(uuid::Uuid::nil()),
            service: None,
            name: "x".into(),
            description: String::new(),
            unit: String::new(),
            quantity_milli,
            price_minor,
            discount_bp,
            vat_bp,
        }
    }

    #[test]
    fn the_mocks_offer_adds_up() {
        let lines = [
            line(1000, 18_500_000, 0, 2200),
            line(1000, 9_600_000, 0, 2200),
            line(120_000, 420_000, 1000, 2200),
            line(6000, 7_200_000, 500, 2200),
            line(14_000, 2_650_000, 0, 2200),
        ];
        let totals = totals(&lines);
        assert_eq!((totals.net, totals.vat, totals.gross), (151_600_000, 33_352_000, 184_952_000));
        assert_eq!(totals.discount, 7_200_000);
    }

    #[test]
    fn rounding_is_half_up_per_line() {
        assert_eq!(line(1000, 5, 1000, 0).totals().net, 5); // 4.5 → 5
        assert_eq!(line(500, 1, 0, 0).totals().net, 1); // 0.5 → 1
        assert_eq!(line(1000, 25, 0, 2000).totals().vat, 5);
    }

    proptest! {
        #[test]
        fn a_document_is_the_sum_of_its_lines(
            lines in prop::collection::vec(
                (1..=MAX_QUANTITY_MILLI, 0..=MAX_PRICE_MINOR, 0..=10_000i32, 0..=10_000i32), 0..20)
        ) {
            let lines: Vec<_> = lines.into_iter().map(|(q, p, d, v)| line(q, p, d, v)).collect();
            let document = totals(&lines);
            prop_assert_eq!(document.gross, document.net + document.vat);
            prop_assert_eq!(document.net, document.list - document.discount);
            prop_assert_eq!(document.gross, lines.iter().map(|l| l.totals().gross).sum::<i64>());
            prop_assert!(lines.iter().all(|l| l.totals().discount >= 0));
        }
    }
}
