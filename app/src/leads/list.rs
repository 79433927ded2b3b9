//! The inbox.

use domain::access::Entity;
use domain::activity::Subject;
use domain::lead::{LeadFilter, LeadRow, LeadStatus};
use domain::live::Changed;
use domain::query::capped;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::add::AddLead;
use super::api::Inbox;
use super::state::{CallState, status};
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::origins::{OriginFields, PARAMETERS};
use crate::shell::Frame;
use crate::transfer::Giving;
use crate::ui::clock::use_now;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;
use crate::ui::title::Title;
use crate::ui::toast::use_toast;

/// `/leads?status=…&channel=…&campaign=…&keyword=…&owner=…&q=…`: the filter lives in the address.
#[component]
pub fn Leads() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let toast = use_toast();
    let giving = Giving::new(Entity::Lead);
    let leads = Resource::new(
        move || (query.with(filter), live.leads.get(), giving.give.version().get()),
        |(filter, ..)| super::api::show_inbox(filter),
    );
    let now = use_now();
    let add = RwSignal::new(query.read_untracked().get("do").as_deref() == Some("add"));
    crate::ui::keys::use_row_keys();
    Effect::new(move |before: Option<()>| {
        let last = live.last.get();
        // The first run tells what happened before this page was opened.
        if before.is_some()
            && last.is_some_and(|change| {
                change.what == Changed::Arrived && matches!(change.on, Subject::Lead(_))
            })
        {
            toast.say(tr!(lang, leads.arrived));
        }
    });
    view! {
        <Title text=tr!(lang, leads.title)/>
        <Frame here="leads">
            <header class="topbar">
                <h1>{tr!(lang, leads.title)}</h1>
                <form class="push" method="get" action="/leads">
                    <button class="button primary" type="submit" name="do" value="add" aria-haspopup="dialog"
                        on:click=move |event| { event.prevent_default(); add.set(true); }>
                        <Icon name="plus"/>{tr!(lang, leads.add)}
                    </button>
                </form>
            </header>
            <div class="views">
                <nav class="tabs" aria-label=tr!(lang, common.status)>{tabs(query)}</nav>
            </div>
            <main class="list-page">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let params = query.get();
                        Suspend::new(async move { page(leads.await, params, now, giving) })
                    }}
                </Transition>
            </main>
            <AddLead open=add/>
        </Frame>
    }
}

fn filter(query: &ParamsMap) -> LeadFilter {
    let status = query.get("status").unwrap_or_default();
    LeadFilter {
        status: LeadStatus::from_code(&status),
        all: status == "all",
        owner: query.get("owner").and_then(|owner| owner.parse().ok()),
        channel: query.get("channel").unwrap_or_default(),
        campaign: query.get("campaign").unwrap_or_default(),
        keyword: query.get("keyword").unwrap_or_default(),
        text: query.get("q").unwrap_or_default(),
        from: query.get("from").and_then(|at| at.parse().ok()),
        until: query.get("until").and_then(|at| at.parse().ok()),
        cursor: query.get("after"),
    }
}

/// The address of the same list with one parameter changed and from its first page on.
fn with(query: &ParamsMap, key: &'static str, value: &str) -> String {
    let mut query = query.clone();
    for gone in ["after", "do", key] {
        query.remove(gone);
    }
    if !value.is_empty() {
        query.insert(key, value.to_owned());
    }
    format!("/leads{}", query.to_query_string())
}

fn tabs(query: Memo<ParamsMap>) -> impl IntoView {
    let lang = use_lang();
    [
        ("", tr!(lang, leads.tab_open)),
        ("converted", tr!(lang, leads.tab_converted)),
        ("disqualified", tr!(lang, leads.tab_disqualified)),
        ("all", tr!(lang, common.all)),
    ]
    .into_iter()
    .map(|(status, label)| {
        let here = move || query.read().get("status").unwrap_or_default() == status;
        // Not `A`: that one would call every tab of this path the present page.
        view! { <a href=move || query.with(|query| with(query, "status", status)) aria-current=move || here().then_some("page")>{label}</a> }
    })
    .collect_view()
}

fn page(
    inbox: Answer<Inbox>,
    query: ParamsMap,
    now: Signal<chrono::DateTime<chrono::Utc>>,
    giving: Giving,
) -> AnyView {
    let lang = use_lang();
    let Inbox { page, channels, people } = match inbox {
        Ok(inbox) => inbox,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let owners = people.into_iter().map(|person| (person.id.to_string(), person.name)).collect();
    let channels = with_chosen(channels, query.get("channel").unwrap_or_default());
    let filtered = ["q", "owner", "from", "until", "after"]
        .iter()
        .chain(&PARAMETERS)
        .any(|key| query.get(key).is_some_and(|v| !v.is_empty()));
    let more = page.next.as_ref().map(|next| with(&query, "after", next));
    let newest = query.get("after").map(|_| with(&query, "after", ""));
    let list = if page.rows.is_empty() {
        empty(filtered)
    } else {
        let table = view! {
            <div class="card">
                <table class="table rows">
                    <caption class="sr-only">{tr!(lang, leads.count, n = capped(page.count))}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, common.name)}</th>
                            <th scope="col">{tr!(lang, leads.first_call)}</th>
                            <th scope="col">{tr!(lang, common.phone)}</th>
                            <th scope="col">{tr!(lang, common.channel)}</th>
                            <th scope="col">{tr!(lang, common.keyword)}</th>
                            <th scope="col">{tr!(lang, common.owner)}</th>
                            <th scope="col">{tr!(lang, common.created)}</th>
                        </tr>
                    </thead>
                    <tbody>{page.rows.into_iter().map(|lead| row(lead, now, giving)).collect_view()}</tbody>
                </table>
            </div>
        };
        giving.around(table.into_any())
    };
    let count = page.count;
    view! {
        <Form action="/leads" attr:class="filters" attr:role="search">
            <input type="hidden" name="status" value=query.get("status").unwrap_or_default()/>
            <input class="input" type="search" name="q" aria-label=tr!(lang, common.search) placeholder=tr!(lang, leads.search)
                value=query.get("q").unwrap_or_default()/>
            {choice("channel", tr!(lang, common.channel), tr!(lang, leads.any_channel), channels, &query)}
            {choice("owner", tr!(lang, common.owner), tr!(lang, leads.any_owner), owners, &query)}
            <OriginFields of=Entity::Lead names=&["campaign", "keyword"] query=query.clone()/>
            <button class="button" type="submit">{tr!(lang, common.apply)}</button>
            <span class="muted push">{tr!(lang, leads.count, n = capped(count))}</span>
        </Form>
        {newest.map(|href| view! { <p><A href=href>{tr!(lang, leads.newest)}</A></p> })}
        {list}
        {more.map(|href| view! { <p class="row"><A href=href attr:class="button">{tr!(lang, common.more)}</A></p> })}
    }
    .into_any()
}

/// The channels to choose from. The one that is chosen stays, though none of the newest leads came through it.
fn with_chosen(mut channels: Vec<String>, chosen: String) -> Vec<(String, String)> {
    if !chosen.is_empty() && !channels.contains(&chosen) {
        channels.push(chosen);
    }
    channels.into_iter().map(|channel| (channel.clone(), channel)).collect()
}

/// A filter's select; the first option lets everything through.
fn choice(
    name: &'static str,
    label: String,
    any: String,
    options: Vec<(String, String)>,
    query: &ParamsMap,
) -> AnyView {
    let chosen = query.get(name).unwrap_or_default();
    view! {
        <select class="select" name=name aria-label=label>
            <option value="">{any}</option>
            {options
                .into_iter()
                .map(|(value, text)| {
                    let selected = value == chosen;
                    view! { <option value=value selected=selected>{text}</option> }
                })
                .collect_view()}
        </select>
    }
    .into_any()
}

fn empty(filtered: bool) -> AnyView {
    let lang = use_lang();
    if filtered {
        return view! {
            <div class="empty">
                <Icon name="filter"/>
                <h2>{tr!(lang, leads.nothing_title)}</h2>
                <p>{tr!(lang, leads.nothing_text)}</p>
                <A href="/leads" attr:class="button">{tr!(lang, leads.reset)}</A>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            <Icon name="lead"/>
            <h2>{tr!(lang, leads.empty_title)}</h2>
            <p>{tr!(lang, leads.empty_text)}</p>
            <a class="button" href="/demo/landing" rel="external">{tr!(lang, leads.empty_step)}</a>
        </div>
    }
    .into_any()
}

fn row(lead: LeadRow, now: Signal<chrono::DateTime<chrono::Utc>>, giving: Giving) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let choice = giving.choice(Subject::Lead(lead.id), &lead.name);
    view! {
        <tr data-row="">
            <td class="first" data-label=tr!(lang, common.name)>
                <div>
                    {choice}
                    <A href=format!("/leads/{}", lead.id) attr:class="row-link"><b>{lead.name}</b></A>
                    <span class="muted clip">{lead.company}</span>
                </div>
            </td>
            <td data-label=tr!(lang, leads.first_call)>
                {match lead.call_due_at.filter(|_| lead.status.is_open()) {
                    Some(due) => view! { <CallState due=due now=now/> }.into_any(),
                    None => view! { <span class="muted">{status(lang, lead.status)}</span> }.into_any(),
                }}
            </td>
            <td class="nowrap" data-label=tr!(lang, common.phone)>
                <a class="num" href=format!("tel:{}", lead.phone) data-act="call">{lead.phone.clone()}</a>
            </td>
            <td data-label=tr!(lang, common.channel)><span class="tag">{lead.channel}</span></td>
            <td class:blank=lead.keyword.is_empty() data-label=tr!(lang, common.keyword)>{lead.keyword.clone()}</td>
            <td data-label=tr!(lang, common.owner)><PersonName person=lead.owner/></td>
            <td class="nowrap" data-label=tr!(lang, common.created)><time>{format.near(lead.created_at)}</time></td>
        </tr>
    }
}
