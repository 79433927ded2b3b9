//! The board: a column per stage, moved over by hand.

use domain::access::{Action, Entity};
use domain::deal::{Board, BoardColumn, CARDS_MAX, DealCard};
use domain::id::DealId;
use domain::money::half_up;
use domain::pipeline::{Stage, StageKind};
use domain::{Money, Problem};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::tachys::view::keyed::keyed;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::{self, AdvanceDeal, Choices};
use super::bulk::Many;
use super::hand::Hand;
use super::loss::LossFields;
use super::overlay::{Moves, levels, moved};
use super::stopped::{Stopped, fixes, reasons};
use super::{card, filter};
use crate::ctx::{use_format, use_lang, use_me};
use crate::dragging::{Ghost, Pointer, Strip, Surface};
use crate::fail::{Answer, Fail};
use crate::live::use_live;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, failure};

/// Cards that one click adds to a column.
const MORE: u32 = 30;

#[component]
pub(super) fn BoardView(choices: Resource<Answer<Choices>>) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let hand = Hand::new(lang);
    let pointer = Pointer::new(hand.grip, move |id, by| hand.lift(DealId(id), by), move || hand.drop());
    let many = Many::new();
    let choosing = Memo::new(move |_| many.may() && is_choosing(&query.read()));
    // A board that is drawn anew under a held card would take it out of the hand: news wait until it is dropped.
    let news = Memo::new(move |last: Option<&(u32, usize)>| {
        let news = (live.deals.get().wrapping_add(hand.reload.get()), many.changes());
        if hand.grip.is_closed() { last.copied().unwrap_or(news) } else { news }
    });
    let source = Memo::new(move |_| filter::of(&query.read()));
    let board = Resource::new(move || (source.get(), news.get()), |(filter, _)| api::load_board(filter));
    Effect::new(move || {
        board.track();
        hand.moves.track();
        hand.refusal_open.track();
        hand.losing_open.track();
        pointer.refocus();
    });
    pointer.listen();
    // Only for what a plain form's move was refused for.
    let plain = ServerAction::<AdvanceDeal>::new();
    let refused = failure(move || plain.value().get());
    view! {
        <Surface pointer class="board-page" help=tr!(lang, deals.board_help)>
            <Stopped fail=refused here=false/>
            <div class="choosing">
                {many.outcome()}
                {move || choosing.get().then(|| many.bar(choices))}
            </div>
            <Transition fallback=move || skeleton()>
                {move || {
                    let moves = hand.moves.get();
                    let filtered = source.with(filter::narrows);
                    let query = query.get();
                    let many = choosing.get().then_some(many);
                    Suspend::new(async move { columns(hand, board.await, &moves, filtered, &query, many) })
                }}
            </Transition>
            <Strip grip=hand.grip/>
            <Ghost grip=hand.grip pointer/>
        </Surface>
        <RefusalDialog hand/>
        <LossDialog hand choices/>
    }
}

/// Whether the address has the boxes that choose cards.
fn is_choosing(query: &ParamsMap) -> bool {
    query.get("select").is_some_and(|on| !on.is_empty())
}

/// The way into choosing cards and out of it, for those who may do something with them.
#[component]
pub(super) fn Choosing() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let is_on = Memo::new(move |_| is_choosing(&query.read()));
    let path = move || {
        let on = (!is_on.get()).then_some("1");
        filter::address(&query.read(), &[("select", on)])
    };
    let label = move || if is_on.get() { tr!(lang, boards.select_end) } else { tr!(lang, boards.select) };
    super::bulk::may_change().then(|| {
        view! {
            <a class="button quiet push" href=path aria-current=move || is_on.get().then_some("true")>
                <Icon name="check"/>{label}
            </a>
        }
    })
}

/// Five empty columns: nothing jumps when the deals arrive.
fn skeleton() -> impl IntoView {
    let columns = (0..5).map(|_| view! { <div class="column"><div class="skeleton head"></div><div class="skeleton card-gap"></div></div> });
    view! { <div class="board" aria-busy="true">{columns.collect_view()}</div> }
}

fn columns(
    hand: Hand,
    board: Answer<Board>,
    moves: &Moves,
    filtered: bool,
    query: &ParamsMap,
    many: Option<Many>,
) -> AnyView {
    let lang = use_lang();
    let board = match board {
        Ok(board) => board,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let cards = board.columns.iter().flat_map(|column| &column.cards);
    hand.loaded.set_value(cards.map(|card| (card.id, card.version)).collect());
    let columns = moved(board.columns, moves);
    hand.show(&columns);
    if let Some(many) = many {
        let cards = columns.iter().flat_map(|column| &column.cards);
        many.show(cards.map(|card| card.id).collect());
    }
    if columns.iter().all(|column| column.count == 0) {
        return empty(filtered);
    }
    let stages: Vec<Stage> = columns.iter().map(|column| column.stage.clone()).collect();
    let currency = use_me().map(|me| me.currency).unwrap_or_default();
    let levels = levels(&columns, currency);
    let chosen = columns.iter().position(|column| !column.cards.is_empty()).unwrap_or_default();
    let switch = columns.iter().enumerate().map(|(at, column)| {
        let stage = column.stage.id;
        view! {
            <label data-drop=stage.to_string() class:target=move || hand.is_over(stage)>
                <input type="radio" name="stage" value=at + 1 checked=at == chosen/>
                {column.stage.name.get(lang).to_owned()}" "<b>{column.count}</b>
            </label>
        }
    });
    let switch = switch.collect_view();
    let drawn = columns.iter().enumerate().map(|(at, one)| {
        let level = levels.get(at).copied().unwrap_or_default();
        column(hand, at, one, &stages, level, rest(one, query), many)
    });
    view! {
        <div class="stage-switch narrow-only" role="radiogroup" aria-label=tr!(lang, deals.stage)>{switch}</div>
        <div class="board" role="list" aria-label=tr!(lang, deals.stages)>{drawn.collect_view()}</div>
    }
    .into_any()
}

fn empty(filtered: bool) -> AnyView {
    let lang = use_lang();
    let (title, text) = match filtered {
        true => (tr!(lang, deals.nothing_found), tr!(lang, deals.nothing_found_text)),
        false => (tr!(lang, deals.empty_title), tr!(lang, deals.empty_text)),
    };
    let (path, step) = match filtered {
        true => ("/deals", tr!(lang, deals.widen)),
        false => ("/leads", tr!(lang, deals.empty_step)),
    };
    view! {
        <div class="empty">
            <Icon name="board"/>
            <h2>{title}</h2>
            <p>{text}</p>
            <a href=path class="button">{step}</a>
        </div>
    }
    .into_any()
}

/// The way to those that the column does not show: more of them, or all in the list once the column is long enough.
fn rest(column: &BoardColumn, query: &ParamsMap) -> Option<(String, String)> {
    let lang = use_lang();
    let shown = u32::try_from(column.cards.len()).unwrap_or(CARDS_MAX);
    let rest = column.count.saturating_sub(u64::from(shown));
    let stage = column.stage.id;
    if rest == 0 {
        None
    } else if shown < CARDS_MAX {
        let cards = (shown + MORE).min(CARDS_MAX);
        let more = filter::with_more(&filter::of(query).more, stage, cards);
        let next = rest.min(u64::from(cards - shown));
        let text = tr!(lang, boards.show_more, n = next, rest = rest);
        Some((filter::address(query, &[("more", Some(&more))]), text))
    } else {
        let id = stage.to_string();
        let changes = [
            ("view", Some("list")),
            ("stage", Some(id.as_str())),
            ("status", Some("all")),
            ("more", None),
            ("select", None),
        ];
        Some((filter::address(query, &changes), tr!(lang, boards.rest_in_list, n = rest)))
    }
}

fn column(
    hand: Hand,
    at: usize,
    column: &BoardColumn,
    stages: &[Stage],
    level: i64,
    rest: Option<(String, String)>,
    many: Option<Many>,
) -> AnyView {
    let lang = use_lang();
    let stage = column.stage.clone();
    let part_of = stage.parent.and_then(|id| stages.iter().find(|stage| stage.id == id));
    let part_of = part_of.map(|stage| tr!(lang, boards.part_of, stage = stage.name.get(lang)));
    let id = stage.id;
    let label = format!("stage-{id}");
    let labelled = label.clone();
    let may_move = use_me().is_some_and(|me| me.actor().reaches(Action::Write, Entity::Deal));
    let stages = stages.to_vec();
    // A card with a box is drawn otherwise than the same card without one.
    let key = move |card: &DealCard| format!("{} {}", many.is_some(), card::key(card));
    let cards = keyed(column.cards.clone(), key, {
        let stage = stage.clone();
        move |_, card: DealCard| {
            let choice = many.and_then(|many| many.choice(card.id, &card.title));
            (|_| (), card::view(hand, &card, &stage, &stages, may_move, choice))
        }
    });
    view! {
        <div class="column" role="listitem" data-stage=at + 1 data-drop=id.to_string() aria-labelledby=labelled
            class:target=move || hand.is_over(id) class:refused=move || !hand.refusals_over(id).is_empty()>
            <header>
                <div class="row">
                    <h2 class="title clip" id=label>{stage.name.get(lang).to_owned()}</h2>
                    <span class="badge">{column.count}</span>
                </div>
                {part_of.map(|text| view! { <p class="part-of muted clip">{text}</p> })}
                {sums(column)}
                <span class="race" data-fill=level data-hue=stage.about.hue><i></i></span>
            </header>
            <div class="cards">
                {move || {
                    let missing = hand.refusals_over(id);
                    (!missing.is_empty()).then(|| view! {
                        <div class="refusal" role="alert"><Icon name="stop"/>{reasons(lang, &missing)}</div>
                    })
                }}
                {cards}
                {rest.map(|(path, text)| view! { <a href=path data-noscroll=true>{text}</a> })}
            </div>
        </div>
    }
    .into_any()
}

/// Sums per currency and what they weigh by the deals' chances.
fn sums(column: &BoardColumn) -> impl IntoView + use<> {
    let lang = use_lang();
    let format = use_format();
    let joined = |sums: Vec<String>| if sums.is_empty() { "—".to_owned() } else { sums.join(" · ") };
    let sum = joined(column.sums.iter().map(|sum| format.money(*sum)).collect());
    let note = match column.stage.kind {
        StageKind::Open if column.sums.is_empty() => String::new(),
        StageKind::Open => {
            // Whole units: nobody forecasts to the cent.
            let whole = |sum: &Money| Money::new(half_up(i128::from(sum.minor), 100) * 100, sum.currency);
            let weighted = column.weighted.iter().map(|sum| format.money(whole(sum)));
            tr!(lang, deals.weighted, sum = joined(weighted.collect()))
        }
        StageKind::Won | StageKind::Lost => tr!(lang, deals.last_30_days),
    };
    view! { <p class="sums num"><b>{sum}</b><span class="muted clip" title=note.clone()>{note.clone()}</span></p> }
}

#[component]
fn RefusalDialog(hand: Hand) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Dialog open=hand.refusal_open title=tr!(lang, deals.refused_title)>
            {move || hand.refused.get().map(|refused| {
                let what = match &refused.fail {
                    Fail::Problem(Problem::Refused { reasons: missing }) => {
                        fixes(lang, &format!("/deals/{}", refused.id), missing).into_any()
                    }
                    other => view! { <p>{crate::text::fail(lang, other)}</p> }.into_any(),
                };
                view! {
                    <div class="body">
                        <p>{tr!(lang, deals.went_back, title = refused.title.clone(), stage = refused.stays)}</p>
                        {what}
                    </div>
                    <footer>
                        <A href=format!("/deals/{}", refused.id) attr:class="button primary">{tr!(lang, deals.open_deal)}</A>
                        <button class="button quiet" type="button" on:click=move |_| hand.refusal_open.set(false)>
                            {tr!(lang, common.close)}
                        </button>
                    </footer>
                }
            })}
        </Dialog>
    }
}

#[component]
fn LossDialog(hand: Hand, choices: Resource<Answer<Choices>>) -> impl IntoView {
    let lang = use_lang();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(step) = AdvanceDeal::from_event(&event) {
            hand.losing_open.set(false);
            hand.send(step);
        }
    };
    view! {
        <Dialog open=hand.losing_open title=tr!(lang, deals.why_lost)>
            <Transition>
                {move || {
                    let losing = hand.losing.get();
                    Suspend::new(async move {
                        let choices = choices.await.unwrap_or_default();
                        losing.map(|step| view! {
                            <form method="post" action=AdvanceDeal::url() on:submit=submit>
                                <input type="hidden" name="id" value=step.id.to_string()/>
                                <input type="hidden" name="version" value=step.version/>
                                <input type="hidden" name="to" value=step.to.to_string()/>
                                <LossFields reasons=choices.loss_reasons open=hand.losing_open/>
                            </form>
                        })
                    })
                }}
            </Transition>
        </Dialog>
    }
}
