//! Which deals are shown lives in the address: the board's and the list's filter, and the way to change it.

use chrono::{DateTime, Utc};
use domain::access::Entity;
use domain::deal::{DealFilter, DealStatus};
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::Choices;
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::origins::{OriginFields, PARAMETERS};
use crate::ui::icon::Icon;

/// The filter of an address.
pub(super) fn of(query: &ParamsMap) -> DealFilter {
    fn id<T: std::str::FromStr>(query: &ParamsMap, name: &str) -> Option<T> {
        query.get(name).and_then(|text| text.parse().ok())
    }
    let status = query.get("status").unwrap_or_default();
    DealFilter {
        status: DealStatus::from_code(&status),
        all: status == "all",
        stage: id(query, "stage"),
        owner: id(query, "owner"),
        channel: query.get("channel").unwrap_or_default(),
        campaign: query.get("campaign").unwrap_or_default(),
        keyword: query.get("keyword").unwrap_or_default(),
        text: query.get("q").unwrap_or_default(),
        reached: id(query, "reached"),
        lost_in: id(query, "lost_in"),
        from: query.get("from").and_then(|text| instant(&text)),
        until: query.get("until").and_then(|text| instant(&text)),
        cursor: query.get("after").filter(|cursor| !cursor.is_empty()),
    }
}

/// Seconds since 1970 or RFC 3339.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    match text.parse::<i64>() {
        Ok(seconds) => DateTime::from_timestamp(seconds, 0),
        // A plus sign that was not percent-encoded arrives as a space.
        Err(_) => DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|at| at.to_utc()),
    }
}

/// The page's address with `changes` made to its query; `None` takes a parameter away. The position in the list is always lost.
pub(super) fn address(query: &ParamsMap, changes: &[(&str, Option<&str>)]) -> String {
    let mut query = query.clone();
    for name in ["after", "dialog", "__path", "__err"] {
        query.remove(name);
    }
    for (name, value) in changes {
        match value {
            Some(value) => query.replace((*name).to_owned(), (*value).to_owned()),
            None => {
                query.remove(name);
            }
        }
    }
    format!("/deals{}", query.to_query_string())
}

/// The search field and selects over the board (`list` false) or the list.
#[component]
pub(super) fn Filters(choices: Resource<Answer<Choices>>, list: bool) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    view! {
        <Form method="GET" action="/deals" attr:class="filters" attr:role="search">
            {move || {
                let query = query.read();
                let kept = ["view", "status", "reached", "lost_in", "from", "until"];
                kept.into_iter()
                    .filter_map(|name| query.get(name).map(|value| view! { <input type="hidden" name=name value=value/> }))
                    .collect_view()
            }}
            <input class="input" type="search" name="q" aria-label=tr!(lang, common.search) placeholder=tr!(lang, deals.search)
                value=move || query.read().get("q").unwrap_or_default()/>
            <Transition>
                {move || {
                    let filter = of(&query.read());
                    Suspend::new(async move {
                    let choices = choices.await.unwrap_or_default();
                    let people = choices.people.iter().map(|person| (person.id.to_string(), person.name.clone())).collect();
                    let stages = choices.pipelines.iter().flat_map(|pipeline| &pipeline.stages);
                    let stages = stages.map(|stage| (stage.id.to_string(), stage.name.get(lang).to_owned())).collect();
                    view! {
                        {choice("owner", tr!(lang, common.owner), tr!(lang, deals.anybody), people, filter.owner.map(|id| id.to_string()))}
                        {list.then(|| {
                            let chosen = filter.stage.map(|id| id.to_string());
                            choice("stage", tr!(lang, deals.stage), tr!(lang, deals.any_stage), stages, chosen)
                        })}
                    }
                    })
                }}
            </Transition>
            {move || view! { <OriginFields of=Entity::Deal names=&PARAMETERS query=query.get()/> }}
            <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.filter)}</button>
        </Form>
    }
}

fn choice(
    name: &'static str,
    label: String,
    any: String,
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> impl IntoView {
    let options = options.into_iter().map(|(key, text)| {
        let selected = chosen.as_ref() == Some(&key);
        view! { <option value=key selected=selected>{text}</option> }
    });
    view! {
        <select class="select" name=name aria-label=label>
            <option value="" selected=chosen.is_none()>{any}</option>
            {options.collect_view()}
        </select>
    }
}

/// What a figure of the funnel narrowed the list to, with the way out of it.
#[component]
pub(super) fn Narrowed(choices: Resource<Answer<Choices>>) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let query = use_query_map();
    view! {
        <Transition>
            {move || {
                let format = format.clone();
                let query = query.read();
                let filter = of(&query);
                let out = address(&query, &[("reached", None), ("lost_in", None), ("from", None), ("until", None)]);
                Suspend::new(async move {
                    let choices = choices.await.unwrap_or_default();
                    let name = |id| {
                        let stage = choices.pipelines.iter().find_map(|pipeline| pipeline.stage(id));
                        stage.map(|stage| stage.name.get(lang).to_owned()).unwrap_or_default()
                    };
                    let parts: Vec<String> = [
                        filter.reached.map(|id| tr!(lang, deals.reached, stage = name(id))),
                        filter.lost_in.map(|id| tr!(lang, deals.lost_in, stage = name(id))),
                        filter.from.map(|at| tr!(lang, deals.made_from, day = format.date(at))),
                        filter.until.map(|at| tr!(lang, deals.made_until, day = format.date(at - chrono::TimeDelta::seconds(1)))),
                    ]
                    .into_iter()
                    .flatten()
                    .collect();
                    (!parts.is_empty()).then(|| {
                        view! {
                            <p class="narrowed">
                                <span class="tag accent">{parts.join(" · ")}</span>
                                <A href=out>{tr!(lang, deals.widen)}</A>
                            </p>
                        }
                    })
                })
            }}
        </Transition>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_seconds_or_rfc_3339() {
        let noon = DateTime::from_timestamp(1_795_521_600, 0);
        assert_eq!(instant("1795521600"), noon);
        assert_eq!(instant("2026-11-24T12:00:00Z"), noon);
        assert_eq!(instant("2026-11-24T15:00:00 03:00"), noon);
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn what_is_no_id_narrows_nothing() {
        let query: ParamsMap =
            [("stage".to_owned(), "x".to_owned()), ("status".to_owned(), "lost".to_owned())]
                .into_iter()
                .collect();
        let filter = of(&query);
        assert_eq!((filter.stage, filter.status, filter.all), (None, Some(DealStatus::Lost), false));
    }
}
