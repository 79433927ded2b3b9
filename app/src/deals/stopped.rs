//! Why something was not done, item by item, with what to do about it.

use domain::{Lang, Problem, Refusal};
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::icon::Icon;

/// What a person does about a missing item.
pub(super) fn advice(lang: Lang, refusal: Refusal) -> Option<String> {
    match refusal {
        Refusal::OfferAccepted => Some(tr!(lang, deals.advice_offer)),
        Refusal::ActsSigned => Some(tr!(lang, deals.advice_acts)),
        Refusal::FeedbackAsked => Some(tr!(lang, deals.advice_feedback)),
        Refusal::ReasonNeeded => Some(tr!(lang, deals.advice_reason)),
        Refusal::DealClosed => Some(tr!(lang, deals.advice_closed)),
        Refusal::NoAcceptedOffer => Some(tr!(lang, deals.advice_act)),
        _ => None,
    }
}

/// The items as a list: what is missing, what to do.
pub(super) fn reasons(lang: Lang, reasons: &[Refusal]) -> impl IntoView + use<> {
    let items = reasons.iter().map(|reason| {
        view! {
            <li>
                <b>{crate::text::refusal(lang, *reason)}</b>
                {advice(lang, *reason).map(|advice| view! { <span class="soft">" "{advice}</span> })}
            </li>
        }
    });
    view! { <ul class="reasons">{items.collect_view()}</ul> }
}

/// The box after a refused or failed try. After a conflict it offers the present state; nothing was overwritten.
#[component]
pub(super) fn Stopped(#[prop(into)] fail: Signal<Option<Fail>>) -> impl IntoView {
    let lang = use_lang();
    move || {
        fail.get().map(|fail| {
            let (head, more) = match &fail {
                Fail::Problem(Problem::Refused { reasons: missing }) => {
                    (tr!(lang, common.refused), reasons(lang, missing).into_any())
                }
                Fail::Problem(Problem::Conflict { .. }) => (
                    crate::text::fail(lang, &fail),
                    view! { <a href="?" rel="external">{tr!(lang, deals.reload)}</a> }.into_any(),
                ),
                other => (crate::text::fail(lang, other), ().into_any()),
            };
            view! {
                <div class="form-error" role="alert">
                    <Icon name="warn"/>
                    <div><strong>{head}</strong>{more}</div>
                </div>
            }
        })
    }
}
