//! An account's page.

use domain::access::{Action, Entity, can};
use domain::activity::Subject;
use domain::contact::Contact;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::AccountPage;
use super::legal::{self, Editing};
use crate::ctx::{use_format, use_lang, use_me};
use crate::live::use_live;
use crate::sharing::Panel;
use crate::shell::Frame;
use crate::timeline::{Composer, Timeline};
use crate::ui::icon::Icon;
use crate::ui::loaded::Loaded;
use crate::ui::person::{Avatar, PersonName};
use crate::ui::title::Title;

/// `/accounts/:id`.
#[component]
pub fn AccountRecord() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let live = use_live();
    let saved = RwSignal::new(0);
    let page = Resource::new(
        move || {
            (
                params.read().get("id").unwrap_or_default(),
                query.read().get("before"),
                saved.get(),
                live.deals.get(),
            )
        },
        |(id, before, ..)| super::api::show_account(id, before),
    );
    let editing = Editing::new(saved);
    let sharing = Panel::new("account", move || params.read().get("id").unwrap_or_default());
    view! {
        <Frame here="clients">
            <Loaded data=page key=|page: &AccountPage| page.account.id body=move |page| record(page, saved, sharing, editing)/>
        </Frame>
    }
}

fn record(page: Signal<AccountPage>, saved: RwSignal<u32>, sharing: Panel, editing: Editing) -> AnyView {
    let lang = use_lang();
    let (id, whose) = page.with_untracked(|page| (page.account.id, page.account.whose));
    let writes = use_me().is_some_and(|me| can(&me.actor(), Action::Write, Entity::Client, whose));
    view! {
        <Title text=move || page.with(|page| page.account.name.clone())/>
        <header class="topbar">
            <a href="/clients" class="button quiet only" aria-label=tr!(lang, clients.back)><Icon name="left"/></a>
            <h1 class="clip">{move || page.with(|page| page.account.name.clone())}</h1>
        </header>
        <main class="lead-page">
            <section class="lead-facts stack" aria-label=tr!(lang, clients.facts)>
                {move || facts(page.get())}
                {legal::view(page, editing)}
                {sharing.view(Subject::Account(id))}
            </section>
            <section class="lead-flow stack" aria-label=tr!(lang, clients.flow)>
                {writes.then(|| view! { <Composer on=Subject::Account(id) saved=saved/> })}
                {move || {
                    let timeline = page.with(|page| page.timeline.clone());
                    let older = timeline.next.map(|next| format!("/accounts/{id}?before={next}"));
                    view! { <Timeline items=timeline.rows older=older/> }
                }}
            </section>
        </main>
    }
    .into_any()
}

fn facts(page: AccountPage) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let account = page.account;
    let people = if account.contacts.is_empty() {
        view! { <p class="pad muted">{tr!(lang, clients.no_contacts)}</p> }.into_any()
    } else {
        view! { <ul class="people">{account.contacts.into_iter().map(person).collect_view()}</ul> }.into_any()
    };
    view! {
        <dl class="facts">
            <dt>{tr!(lang, common.owner)}</dt>
            <dd><PersonName person=account.owner/></dd>
            <dt>{tr!(lang, clients.since)}</dt>
            <dd>{format.date(account.created_at)}</dd>
        </dl>
        <section class="card" aria-labelledby="people-title">
            <header><h2 id="people-title">{tr!(lang, clients.contacts)}</h2></header>
            {people}
        </section>
        {super::parts::deals(account.deals)}
    }
    .into_any()
}

fn person(contact: Contact) -> impl IntoView {
    let href = format!("/contacts/{}", contact.id);
    view! {
        <li>
            <Avatar name=contact.name.clone() class="mid"/>
            <div>
                <A href=href><b>{contact.name}</b></A>
                <dl class="facts">{super::parts::points(contact.points)}</dl>
            </div>
        </li>
    }
}
