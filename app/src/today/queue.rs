//! The home page.

use chrono::{DateTime, Utc};
use domain::today::{Done, Today};
use leptos::prelude::*;
use leptos_router::components::A;

use super::rows;
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::timeline::api::Finish;
use crate::ui::clock::use_now;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;

#[component]
pub fn TodayPage() -> impl IntoView {
    let format = use_format();
    let lang = format.lang;
    let live = use_live();
    let finish = ServerAction::<Finish>::new();
    let fail = failure(move || finish.value().get());
    let today = Resource::new(
        move || (live.leads.get(), live.deals.get(), finish.version().get()),
        |_| super::api::show(),
    );
    let now = use_now();
    crate::ui::keys::use_row_keys();
    view! {
        <Title text=tr!(lang, today.title)/>
        <Frame here="today">
            <header class="topbar">
                <h1>{tr!(lang, today.title)}</h1>
                <span class="muted clip">{domain::zone::weekday_date(format.zone().day(format.now()), lang)}</span>
                <span class="muted push wide-only">{tr!(lang, today.keys)}</span>
            </header>
            <main class="queue" aria-labelledby="queue-title">
                <h2 class="sr-only" id="queue-title">{tr!(lang, today.queue)}</h2>
                <FormError fail=fail/>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || Suspend::new(async move { queue(today.await, now, finish) })}
                </Transition>
            </main>
        </Frame>
    }
}

fn queue(today: Answer<Today>, now: Signal<DateTime<Utc>>, finish: ServerAction<Finish>) -> AnyView {
    let lang = use_lang();
    let today = match today {
        Ok(today) => today,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let Today { first_calls, overdue, today: due, later, offers, done } = today;
    let nothing = first_calls.is_empty()
        && overdue.is_empty()
        && due.is_empty()
        && later.is_empty()
        && offers.is_empty();
    let tasks = |list: Vec<domain::today::TodayTask>| {
        list.into_iter().map(|task| rows::task(task, now, finish)).collect::<Vec<_>>()
    };
    view! {
        {counters(done)}
        {nothing.then(empty)}
        {group("first", tr!(lang, today.first_calls), "overdue", tr!(lang, today.first_calls_hint),
            first_calls.into_iter().map(|lead| rows::first_call(lead, now)).collect())}
        {group("overdue", tr!(lang, today.overdue), "overdue", String::new(), tasks(overdue))}
        {group("due", tr!(lang, today.due_today), "today", String::new(), tasks(due))}
        {group("waiting", tr!(lang, today.waiting), "", String::new(), offers.into_iter().map(rows::offer).collect())}
        {group("later", tr!(lang, today.later), "", String::new(), tasks(later))}
    }
    .into_any()
}

/// What was done since midnight.
fn counters(done: Done) -> impl IntoView {
    let lang = use_lang();
    let counter = |icon: &'static str, label: String, count: u64| {
        view! {
            <div>
                <dt><Icon name=icon/>{label}</dt>
                <dd><b>{count}</b></dd>
            </div>
        }
    };
    view! {
        <section aria-labelledby="done-title">
            <h3 class="sr-only" id="done-title">{tr!(lang, today.done)}</h3>
            <dl class="counters">
                {counter("call", tr!(lang, today.calls), done.calls)}
                {counter("task", tr!(lang, today.tasks), done.tasks)}
                {counter("meet", tr!(lang, today.meetings), done.meetings)}
                {counter("offer", tr!(lang, today.offers), done.offers)}
            </dl>
        </section>
    }
}

/// A group of the queue; an empty one is not drawn.
fn group(key: &'static str, title: String, state: &'static str, hint: String, rows: Vec<AnyView>) -> AnyView {
    if rows.is_empty() {
        return ().into_any();
    }
    let id = format!("group-{key}");
    let labelled = id.clone();
    view! {
        <section class="group" aria-labelledby=labelled>
            <header>
                <h3 id=id>{title}</h3>
                <span class=format!("badge {state}")>{rows.len()}</span>
                {(!hint.is_empty()).then(|| view! { <p class="muted">{hint}</p> })}
            </header>
            <ul>{rows}</ul>
        </section>
    }
    .into_any()
}

fn empty() -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="empty">
            <Icon name="check"/>
            <h2>{tr!(lang, today.empty_title)}</h2>
            <p>{tr!(lang, today.empty_text)}</p>
            <A href="/deals" attr:class="button">{tr!(lang, today.empty_step)}</A>
        </div>
    }
}
