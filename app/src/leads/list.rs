//! The inbox as a list.

use chrono::{DateTime, Utc};
use domain::access::Entity;
use domain::activity::Subject;
use domain::lead::LeadRow;
use domain::query::capped;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::params::ParamsMap;

use super::api::Inbox;
use super::filter::{empty, fields, filter, is_filtered, shown_as, with};
use super::state::{CallState, response, status};
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::transfer::Giving;
use crate::ui::clock::use_now;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;

#[component]
pub(super) fn ListView() -> impl IntoView {
    let lang = use_lang();
    let query = shown_as(false);
    let live = use_live();
    let giving = Giving::new(Entity::Lead);
    let leads = Resource::new(
        move || (query.with(filter), live.leads.get(), giving.give.version().get()),
        |(filter, ..)| super::api::show_inbox(filter),
    );
    let now = use_now();
    crate::ui::keys::use_row_keys();
    view! {
        <main class="list-page">
            <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let params = query.get();
                    Suspend::new(async move { page(leads.await, params, now, giving) })
                }}
            </Transition>
        </main>
    }
}

fn page(inbox: Answer<Inbox>, query: ParamsMap, now: Signal<DateTime<Utc>>, giving: Giving) -> AnyView {
    let lang = use_lang();
    let Inbox { page, channels, people } = match inbox {
        Ok(inbox) => inbox,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let more = page.next.as_ref().map(|next| with(&query, "after", next));
    let newest = query.get("after").map(|_| with(&query, "after", ""));
    let count = tr!(lang, leads.count, n = capped(page.count));
    let list = if page.rows.is_empty() {
        empty(is_filtered(&query))
    } else {
        let table = view! {
            <div class="card">
                <table class="table rows">
                    <caption class="sr-only">{count.clone()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, common.name)}</th>
                            <th scope="col">{tr!(lang, leads.first_call)}</th>
                            <th scope="col">{tr!(lang, leads.first_response)}</th>
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
    view! {
        {fields(&query, channels, people, count)}
        {newest.map(|href| view! { <p><A href=href>{tr!(lang, leads.newest)}</A></p> })}
        {list}
        {more.map(|href| view! { <p class="row"><A href=href attr:class="button">{tr!(lang, common.more)}</A></p> })}
    }
    .into_any()
}

fn row(lead: LeadRow, now: Signal<DateTime<Utc>>, giving: Giving) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let choice = giving.choice(Subject::Lead(lead.id), &lead.name);
    let answered = lead.response_minutes().map(|minutes| response(lang, minutes)).unwrap_or_default();
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
            <td class="nowrap" class:blank=answered.is_empty() data-label=tr!(lang, leads.first_response)>{answered.clone()}</td>
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
