//! Deals as a table: also what stands behind a figure of the funnel.

use domain::deal::{DealRow, DealStatus};
use domain::query::{Page, capped};
use domain::view::Column;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::Choices;
use super::bulk::Many;
use super::columns::{ColumnsMenu, cell, chosen, heading};
use super::{api, filter};
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::live::use_live;
use crate::ui::icon::Icon;
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
            <ColumnsMenu/>
            {many.outcome()}
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let query = query.get();
                    Suspend::new(async move {
                        let next = |cursor: &str| filter::address(&query, &[("after", Some(cursor))]);
                        table(deals.await, &chosen(&query), next, many, choices)
                    })
                }}
            </Transition>
        </main>
    }
}

fn table(
    page: Answer<Page<DealRow>>,
    columns: &[Column],
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
                <a href="/deals?view=list&status=all" class="button">{tr!(lang, deals.widen)}</a>
            </div>
        }
        .into_any();
    }
    let more = page.next.as_deref().map(next);
    let count = page.count;
    many.show(page.rows.iter().map(|deal| deal.id).collect());
    let heads = columns.iter().map(|column| {
        let figure = (*column == Column::Amount).then_some("num");
        view! { <th scope="col" class=figure>{heading(lang, *column)}</th> }
    });
    let heads = heads.collect_view();
    let rows = page.rows.into_iter().map(|deal| row(deal, columns, many)).collect_view();
    view! {
        <p class="muted count">{tr!(lang, deals.count, n = capped(count))}</p>
        <div class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, deals.title)}</caption>
                <thead><tr><th scope="col">{tr!(lang, deals.name)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {many.bar(choices)}
        {more.map(|path| view! { <p class="more"><a href=path class="button">{tr!(lang, common.more)}</a></p> })}
    }
    .into_any()
}

fn row(deal: DealRow, columns: &[Column], many: Many) -> AnyView {
    let lang = use_lang();
    let choice = many.choice(deal.id, &deal.title);
    let cells = columns.iter().map(|column| cell(*column, &deal)).collect_view();
    view! {
        <tr data-row="">
            <td class="first" data-label=tr!(lang, deals.name)>
                <div>
                    {choice}
                    <a href=format!("/deals/{}", deal.id) class="row-link"><b>{deal.title}</b></a>
                    <span class="muted clip">{deal.account}</span>
                </div>
            </td>
            {cells}
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
