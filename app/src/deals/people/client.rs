//! The dialogs in which a deal's client, the people on the client's side and the service are chosen.

use domain::deal::Deal;
use domain::id::{AccountId, ContactId, ServiceId};
use domain::people::{ContactRole, FoundClients};
use domain::{Label, Lang};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Peopling;
use crate::ctx::use_lang;
use crate::deals::stopped::Stopped;
use crate::fail::Answer;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, failure};

/// They outlive a refetch of the deal, with what is typed into them.
pub(in crate::deals) fn dialogs(people: Peopling, deal: Signal<Deal>) -> AnyView {
    view! { {client(people, deal)}{service(people, deal)} }.into_any()
}

fn client(people: Peopling, deal: Signal<Deal>) -> AnyView {
    let lang = use_lang();
    let typed = RwSignal::new(people.text.get_untracked());
    let added = failure(move || people.add.value().get());
    let set = failure(move || people.client.value().get());
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        people.text.set(typed.get_untracked());
    };
    view! {
        <Dialog open=people.choosing title=tr!(lang, record.client_title) wide=true>
            <div class="body stack">
                // Without wasm the page comes back with what was found.
                <form class="row wrap" method="get" role="search" on:submit=search>
                    <input type="hidden" name="dialog" value="client"/>
                    <input class="input" type="search" name="person" aria-label=tr!(lang, record.find_client)
                        placeholder=tr!(lang, record.find_client) value=typed.get_untracked()
                        on:input=move |event| typed.set(event_target_value(&event))/>
                    <button class="button" type="submit">{tr!(lang, common.search)}</button>
                </form>
                <Stopped fail=added/>
                <Stopped fail=set/>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let deal = deal.get();
                        Suspend::new(async move {
                            match people.found.await {
                                Some(Ok(found)) => results(people, &deal, found),
                                Some(Err(fail)) => view! { <Failed fail/> }.into_any(),
                                None => ().into_any(),
                            }
                        })
                    }}
                </Transition>
            </div>
        </Dialog>
    }
    .into_any()
}

fn results(people: Peopling, deal: &Deal, found: FoundClients) -> AnyView {
    let lang = use_lang();
    if found.contacts.is_empty() && found.accounts.is_empty() {
        return view! { <p class="muted">{tr!(lang, record.none_found)}</p> }.into_any();
    }
    let contacts = found.contacts.into_iter().map(|found| person(people, deal, found)).collect_view();
    let accounts = found.accounts.into_iter().map(|found| account(people, deal, found)).collect_view();
    view! {
        <ul class="papers found-people" aria-label=tr!(lang, record.found_people)>{contacts}</ul>
        <ul class="papers" aria-label=tr!(lang, record.found_accounts)>{accounts}</ul>
    }
    .into_any()
}

/// What a form about the deal's client sends beside what was chosen.
fn hidden(deal: &Deal, contact: Option<ContactId>, account: Option<AccountId>) -> AnyView {
    let text = |id: Option<String>| id.unwrap_or_default();
    view! {
        <input type="hidden" name="id" value=deal.id.to_string()/>
        <input type="hidden" name="version" value=deal.version/>
        <input type="hidden" name="contact" value=text(contact.map(|id| id.to_string()))/>
        <input type="hidden" name="account" value=text(account.map(|id| id.to_string()))/>
    }
    .into_any()
}

fn person(people: Peopling, deal: &Deal, found: (ContactId, String, String)) -> AnyView {
    let lang = use_lang();
    let (id, name, employer) = found;
    let first = deal.contact.as_ref().is_some_and(|contact| contact.id == id);
    let known = deal.people.contacts.iter().find(|known| known.id == id).map(|known| known.role);
    if first {
        return view! { <li><b>{name}</b><span class="tag accent">{tr!(lang, record.first_contact)}</span></li> }
            .into_any();
    }
    let roles = ContactRole::ALL.map(|role| {
        let selected = known == Some(role);
        view! { <option value=role.code() selected=selected>{super::role(lang, role)}</option> }
    });
    let roles = roles.collect_view();
    let kept = deal.account.as_ref().map(|(id, _)| *id);
    let (role_of, add) =
        (tr!(lang, record.role_of, name = name.clone()), tr!(lang, record.add_person, name = name.clone()));
    let make = tr!(lang, record.make_first, name = name.clone());
    let (of, as_first) = (deal.id.to_string(), hidden(deal, Some(id), kept));
    view! {
        <li>
            <span><b>{name}</b><span class="muted second">{employer}</span></span>
            <ActionForm action=people.add attr:class="row">
                <input type="hidden" name="id" value=of/>
                <input type="hidden" name="contact" value=id.to_string()/>
                <select class="select" name="role" aria-label=role_of>{roles}</select>
                <button class="button small" type="submit" aria-label=add><Icon name="plus"/>{tr!(lang, common.add)}</button>
            </ActionForm>
            <ActionForm action=people.client>
                {as_first}
                <button class="button small quiet" type="submit" aria-label=make>{tr!(lang, record.first_contact)}</button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn account(people: Peopling, deal: &Deal, found: (AccountId, String)) -> AnyView {
    let lang = use_lang();
    let (id, name) = found;
    if deal.account.as_ref().is_some_and(|(known, _)| *known == id) {
        return view! { <li><b>{name}</b><span class="tag accent">{tr!(lang, deals.client)}</span></li> }
            .into_any();
    }
    let contact = deal.contact.as_ref().map(|contact| contact.id);
    let make = tr!(lang, record.make_client, name = name.clone());
    let chosen = hidden(deal, contact, Some(id));
    view! {
        <li>
            <b>{name}</b>
            <ActionForm action=people.client>
                {chosen}
                <button class="button small" type="submit" aria-label=make>{tr!(lang, record.take_client)}</button>
            </ActionForm>
        </li>
    }
    .into_any()
}

fn service(people: Peopling, deal: Signal<Deal>) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || people.service.value().get());
    view! {
        <Dialog open=people.selling title=tr!(lang, record.service_title)>
            <ActionForm action=people.service attr:class="body">
                <input type="hidden" name="id" value=move || deal.with(|deal| deal.id.to_string())/>
                <input type="hidden" name="version" value=move || deal.with(|deal| deal.version)/>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let chosen = deal.with(|deal| deal.service.clone());
                        Suspend::new(async move { services(lang, people.services.await, chosen) })
                    }}
                </Transition>
                <Stopped fail/>
                <div class="row">
                    <button class="button primary push" type="submit" disabled=move || people.service.pending().get()>{tr!(lang, common.save)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

fn services(
    lang: Lang,
    services: Option<Answer<Vec<(ServiceId, Label)>>>,
    chosen: Option<(ServiceId, Label)>,
) -> AnyView {
    let services = match services {
        Some(Ok(services)) => services,
        Some(Err(fail)) => return view! { <Failed fail/> }.into_any(),
        None => return ().into_any(),
    };
    // What is no longer offered stays what the deal sells.
    let id = chosen.as_ref().map(|(id, _)| *id);
    let gone = chosen.filter(|(id, _)| services.iter().all(|(known, _)| known != id));
    let options = gone.into_iter().chain(services).map(|(service, name)| {
        view! { <option value=service.to_string() selected=id == Some(service)>{name.get(lang).to_owned()}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for="deal-service">{tr!(lang, record.service)}</label>
            <select class="select" id="deal-service" name="service">
                <option value="" selected=id.is_none()>{tr!(lang, common.none)}</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}
