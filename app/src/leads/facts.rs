//! The facts of a lead: who, how to reach them, what they ask for, whose they are.

use domain::access::Field;
use domain::user::Person;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Assign, LeadPage};
use crate::ctx::{use_format, use_lang, use_me};
use crate::ui::person::PersonName;
use crate::ui::problem::{FormError, failure};

#[component]
pub fn Facts(
    page: Signal<LeadPage>,
    /// Whether the user may give the lead to somebody else.
    assigns: bool,
    saved: RwSignal<u32>,
) -> impl IntoView {
    view! {
        {move || page.with(facts)}
        {assigns.then(|| view! { <Owner page=page saved=saved/> })}
    }
}

fn facts(page: &LeadPage) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let lead = page.lead.clone();
    // As it was typed is as it reads best; the link dials the normal form.
    let phone = if lead.phone_raw.is_empty() { lead.phone.clone() } else { lead.phone_raw.clone() };
    let me = use_me().map(|me| me.actor());
    let nothing = |field| {
        let kept = me.as_ref().is_some_and(|actor| !actor.sees(field));
        let text = if kept { tr!(lang, access.hidden) } else { "—".to_owned() };
        view! { <span class="muted">{text}</span> }.into_any()
    };
    let dash = || view! { <span class="muted">"—"</span> }.into_any();
    view! {
        <dl class="facts">
            <dt>{tr!(lang, common.phone)}</dt>
            <dd>
                {if lead.phone.is_empty() {
                    nothing(Field::LeadPhone)
                } else {
                    view! { <a class="num" href=format!("tel:{}", lead.phone)>{phone}</a> }.into_any()
                }}
            </dd>
            <dt>{tr!(lang, common.email)}</dt>
            <dd>
                {if lead.email.is_empty() {
                    nothing(Field::LeadEmail)
                } else {
                    view! { <a href=crate::text::mailto(&lead.email)>{lead.email.clone()}</a> }.into_any()
                }}
            </dd>
            <dt>{tr!(lang, common.company)}</dt>
            <dd>{if lead.company.is_empty() { dash() } else { lead.company.into_any() }}</dd>
            <dt>{tr!(lang, leads.asks_for)}</dt>
            <dd class="prose">{if lead.message.is_empty() { dash() } else { lead.message.into_any() }}</dd>
            <dt>{tr!(lang, common.owner)}</dt>
            <dd><PersonName person=lead.owner/></dd>
            <dt>{tr!(lang, leads.registered)}</dt>
            <dd>
                {format.near(lead.created_at)}" "
                <span class="muted">
                    {match lead.form {
                        Some(form) => tr!(lang, leads.by_form, form = form.get(lang).to_owned()),
                        None => tr!(lang, leads.by_hand),
                    }}
                </span>
            </dd>
        </dl>
    }
    .into_any()
}

/// Giving the lead to somebody else; folded, because it is rare.
#[component]
fn Owner(page: Signal<LeadPage>, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Assign>::new();
    let fail = failure(move || action.value().get());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            saved.update(|n| *n += 1);
        }
    });
    let options = move || {
        let (people, owner) = page.with(|page| (page.people.clone(), page.lead.owner.clone()));
        let owner = owner.map(|person| person.id);
        people
            .into_iter()
            .map(|Person { id, name }| view! { <option value=id.to_string() selected=Some(id) == owner>{name}</option> })
            .collect_view()
    };
    view! {
        <details class="fold">
            <summary>{tr!(lang, leads.change_owner)}</summary>
            <ActionForm action=action attr:class="stack">
                <input type="hidden" name="lead" value=move || page.with(|page| page.lead.id.to_string())/>
                <input type="hidden" name="version" value=move || page.with(|page| page.lead.version.to_string())/>
                <div class="row">
                    <select class="select" name="to" aria-label=tr!(lang, common.owner)>{options}</select>
                    <button class="button" type="submit">{tr!(lang, leads.give)}</button>
                </div>
                <FormError fail=fail/>
            </ActionForm>
        </details>
    }
}
