//! What accounts' and people's pages have in common.

use domain::contact::{ContactPoint, PointKind};
use domain::deal::{DealRow, DealStatus};
use domain::task::Urgency;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::ctx::{use_format, use_lang};

/// Phones, e-mails and other ways to reach somebody, as facts.
pub fn points(points: Vec<ContactPoint>) -> AnyView {
    let lang = use_lang();
    points
        .into_iter()
        .map(|point| {
            let (label, value) = match point.kind {
                PointKind::Phone => {
                    let href = format!("tel:{}", point.normal);
                    (tr!(lang, common.phone), view! { <a class="num" href=href>{point.raw}</a> }.into_any())
                }
                PointKind::Email => {
                    let href = crate::text::mailto(&point.normal);
                    (tr!(lang, common.email), view! { <a href=href>{point.raw}</a> }.into_any())
                }
                PointKind::Messenger => (tr!(lang, clients.messenger), point.raw.into_any()),
                PointKind::Domain => (tr!(lang, clients.domain), point.raw.into_any()),
            };
            view! {
                <dt>{label}</dt>
                <dd>{value}</dd>
            }
        })
        .collect_view()
        .into_any()
}

/// The deals of a client.
pub fn deals(deals: Vec<DealRow>) -> AnyView {
    let lang = use_lang();
    let body = if deals.is_empty() {
        view! { <p class="pad muted">{tr!(lang, clients.no_deals)}</p> }.into_any()
    } else {
        view! {
            <table class="table rows">
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, common.name)}</th>
                        <th scope="col">{tr!(lang, clients.stage)}</th>
                        <th scope="col" class="num">{tr!(lang, common.amount)}</th>
                    </tr>
                </thead>
                <tbody>{deals.into_iter().map(deal).collect_view()}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="card" aria-labelledby="deals-title">
            <header><h2 id="deals-title">{tr!(lang, clients.deals)}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn deal(deal: DealRow) -> impl IntoView {
    let format = use_format();
    let lang = format.lang;
    let state = match deal.status {
        DealStatus::Won => "state today",
        DealStatus::Lost => "state overdue",
        DealStatus::Open => match Urgency::of(deal.next_step_at, format.now(), &format.zone()) {
            Urgency::None => "state none",
            _ => "state",
        },
    };
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, common.name)><A href=format!("/deals/{}", deal.id)>{deal.title}</A></td>
            <td data-label=tr!(lang, clients.stage)><span class=state>{deal.stage.get(lang).to_owned()}</span></td>
            <td class="num" data-label=tr!(lang, common.amount)>{format.amount(deal.amount)}</td>
        </tr>
    }
}
