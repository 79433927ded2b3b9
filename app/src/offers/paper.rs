//! The document beside the builder, as it will read.

use domain::Money;
use domain::offer::Offer;
use domain::zone::long_date;
use leptos::prelude::*;

use super::builder::{Draft, Row};
use super::words;
use crate::ctx::{use_lang, use_me};
use crate::ui::icon::Icon;

/// A preview of the draft; it follows every key.
#[component]
pub fn Paper(draft: Draft, offer: Offer) -> impl IntoView {
    let lang = use_lang();
    let company = use_me().map(|me| me.company).unwrap_or_default();
    let until = move || {
        let day = draft.valid_until.read().parse::<chrono::NaiveDate>().ok()?;
        Some(tr!(lang, offers.valid_sentence, date = long_date(day, lang)))
    };
    let number = tr!(lang, offers.number_revision, number = offer.number, n = offer.revision.number);
    view! {
        <aside class="preview" aria-label=tr!(lang, offers.preview)>
            <div class="row">
                <h2 class="fold-title">{tr!(lang, offers.document)}</h2>
                <a class="button quiet small push" href=format!("/offers/{}/pdf", draft.id) rel="external"><Icon name="download"/>"PDF"</a>
            </div>
            <article class="paper">
                <header><div class="seal"><Icon name="wheel"/><b>{company}</b></div><p>{number}</p></header>
                <h3>{move || draft.title.get()}</h3>
                <p class="to">{offer.client.clone()}<br/>{offer.recipient_name.clone()}</p>
                <p class="prose">{move || draft.intro.get()}</p>
                <table>
                    <tbody>
                        <For each=move || draft.rows.get() key=|row| row.key children=move |row| line(draft, row)/>
                    </tbody>
                </table>
                <dl>{move || words::sums(lang, draft.totals(), draft.currency.get(), draft.vat_label())}</dl>
                <p class="prose">{move || draft.terms.get()}</p>
                <footer>{until}</footer>
            </article>
        </aside>
    }
}

fn line(draft: Draft, row: Row) -> impl IntoView {
    let lang = use_lang();
    let gross = move || {
        let totals = row.typed.read().totals();
        totals.map(|totals| Money::new(totals.gross, draft.currency.get()).short(lang))
    };
    view! {
        <tr>
            <td>{move || row.typed.read().name.clone()}</td>
            <td class="num">{move || row.typed.with(|line| format!("{} {}", line.quantity, line.unit))}</td>
            <td class="num">{gross}</td>
        </tr>
    }
}
