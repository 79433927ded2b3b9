//! Offers and acts of a deal.

use domain::Lang;
use domain::act::{ActRow, ActStatus};
use domain::deal::Deal;
use domain::offer::OfferRow;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use super::show::{Doing, Rights};
use super::stopped::Stopped;
use crate::ctx::{use_format, use_lang};
use crate::offers::words;
use crate::ui::icon::Icon;
use crate::ui::problem::failure;

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let offers = deal.offers.iter().map(offer).collect_view();
    let acts = deal.acts.iter().map(act).collect_view();
    let (no_offers, no_acts) = (deal.offers.is_empty(), deal.acts.is_empty());
    let id = deal.id.to_string();
    let for_offer = id.clone();
    let offer_fail = failure(move || doing.new_offer.value().get());
    let act_fail = failure(move || doing.new_act.value().get());
    view! {
        <section class="stack" aria-labelledby="offers-title">
            <h2 class="fold-title" id="offers-title">{tr!(lang, deals.offers)}</h2>
            {no_offers.then(|| view! { <p class="muted">{tr!(lang, deals.no_offers)}</p> })}
            <ul class="papers">{offers}</ul>
            <Stopped fail=offer_fail/>
            {rights.write.then(|| view! {
                <ActionForm action=doing.new_offer>
                    <input type="hidden" name="deal" value=for_offer/>
                    <button class="button small" type="submit" disabled=move || doing.new_offer.pending().get()>
                        <Icon name="plus"/>{tr!(lang, deals.new_offer)}
                    </button>
                </ActionForm>
            })}
        </section>
        <section class="stack" aria-labelledby="acts-title">
            <h2 class="fold-title" id="acts-title">{tr!(lang, deals.acts)}</h2>
            {no_acts.then(|| view! { <p class="muted">{tr!(lang, deals.no_acts)}</p> })}
            <ul class="papers">{acts}</ul>
            <Stopped fail=act_fail/>
            {rights.write.then(|| view! {
                <ActionForm action=doing.new_act>
                    <input type="hidden" name="deal" value=id/>
                    <button class="button small" type="submit" disabled=move || doing.new_act.pending().get()>
                        <Icon name="plus"/>{tr!(lang, deals.new_act)}
                    </button>
                </ActionForm>
            })}
        </section>
    }
    .into_any()
}

fn offer(offer: &OfferRow) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let (class, state) = (words::status_class(offer.status), words::status(lang, offer.status));
    let name =
        tr!(lang, deals.offer_name, number = crate::papers::number(lang, &offer.number, offer.revision));
    view! {
        <li>
            <A href=format!("/offers/{}", offer.id)>{name}</A>
            <b class="num">{format.money(offer.total)}</b>
            <span class=format!("state {class}")>{state}</span>
        </li>
    }
    .into_any()
}

fn act(act: &ActRow) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let (class, state) = act_state(lang, act.status);
    let name = tr!(lang, deals.act_name, number = act.number.clone());
    view! {
        <li>
            <A href=format!("/acts/{}", act.id)>{name}</A>
            <b class="num">{format.money(act.total)}</b>
            <span class=format!("state {class}")>{state}</span>
        </li>
    }
    .into_any()
}

/// An act's state: its colour and its words.
pub(crate) fn act_state(lang: Lang, status: ActStatus) -> (&'static str, String) {
    match status {
        ActStatus::Draft => ("none", tr!(lang, deals.act_draft)),
        ActStatus::Sent => ("later", tr!(lang, deals.act_sent)),
        ActStatus::Signed => ("today", tr!(lang, deals.act_signed)),
    }
}
