//! Facts of a deal, edited in place.

use domain::contact::PointKind;
use domain::deal::Deal;
use domain::user::Person;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use super::add::currencies;
use super::api::SaveFacts;
use super::show::{Doing, Rights};
use super::stopped::Stopped;
use crate::ctx::{use_format, use_lang, use_me};
use crate::ui::field::{Field, Select};
use crate::ui::person::PersonName;
use crate::ui::problem::failure;

/// What is being typed into the facts. The version it is typed over is kept, so that what a colleague saves meanwhile is a
/// conflict and never overwritten.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    touched: RwSignal<bool>,
    over: StoredValue<i64>,
}

impl Default for Typing {
    fn default() -> Self {
        Typing { touched: RwSignal::new(false), over: StoredValue::new(0) }
    }
}

impl Typing {
    fn begin(self) {
        self.touched.set(true);
    }

    /// The version that saving is based on; `version` is the deal's present one.
    fn version(self, version: i64) -> i64 {
        if !self.touched.get_untracked() {
            self.over.set_value(version);
        }
        self.over.get_value()
    }

    /// Once saved, nothing is being typed any more.
    pub fn settle(self, save: ServerAction<SaveFacts>) {
        if matches!(save.value().get(), Some(Ok(()))) {
            self.touched.set(false);
        }
    }
}

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    view! {
        <section class="stack" aria-labelledby="facts-title">
            <h2 class="fold-title" id="facts-title">{tr!(lang, deals.facts)}</h2>
            {rights.write.then(|| form(doing, deal))}
            {rights.assign.then(|| owner(doing, deal))}
            {read_only(deal, rights)}
        </section>
    }
    .into_any()
}

fn form(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.save.value().get());
    let (id, version, title) = (deal.id.to_string(), doing.facts.version(deal.version), deal.title.clone());
    // A sum that is not theirs to change stands at the head of the page, or nowhere.
    let writes = use_me().is_some_and(|me| me.actor().writes(domain::access::Field::DealAmount));
    let amount = deal.amount.map(domain::Money::plain).unwrap_or_default();
    let close = deal.expected_close.map(|day| day.to_string()).unwrap_or_default();
    let currency = deal
        .amount
        .map(|amount| amount.currency)
        .or_else(|| use_me().map(|me| me.currency))
        .unwrap_or_default();
    let escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            doing.facts.give_up(&event);
        }
    };
    view! {
        <ActionForm action=doing.save attr:class="stack in-place" on:input=move |_| doing.facts.begin() on:keydown=escape>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <Field name="title" label=tr!(lang, deals.name) value=title required=true fail/>
            {writes.then(|| view! {
                <div class="pair">
                    <Field name="amount" label=tr!(lang, common.amount) value=amount fail/>
                    <Select name="currency" label=tr!(lang, deals.currency) value=currency.code() options=currencies()/>
                </div>
            })}
            <Field name="expected_close" kind="date" label=tr!(lang, deals.expected_close) value=close fail/>
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

impl Typing {
    /// Esc: the fields are as they were.
    fn give_up(self, event: &leptos::ev::KeyboardEvent) {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let form = target.and_then(|target| target.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            form.reset();
            self.touched.set(false);
        }
    }
}

fn owner(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.assign.value().get());
    let owner = deal.owner.as_ref().map(|person| person.id);
    let (id, version) = (deal.id.to_string(), deal.version);
    view! {
        <ActionForm action=doing.assign attr:class="stack">
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
    let stage = deal.stage();
    let in_stage = match stage.and_then(|stage| stage.limit_days) {
        Some(limit) => tr!(lang, deals.days_of, n = days, limit = limit),
        None => tr!(lang, deals.days, n = days),
    };
    let phone = deal
        .contact
        .as_ref()
        .and_then(|contact| contact.points.iter().find(|p| p.kind == PointKind::Phone))
        .cloned();
    let mail =
        deal.contact.as_ref().and_then(|contact| contact.point(PointKind::Email)).map(ToOwned::to_owned);
    view! {
        <dl class="facts">
            {(!rights.assign).then(|| view! {
                <dt>{tr!(lang, common.owner)}</dt><dd><PersonName person=deal.owner.clone()/></dd>
            })}
            {(!rights.write).then(|| view! {
                <dt>{tr!(lang, deals.expected_close)}</dt>
                <dd>{deal.expected_close.map_or_else(|| "—".to_owned(), |day| domain::zone::date(day, lang))}</dd>
            })}
            {deal.account.clone().map(|(id, name)| view! {
                <dt>{tr!(lang, deals.client)}</dt><dd><A href=format!("/accounts/{id}")>{name}</A></dd>
            })}
            {deal.contact.clone().map(|contact| view! {
                <dt>{tr!(lang, deals.contact)}</dt>
                <dd>
                    <A href=format!("/contacts/{}", contact.id)>{contact.name}</A>
                    {phone.map(|phone| view! { <br/><a class="num nowrap" href=format!("tel:{}", phone.normal)>{phone.raw}</a> })}
                    {mail.map(|mail| view! { <br/><a href=crate::text::mailto(&mail)>{mail.clone()}</a> })}
                </dd>
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
