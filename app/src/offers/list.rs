//! All offers, newest first.

use domain::offer::{OfferRow, OfferStatus};
use domain::query::{Page, capped};
use domain::zone::date;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::words;
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::person::PersonName;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// `/offers?status=…&after=…`.
#[component]
pub fn Offers() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let source = move || {
        let query = query.read();
        (
            query.get("status").and_then(|code| OfferStatus::from_code(&code)),
            query.get("after"),
            live.deals.get(),
        )
    };
    let offers = Resource::new(source, |(status, after, _)| super::api::list(status, after));
    let tabs = [("", tr!(lang, common.all))].into_iter().chain(
        OfferStatus::ALL
            .into_iter()
            .filter(|status| *status != OfferStatus::Superseded)
            .map(move |status| (status.code(), words::status(lang, status))),
    );
    let tabs = tabs.map(move |(code, label)| {
        let here = move || query.read().get("status").unwrap_or_default() == code;
        // Not `A`: that one would call every tab of this path the present page.
        view! { <a href=format!("/offers?status={code}") aria-current=move || here().then_some("page")>{label}</a> }
    });
    view! {
        <Title text=tr!(lang, offers.title)/>
        <Frame here="offers">
            <header class="topbar"><h1>{tr!(lang, offers.title)}</h1></header>
            <nav class="tabs views" aria-label=tr!(lang, common.status)>{tabs.collect_view()}</nav>
            <main class="list-page">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let status = query.read().get("status").unwrap_or_default();
                        Suspend::new(async move { table(offers.await, status) })
                    }}
                </Transition>
            </main>
        </Frame>
    }
}

fn table(page: Answer<Page<OfferRow>>, status: String) -> AnyView {
    let lang = use_lang();
    let page = match page {
        Ok(page) => page,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    if page.rows.is_empty() {
        return view! {
            <div class="empty">
                <Icon name="offer"/>
                <h2>{tr!(lang, offers.empty_title)}</h2>
                <p>{tr!(lang, offers.empty_text)}</p>
                <A href="/deals" attr:class="button">{tr!(lang, offers.empty_step)}</A>
            </div>
        }
        .into_any();
    }
    let more = page.next.map(|after| {
        view! { <a href=format!("/offers?status={status}&after={after}") class="button">{tr!(lang, common.more)}</a> }
    });
    view! {
        <div class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, offers.count, n = capped(page.count))}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, offers.offer)}</th>
                        <th scope="col">{tr!(lang, offers.client)}</th>
                        <th scope="col">{tr!(lang, common.status)}</th>
                        <th scope="col" class="num">{tr!(lang, offers.total)}</th>
                        <th scope="col">{tr!(lang, offers.sent)}</th>
                        <th scope="col">{tr!(lang, offers.valid_until)}</th>
                        <th scope="col">{tr!(lang, common.owner)}</th>
                    </tr>
                </thead>
                <tbody>{page.rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p>{more}</p>
    }
    .into_any()
}

fn row(offer: OfferRow) -> impl IntoView {
    let lang = use_lang();
    let format = use_format();
    let number = tr!(lang, offers.number_revision, number = offer.number, n = offer.revision);
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, offers.offer)>
                <A href=format!("/offers/{}", offer.id) attr:class="row-link"><b>{offer.title}</b></A>
                <span class="muted second">{number}</span>
            </td>
            <td class:blank=offer.client.is_empty() data-label=tr!(lang, offers.client)>{offer.client.clone()}</td>
            <td data-label=tr!(lang, common.status)>
                <span class=format!("state {}", words::status_class(offer.status))>{words::status(lang, offer.status)}</span>
            </td>
            <td class="num" data-label=tr!(lang, offers.total)><b>{format.money(offer.total)}</b></td>
            <td data-label=tr!(lang, offers.sent)>
                {offer.sent_at.map_or_else(|| "—".to_owned(), |at| format.near(at))}
            </td>
            <td data-label=tr!(lang, offers.valid_until)>{date(offer.valid_until, lang)}</td>
            <td data-label=tr!(lang, common.owner)><PersonName person=offer.owner/></td>
        </tr>
    }
}
