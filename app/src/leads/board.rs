//! The inbox as a board: a column per status, with how fast each lead was answered.

use chrono::{DateTime, Utc};
use domain::lead::{LeadColumn, LeadRow, LeadStatus};
use domain::query::capped;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::LeadsBoard;
use super::filter::{empty, fields, filter, is_filtered, with};
use super::state::{CallState, lasting, response, status};
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::ui::clock::use_now;
use crate::ui::person::Avatar;
use crate::ui::problem::Failed;

#[component]
pub(super) fn BoardView() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let board = Resource::new(
        move || (query.with(filter), live.leads.get()),
        |(filter, _)| super::api::show_board(filter),
    );
    let now = use_now();
    view! {
        <main class="board-page leads-board">
            <Transition fallback=move || view! { <p class="muted pad">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let params = query.get();
                    Suspend::new(async move { columns(board.await, params, now) })
                }}
            </Transition>
        </main>
    }
}

fn columns(board: Answer<LeadsBoard>, query: ParamsMap, now: Signal<DateTime<Utc>>) -> AnyView {
    let lang = use_lang();
    let LeadsBoard { columns, channels, people } = match board {
        Ok(board) => board,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let count = columns.iter().map(|column| column.count).sum::<u64>();
    let told = tr!(lang, leads.count, n = capped(count));
    let shown = if count == 0 {
        empty(is_filtered(&query))
    } else {
        let chosen = columns.iter().position(|column| !column.rows.is_empty()).unwrap_or_default();
        let switch = columns.iter().enumerate().map(|(at, column)| {
            view! {
                <label>
                    <input type="radio" name="stage" value=at + 1 checked=at == chosen/>
                    {status(lang, column.status)}" "<b>{capped(column.count)}</b>
                </label>
            }
        });
        let switch = switch.collect_view();
        let drawn =
            columns.into_iter().enumerate().map(|(at, one)| column(at, one, &query, now)).collect_view();
        view! {
            <div class="stage-switch narrow-only" role="radiogroup" aria-label=tr!(lang, common.status)>{switch}</div>
            <div class="board" role="list" aria-label=tr!(lang, leads.statuses)>{drawn}</div>
        }
        .into_any()
    };
    view! { <div class="views">{fields(&query, channels, people, told)}</div>{shown} }.into_any()
}

fn column(at: usize, column: LeadColumn, query: &ParamsMap, now: Signal<DateTime<Utc>>) -> AnyView {
    let lang = use_lang();
    let label = format!("status-{}", column.status.code());
    let labelled = label.clone();
    let more = column.count.saturating_sub(column.rows.len() as u64);
    let mut list = query.clone();
    list.remove("view");
    let list = with(&list, "status", column.status.code());
    let speed = column.median_minutes().map(|minutes| tr!(lang, leads.median, time = lasting(lang, minutes)));
    let name = status(lang, column.status);
    let settled = !column.status.is_open();
    let cards = column.rows.into_iter().map(|lead| card(lead, now, settled)).collect_view();
    view! {
        <div class="column" role="listitem" data-stage=at + 1 aria-labelledby=labelled>
            <header>
                <div class="row">
                    <h2 class="title clip" id=label>{name}</h2>
                    <span class="badge">{capped(column.count)}</span>
                </div>
                <p class="sums"><span class="muted clip">{speed.unwrap_or_default()}</span></p>
            </header>
            <div class="cards">
                {cards}
                {(more > 0).then(|| view! { <A href=list>{tr!(lang, leads.and_more, n = more)}</A> })}
            </div>
        </div>
    }
    .into_any()
}

fn card(lead: LeadRow, now: Signal<DateTime<Utc>>, settled: bool) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let label = format!("lead-{}", lead.id);
    let labelled = label.clone();
    let answered = lead.response_minutes().map(|minutes| response(lang, minutes));
    let waits = lead.call_due_at.filter(|_| !settled).map(|due| view! { <CallState due=due now=now/> });
    let told = match (lead.status, answered) {
        (_, Some(answered)) => answered,
        (LeadStatus::New, None) => String::new(),
        (_, None) => tr!(lang, leads.not_answered),
    };
    let company = Some(lead.company).filter(|company| !company.is_empty());
    view! {
        <article class="deal-card" aria-labelledby=labelled>
            <h3 id=label><A href=format!("/leads/{}", lead.id)>{lead.name}</A></h3>
            {company.map(|company| view! { <p class="account clip">{company}</p> })}
            <p class="money">
                <time class="muted">{format.near(lead.created_at)}</time>
                {(!lead.channel.is_empty()).then(|| view! { <span class="tag clip">{lead.channel.clone()}</span> })}
            </p>
            <p class="step">
                {waits}
                {(!told.is_empty()).then(|| view! { <span class="muted">{told.clone()}</span> })}
                {lead.owner.map(|owner| view! { <Avatar name=owner.name/> })}
            </p>
        </article>
    }
    .into_any()
}
