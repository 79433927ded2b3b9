//! Which deals are shown lives in the address: the board's and the list's filter, and the way to change it.

use chrono::{DateTime, NaiveDate, Utc};
use domain::access::Entity;
use domain::deal::{DealFilter, DealStatus};
use domain::id::StageId;
use domain::pipe::{LeakKind, Leaky};
use domain::view::{Said, said};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::Choices;
use super::board::Choosing;
use crate::ctx::{Format, use_format, use_lang};
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
        pipeline: id(query, "pipeline"),
        close_from: day(query, "close_from"),
        close_until: day(query, "close_until"),
        undated: query.get("undated").is_some_and(|text| !text.is_empty()),
        more: more(&query.get("more").unwrap_or_default()),
        team: id(query, "team"),
        service: id(query, "service"),
        loss_reason: id(query, "loss_reason"),
        opened_from: day(query, "opened_from"),
        opened_until: day(query, "opened_until"),
        leak: query.get("leak").and_then(|kind| LeakKind::from_code(&kind)).map(|kind| Leaky {
            kind,
            stage: id(query, "leak_stage"),
            unowned: query.get("unowned").is_some_and(|text| !text.is_empty()),
        }),
    }
}

fn day(query: &ParamsMap, name: &str) -> Option<NaiveDate> {
    query.get(name).and_then(|text| text.parse().ok())
}

/// `STAGE.40,STAGE.60`: columns that show more cards than the others.
fn more(text: &str) -> Vec<(StageId, u32)> {
    let column = |part: &str| {
        let (stage, cards) = part.split_once('.')?;
        Some((stage.parse().ok()?, cards.parse().ok()?))
    };
    text.split(',').filter_map(column).collect()
}

/// The same with `cards` of them in the column of `stage`.
pub(super) fn with_more(columns: &[(StageId, u32)], stage: StageId, cards: u32) -> String {
    let others = columns.iter().filter(|(id, _)| *id != stage);
    let all = others.copied().chain([(stage, cards)]);
    all.map(|(stage, cards)| format!("{stage}.{cards}")).collect::<Vec<_>>().join(",")
}

/// Whether anything but the pipeline narrows what is shown.
pub(super) fn narrows(filter: &DealFilter) -> bool {
    let rest = DealFilter { pipeline: None, more: Vec::new(), cursor: None, ..filter.clone() };
    rest != DealFilter::default()
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
    for name in ["after", "dialog", "batch", "__path", "__err"] {
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

/// The search field and selects over the board (`list` false), the list or the calendar.
#[component]
pub(super) fn Filters(choices: Resource<Answer<Choices>>, list: bool) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    view! {
        <Form method="GET" action="/deals" attr:class="filters" attr:role="search">
            {move || {
                let query = query.read();
                // What searching leaves as it is.
                hidden(&query, said(|said| said != Said::Field))
            }}
            <input class="input" type="search" name="q" aria-label=tr!(lang, common.search) placeholder=tr!(lang, deals.search)
                value=move || query.read().get("q").unwrap_or_default()/>
            <Transition>
                {move || {
                    let filter = of(&query.read());
                    Suspend::new(async move { selects(choices.await.unwrap_or_default(), &filter, list) })
                }}
            </Transition>
            {move || view! { <OriginFields of=Entity::Deal names=&PARAMETERS query=query.get()/> }}
            <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.filter)}</button>
            {(!list).then(|| view! { <Choosing/> })}
        </Form>
    }
}

/// What of the address a form leaves as it is.
pub(super) fn hidden(query: &ParamsMap, names: impl Iterator<Item = &'static str>) -> AnyView {
    let one = |name: &'static str| {
        let values = query.get_all(name).unwrap_or_default();
        values.into_iter().map(move |value| view! { <input type="hidden" name=name value=value/> })
    };
    names.flat_map(one).collect_view().into_any()
}

fn selects(choices: Choices, filter: &DealFilter, list: bool) -> AnyView {
    let lang = use_lang();
    let named = |id: String, name: &str| (id, name.to_owned());
    let people = choices.people.iter().map(|person| named(person.id.to_string(), &person.name)).collect();
    let teams = choices.teams.iter().map(|team| named(team.id.to_string(), &team.name));
    let teams: Vec<_> = teams.collect();
    // Where there is one way of selling, nobody chooses.
    let pipelines = choices.pipelines.iter().filter(|_| choices.pipelines.len() > 1);
    let pipelines: Vec<_> =
        pipelines.map(|pipeline| named(pipeline.id.to_string(), pipeline.name.get(lang))).collect();
    let of_chosen = |id| filter.pipeline.is_none_or(|pipeline| pipeline == id);
    let stages = choices.pipelines.iter().filter(|pipeline| of_chosen(pipeline.id));
    let stages = stages.flat_map(|pipeline| &pipeline.stages);
    let stages = stages.map(|stage| named(stage.id.to_string(), stage.name.get(lang))).collect();
    let pipeline = (!pipelines.is_empty()).then(|| {
        // A board shows one of them; the first, unless another is chosen.
        let any = if list { tr!(lang, boards.any_pipeline) } else { tr!(lang, boards.first_pipeline) };
        let chosen = filter.pipeline.map(|id| id.to_string());
        choice("pipeline", tr!(lang, boards.pipeline), any, pipelines, chosen)
    });
    let owner = filter.owner.map(|id| id.to_string());
    let team = (!teams.is_empty()).then(|| {
        let chosen = filter.team.map(|id| id.to_string());
        choice("team", tr!(lang, boards.team), tr!(lang, boards.any_team), teams, chosen)
    });
    let stage = list.then(|| {
        let chosen = filter.stage.map(|id| id.to_string());
        choice("stage", tr!(lang, deals.stage), tr!(lang, deals.any_stage), stages, chosen)
    });
    view! {
        {pipeline}
        {choice("owner", tr!(lang, common.owner), tr!(lang, deals.anybody), people, owner)}
        {team}
        {stage}
    }
    .into_any()
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

/// What a figure of a report or the calendar narrowed the list to, with the way out of it.
#[component]
pub(super) fn Narrowed(choices: Resource<Answer<Choices>>) -> impl IntoView {
    let query = use_query_map();
    let format = use_format();
    view! {
        <Transition>
            {move || {
                let format = format.clone();
                let query = query.read();
                let filter = of(&query);
                let opened: Vec<_> = said(|said| said == Said::Figure).map(|name| (name, None)).collect();
                let out = address(&query, &opened);
                Suspend::new(async move { narrowed(choices.await.unwrap_or_default(), &filter, &format, out) })
            }}
        </Transition>
    }
}

fn narrowed(choices: Choices, filter: &DealFilter, format: &Format, out: String) -> Option<AnyView> {
    let lang = format.lang;
    let name = |id| {
        let stage = choices.pipelines.iter().find_map(|pipeline| pipeline.stage(id));
        stage.map(|stage| stage.name.get(lang).to_owned()).unwrap_or_default()
    };
    let reason = |id| {
        let reason = choices.loss_reasons.iter().find(|reason| reason.id == id);
        reason.map(|reason| reason.name.get(lang).to_owned()).unwrap_or_default()
    };
    let date = |day: NaiveDate| domain::zone::date(day, lang);
    let closes = match (filter.close_from, filter.close_until) {
        (Some(from), Some(until)) if from == until => Some(tr!(lang, boards.closing_on, day = date(from))),
        (Some(from), Some(until)) => {
            Some(tr!(lang, boards.closing_between, from = date(from), until = date(until)))
        }
        (Some(from), None) => Some(tr!(lang, boards.closing_from, day = date(from))),
        (None, Some(until)) => Some(tr!(lang, boards.closing_until, day = date(until))),
        (None, None) => None,
    };
    let parts: Vec<String> = [
        filter.reached.map(|id| tr!(lang, deals.reached, stage = name(id))),
        filter.lost_in.map(|id| tr!(lang, deals.lost_in, stage = name(id))),
        filter.loss_reason.map(|id| tr!(lang, boards.lost_for, reason = reason(id))),
        filter.leak.as_ref().map(|leak| crate::analytics::pipe::told(lang, leak, leak.stage.map(&name))),
        filter.service.map(|_| tr!(lang, boards.of_service)),
        filter.opened_from.map(|day| tr!(lang, deals.made_from, day = date(day))),
        filter.opened_until.map(|day| tr!(lang, deals.made_until, day = date(day))),
        filter.from.map(|at| tr!(lang, deals.made_from, day = format.date(at))),
        filter
            .until
            .map(|at| tr!(lang, deals.made_until, day = format.date(at - chrono::TimeDelta::seconds(1)))),
        closes,
        filter.undated.then(|| tr!(lang, boards.undated)),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| {
        view! {
            <p class="narrowed">
                <span class="tag accent">{parts.join(" · ")}</span>
                <a href=out>{tr!(lang, deals.widen)}</a>
            </p>
        }
        .into_any()
    })
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

    #[test]
    fn columns_are_widened_one_by_one() {
        let stage = |number| StageId(uuid::Uuid::from_u128(number));
        let one = with_more(&[], stage(1), 45);
        let two = with_more(&more(&one), stage(2), 30);
        assert_eq!(more(&with_more(&more(&two), stage(1), 75)), [(stage(2), 30), (stage(1), 75)]);
        assert_eq!(more("x.1,,00000000-0000-0000-0000-000000000001"), []);
    }
}
