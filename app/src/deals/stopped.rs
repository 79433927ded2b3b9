//! Why something was not done, item by item, with what to do about it and where.

use domain::pipeline::DealField;
use domain::{Lang, Problem, Refusal};
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::icon::Icon;

/// What a person does about a missing item.
fn advice(lang: Lang, refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::OfferSent => Some(tr!(lang, deals.advice_send)),
        Refusal::OfferAccepted => Some(tr!(lang, deals.advice_offer)),
        Refusal::ActsSigned => Some(tr!(lang, deals.advice_acts)),
        Refusal::FeedbackAsked => Some(tr!(lang, deals.advice_feedback)),
        Refusal::ReasonNeeded => Some(tr!(lang, deals.advice_reason)),
        Refusal::DealClosed => Some(tr!(lang, deals.advice_closed)),
        Refusal::NoAcceptedOffer => Some(tr!(lang, deals.advice_act)),
        Refusal::FieldEmpty(_) => Some(tr!(lang, deals.advice_field)),
        Refusal::TaskNeeded(_) => Some(tr!(lang, deals.advice_task)),
        Refusal::ActivityNeeded(_) => Some(tr!(lang, deals.advice_log)),
        Refusal::ItemOpen { .. } => Some(tr!(lang, deals.advice_item)),
        _ => None,
    }
}

/// Where on a deal's page that is done.
fn place(refusal: &Refusal) -> Option<String> {
    let place = match refusal {
        Refusal::OfferSent | Refusal::OfferAccepted | Refusal::NoAcceptedOffer => "#offers-title",
        Refusal::ActsSigned => "#acts-title",
        Refusal::FeedbackAsked => "#feedback-title",
        Refusal::ReasonNeeded => "?dialog=lost",
        Refusal::FieldEmpty(DealField::Amount) => "#f-amount",
        Refusal::FieldEmpty(DealField::ExpectedClose) => "#f-expected_close",
        Refusal::FieldEmpty(DealField::Owner) => "#deal-owner",
        Refusal::FieldEmpty(DealField::Contact | DealField::Account) => "?dialog=client",
        Refusal::FieldEmpty(DealField::Service) => "?dialog=service",
        Refusal::TaskNeeded(_) | Refusal::ActivityNeeded(_) => "#deal-flow",
        Refusal::ItemOpen { item, .. } => return Some(format!("#item-{item}")),
        _ => return None,
    };
    Some(place.to_owned())
}

/// What to do about a missing item, as a link to where it is done. `page` is the deal's; empty on that page itself.
pub(super) fn fix(lang: Lang, page: &str, refusal: &Refusal) -> Option<AnyView> {
    let advice = advice(lang, refusal)?;
    let shown = match place(refusal) {
        // The browser itself goes to the place and gives it the focus.
        Some(place) => view! { <a href=format!("{page}{place}") rel="external">{advice}</a> }.into_any(),
        None => view! { <span class="soft">{advice}</span> }.into_any(),
    };
    Some(shown)
}

/// The items as a list: what is missing, what to do.
pub(super) fn reasons(lang: Lang, reasons: &[Refusal]) -> impl IntoView + use<> {
    let items = reasons.iter().map(|reason| {
        view! {
            <li>
                <b>{crate::text::refusal(lang, reason)}</b>
                {advice(lang, reason).map(|advice| view! { <span class="soft">" "{advice}</span> })}
            </li>
        }
    });
    view! { <ul class="reasons">{items.collect_view()}</ul> }
}

/// The same with links to where each is done; `page` as for [`fix`].
pub(super) fn fixes(lang: Lang, page: &str, reasons: &[Refusal]) -> impl IntoView + use<> {
    let items = reasons.iter().map(|reason| {
        view! { <li><b>{crate::text::refusal(lang, reason)}</b>" "{fix(lang, page, reason)}</li> }
    });
    view! { <ul class="reasons">{items.collect_view()}</ul> }
}

/// The box after a refused or failed try. After a conflict it offers the present state; nothing was overwritten.
#[component]
pub(super) fn Stopped(
    #[prop(into)] fail: Signal<Option<Fail>>,
    /// Whether it stands on the page of the deal that it is about.
    #[prop(default = true)]
    here: bool,
) -> impl IntoView {
    let lang = use_lang();
    move || {
        fail.get().map(|fail| {
            let (head, more) = match &fail {
                Fail::Problem(Problem::Refused { reasons: missing }) => {
                    let list = if here {
                        fixes(lang, "", missing).into_any()
                    } else {
                        reasons(lang, missing).into_any()
                    };
                    (tr!(lang, common.refused), list)
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
