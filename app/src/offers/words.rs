//! Words and numbers of offers.

use domain::offer::{MailState, OfferLine, OfferStatus, Totals};
use domain::{Currency, Lang, Money};
use leptos::prelude::*;

use super::typed::{decimal, percent};
use crate::ctx::Format;

pub use super::typed::percent as plain_percent;

/// A status in words.
pub fn status(lang: Lang, status: OfferStatus) -> String {
    match status {
        OfferStatus::Draft => tr!(lang, offers.status_draft),
        OfferStatus::Sent => tr!(lang, offers.status_sent),
        OfferStatus::Viewed => tr!(lang, offers.status_viewed),
        OfferStatus::Accepted => tr!(lang, offers.status_accepted),
        OfferStatus::Declined => tr!(lang, offers.status_declined),
        OfferStatus::Expired => tr!(lang, offers.status_expired),
        OfferStatus::Superseded => tr!(lang, offers.status_superseded),
    }
}

/// The mark of a status.
pub fn status_class(status: OfferStatus) -> &'static str {
    match status {
        OfferStatus::Draft => "none",
        OfferStatus::Sent | OfferStatus::Viewed | OfferStatus::Superseded => "later",
        OfferStatus::Accepted => "today",
        OfferStatus::Declined | OfferStatus::Expired => "overdue",
    }
}

/// What became of the mail: its mark and its words.
pub fn mail(format: &Format, mail: &MailState) -> (&'static str, String) {
    let lang = format.lang;
    match mail {
        MailState::Waiting { attempts: 0 } => ("later", tr!(lang, offers.mail_waiting)),
        MailState::Waiting { attempts } => ("none", tr!(lang, offers.mail_retrying, n = attempts)),
        MailState::Delivered { at } => ("today", tr!(lang, offers.mail_delivered, when = format.near(*at))),
        MailState::Failed { error } => ("overdue", tr!(lang, offers.mail_failed, error = error)),
        MailState::NotConfigured => ("none", tr!(lang, offers.mail_not_configured)),
    }
}

/// `1,5` / `1.5`, in the way of the language.
pub fn number(lang: Lang, plain: &str) -> String {
    if lang == Lang::Ru { plain.replace('.', ",") } else { plain.to_owned() }
}

/// `120 seats`, or the number alone.
pub fn quantity(lang: Lang, line: &OfferLine) -> String {
    let number = number(lang, &decimal(line.quantity_milli, 3));
    if line.unit.is_empty() { number } else { format!("{number} {}", line.unit) }
}

/// `22 %` / `22%`, with a no-break space where the language wants it.
pub fn share(lang: Lang, share: i32) -> String {
    let number = number(lang, &percent(share));
    if lang == Lang::Ru { format!("{number}\u{a0}%") } else { format!("{number}%") }
}

/// The text, or the mark of nothing.
pub fn or_dash(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}

/// The word for VAT, with its rate where all lines have the same.
pub fn vat_label(lang: Lang, rates: impl IntoIterator<Item = i32>) -> String {
    let mut rates = rates.into_iter();
    match rates.next() {
        Some(first) if first > 0 && rates.all(|rate| rate == first) => {
            format!("{} {}", tr!(lang, offers.vat), share(lang, first))
        }
        _ => tr!(lang, offers.vat),
    }
}

/// The sums of a document, as pairs.
pub fn sums(lang: Lang, totals: Totals, currency: Currency, vat: String) -> impl IntoView {
    let money = move |minor| Money::new(minor, currency).exact(lang);
    let discounted = (totals.discount != 0).then(|| {
        view! {
            <dt>{tr!(lang, offers.list_sum)}</dt><dd class="num">{money(totals.list)}</dd>
            <dt>{tr!(lang, offers.discounts)}</dt><dd class="num">{money(-totals.discount)}</dd>
        }
    });
    view! {
        {discounted}
        <dt>{tr!(lang, offers.net)}</dt><dd class="num">{money(totals.net)}</dd>
        <dt>{vat}</dt><dd class="num">{money(totals.vat)}</dd>
        <dt class="grand">{tr!(lang, offers.total)}</dt><dd class="num grand">{money(totals.gross)}</dd>
    }
}
