//! A person's page.

use domain::access::{Action, Entity, can};
use domain::activity::Subject;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::ContactPage;
use crate::ctx::{use_format, use_lang, use_me};
use crate::leads::origin::Origin;
use crate::live::use_live;
use crate::privacy::{Erasing, PersonCard};
use crate::sharing::Panel;
use crate::shell::Frame;
use crate::timeline::{Composer, Timeline};
use crate::ui::icon::Icon;
use crate::ui::loaded::Loaded;
use crate::ui::person::PersonName;
use crate::ui::title::Title;

/// `/contacts/:id`.
#[component]
pub fn ContactRecord() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let live = use_live();
    let saved = RwSignal::new(0);
    let id = move || params.read().get("id").unwrap_or_default();
    let erasing = Erasing::new(
        move || id().parse().ok().map(Subject::Contact),
        query.read_untracked().get("do").is_some_and(|what| what == "erase"),
    );
    let page = Resource::new(
        move || (id(), query.read().get("before"), saved.get(), live.deals.get()),
        |(id, before, ..)| super::api::show_contact(id, before),
    );
    let sharing = Panel::new("contact", id);
    view! {
        <Frame here="clients">
            <Loaded data=page key=|page: &ContactPage| page.contact.id body=move |page| record(page, saved, sharing, erasing)/>
        </Frame>
    }
}

fn record(page: Signal<ContactPage>, saved: RwSignal<u32>, sharing: Panel, erasing: Erasing) -> AnyView {
    let lang = use_lang();
    let (id, whose) = page.with_untracked(|page| (page.contact.id, page.contact.whose));
    let origin = Memo::new(move |_| {
        page.with(|page| page.contact.source.is_known().then(|| page.contact.source.clone()))
    });
    let consents = Signal::derive(move || page.with(|page| page.consents.clone()));
    let writes = use_me().is_some_and(|me| can(&me.actor(), Action::Write, Entity::Client, whose));
    view! {
        <Title text=move || page.with(|page| page.contact.name.clone())/>
        <header class="topbar">
            <a href="/clients" class="button quiet only" aria-label=tr!(lang, clients.back)><Icon name="left"/></a>
            <h1 class="clip">{move || page.with(|page| page.contact.name.clone())}</h1>
        </header>
        <main class="lead-page">
            <section class="lead-facts stack" aria-label=tr!(lang, clients.facts)>
                {move || facts(page.get())}
                {sharing.view(Subject::Contact(id))}
                {move || origin.get().map(|origin| view! { <Origin title=tr!(lang, channels.came_contact) attribution=origin/> })}
                <PersonCard on=Subject::Contact(id) consents=consents writes=writes saved=saved erasing=erasing/>
            </section>
            <section class="lead-flow stack" aria-label=tr!(lang, clients.flow)>
                {writes.then(|| view! { <Composer on=Subject::Contact(id) saved=saved/> })}
                {move || {
                    let timeline = page.with(|page| page.timeline.clone());
                    let older = timeline.next.map(|next| format!("/contacts/{id}?before={next}"));
                    view! { <Timeline items=timeline.rows older=older/> }
                }}
            </section>
        </main>
    }
    .into_any()
}

fn facts(page: ContactPage) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let contact = page.contact;
    view! {
        <dl class="facts">
            {super::parts::points(contact.points)}
            {contact.account.map(|(id, name)| view! {
                <dt>{tr!(lang, clients.account)}</dt>
                <dd><A href=format!("/accounts/{id}")>{name}</A></dd>
            })}
            <dt>{tr!(lang, common.owner)}</dt>
            <dd><PersonName person=contact.owner/></dd>
            <dt>{tr!(lang, clients.since)}</dt>
            <dd>{format.date(contact.created_at)}</dd>
        </dl>
        {super::parts::deals(page.deals)}
    }
    .into_any()
}
