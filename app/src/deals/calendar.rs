//! Deals by the day on which they are expected to close: a month of them.

use chrono::{Datelike, NaiveDate};
use domain::calendar::{Calendar, CalendarDay, Month, weekdays};
use domain::deal::{DealRow, DealStatus};
use domain::query::capped;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::{filter, lists_api};
use crate::ctx::{Format, use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;

#[component]
pub(super) fn CalendarView() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let source = Memo::new(move |_| {
        let query = query.read();
        (query.get("month").and_then(|month| Month::parse(&month)), filter::of(&query))
    });
    let calendar = Resource::new(
        move || (source.get(), live.deals.get()),
        |((month, filter), _)| lists_api::load_calendar(month, filter),
    );
    view! {
        <main class="list-page calendar-page">
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let query = query.get();
                    Suspend::new(async move { drawn(calendar.await, &query) })
                }}
            </Transition>
        </main>
    }
}

/// Its links are not `A`s, nor are those of the board and the list: a shape of the page that was just left is drawn once more where
/// no router is found.
fn drawn(calendar: Answer<Calendar>, query: &ParamsMap) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let calendar = match calendar {
        Ok(calendar) => calendar,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let today = format.zone().day(format.now());
    let month = calendar.month;
    let to = |month: Month| filter::address(query, &[("month", Some(&month.to_string()))]);
    let undated = (calendar.undated > 0).then(|| {
        let path = filter::address(query, &[("view", Some("list")), ("undated", Some("1")), ("month", None)]);
        let text = tr!(lang, boards.undated_count, n = capped(calendar.undated));
        view! { <a href=path class="push">{text}</a> }
    });
    let nothing = calendar.days.iter().all(|day| !month.contains(day.day));
    let weeks = month.weeks().into_iter().map(|week| {
        let days = week.map(|day| {
            let told = calendar.days.iter().find(|told| told.day == day);
            cell(&format, query, month, today, day, told)
        });
        view! { <tr>{days.into_iter().collect_view()}</tr> }
    });
    let heads = weekdays(lang).map(|name| view! { <th scope="col">{name}</th> });
    view! {
        <header class="row wrap">
            <h2>{month.name(lang)}</h2>
            <nav class="row" aria-label=tr!(lang, boards.months)>
                <a href=to(month.previous()) class="button quiet only" aria-label=tr!(lang, boards.previous_month) data-noscroll=true>
                    <Icon name="left"/>
                </a>
                <a href=filter::address(query, &[("month", None)]) class="button quiet" data-noscroll=true>{tr!(lang, boards.this_month)}</a>
                <a href=to(month.next()) class="button quiet only" aria-label=tr!(lang, boards.next_month) data-noscroll=true>
                    <Icon name="right"/>
                </a>
            </nav>
            {undated}
        </header>
        {nothing.then(|| view! { <p class="muted">{tr!(lang, boards.nothing_in_month)}</p> })}
        <div class="card">
            <table class="calendar">
                <caption class="sr-only">{tr!(lang, boards.calendar_of, month = month.name(lang))}</caption>
                <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                <tbody>{weeks.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn cell(
    format: &Format,
    query: &ParamsMap,
    month: Month,
    today: NaiveDate,
    day: NaiveDate,
    told: Option<&CalendarDay>,
) -> AnyView {
    let lang = format.lang;
    let whole = domain::zone::date(day, lang);
    let is_today = day == today;
    let body = told.map(|told| {
        let sums: Vec<String> = told.sums.iter().map(|sum| format.money(*sum)).collect();
        let rest = told.count.saturating_sub(told.deals.len() as u64);
        let more = (rest > 0).then(|| {
            let text = day.to_string();
            let changes = [
                ("view", Some("list")),
                ("close_from", Some(text.as_str())),
                ("close_until", Some(text.as_str())),
                ("month", None),
            ];
            view! { <a href=filter::address(query, &changes) class="more">{tr!(lang, deals.and_more, n = rest)}</a> }
        });
        let deals = told.deals.iter().map(|deal| entry(lang, deal, today));
        view! {
            <p class="sum num muted">{sums.join(" · ")}</p>
            <ul aria-label=tr!(lang, boards.closing_on, day = whole.clone())>{deals.collect_view()}</ul>
            {more}
        }
    });
    let blank = body.is_none();
    view! {
        <td class:elsewhere=!month.contains(day) class:blank=blank aria-current=is_today.then_some("date")>
            <time datetime=day.to_string()><span class="wide-only" aria-hidden="true">{day.day()}</span><span class="whole">{whole.clone()}</span></time>
            {body}
        </td>
    }
    .into_any()
}

fn entry(lang: domain::Lang, deal: &DealRow, today: NaiveDate) -> impl IntoView + use<> {
    // A day that has gone by did not close it.
    let late = deal.status == DealStatus::Open && deal.expected_close.is_some_and(|day| day < today);
    let state = match deal.status {
        DealStatus::Open if late => "state overdue",
        DealStatus::Open => "state",
        DealStatus::Won => "state today",
        DealStatus::Lost => "state none",
    };
    let told = match deal.status {
        DealStatus::Open if late => tr!(lang, boards.late),
        DealStatus::Open => deal.stage.get(lang).to_owned(),
        status => super::list::status(lang, status),
    };
    let (href, title, account) = (format!("/deals/{}", deal.id), deal.title.clone(), deal.account.clone());
    view! {
        <li>
            <a href=href>{title}</a>
            <span class=state title=account>{told}</span>
        </li>
    }
}
