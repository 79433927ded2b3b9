//! Which leads are shown lives in the address: the filter of the list and of the board, and the way to change it.

use domain::access::Entity;
use domain::lead::{LeadFilter, LeadStatus};
use domain::user::Person;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::ctx::use_lang;
use crate::origins::{OriginFields, PARAMETERS};
use crate::ui::icon::Icon;

/// Whether an address asks for the board.
pub(super) fn is_board(query: &ParamsMap) -> bool {
    query.get_str("view") == Some("board")
}

/// The address of the board, or of the list. It stays as it is while the other is being opened: what is drawn once more when it has
/// left the page finds no router.
pub(super) fn shown_as(board: bool) -> Memo<ParamsMap> {
    let query = use_query_map();
    Memo::new(move |before: Option<&ParamsMap>| {
        let query = query.get();
        before.filter(|_| is_board(&query) != board).cloned().unwrap_or(query)
    })
}

/// The filter of an address.
pub(super) fn filter(query: &ParamsMap) -> LeadFilter {
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
        team: query.get("team").and_then(|team| team.parse().ok()),
    }
}

/// The address of the same list with one parameter changed and from its first page on.
pub(super) fn with(query: &ParamsMap, key: &'static str, value: &str) -> String {
    let mut query = query.clone();
    for gone in ["after", "do", key] {
        query.remove(gone);
    }
    if !value.is_empty() {
        query.insert(key, value.to_owned());
    }
    format!("/leads{}", query.to_query_string())
}

/// Whether more is asked for than a status.
pub(super) fn is_filtered(query: &ParamsMap) -> bool {
    ["q", "owner", "from", "until", "after"]
        .iter()
        .chain(&PARAMETERS)
        .any(|key| query.get(key).is_some_and(|value| !value.is_empty()))
}

/// The search field and selects above the leads.
pub(super) fn fields(
    query: &ParamsMap,
    channels: Vec<String>,
    people: Vec<Person>,
    count: String,
) -> AnyView {
    let lang = use_lang();
    let owners = people.into_iter().map(|person| (person.id.to_string(), person.name)).collect();
    let channels = with_chosen(channels, query.get("channel").unwrap_or_default());
    let kept = ["view", "status"].into_iter().filter_map(|name| {
        let value = query.get(name)?;
        Some(view! { <input type="hidden" name=name value=value/> })
    });
    let kept = kept.collect_view();
    let channels =
        choice("channel", tr!(lang, common.channel), tr!(lang, leads.any_channel), channels, query);
    let owners = choice("owner", tr!(lang, common.owner), tr!(lang, leads.any_owner), owners, query);
    let (text, asked) = (query.get("q").unwrap_or_default(), query.clone());
    view! {
        <Form action="/leads" attr:class="filters" attr:role="search">
            {kept}
            <input class="input" type="search" name="q" aria-label=tr!(lang, common.search) placeholder=tr!(lang, leads.search)
                value=text/>
            {channels}
            {owners}
            <OriginFields of=Entity::Lead names=&["campaign", "keyword"] query=asked/>
            <button class="button" type="submit">{tr!(lang, common.apply)}</button>
            <span class="muted push">{count}</span>
        </Form>
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

/// In place of leads where there are none.
pub(super) fn empty(filtered: bool) -> AnyView {
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
