//! Deals as a table: also what stands behind a figure of the funnel.

use domain::deal::{DealRow, DealStatus};
use domain::id::DealId;
use domain::query::{Page, capped};
use domain::task::Urgency;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::Choices;
use super::bulk::Many;
use super::{api, filter};
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;

/// Open, won, lost, all.
#[component]
pub(super) fn Tabs() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let tab = move |status: &'static str, label: String| {
        let path = move || {
            filter::address(&query.read(), &[("status", Some(status)), ("reached", None), ("lost_in", None)])
        };
        // A figure of the funnel counts deals of every status.
        let here = move || {
            let filter = filter::of(&query.read());
            let opened = filter.reached.is_some() || filter.lost_in.is_some() || filter.leak.is_some();
            let all = filter.status.is_none() && (filter.all || opened);
            match status {
                "all" => all,
                _ => !all && filter.status.unwrap_or(DealStatus::Open).code() == status,
            }
        };
        // A link of the router's own would mark itself by the path alone.
        view! { <a href=path aria-current=move || here().then_some("page")>{label}</a> }
    };
    view! {
        <nav class="tabs" aria-label=tr!(lang, common.status)>
            {tab("open", tr!(lang, deals.tab_open))}
            {tab("won", tr!(lang, deals.tab_won))}
            {tab("lost", tr!(lang, deals.tab_lost))}
            {tab("all", tr!(lang, common.all))}
        </nav>
    }
}

#[component]
pub(super) fn ListView(choices: Resource<Answer<Choices>>) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let source = Memo::new(move |_| filter::of(&query.read()));
    let many = Many::new();
    let deals = Resource::new(
        move || (source.get(), live.deals.get(), many.change.version().get(), many.undo.version().get()),
        |(filter, ..)| api::load_list(filter),
    );
    view! {
        <main class="list-page">
            {many.outcome()}
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let query = query.get();
                    Suspend::new(async move {
                        let next = |cursor: &str| filter::address(&query, &[("after", Some(cursor))]);
                        table(deals.await, next, many, choices)
                    })
                }}
            </Transition>
        </main>
    }
}

fn table(
    page: Answer<Page<DealRow>>,
    next: impl Fn(&str) -> String,
    many: Many,
    choices: Resource<Answer<Choices>>,
) -> AnyView {
    let lang = use_lang();
    let page = match page {
        Ok(page) => page,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    if page.rows.is_empty() {
        return view! {
            <div class="empty">
                <Icon name="board"/>
                <h2>{tr!(lang, deals.nothing_found)}</h2>
                <p>{tr!(lang, deals.nothing_found_text)}</p>
                <A href="/deals?view=list&status=all" attr:class="button">{tr!(lang, deals.widen)}</A>
            </div>
        }
        .into_any();
    }
    let more = page.next.as_deref().map(next);
    let count = page.count;
    let ids: Vec<DealId> = page.rows.iter().map(|deal| deal.id).collect();
    let table = view! {
        <div class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, deals.title)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, deals.name)}</th>
                        <th scope="col">{tr!(lang, deals.stage)}</th>
                        <th scope="col" class="num">{tr!(lang, common.amount)}</th>
                        <th scope="col">{tr!(lang, deals.next_step)}</th>
                        <th scope="col">{tr!(lang, deals.expected_close)}</th>
                        <th scope="col">{tr!(lang, common.channel)}</th>
                        <th scope="col">{tr!(lang, common.owner)}</th>
                        <th scope="col">{tr!(lang, common.created)}</th>
                    </tr>
                </thead>
                <tbody>{page.rows.into_iter().map(|deal| row(deal, many)).collect_view()}</tbody>
            </table>
        </div>
    };
    view! {
        <p class="muted count">{tr!(lang, deals.count, n = capped(count))}</p>
        {many.around(table.into_any(), &ids, choices)}
        {more.map(|path| view! { <p class="more"><A href=path attr:class="button">{tr!(lang, common.more)}</A></p> })}
    }
    .into_any()
}

fn row(deal: DealRow, many: Many) -> AnyView {
    let lang = use_lang();
    let choice = many.choice(&deal);
    let format = use_format();
    let urgency = Urgency::of(deal.next_step_at, format.now(), &format.zone());
    let step = match (deal.status, deal.next_step_at) {
        (DealStatus::Open, Some(at)) => {
            view! { <span class=format!("state {}", urgency.class())>{format.near(at)}</span> }.into_any()
        }
        (DealStatus::Open, None) => {
            view! { <span class="state none">{tr!(lang, common.no_next_step)}</span> }.into_any()
        }
        (status, _) => view! { <span class="muted">{super::list::status(lang, status)}</span> }.into_any(),
    };
    let no_channel = deal.channel.is_empty();
    view! {
        <tr data-row="">
            <td class="first" data-label=tr!(lang, deals.name)>
                <div>
                    {choice}
                    <A href=format!("/deals/{}", deal.id) attr:class="row-link"><b>{deal.title}</b></A>
                    <span class="muted clip">{deal.account}</span>
                </div>
            </td>
            <td data-label=tr!(lang, deals.stage)>{deal.stage.get(lang).to_owned()}</td>
            <td class="num" data-label=tr!(lang, common.amount)>{format.amount(deal.amount)}</td>
            <td data-label=tr!(lang, deals.next_step)>{step}</td>
            <td class="nowrap" data-label=tr!(lang, deals.expected_close)>
                {deal.expected_close.map_or_else(|| "—".to_owned(), |day| domain::zone::date(day, lang))}
            </td>
            <td class:blank=no_channel data-label=tr!(lang, common.channel)>
                {(!no_channel).then(|| view! { <span class="tag">{deal.channel}</span> })}
            </td>
            <td data-label=tr!(lang, common.owner)><PersonName person=deal.owner/></td>
            <td class="nowrap" data-label=tr!(lang, common.created)><time>{format.near(deal.created_at)}</time></td>
        </tr>
    }
    .into_any()
}

/// A status in words.
pub(super) fn status(lang: domain::Lang, status: DealStatus) -> String {
    match status {
        DealStatus::Open => tr!(lang, deals.status_open),
        DealStatus::Won => tr!(lang, deals.status_won),
        DealStatus::Lost => tr!(lang, deals.status_lost),
    }
}
