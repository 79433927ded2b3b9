//! Who takes part in a deal: colleagues, people on the client's side, who pays and who receives.

pub mod api;
mod client;
mod parties;

use domain::deal::Deal;
use domain::id::{DealId, ServiceId};
use domain::people::{ContactRole, DealContact, FoundClients, Part, Participant};
use domain::{Label, Lang};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use self::api::{AddContact, Join, Leave, RemoveContact, SetClient, SetParties, SetService};
use super::opener::{self, Opener};
use super::show::Rights;
use super::stopped::Stopped;
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::failure;

pub(super) use client::dialogs;

/// What can be done with the people. It lives as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Peopling {
    join: ServerAction<Join>,
    leave: ServerAction<Leave>,
    add: ServerAction<AddContact>,
    remove: ServerAction<RemoveContact>,
    parties: ServerAction<SetParties>,
    client: ServerAction<SetClient>,
    service: ServerAction<SetService>,
    /// Whether the dialog is open in which clients are looked for.
    choosing: RwSignal<bool>,
    /// Whether the dialog is open in which the service is chosen.
    selling: RwSignal<bool>,
    /// What clients are looked for by.
    text: RwSignal<String>,
    found: Resource<Option<Answer<FoundClients>>>,
    services: Resource<Option<Answer<Services>>>,
}

/// What can be chosen from the catalog.
type Services = Vec<(ServiceId, Label)>;

impl Peopling {
    /// Of the deal that the address names.
    pub fn new(id: impl Fn() -> Option<DealId> + Send + Sync + 'static) -> Self {
        let choosing = opener::dialog("client");
        let selling = opener::dialog("service");
        let text = RwSignal::new(use_query_map().read_untracked().get("person").unwrap_or_default());
        let found = Resource::new(
            move || (id().filter(|_| choosing.get()), text.get()),
            |(id, text)| async move {
                match id {
                    Some(id) => Some(api::find_clients(id, text).await),
                    None => None,
                }
            },
        );
        let services = Resource::new(
            move || selling.get(),
            |open| async move { if open { Some(api::load_services().await) } else { None } },
        );
        Peopling {
            join: ServerAction::new(),
            leave: ServerAction::new(),
            add: ServerAction::new(),
            remove: ServerAction::new(),
            parties: ServerAction::new(),
            client: ServerAction::new(),
            service: ServerAction::new(),
            choosing,
            selling,
            text,
            found,
            services,
        }
    }

    /// Counts everything that was done.
    pub fn count(self) -> usize {
        self.join.version().get()
            + self.leave.version().get()
            + self.add.version().get()
            + self.remove.version().get()
            + self.parties.version().get()
            + self.client.version().get()
            + self.service.version().get()
    }

    /// Closes the dialogs once what they were opened for is done.
    pub fn settle(self) {
        Effect::new(move || {
            if matches!(self.add.value().get(), Some(Ok(())))
                || matches!(self.client.value().get(), Some(Ok(())))
            {
                self.choosing.set(false);
            }
        });
        Effect::new(move || {
            if matches!(self.service.value().get(), Some(Ok(()))) {
                self.selling.set(false);
            }
        });
    }
}

/// A colleague's part in words.
fn part(lang: Lang, part: Part) -> String {
    match part {
        Part::Sales => tr!(lang, record.part_sales),
        Part::Presale => tr!(lang, record.part_presale),
        Part::Delivery => tr!(lang, record.part_delivery),
        Part::Legal => tr!(lang, record.part_legal),
        Part::Finance => tr!(lang, record.part_finance),
        Part::Observer => tr!(lang, record.part_observer),
    }
}

/// A contact's role in words.
fn role(lang: Lang, role: ContactRole) -> String {
    match role {
        ContactRole::Decider => tr!(lang, record.role_decider),
        ContactRole::Influencer => tr!(lang, record.role_influencer),
        ContactRole::User => tr!(lang, record.role_user),
        ContactRole::Finance => tr!(lang, record.role_finance),
        ContactRole::Technical => tr!(lang, record.role_technical),
        ContactRole::Other => tr!(lang, record.role_other),
    }
}

pub(super) fn view(people: Peopling, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let id = deal.id;
    let writes = rights.write;
    let contacts =
        deal.people.contacts.iter().cloned().map(|contact| on_their_side(people, id, contact, writes));
    let contacts = contacts.collect_view();
    let ours = deal.people.participants.iter().cloned().map(|who| on_our_side(people, id, who, writes));
    let ours = ours.collect_view();
    let alone = deal.people.participants.is_empty() && deal.people.contacts.is_empty();
    let removed = failure(move || people.remove.value().get());
    let left = failure(move || people.leave.value().get());
    view! {
        <section class="stack" aria-labelledby="people-title">
            <h2 class="fold-title" id="people-title">{tr!(lang, record.people)}</h2>
            {alone.then(|| view! { <p class="muted">{tr!(lang, record.nobody_else)}</p> })}
            <ul class="papers" aria-label=tr!(lang, record.contacts)>{contacts}</ul>
            <ul class="papers" aria-label=tr!(lang, record.participants)>{ours}</ul>
            <Stopped fail=removed/>
            <Stopped fail=left/>
            {writes.then(|| view! {
                <div class="row wrap">
                    <Opener open=people.choosing name="client" label=tr!(lang, record.choose_client) class="button small" icon="people"/>
                    <Opener open=people.selling name="service" label=tr!(lang, record.choose_service) class="button small"/>
                </div>
                {joining(people, deal)}
            })}
            {parties::view(people, deal, writes)}
        </section>
    }
    .into_any()
}

fn on_their_side(people: Peopling, deal: DealId, contact: DealContact, writes: bool) -> AnyView {
    let lang = use_lang();
    let DealContact { id, name, role } = contact;
    let label = tr!(lang, record.remove, name = name.clone());
    let remove = writes.then(|| {
        view! {
            <ActionForm action=people.remove>
                <input type="hidden" name="id" value=deal.to_string()/>
                <input type="hidden" name="contact" value=id.to_string()/>
                <button class="button small quiet only" type="submit" aria-label=label><Icon name="close"/></button>
            </ActionForm>
        }
    });
    view! {
        <li><A href=format!("/contacts/{id}")>{name}</A><span class="tag">{self::role(lang, role)}</span>{remove}</li>
    }
    .into_any()
}

fn on_our_side(people: Peopling, deal: DealId, who: Participant, writes: bool) -> AnyView {
    let lang = use_lang();
    let Participant { person, part } = who;
    let (id, label) = (person.id, tr!(lang, record.remove, name = person.name.clone()));
    let leave = writes.then(|| {
        view! {
            <ActionForm action=people.leave>
                <input type="hidden" name="id" value=deal.to_string()/>
                <input type="hidden" name="user" value=id.to_string()/>
                <button class="button small quiet only" type="submit" aria-label=label><Icon name="close"/></button>
            </ActionForm>
        }
    });
    view! {
        <li><PersonName person=Some(person)/><span class="tag">{self::part(lang, part)}</span>{leave}</li>
    }
    .into_any()
}

/// Asking a colleague in; folded, because it is rare.
fn joining(people: Peopling, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || people.join.value().get());
    let colleagues = deal.people.may_join.iter().map(|person| {
        let (id, name) = (person.id.to_string(), person.name.clone());
        view! { <option value=id>{name}</option> }
    });
    let colleagues = colleagues.collect_view();
    let parts = Part::ALL.map(|code| view! { <option value=code.code()>{part(lang, code)}</option> });
    let parts = parts.collect_view();
    let id = deal.id.to_string();
    view! {
        <details class="fold" open=move || fail.get().is_some()>
            <summary>{tr!(lang, record.add_colleague)}</summary>
            <ActionForm action=people.join attr:class="stack">
                <input type="hidden" name="id" value=id/>
                <div class="row wrap">
                    <select class="select" name="user" aria-label=tr!(lang, record.colleague)>{colleagues}</select>
                    <select class="select" name="part" aria-label=tr!(lang, record.part)>{parts}</select>
                    <button class="button small" type="submit" disabled=move || people.join.pending().get()>{tr!(lang, common.add)}</button>
                </div>
                <p class="hint">{tr!(lang, record.colleague_hint)}</p>
                <Stopped fail/>
            </ActionForm>
        </details>
    }
    .into_any()
}
