//! Who pays and who receives, of the legal entities of the deal's account.

use domain::deal::Deal;
use domain::people::{Party, Side};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use super::Peopling;
use crate::ctx::use_lang;
use crate::deals::stopped::Stopped;
use crate::ui::problem::failure;

/// Two selects for those who may change the deal; what is set, for the others.
pub(super) fn view(people: Peopling, deal: &Deal, writes: bool) -> AnyView {
    let lang = use_lang();
    let known = Side::ALL.into_iter().any(|side| deal.people.party(side).is_some());
    if !writes {
        return known.then(|| told(deal)).into_any();
    }
    let Some((account, _)) = deal.account.clone() else { return known.then(|| told(deal)).into_any() };
    if deal.people.entities.is_empty() && !known {
        return view! {
            <p class="muted">
                {tr!(lang, record.no_entities)}" "
                <A href=format!("/accounts/{account}?entity=new")>{tr!(lang, record.add_entity)}</A>
            </p>
        }
        .into_any();
    }
    let fail = failure(move || people.parties.value().get());
    let (id, payer, consignee) =
        (deal.id.to_string(), choice(deal, Side::Payer), choice(deal, Side::Consignee));
    view! {
        <ActionForm action=people.parties attr:class="stack">
            <input type="hidden" name="id" value=id/>
            <div class="pair">
                {payer}
                {consignee}
            </div>
            <Stopped fail/>
            <div class="row wrap">
                <button class="button small" type="submit" disabled=move || people.parties.pending().get()>{tr!(lang, record.save_parties)}</button>
                <A href=format!("/accounts/{account}")>{tr!(lang, record.its_entities)}</A>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn label(side: Side) -> String {
    let lang = use_lang();
    match side {
        Side::Payer => tr!(lang, record.payer),
        Side::Consignee => tr!(lang, record.consignee),
    }
}

fn named(party: &Party) -> String {
    let tax = Some(&party.tax_id).filter(|tax| !tax.is_empty());
    tax.map_or_else(|| party.name.clone(), |tax| format!("{} ({tax})", party.name))
}

fn choice(deal: &Deal, side: Side) -> AnyView {
    let chosen = deal.people.party(side);
    // What was set before the deal got another account stays a choice.
    let elsewhere = chosen.filter(|party| deal.people.entities.iter().all(|known| known.id != party.id));
    let options = elsewhere.into_iter().chain(&deal.people.entities).map(|party| {
        let selected = chosen.is_some_and(|chosen| chosen.id == party.id);
        view! { <option value=party.id.to_string() selected=selected>{named(party)}</option> }
    });
    let options = options.collect_view();
    let id = format!("deal-{}", side.code());
    view! {
        <div class="field">
            <label for=id.clone()>{label(side)}</label>
            <select class="select" id=id name=side.code()>
                <option value="" selected=chosen.is_none()>{tr!(use_lang(), common.none)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}

fn told(deal: &Deal) -> AnyView {
    let rows = Side::ALL.into_iter().filter_map(|side| Some((side, deal.people.party(side)?)));
    let rows =
        rows.map(|(side, party)| view! { <dt>{label(side)}</dt><dd>{named(party)}</dd> }).collect_view();
    view! { <dl class="facts">{rows}</dl> }.into_any()
}
