//! Rows of the queue: the whole row opens, the buttons at its end act.

use chrono::{DateTime, Utc};
use domain::lead::LeadRow;
use domain::offer::{OfferRow, OfferStatus};
use domain::task::{TaskKind, Urgency};
use domain::today::{About, TodayTask};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::ctx::use_format;
use crate::leads::state::CallState;
use crate::timeline::DoneButton;
use crate::timeline::api::Finish;
use crate::ui::icon::Icon;

/// Parts of a line that are there, with middle dots between them.
fn line(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

/// A button that dials.
fn dial(phone: &str, name: &str) -> Option<AnyView> {
    let lang = crate::ctx::use_lang();
    (!phone.is_empty()).then(|| {
        view! {
            <a class="button small only" href=format!("tel:{phone}") data-act="call" aria-label=tr!(lang, today.call_name, name = name.to_owned())>
                <Icon name="call"/>
            </a>
        }
        .into_any()
    })
}

/// A lead that waits for its first call.
pub fn first_call(lead: LeadRow, now: Signal<DateTime<Utc>>) -> AnyView {
    let name = lead.name.clone();
    let sub = line(&[&lead.company, &lead.keyword, &lead.channel]);
    view! {
        <li class="item" data-row="">
            {lead.call_due_at.map(|due| view! { <CallState due=due now=now/> })}
            <A href=format!("/leads/{}", lead.id) attr:class="what"><b>{name}</b><span>{sub}</span></A>
            <span class="meta num">{lead.phone.clone()}</span>
            <div class="row acts">{dial(&lead.phone, &lead.name)}</div>
        </li>
    }
    .into_any()
}

/// A task with its record.
pub fn task(row: TodayTask, now: Signal<DateTime<Utc>>, finish: ServerAction<Finish>) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let TodayTask { task, about } = row;
    let title = crate::text::task_title(lang, task.kind, &task.title);
    let About { lead, deal, title: of, client, phone, amount } = about.unwrap_or(About {
        lead: task.lead,
        deal: task.deal,
        title: String::new(),
        client: String::new(),
        phone: String::new(),
        amount: None,
    });
    let href = match (deal, lead) {
        (Some(id), _) => format!("/deals/{id}"),
        (None, Some(id)) => format!("/leads/{id}"),
        (None, None) => "/".to_owned(),
    };
    let shown = title.clone();
    let sub = line(&[&of, &client]);
    let calls = matches!(task.kind, TaskKind::FirstCall | TaskKind::Call);
    let (due, zone) = (task.due_at, format.zone());
    let when = if format.zone().day(due) == format.zone().day(format.now()) {
        format.time(due)
    } else {
        format.near(due)
    };
    view! {
        <li class="item" data-row="">
            <span class=move || format!("state {}", Urgency::of(Some(due), now.get(), &zone).class())>{when}</span>
            <A href=href attr:class="what"><b>{shown}</b><span>{sub}</span></A>
            <span class="meta num">{amount.map(|sum| format.money(sum))}</span>
            <div class="row acts">
                {calls.then(|| dial(&phone, &title)).flatten()}
                <DoneButton finish=finish task=task.id version=task.version back="/" title=title/>
            </div>
        </li>
    }
    .into_any()
}

/// A sent offer without an answer.
pub fn offer(row: OfferRow) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let expired = row.valid_until < format.zone().day(format.now());
    let (state, words) = match (expired, row.status, row.sent_at) {
        (true, ..) => ("state overdue", tr!(lang, today.expired)),
        (_, OfferStatus::Viewed, _) => ("state today", tr!(lang, today.opened)),
        (_, _, Some(at)) => ("state", format.near(at)),
        _ => ("state", String::new()),
    };
    let name = line(&[&row.number, &row.title]);
    view! {
        <li class="item" data-row="">
            <span class=state>{words}</span>
            <A href=format!("/offers/{}", row.id) attr:class="what"><b>{name}</b><span>{row.client}</span></A>
            <span class="meta num">{format.money(row.total)}</span>
            <div class="row acts">
                <A href=format!("/deals/{}", row.deal) attr:class="button small only" attr:aria-label=tr!(lang, today.open_deal, number = row.number)>
                    <Icon name="board"/>
                </A>
            </div>
        </li>
    }
    .into_any()
}
