//! The inbox.

use domain::lead::{LeadFilter, LeadRow, LeadStatus};
use domain::query::{Page, capped};
use domain::task::Urgency;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;

/// `/leads?status=…&q=…`: the filter lives in the address.
#[component]
pub fn Leads() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let filter = move || {
        let query = query.read();
        let status = query.get("status").unwrap_or_default();
        LeadFilter {
            status: LeadStatus::from_code(&status),
            all: status == "all",
            channel: query.get("channel").unwrap_or_default(),
            text: query.get("q").unwrap_or_default(),
            cursor: query.get("after"),
            ..LeadFilter::default()
        }
    };
    let leads = Resource::new(move || (filter(), live.leads.get()), |(filter, _)| super::api::list(filter));
    view! {
        <Title text=tr!(lang, leads.title)/>
        <Frame here="leads">
            <header class="topbar">
                <h1>{tr!(lang, leads.title)}</h1>
                <form class="row push" action="/leads" role="search">
                    <input class="input" type="search" name="q" aria-label=tr!(lang, common.search)
                        placeholder=tr!(lang, leads.search) value=move || query.read().get("q").unwrap_or_default()/>
                </form>
            </header>
            <nav class="tabs views" aria-label=tr!(lang, common.status)>
                {[("", tr!(lang, leads.tab_open)), ("converted", tr!(lang, leads.tab_converted)),
                  ("disqualified", tr!(lang, leads.tab_disqualified)), ("all", tr!(lang, common.all))]
                    .into_iter()
                    .map(|(status, label)| {
                        let here = move || query.read().get("status").unwrap_or_default() == status;
                        view! {
                            <A href=format!("/leads?status={status}") attr:aria-current=move || here().then_some("page")>{label}</A>
                        }
                    })
                    .collect_view()}
            </nav>
            <main class="list-page">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || Suspend::new(async move { table(leads.await) })}
                </Transition>
            </main>
        </Frame>
    }
}

fn table(page: Answer<Page<LeadRow>>) -> AnyView {
    let lang = use_lang();
    let page = match page {
        Ok(page) => page,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    if page.rows.is_empty() {
        return view! {
            <div class="empty">
                <Icon name="lead"/>
                <h2>{tr!(lang, leads.empty_title)}</h2>
                <p>{tr!(lang, leads.empty_text)}</p>
                <a class="button" href="/demo/landing" rel="external">{tr!(lang, leads.empty_step)}</a>
            </div>
        }
        .into_any();
    }
    view! {
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
            <tbody>{page.rows.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(lead: LeadRow) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let urgency = lead.call_due_at.map(|due| Urgency::of(Some(due), format.now(), &format.zone()));
    view! {
        <tr>
            <td data-label=tr!(lang, common.name)>
                <A href=format!("/leads/{}", lead.id)><b>{lead.name}</b></A>
                <span class="muted clip">{lead.company}</span>
            </td>
            <td data-label=tr!(lang, leads.first_call)>
                {match (urgency, lead.call_due_at) {
                    (Some(urgency), Some(due)) => {
                        view! { <span class=format!("state {}", urgency.class())>{format.near(due)}</span> }.into_any()
                    }
                    _ => view! { <span class="muted">{super::list::status(lang, lead.status)}</span> }.into_any(),
                }}
            </td>
            <td class="nowrap" data-label=tr!(lang, common.phone)>{lead.phone}</td>
            <td data-label=tr!(lang, common.channel)><span class="tag">{lead.channel}</span></td>
            <td data-label=tr!(lang, common.keyword)>{lead.keyword}</td>
            <td data-label=tr!(lang, common.owner)><PersonName person=lead.owner/></td>
            <td data-label=tr!(lang, common.created)><time>{format.near(lead.created_at)}</time></td>
        </tr>
    }
}

/// A status in words.
pub fn status(lang: domain::Lang, status: LeadStatus) -> String {
    match status {
        LeadStatus::New => tr!(lang, leads.status_new),
        LeadStatus::Working => tr!(lang, leads.status_working),
        LeadStatus::Converted => tr!(lang, leads.status_converted),
        LeadStatus::Disqualified => tr!(lang, leads.status_disqualified),
    }
}
