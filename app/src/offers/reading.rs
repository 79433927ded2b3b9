//! What was sent, or a draft of somebody else's deal: read, handed over, revised.

use domain::Money;
use domain::offer::{Offer, OfferLine, OfferStatus, Revision};
use domain::zone::long_date;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Opened, Revise};
use super::show::Head;
use super::words;
use crate::ctx::{use_format, use_lang};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

#[component]
pub fn Reading(opened: Opened, may_write: bool, again: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let revise = ServerAction::<Revise>::new();
    Effect::new(move || {
        if matches!(revise.value().get(), Some(Ok(()))) {
            again.update(|n| *n += 1);
        }
    });
    let offer = opened.offer.clone();
    let title = offer.revision.title.clone();
    let revisable = may_write && offer.revision.status != OfferStatus::Draft;
    view! {
        <Head opened=opened.clone() title=Signal::stored(title)>
            <div class="row push">
                <a class="button" href=format!("/offers/{}/pdf", offer.id) rel="external"><Icon name="download"/>"PDF"</a>
                {revisable.then(|| view! {
                    <ActionForm action=revise>
                        <input type="hidden" name="id" value=offer.id.to_string()/>
                        <input type="hidden" name="version" value=offer.version/>
                        <button class="button" type="submit" disabled=move || revise.pending().get()>
                            <Icon name="note"/>{tr!(lang, offers.revise)}
                        </button>
                    </ActionForm>
                })}
            </div>
        </Head>
        <main class="offer-page">
            <div class="builder">
                <FormError fail=failure(move || revise.value().get())/>
                <Standing offer=offer.clone() origin=opened.origin.clone()/>
                {(!offer.revision.intro.is_empty()).then(|| view! { <p class="prose">{offer.revision.intro.clone()}</p> })}
                <Table revision=offer.revision.clone()/>
                <div class="offer-foot">
                    <p class="prose soft">{offer.revision.terms.clone()}</p>
                    <dl class="totals">{sums(&offer.revision)}</dl>
                </div>
                <Earlier offer=offer.clone()/>
            </div>
            <Facts offer/>
        </main>
    }
}

fn sums(revision: &Revision) -> impl IntoView + use<> {
    let lang = use_lang();
    let vat = words::vat_label(lang, revision.lines.iter().map(|line| line.vat_bp));
    words::sums(lang, revision.totals(), revision.currency, vat)
}

/// What became of it: its state, its mail, the client's link and answer.
#[component]
fn Standing(offer: Offer, origin: String) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let revision = offer.revision;
    let at =
        |moment: Option<chrono::DateTime<chrono::Utc>>| moment.map(|at| format.near(at)).unwrap_or_default();
    let said = match revision.status {
        OfferStatus::Draft => None,
        OfferStatus::Accepted => Some((
            "today",
            tr!(lang, offers.accepted_by, name = revision.answered_by, when = at(revision.answered_at)),
        )),
        OfferStatus::Declined => Some((
            "overdue",
            tr!(lang, offers.declined_by, name = revision.answered_by, when = at(revision.answered_at)),
        )),
        OfferStatus::Viewed => Some(("later", tr!(lang, offers.viewed_when, when = at(revision.viewed_at)))),
        OfferStatus::Expired => {
            Some(("overdue", tr!(lang, offers.expired_text, date = long_date(revision.valid_until, lang))))
        }
        OfferStatus::Sent | OfferStatus::Superseded => {
            Some(("later", tr!(lang, offers.sent_when, when = at(revision.sent_at))))
        }
    };
    let note = (!revision.answer_note.is_empty())
        .then(|| view! { <p class="quote">{revision.answer_note.clone()}</p> });
    view! {
        <section class="standing" aria-live="polite">
            {said.map(|(class, text)| view! { <p class=format!("state {class}")>{text}</p> })}
            {note}
            {offer.mail.map(|mail| {
                let (class, text) = words::mail(&format, &mail);
                view! { <p class=format!("state {class}")>{text}</p> }
            })}
            {offer.public_path.map(|path| view! { <Link address=format!("{origin}{path}")/> })}
        </section>
    }
}

/// The client's link, to open or to hand over by other means.
#[component]
fn Link(address: String) -> impl IntoView {
    let lang = use_lang();
    let toast = use_toast();
    let copied = address.clone();
    let copy = move |_| {
        copy_text(&copied);
        toast.say(tr!(lang, offers.copied));
    };
    view! {
        <div class="link-line">
            <label class="soft" for="client-link">{tr!(lang, offers.client_link)}</label>
            <input class="input" id="client-link" readonly=true value=address.clone()/>
            <button class="button" type="button" on:click=copy><Icon name="link"/>{tr!(lang, offers.copy)}</button>
            <a class="button" href=address target="_blank" rel="external noreferrer"><Icon name="eye"/>{tr!(lang, offers.as_client)}</a>
        </div>
    }
}

fn copy_text(text: &str) {
    #[cfg(feature = "hydrate")]
    {
        // Without a secure context there is no clipboard; the text stands selected in its field instead.
        let navigator = window().navigator();
        if js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false)
            && window().is_secure_context()
        {
            let _written = navigator.clipboard().write_text(text);
        }
        if let Some(field) = document().get_element_by_id("client-link") {
            use wasm_bindgen::JsCast;
            field.unchecked_into::<web_sys::HtmlInputElement>().select();
        }
    }
    let _ = text;
}

/// The lines as they were sent.
#[component]
fn Table(revision: Revision) -> impl IntoView {
    let lang = use_lang();
    let currency = revision.currency;
    let row = move |line: OfferLine| {
        let gross = Money::new(line.totals().gross, currency).short(lang);
        let discount =
            if line.discount_bp == 0 { "—".to_owned() } else { words::share(lang, line.discount_bp) };
        view! {
            <tr>
                <td class="name"><b>{line.name.clone()}</b><span class="muted">{line.description.clone()}</span></td>
                <td class="num" data-label=tr!(lang, offers.quantity)>{words::quantity(lang, &line)}</td>
                <td class="num" data-label=tr!(lang, offers.price)>{Money::new(line.price_minor, currency).short(lang)}</td>
                <td class="num" data-label=tr!(lang, offers.discount)>{discount}</td>
                <td class="num muted" data-label=tr!(lang, offers.vat)>{words::share(lang, line.vat_bp)}</td>
                <td class="num" data-label=tr!(lang, offers.gross)><b>{gross}</b></td>
            </tr>
        }
    };
    view! {
        <section class="card lines" aria-labelledby="lines-title">
            <h2 class="sr-only" id="lines-title">{tr!(lang, offers.lines)}</h2>
            <div class="scroll-x">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, offers.service)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.quantity)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.price)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.discount)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.vat)}</th>
                            <th scope="col" class="num">{tr!(lang, offers.gross)}</th>
                        </tr>
                    </thead>
                    <tbody>{revision.lines.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

/// Revisions before this one.
#[component]
fn Earlier(offer: Offer) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    (!offer.earlier.is_empty()).then(|| {
        let rows = offer.earlier.into_iter().map(|(number, status, total, sent_at)| {
            view! {
                <li class="row wrap">
                    <b>{tr!(lang, offers.revision_n, n = number)}</b>
                    <span class=format!("state {}", words::status_class(status))>{words::status(lang, status)}</span>
                    <span class="num">{total.exact(lang)}</span>
                    <span class="muted">{sent_at.map(|at| format.near(at))}</span>
                </li>
            }
        });
        view! {
            <section class="stack">
                <h2 class="fold-title">{tr!(lang, offers.earlier)}</h2>
                <ul class="stack">{rows.collect_view()}</ul>
            </section>
        }
    })
}

/// Whom it is for, when what happened.
#[component]
fn Facts(offer: Offer) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let revision = offer.revision;
    let recipient = [offer.recipient_name, offer.recipient_email];
    let recipient = recipient.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let moments = [
        (tr!(lang, offers.sent), revision.sent_at),
        (tr!(lang, offers.viewed), revision.viewed_at),
        (tr!(lang, offers.answered), revision.answered_at),
    ];
    let moments = moments.into_iter().filter_map(|(label, at)| {
        let at = format.date_time(at?);
        Some(view! { <dt>{label}</dt><dd><time>{at}</time></dd> })
    });
    view! {
        <aside class="preview" aria-label=tr!(lang, offers.facts)>
            <dl class="facts">
                <dt>{tr!(lang, offers.deal)}</dt>
                <dd><a href=format!("/deals/{}", offer.deal)>{offer.deal_title.clone()}</a></dd>
                <dt>{tr!(lang, offers.client)}</dt><dd>{words::or_dash(offer.client)}</dd>
                <dt>{tr!(lang, offers.recipient)}</dt><dd>{words::or_dash(recipient)}</dd>
                <dt>{tr!(lang, offers.valid_until)}</dt><dd>{long_date(revision.valid_until, lang)}</dd>
                {moments.collect_view()}
            </dl>
        </aside>
    }
}
