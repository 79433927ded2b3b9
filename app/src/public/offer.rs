//! The offer as its client reads and answers it.

use domain::offer::{OfferLine, OfferStatus, PublicOffer};
use domain::zone::long_date;
use domain::{Lang, Money, Problem};
use leptos::prelude::*;

use super::{Visit, bar, document, failed, fault};
use crate::offers::words;
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;

/// What the client typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answering {
    pub name: String,
    pub reason: String,
    /// The client was declining when it failed: that part stays open.
    pub declining: bool,
}

/// The page of a sent offer, with the form to answer it while it can be answered.
pub fn offer(
    visit: &Visit,
    offer: &PublicOffer,
    token: &str,
    typed: &Answering,
    problem: Option<&Problem>,
) -> String {
    let lang = visit.lang;
    let revision = &offer.revision;
    let total = Money::new(revision.totals().gross, revision.currency).exact(lang);
    let number = tr!(lang, offers.number_revision, number = offer.number.clone(), n = revision.number);
    let pdf = format!("/o/{token}/pdf");
    document(visit, revision.title.clone(), || {
        let right = view! {
            <span class="wide-only muted">{number}</span>
            <a class="button" href=pdf><Icon name="download"/>"PDF"</a>
        };
        let strip = revision.status.answerable().then(|| {
            view! {
                <div class="answer-bar narrow-only">
                    <span><b class="num">{total.clone()}</b></span>
                    <a class="button primary large" href="#answer-title">{tr!(lang, public.answer)}</a>
                </div>
            }
        });
        view! {
            {bar(&offer.seller, right)}
            <main class="doc">
                {paper(visit, offer)}
                <aside class="answer" aria-labelledby="answer-title">
                    {answer(visit, offer, token, typed, problem, total.clone())}
                    {manager(lang, offer)}
                </aside>
            </main>
            {strip}
        }
        .into_any()
    })
}

fn paper(visit: &Visit, offer: &PublicOffer) -> impl IntoView + use<> {
    let lang = visit.lang;
    let revision = &offer.revision;
    let day = visit.zone.day(revision.sent_at.unwrap_or(visit.now));
    let vat = words::vat_label(lang, revision.lines.iter().map(|line| line.vat_bp));
    let days = (revision.valid_until - visit.zone.day(visit.now)).num_days();
    let left = (revision.status.answerable() && days > 0).then(|| tr!(lang, public.days_left, n = days));
    let lines = revision.lines.iter().map(|row| line(lang, row, revision.currency)).collect_view();
    let terms = (!revision.terms.is_empty()).then(|| {
        view! {
            <section class="terms" aria-labelledby="terms-title">
                <h2 id="terms-title">{tr!(lang, offers.terms)}</h2>
                <p class="prose">{revision.terms.clone()}</p>
            </section>
        }
    });
    let names: Vec<String> =
        [&offer.client, &offer.recipient].into_iter().filter(|name| !name.is_empty()).cloned().collect();
    let names = if offer.client == offer.recipient { offer.client.clone() } else { names.join("\n") };
    let for_whom = (!names.is_empty()).then(|| {
        view! { <div><dt>{tr!(lang, public.for_whom)}</dt><dd class="prose">{names}</dd></div> }
    });
    let others = crate::papers::parties(lang, &offer.parties).into_iter().map(|(label, entity)| {
        let more = crate::papers::particulars(lang, entity).join("\n");
        view! { <div><dt>{label}</dt><dd>{entity.name.clone()}<br/><span class="prose">{more}</span></dd></div> }
    });
    let others = others.collect_view();
    let intro =
        (!revision.intro.is_empty()).then(|| view! { <p class="lead prose">{revision.intro.clone()}</p> });
    view! {
        <article class="doc-paper">
            <header class="doc-head">
                <p class="kicker">{tr!(lang, public.offer_kicker, date = long_date(day, lang))}</p>
                <h1>{revision.title.clone()}</h1>
                {intro}
                <dl class="parties">
                    {for_whom}
                    <div>
                        <dt>{tr!(lang, public.from_whom)}</dt>
                        <dd>{offer.seller.clone()}<br/><span class="prose">{offer.seller_details.clone()}</span></dd>
                    </div>
                    {others}
                    <div><dt>{tr!(lang, offers.valid_until)}</dt><dd>{long_date(revision.valid_until, lang)}<br/>{left}</dd></div>
                </dl>
            </header>
            <section aria-labelledby="lines-title">
                <h2 id="lines-title" class="sr-only">{tr!(lang, public.what_and_how_much)}</h2>
                <ul class="doc-lines">{lines}</ul>
                <dl class="doc-total">{words::sums(lang, revision.totals(), revision.currency, vat)}</dl>
            </section>
            {terms}
        </article>
    }
}

fn line(lang: Lang, line: &OfferLine, currency: domain::Currency) -> impl IntoView + use<> {
    let gross = Money::new(line.totals().gross, currency).short(lang);
    let price = Money::new(line.price_minor, currency).short(lang);
    let mut how = format!("{} × {price}", words::quantity(lang, line));
    if line.discount_bp > 0 {
        how = format!("{how}, −{}", words::share(lang, line.discount_bp));
    }
    if line.vat_bp > 0 {
        how = format!("{how}, + {} {}", tr!(lang, offers.vat), words::share(lang, line.vat_bp));
    }
    let description =
        (!line.description.is_empty()).then(|| view! { <p class="prose">{line.description.clone()}</p> });
    view! {
        <li class="line">
            <div class="line-main"><b>{line.name.clone()}</b>{description}</div>
            <div class="line-sum"><b class="num">{gross}</b><span class="num">{how}</span></div>
        </li>
    }
}

fn answer(
    visit: &Visit,
    offer: &PublicOffer,
    token: &str,
    typed: &Answering,
    problem: Option<&Problem>,
    total: String,
) -> AnyView {
    let lang = visit.lang;
    let revision = &offer.revision;
    let when = revision.answered_at.map(|at| long_date(visit.zone.day(at), lang)).unwrap_or_default();
    let (mark, title, text) = match revision.status {
        OfferStatus::Draft | OfferStatus::Sent | OfferStatus::Viewed => {
            return questions(lang, offer, token, typed, problem, total);
        }
        OfferStatus::Accepted => (
            "today",
            tr!(lang, public.accepted),
            tr!(lang, public.accepted_text, name = revision.answered_by.clone(), date = when),
        ),
        OfferStatus::Declined => (
            "overdue",
            tr!(lang, public.declined),
            tr!(lang, public.declined_text, name = revision.answered_by.clone(), date = when),
        ),
        OfferStatus::Expired => {
            let until = long_date(revision.valid_until, lang);
            ("overdue", tr!(lang, public.expired), tr!(lang, public.expired_text, date = until))
        }
        OfferStatus::Superseded => ("none", tr!(lang, public.superseded), tr!(lang, public.superseded_text)),
    };
    let note = (!revision.answer_note.is_empty())
        .then(|| view! { <p class="prose">{revision.answer_note.clone()}</p> });
    view! {
        <section class="answer-card" role="status">
            <h2 id="answer-title" class=format!("state {mark}")>{title}</h2>
            <p class="sum num">{total}</p>
            <p>{text}</p>
            {note}
            {failed(lang, problem)}
        </section>
    }
    .into_any()
}

/// Accept and decline are two buttons of one form: the name stands in it once.
fn questions(
    lang: Lang,
    offer: &PublicOffer,
    token: &str,
    typed: &Answering,
    problem: Option<&Problem>,
    total: String,
) -> AnyView {
    let name = if typed.name.is_empty() { offer.recipient.clone() } else { typed.name.clone() };
    let fault_of = |field: &str| problem.and_then(|problem| problem.fault_of(field));
    let vat = words::vat_label(lang, offer.revision.lines.iter().map(|line| line.vat_bp));
    view! {
        <form class="answer-card" method="post" action=format!("/o/{token}/accept")>
            <h2 id="answer-title">{tr!(lang, public.your_answer)}</h2>
            <p class="sum num">{total}</p>
            <p class="muted">{tr!(lang, public.with_vat, vat = vat)}</p>
            {failed(lang, problem)}
            <div class="field">
                <label for="answer-name">{tr!(lang, public.your_name)}</label>
                <input class="input" id="answer-name" name="name" autocomplete="name" required=true maxlength="200" value=name
                    aria-invalid=fault_of("name").map(|_| "true") aria-describedby=fault_of("name").map(|_| "answer-name-e")/>
                {fault(lang, "answer-name-e".into(), fault_of("name"))}
            </div>
            <button class="button primary large" type="submit"><Icon name="check"/>{tr!(lang, public.accept)}</button>
            <details class="decline" open=typed.declining>
                <summary>{tr!(lang, public.decline_ask)}</summary>
                <div class="field">
                    <label for="answer-reason">{tr!(lang, public.decline_reason)}</label>
                    <textarea class="textarea" id="answer-reason" name="reason" rows="3" maxlength="2000"
                        aria-invalid=fault_of("reason").map(|_| "true") aria-describedby=fault_of("reason").map(|_| "answer-reason-e")>
                        {inside_text(&typed.reason)}
                    </textarea>
                    {fault(lang, "answer-reason-e".into(), fault_of("reason"))}
                </div>
                <button class="button" type="submit" formaction=format!("/o/{token}/decline")>{tr!(lang, public.decline)}</button>
            </details>
            <p class="fine"><Icon name="shield"/><span>{tr!(lang, public.answer_kept)}</span></p>
        </form>
    }
    .into_any()
}

fn manager(lang: Lang, offer: &PublicOffer) -> impl IntoView + use<> {
    offer.manager.clone().map(|manager| {
        view! {
            <p class="ask-person">
                <Avatar name=manager.name.clone() class="big"/>
                <span><b>{tr!(lang, public.questions)}</b><br/>{tr!(lang, public.questions_text, name = manager.name)}</span>
            </p>
        }
    })
}
