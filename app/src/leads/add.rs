//! A lead typed in by hand: somebody called. Whoever is known by their number is recognised while it is typed.

use std::time::Duration;

use domain::Fault;
use domain::access::Entity;
use domain::caller::Caller;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{Create, recognise};
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// Nobody is asked for while somebody types this fast.
const PAUSE: Duration = Duration::from_millis(250);
/// Fewer digits are no number that anybody could be known by.
const DIGITS: usize = 5;

/// The dialog: three fields and Enter. Saving opens the new lead's page; of somebody who is known, their card.
#[component]
pub fn AddLead(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Create>::new();
    let fail = failure(move || action.value().get());
    // What a form without wasm brings back.
    let query = use_query_map();
    let kept = move |name: &str| query.read_untracked().get(name).unwrap_or_default();
    let (phone, email) = (RwSignal::new(kept("phone")), RwSignal::new(kept("email")));
    let asked = RwSignal::new((phone.get_untracked(), email.get_untracked()));
    let known = Resource::new(move || asked.get(), |(phone, email)| who(phone, email));
    let pressed = StoredValue::new(0_u32);
    let typing = move |text: RwSignal<String>| {
        Callback::new(move |typed| {
            text.set(typed);
            let now = pressed.get_value() + 1;
            pressed.set_value(now);
            let ask = move || {
                if pressed.try_get_value() == Some(now) {
                    asked.set((phone.get_untracked(), email.get_untracked()));
                }
            };
            set_timeout(ask, PAUSE);
        })
    };
    let line = move |name: &'static str, label: String, kind: &'static str| {
        let typed = match name {
            "phone" => Some(typing(phone)),
            "email" => Some(typing(email)),
            _ => None,
        };
        line(Line { name, label, kind, start: kept(name), typed }, fail)
    };
    // What stands behind "more" is opened when it was filled in, or when something is wrong with it.
    let filled = !kept("email").is_empty() || !kept("company").is_empty();
    let opened = move || filled || fault_of(fail.get().as_ref(), "email").is_some();
    view! {
        <Dialog open=open title=tr!(lang, leads.add)>
            <ActionForm action=action attr:class="body">
                <input type="hidden" name="ask" value="1"/>
                {line("phone", tr!(lang, common.phone), "tel")}
                {line("name", tr!(lang, common.name), "text")}
                {line("message", tr!(lang, leads.asks_for), "text")}
                <details class="fold" open=opened>
                    <summary>{tr!(lang, leads.add_more)}</summary>
                    <div class="pair">
                        {line("email", tr!(lang, common.email), "email")}
                        {line("company", tr!(lang, common.company), "text")}
                    </div>
                </details>
                <FormError fail=fail/>
                <div class="stack" aria-live="polite">
                    <Transition fallback=move || save(action)>
                        {move || Suspend::new(async move {
                            match known.await {
                                Ok(callers) if !callers.is_empty() => recognised(callers, action),
                                // Whoever cannot be looked up now is looked up once more on saving.
                                _ => save(action),
                            }
                        })}
                    </Transition>
                </div>
            </ActionForm>
        </Dialog>
    }
}

/// An input of the dialog.
struct Line {
    name: &'static str,
    label: String,
    kind: &'static str,
    start: String,
    typed: Option<Callback<String>>,
}

/// None of them has to be filled in: of somebody who is known the number is enough.
fn line(line: Line, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let Line { name, label, kind, start, typed } = line;
    let (id, error) = (format!("f-{name}"), format!("e-{name}"));
    let fault = move || fault_of(fail.get().as_ref(), name);
    let first = name == "phone";
    let put = move |event| {
        if let Some(typed) = typed {
            typed.run(event_target_value(&event));
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=name type=kind value=start autocomplete="off" autofocus=first on:input=put
                aria-invalid=move || fault().map(|_| "true") aria-describedby=error.clone()/>
            <div id=error aria-live="polite">
                {move || fault().map(|fault| {
                    view! { <p class="error"><Icon name="warn"/>{crate::text::fault(lang, fault)}</p> }
                })}
            </div>
        </div>
    }
    .into_any()
}

/// Who is known by that; nobody by half a number.
async fn who(phone: String, email: String) -> Answer<Vec<Caller>> {
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if digits < DIGITS && !email.contains('@') {
        return Ok(Vec::new());
    }
    recognise(phone, email).await
}

fn fault_of(fail: Option<&Fail>, field: &str) -> Option<Fault> {
    match fail {
        Some(Fail::Problem(problem)) => problem.fault_of(field),
        _ => None,
    }
}

fn save(action: ServerAction<Create>) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="row">
            <button class="button primary push" type="submit" disabled=move || action.pending().get()>{tr!(lang, leads.add_save)}</button>
        </div>
    }
    .into_any()
}

/// Whom the number belongs to. Enter opens the first card; a new lead of the same person can be made all the same.
fn recognised(callers: Vec<Caller>, action: ServerAction<Create>) -> AnyView {
    let lang = use_lang();
    let first = callers.first().map(|caller| caller.name.clone()).unwrap_or_default();
    let rows = callers.into_iter().map(|caller| {
        let kind = match caller.on.entity() {
            Entity::Lead => tr!(lang, leads.known_lead),
            _ => tr!(lang, leads.known_client),
        };
        let owner = caller.owner.map(|owner| owner.name).unwrap_or_default();
        let detail: Vec<String> =
            [kind, caller.detail, owner].into_iter().filter(|part| !part.is_empty()).collect();
        view! {
            <li class="notice accent">
                <Icon name="people"/>
                <span>
                    <a href=crate::timeline::path(caller.on)><b>{caller.name}</b></a>
                    <span class="muted second">{detail.join(" · ")}</span>
                </span>
            </li>
        }
    });
    view! {
        <input type="hidden" name="seen" value="1"/>
        <p>{tr!(lang, leads.known)}</p>
        <ul class="stack">{rows.collect_view()}</ul>
        <div class="row wrap">
            <button class="button primary push" type="submit" disabled=move || action.pending().get()>
                <Icon name="arrow"/>{tr!(lang, leads.known_open, name = first)}
            </button>
            <button class="button" type="submit" name="anyway" value="1" disabled=move || action.pending().get()>{tr!(lang, leads.known_anyway)}</button>
        </div>
    }
    .into_any()
}
