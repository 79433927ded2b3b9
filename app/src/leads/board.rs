//! The inbox as a board: a column per status, with how fast each lead was answered. Leads are dragged to what is to be done with them.

use chrono::{DateTime, Utc};
use domain::activity::Subject;
use domain::id::LeadId;
use domain::lead::{LeadColumn, LeadRow, LeadStatus, LeadStep};
use domain::query::capped;
use leptos::prelude::*;
use leptos::tachys::view::keyed::keyed;
use leptos_router::params::ParamsMap;

use super::api::LeadsBoard;
use super::convert::ConvertDialog;
use super::disqualify::DisqualifyDialog;
use super::filter::{empty, fields, filter, is_filtered, shown_as, with};
use super::hand::{Asked, Hand};
use super::reopen::ReopenDialog;
use super::state::{CallState, lasting, response, status};
use crate::ctx::{use_format, use_lang};
use crate::dragging::{Ghost, Pointer, Strip, Surface};
use crate::fail::Answer;
use crate::live::use_live;
use crate::timeline::Composer;
use crate::ui::clock::use_now;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;
use crate::ui::problem::Failed;

#[component]
pub(super) fn BoardView() -> impl IntoView {
    let lang = use_lang();
    let query = shown_as(true);
    let live = use_live();
    let hand = Hand::new(lang);
    let pointer = Pointer::new(hand.grip, move |id, by| hand.lift(LeadId(id), by), move || hand.drop());
    // A board that is drawn anew under a held card would take it out of the hand: news wait until it is dropped.
    let news = Memo::new(move |last: Option<&(u32, u32)>| {
        let news = (live.leads.get(), hand.saved.get());
        if hand.grip.is_closed() { last.copied().unwrap_or(news) } else { news }
    });
    let board =
        Resource::new(move || (query.with(filter), news.get()), |(filter, _)| super::api::show_board(filter));
    Effect::new(move || {
        board.track();
        hand.open.track();
        pointer.refocus();
    });
    pointer.listen();
    let now = use_now();
    view! {
        <Surface pointer class="board-page leads-board" help=tr!(lang, leads.board_help)>
            <Transition fallback=move || view! { <p class="muted pad">{tr!(lang, common.loading)}</p> }>
                {move || {
                    let params = query.get();
                    Suspend::new(async move { columns(hand, board.await, params, now) })
                }}
            </Transition>
            <Strip grip=hand.grip/>
            <Ghost grip=hand.grip pointer/>
        </Surface>
        {move || hand.asked.get().map(|asked| dialog(hand, asked))}
    }
}

/// What a lead needs to get where it was dropped.
fn dialog(hand: Hand, Asked { page, step }: Asked) -> AnyView {
    let lang = use_lang();
    let (open, saved) = (hand.open, hand.saved);
    let on = Subject::Lead(page.lead.id);
    let title = tr!(lang, leads.answer_title, name = page.lead.name.clone());
    let page = Signal::from(RwSignal::new(page));
    match step {
        LeadStep::Answer => {
            Effect::new(move |before: Option<u32>| {
                let now = saved.get();
                if before.is_some_and(|before| before != now) {
                    open.set(false);
                }
                now
            });
            view! {
                <Dialog open title wide=true>
                    <div class="body">
                        <p class="soft">{tr!(lang, leads.answer_text)}</p>
                        <Composer on saved/>
                    </div>
                </Dialog>
            }
            .into_any()
        }
        LeadStep::Convert => {
            view! { <ConvertDialog open proposal=hand.proposal convert=ServerAction::new()/> }.into_any()
        }
        LeadStep::Disqualify => view! { <DisqualifyDialog open page saved/> }.into_any(),
        LeadStep::Reopen => view! { <ReopenDialog open page saved/> }.into_any(),
    }
}

fn columns(hand: Hand, board: Answer<LeadsBoard>, query: ParamsMap, now: Signal<DateTime<Utc>>) -> AnyView {
    let lang = use_lang();
    let LeadsBoard { columns, channels, people } = match board {
        Ok(board) => board,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    hand.show(&columns);
    let count = columns.iter().map(|column| column.count).sum::<u64>();
    let told = tr!(lang, leads.count, n = capped(count));
    let shown = if count == 0 {
        empty(is_filtered(&query))
    } else {
        let chosen = columns.iter().position(|column| !column.rows.is_empty()).unwrap_or_default();
        let switch = columns.iter().enumerate().map(|(at, column)| {
            let code = column.status.code();
            view! {
                <label data-drop=code class:target=move || hand.grip.is_over(code)>
                    <input type="radio" name="stage" value=at + 1 checked=at == chosen/>
                    {status(lang, column.status)}" "<b>{capped(column.count)}</b>
                </label>
            }
        });
        let switch = switch.collect_view();
        let drawn = columns.into_iter().enumerate().map(|(at, one)| column(hand, at, one, &query, now));
        let drawn = drawn.collect_view();
        view! {
            <div class="stage-switch narrow-only" role="radiogroup" aria-label=tr!(lang, common.status)>{switch}</div>
            <div class="board" role="list" aria-label=tr!(lang, leads.statuses)>{drawn}</div>
        }
        .into_any()
    };
    view! { <div class="views">{fields(&query, channels, people, told)}</div>{shown} }.into_any()
}

fn column(
    hand: Hand,
    at: usize,
    column: LeadColumn,
    query: &ParamsMap,
    now: Signal<DateTime<Utc>>,
) -> AnyView {
    let lang = use_lang();
    let (to, code) = (column.status, column.status.code());
    let label = format!("status-{code}");
    let labelled = label.clone();
    let more = column.count.saturating_sub(column.rows.len() as u64);
    let mut list = query.clone();
    list.remove("view");
    let list = with(&list, "status", code);
    let speed = column.median_minutes().map(|minutes| tr!(lang, leads.median, time = lasting(lang, minutes)));
    let name = status(lang, column.status);
    // The card that has the keyboard's focus stays the same element when others come and go.
    let cards = keyed(column.rows, key, move |_, lead: LeadRow| (|_| (), card(hand, lead, now)));
    view! {
        <div class="column" role="listitem" data-stage=at + 1 data-drop=code aria-labelledby=labelled
            class:target=move || hand.grip.is_over(code) class:refused=move || hand.refusal_over(to).is_some()>
            <header>
                <div class="row">
                    <h2 class="title clip" id=label>{name}</h2>
                    <span class="badge">{capped(column.count)}</span>
                </div>
                <p class="sums"><span class="muted clip">{speed.unwrap_or_default()}</span></p>
            </header>
            <div class="cards">
                {move || hand.refusal_over(to).map(|why| view! {
                    <div class="refusal" role="alert"><Icon name="stop"/><p>{why}</p></div>
                })}
                {cards}
                {(more > 0).then(|| view! { <a href=list>{tr!(lang, leads.and_more, n = more)}</a> })}
            </div>
        </div>
    }
    .into_any()
}

/// What makes two drawings of a card differ.
fn key(lead: &LeadRow) -> String {
    let LeadRow { id, name, company, channel, .. } = lead;
    let owner = lead.owner.as_ref().map(|owner| owner.id);
    let when = (lead.call_due_at, lead.first_response_at);
    format!("{id} {} {owner:?} {when:?} {channel} {name} {company}", lead.status.code())
}

fn card(hand: Hand, lead: LeadRow, now: Signal<DateTime<Utc>>) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let id = lead.id;
    // Only what can be moved is picked up.
    let card = hand.may_move().then(|| id.to_string());
    let menu = hand.may_move().then(|| menu(hand, &lead));
    let settled = !lead.status.is_open();
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
        <article class="deal-card" tabindex=card.is_some().then_some("0") data-card=card.clone() aria-labelledby=labelled
            aria-describedby=card.is_some().then_some("board-help") class:lifted=move || hand.grip.holds(id.0)
            aria-busy=move || hand.is_busy(id).then_some("true")>
            <h3 id=label><a href=format!("/leads/{id}") draggable="false">{lead.name}</a></h3>
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
            {menu}
        </article>
    }
    .into_any()
}

/// Moving without dragging. A plain form: without wasm the lead's page opens with the dialog.
fn menu(hand: Hand, lead: &LeadRow) -> Option<AnyView> {
    let lang = use_lang();
    let (id, from) = (lead.id, lead.status);
    let way = |to: LeadStatus| {
        let step = from.step(to)?;
        // Both open columns ask the same of one that was disqualified.
        let first = LeadStatus::ALL.into_iter().find(|to| from.step(*to) == Some(step));
        (first == Some(to)).then_some((to, step))
    };
    let buttons = LeadStatus::ALL.into_iter().filter_map(way).map(|(to, step)| {
        let (code, label) = match step {
            // The page has its composer open in any case.
            LeadStep::Answer => (None, tr!(lang, leads.answer)),
            LeadStep::Convert => (Some("convert"), tr!(lang, leads.convert)),
            LeadStep::Disqualify => (Some("disqualify"), tr!(lang, leads.disqualify)),
            LeadStep::Reopen => (Some("reopen"), tr!(lang, leads.reopen)),
        };
        let open = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            hand.propose(id, to);
        };
        let name = code.map(|_| "do");
        view! { <button class="button" type="submit" name=name value=code aria-haspopup="dialog" on:click=open>{label}</button> }
    });
    let buttons = buttons.collect::<Vec<_>>();
    (!buttons.is_empty()).then(|| {
        view! {
            <details class="move-menu">
                <summary aria-label=tr!(lang, deals.move_to, title = lead.name.clone())><Icon name="more"/></summary>
                <form class="popover" method="get" action=format!("/leads/{id}")>{buttons}</form>
            </details>
        }
        .into_any()
    })
}
