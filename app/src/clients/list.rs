//! The list of clients.

use domain::access::Entity;
use domain::account::{Client, ClientFilter, ClientRow};
use domain::activity::Subject;
use domain::query::{Page, capped};
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::origins::{OriginFields, PARAMETERS};
use crate::shell::Frame;
use crate::transfer::Giving;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// `/clients?q=…&channel=…&campaign=…&keyword=…&after=…`.
#[component]
pub fn Clients() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = crate::live::use_live();
    let asked = Memo::new(move |_| filter(&query.read()));
    let giving = Giving::new(Entity::Client);
    let clients = Resource::new(
        move || (asked.get(), live.deals.get(), giving.give.version().get()),
        |(filter, ..)| super::api::list(filter),
    );
    crate::ui::keys::use_row_keys();
    view! {
        <Title text=tr!(lang, clients.title)/>
        <Frame here="clients">
            <header class="topbar"><h1>{tr!(lang, clients.title)}</h1></header>
            <main class="list-page">
                <Form action="/clients" attr:class="filters" attr:role="search">
                    <input class="input" type="search" name="q" aria-label=tr!(lang, common.search) placeholder=tr!(lang, clients.search)
                        value=query.read_untracked().get("q").unwrap_or_default()/>
                    {move || view! { <OriginFields of=Entity::Client names=&PARAMETERS query=query.get()/> }}
                    <button class="button" type="submit">{tr!(lang, common.search)}</button>
                </Form>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let query = query.get();
                        Suspend::new(async move { table(clients.await, &query, giving) })
                    }}
                </Transition>
            </main>
        </Frame>
    }
}

fn filter(query: &ParamsMap) -> ClientFilter {
    let get = |name| query.get(name).unwrap_or_default();
    ClientFilter {
        text: get("q"),
        channel: get("channel"),
        campaign: get("campaign"),
        keyword: get("keyword"),
        cursor: query.get("after"),
    }
}

fn table(page: Answer<Page<ClientRow>>, query: &ParamsMap, giving: Giving) -> AnyView {
    let lang = use_lang();
    let page = match page {
        Ok(page) => page,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    if page.rows.is_empty() {
        return empty(filter(query) != ClientFilter::default());
    }
    let address = |after: Option<&str>| {
        let mut query = query.clone();
        // What was given away is told once.
        for gone in ["after", "given", "kept"] {
            query.remove(gone);
        }
        if let Some(after) = after {
            query.insert("after", after.to_owned());
        }
        format!("/clients{}", query.to_query_string())
    };
    let more = page.next.as_deref().map(|next| address(Some(next)));
    let first = query.get("after").map(|_| address(None));
    let table = view! {
        <div class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, clients.count, n = capped(page.count))}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, common.name)}</th>
                        <th scope="col">{tr!(lang, clients.detail)}</th>
                        <th scope="col" class="num">{tr!(lang, clients.open_deals)}</th>
                        <th scope="col">{tr!(lang, common.owner)}</th>
                        <th scope="col">{tr!(lang, common.created)}</th>
                    </tr>
                </thead>
                <tbody>{page.rows.into_iter().map(|client| row(client, giving)).collect_view()}</tbody>
            </table>
        </div>
    };
    view! {
        {first.map(|href| view! { <p><A href=href>{tr!(lang, clients.newest)}</A></p> })}
        {giving.around(table.into_any())}
        {more.map(|href| view! { <p class="row"><A href=href attr:class="button">{tr!(lang, common.more)}</A></p> })}
    }
    .into_any()
}

fn row(client: ClientRow, giving: Giving) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let on = match client.client {
        Client::Account(id) => Subject::Account(id),
        Client::Contact(id) => Subject::Contact(id),
    };
    let choice = giving.choice(on, &client.name);
    let (href, icon, kind) = match client.client {
        Client::Account(id) => (format!("/accounts/{id}"), "building", tr!(lang, clients.kind_account)),
        Client::Contact(id) => (format!("/contacts/{id}"), "people", tr!(lang, clients.kind_contact)),
    };
    view! {
        <tr data-row="">
            <td class="first" data-label=tr!(lang, common.name)>
                <div>
                    {choice}
                    <A href=href attr:class="row-link"><b>{client.name}</b></A>
                    <span class="muted row"><Icon name=icon/>{kind}</span>
                </div>
            </td>
            <td class:blank=client.detail.is_empty() data-label=tr!(lang, clients.detail)>{client.detail.clone()}</td>
            <td class="num" data-label=tr!(lang, clients.open_deals)>{client.open_deals}</td>
            <td data-label=tr!(lang, common.owner)><PersonName person=client.owner/></td>
            <td class="nowrap" data-label=tr!(lang, common.created)>{format.date(client.created_at)}</td>
        </tr>
    }
}

fn empty(searched: bool) -> AnyView {
    let lang = use_lang();
    let (title, text, href, step) = if searched {
        (
            tr!(lang, clients.nothing_title),
            tr!(lang, clients.nothing_text),
            "/clients",
            tr!(lang, clients.reset),
        )
    } else {
        (
            tr!(lang, clients.empty_title),
            tr!(lang, clients.empty_text),
            "/leads",
            tr!(lang, clients.empty_step),
        )
    };
    view! {
        <div class="empty">
            <Icon name="people"/>
            <h2>{title}</h2>
            <p>{text}</p>
            <A href=href attr:class="button">{step}</A>
        </div>
    }
    .into_any()
}
