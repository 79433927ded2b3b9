//! Facts of a deal, edited in place.

use domain::contact::PointKind;
use domain::deal::Deal;
use domain::user::Person;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use super::add::currencies;
use super::conflict;
use super::show::{Doing, Rights};
use super::stopped::Stopped;
use super::typing::Shown;
use crate::ctx::{use_format, use_lang, use_me};
use crate::ui::field::{Field, Select};
use crate::ui::person::PersonName;
use crate::ui::problem::failure;

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let edited = rights.write.then(|| match doing.facts.clash.get() {
        Some(kept) => conflict::view(doing, deal, &kept),
        None => form(doing, deal),
    });
    view! {
        <section class="stack" aria-labelledby="facts-title">
            <h2 class="fold-title" id="facts-title">{tr!(lang, deals.facts)}</h2>
            {edited}
            {rights.assign.then(|| owner(doing, deal))}
            {read_only(deal, rights)}
        </section>
    }
    .into_any()
}

fn form(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.save.value().get());
    let Shown { version, was, facts } = doing.facts.shown(deal);
    let was = serde_json::to_string(&was).unwrap_or_default();
    let id = deal.id.to_string();
    // A sum that is not theirs to change stands at the head of the page, or nowhere.
    let writes = use_me().is_some_and(|me| me.actor().writes(domain::access::Field::DealAmount));
    let amount = facts.plain_amount().to_owned();
    let currency = facts.currency().or_else(|| use_me().map(|me| me.currency)).unwrap_or_default();
    let standard = deal.stage().map(|stage| stage.probability).unwrap_or_default();
    let chance = tr!(lang, record.chance_hint, n = standard);
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            doing.facts.give_up(&event);
        }
    };
    view! {
        <ActionForm action=doing.save attr:class="stack in-place" on:input=move |_| doing.facts.begin() on:keydown=escape>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="was" value=was/>
            <Field name="title" label=tr!(lang, deals.name) value=facts.title required=true fail/>
            {writes.then(|| view! {
                <div class="pair">
                    <Field name="amount" label=tr!(lang, common.amount) value=amount fail/>
                    <Select name="currency" label=tr!(lang, deals.currency) value=currency.code() options=currencies()/>
                </div>
            })}
            <div class="pair">
                <Field name="expected_close" kind="date" label=tr!(lang, deals.expected_close) value=facts.expected_close fail/>
                <Field name="probability" kind="number" label=tr!(lang, record.probability) value=facts.probability hint=chance fail/>
            </div>
            <Stopped fail/>
            <div class="row">
                <button class="button small" type="submit" disabled=move || doing.save.pending().get()>{tr!(lang, common.save)}</button>
                <span class="muted" role="status">
                    {move || matches!(doing.save.value().get(), Some(Ok(()))).then(|| tr!(lang, common.saved))}
                </span>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn owner(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.assign.value().get());
    let owner = deal.owner.as_ref().map(|person| person.id);
    let (id, version) = (deal.id.to_string(), deal.version);
    view! {
        <ActionForm action=doing.assign attr:class="stack" attr:id="deal-owner">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <label class="field">
                <span class="label">{tr!(lang, common.owner)}</span>
                <span class="row">
                    <select class="select" name="owner">
                        <Transition>
                            {move || Suspend::new(async move {
                                let people = doing.choices.await.unwrap_or_default().people;
                                let option = |Person { id, name }| view! { <option value=id.to_string() selected=owner == Some(id)>{name}</option> };
                                people.into_iter().map(option).collect_view()
                            })}
                        </Transition>
                    </select>
                    <button class="button small" type="submit">{tr!(lang, deals.give)}</button>
                </span>
            </label>
            <Stopped fail/>
        </ActionForm>
    }
    .into_any()
}

fn read_only(deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let days = (format.now() - deal.stage_entered_at).num_days().max(0);
    let in_stage = match deal.stage().and_then(|stage| stage.limit_days) {
        Some(limit) => tr!(lang, deals.days_of, n = days, limit = limit),
        None => tr!(lang, deals.days, n = days),
    };
    view! {
        <dl class="facts">
            {(!rights.assign).then(|| view! {
                <dt>{tr!(lang, common.owner)}</dt><dd><PersonName person=deal.owner.clone()/></dd>
            })}
            {deal.team.clone().map(|team| view! { <dt>{tr!(lang, record.team)}</dt><dd>{team}</dd> })}
            {(!rights.write).then(|| view! {
                <dt>{tr!(lang, deals.expected_close)}</dt>
                <dd>{deal.expected_close.map_or_else(|| "—".to_owned(), |day| domain::zone::date(day, lang))}</dd>
                <dt>{tr!(lang, record.probability)}</dt>
                <dd>{format!("{} %", deal.probability)}</dd>
            })}
            {deal.account.clone().map(|(id, name)| view! {
                <dt>{tr!(lang, deals.client)}</dt><dd><A href=format!("/accounts/{id}")>{name}</A></dd>
            })}
            {contact(deal)}
            {deal.service.clone().map(|(_, name)| view! {
                <dt>{tr!(lang, record.service)}</dt><dd>{name.get(lang).to_owned()}</dd>
            })}
            {deal.lead.map(|lead| view! {
                <dt>{tr!(lang, deals.lead)}</dt><dd><A href=format!("/leads/{lead}")>{tr!(lang, deals.open_lead)}</A></dd>
            })}
            <dt>{tr!(lang, deals.in_stage)}</dt><dd>{in_stage}</dd>
            <dt>{tr!(lang, common.created)}</dt><dd><time>{format.near(deal.created_at)}</time></dd>
        </dl>
    }
    .into_any()
}

/// The deal's first contact with the ways to reach them.
fn contact(deal: &Deal) -> AnyView {
    let lang = use_lang();
    let contact = deal.contact.clone().map(|contact| {
        let phone = contact.points.iter().find(|point| point.kind == PointKind::Phone).cloned();
        let mail = contact.point(PointKind::Email).map(ToOwned::to_owned);
        view! {
            <dt>{tr!(lang, deals.contact)}</dt>
            <dd>
                <A href=format!("/contacts/{}", contact.id)>{contact.name}</A>
                {phone.map(|phone| view! { <br/><a class="num nowrap" href=format!("tel:{}", phone.normal)>{phone.raw}</a> })}
                {mail.map(|mail| view! { <br/><a href=crate::text::mailto(&mail)>{mail.clone()}</a> })}
            </dd>
        }
    });
    contact.into_any()
}
