//! What a person agreed to; recording and withdrawing it; and the administrator's two ways with their data.

use domain::access::{Action, Entity, check_any};
use domain::activity::Subject;
use domain::consent::{Consent, Purpose};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Record, Withdraw};
use super::erase::{EraseDialog, Erasing};
use crate::ctx::{use_format, use_lang, use_me};
use crate::timeline::fields;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

#[component]
pub fn PersonCard(
    /// A lead or a contact.
    on: Subject,
    consents: Signal<Vec<Consent>>,
    /// Whether the reader may change the record.
    writes: bool,
    /// Counted up after each save.
    saved: RwSignal<u32>,
    erasing: Erasing,
) -> impl IntoView {
    let lang = use_lang();
    let withdraw = ServerAction::<Withdraw>::new();
    let fail = failure(move || withdraw.value().get());
    Effect::new(move || {
        if matches!(withdraw.value().get(), Some(Ok(()))) {
            saved.update(|n| *n += 1);
        }
    });
    let administers =
        use_me().is_some_and(|me| check_any(&me.actor(), Action::Write, Entity::Settings).is_ok());
    view! {
        <section class="card" aria-labelledby="consents-title">
            <header><h2 id="consents-title">{tr!(lang, privacy.consents)}</h2></header>
            <div class="pad stack">
                {move || list(consents.get(), on, writes, withdraw)}
                <FormError fail=fail/>
                {writes.then(|| view! { <RecordForm on=on saved=saved/> }.into_any())}
                {administers.then(|| view! { <Administer on=on erasing=erasing saved=saved/> }.into_any())}
            </div>
        </section>
    }
}

fn list(consents: Vec<Consent>, on: Subject, writes: bool, withdraw: ServerAction<Withdraw>) -> AnyView {
    let lang = use_lang();
    if consents.is_empty() {
        return view! { <p class="muted">{tr!(lang, privacy.none)}</p> }.into_any();
    }
    let items = consents.into_iter().map(|consent| item(consent, on, writes, withdraw)).collect_view();
    view! { <ul class="stack">{items}</ul> }.into_any()
}

fn item(consent: Consent, on: Subject, writes: bool, withdraw: ServerAction<Withdraw>) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let by = |person: Option<domain::user::Person>| person.map(|person| person.name).unwrap_or_default();
    let how = match consent.form {
        Some(form) => tr!(lang, privacy.by_form, form = form.get(lang).to_owned(), ip = consent.ip),
        None => tr!(lang, privacy.by_hand, how = consent.how, name = by(consent.recorded_by)),
    };
    let state = match consent.withdrawn_at {
        Some(at) => {
            let name = by(consent.withdrawn_by);
            let why = consent.withdrawn_why;
            view! {
                <span class="state overdue">{tr!(lang, privacy.withdrawn)}</span>
                <p class="muted">{tr!(lang, privacy.withdrawn_by, at = format.date_time(at), name = name, why = why)}</p>
            }
            .into_any()
        }
        None => view! { <span class="state today">{tr!(lang, privacy.valid)}</span> }.into_any(),
    };
    let form = (writes && consent.withdrawn_at.is_none()).then(|| {
        let (on, record) = fields(on);
        view! {
            <details class="fold">
                <summary>{tr!(lang, privacy.withdraw)}</summary>
                <ActionForm action=withdraw attr:class="row">
                    <input type="hidden" name="id" value=consent.id.to_string()/>
                    <input type="hidden" name="on" value=on/>
                    <input type="hidden" name="record" value=record/>
                    <input class="input" name="why" required=true aria-label=tr!(lang, privacy.why) placeholder=tr!(lang, privacy.why)/>
                    <button class="button" type="submit" disabled=move || withdraw.pending().get()>{tr!(lang, privacy.withdraw_do)}</button>
                </ActionForm>
            </details>
        }
    });
    view! {
        <li class="stack">
            <p><b>{purpose(lang, consent.purpose)}</b>" "{state}</p>
            <p class="muted">{format.date_time(consent.given_at)}", "{how}</p>
            <details class="fold">
                <summary>{tr!(lang, privacy.text, version = consent.version)}</summary>
                <p class="prose" lang=consent.lang.code()>{consent.text}</p>
            </details>
            {form}
        </li>
    }
    .into_any()
}

fn purpose(lang: domain::Lang, purpose: Purpose) -> String {
    match purpose {
        Purpose::Processing => tr!(lang, privacy.purpose_processing),
        Purpose::Marketing => tr!(lang, privacy.purpose_marketing),
    }
}

/// A consent given on the phone or on paper.
#[component]
fn RecordForm(on: Subject, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Record>::new();
    let fail = failure(move || action.value().get());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            saved.update(|n| *n += 1);
        }
    });
    let (on, id) = fields(on);
    let purposes = Purpose::ALL.map(|each| (each.code().to_owned(), purpose(lang, each))).to_vec();
    view! {
        <details class="fold">
            <summary>{tr!(lang, privacy.record)}</summary>
            <ActionForm action=action attr:class="stack">
                <input type="hidden" name="on" value=on/>
                <input type="hidden" name="id" value=id/>
                <Select name="purpose" label=tr!(lang, privacy.purpose) options=purposes/>
                <Field name="how" label=tr!(lang, privacy.how) hint=tr!(lang, privacy.how_hint) required=true fail=fail/>
                <FormError fail=fail/>
                <button class="button" type="submit" disabled=move || action.pending().get()>{tr!(lang, privacy.record_do)}</button>
            </ActionForm>
        </details>
    }
}

/// Everything about the person as a file, and the way to erase them.
#[component]
fn Administer(on: Subject, erasing: Erasing, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let (kind, id) = fields(on);
    let page = format!("/{kind}s/{id}");
    view! {
        <form class="row wrap" method="get" action=page.clone()>
            <a class="button" href=format!("{page}/data") rel="external" download=""><Icon name="download"/>{tr!(lang, privacy.export)}</a>
            <button class="button danger" type="submit" name="do" value="erase" aria-haspopup="dialog"
                on:click=move |event| { event.prevent_default(); erasing.open.set(true); }>
                {tr!(lang, privacy.erase)}
            </button>
        </form>
        <EraseDialog on=on erasing=erasing saved=saved/>
    }
}
