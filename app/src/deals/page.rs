//! `/deals`: board, list or calendar.

use domain::access::{Action, Entity};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::add::AddDialog;
use super::api;
use super::board::BoardView;
use super::calendar::CalendarView;
use super::filter::{Filters, Narrowed, address};
use super::list::{ListView, Tabs};
use super::opener::{Opener, dialog};
use super::views::Views;
use crate::ctx::{use_lang, use_me};
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::title::Title;

/// How deals are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Board,
    List,
    Calendar,
}

impl Shape {
    fn of(code: Option<String>) -> Shape {
        match code.as_deref() {
            Some("list") => Shape::List,
            Some("calendar") => Shape::Calendar,
            _ => Shape::Board,
        }
    }

    /// As it stands in the address.
    fn code(self) -> Option<&'static str> {
        match self {
            Shape::Board => None,
            Shape::List => Some("list"),
            Shape::Calendar => Some("calendar"),
        }
    }
}

/// What only some of the shapes know of: it would narrow the others unseen.
const OTHERS: [&str; 11] = [
    "status",
    "stage",
    "more",
    "select",
    "month",
    "close_from",
    "close_until",
    "undated",
    "leak",
    "leak_stage",
    "unowned",
];

/// `/deals?view=…&q=…&owner=…&channel=…`: everything that is chosen lives in the address.
#[component]
pub fn Deals() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let shape = Memo::new(move |_| Shape::of(query.read().get("view")));
    let choices = Resource::new(|| (), |()| api::load_choices());
    let adding = dialog("add");
    let may_add = use_me().is_some_and(|me| me.actor().reaches(Action::Write, Entity::Deal));
    let way = move |to: Shape, icon: &'static str, label: String| {
        let path = move || {
            let others = OTHERS.map(|name| (name, None));
            let changes: Vec<_> = others.into_iter().chain([("view", to.code())]).collect();
            address(&query.read(), &changes)
        };
        view! {
            <a href=path aria-current=move || (shape.get() == to).then_some("true")><Icon name=icon/>{label}</a>
        }
    };
    view! {
        <Title text=tr!(lang, deals.title)/>
        <Frame here="deals">
            <header class="topbar">
                <h1>{tr!(lang, deals.title)}</h1>
                <div class="segmented" role="group" aria-label=tr!(lang, deals.view_as)>
                    {way(Shape::Board, "board", tr!(lang, deals.board))}
                    {way(Shape::List, "list", tr!(lang, deals.list))}
                    {way(Shape::Calendar, "clock", tr!(lang, boards.calendar))}
                </div>
                <div class="row push">
                    <Views/>
                    {may_add.then(|| view! {
                        <Opener open=adding name="add" label=tr!(lang, deals.add) class="button primary" icon="plus"/>
                    })}
                </div>
            </header>
            {move || {
                let shape = shape.get();
                let list = shape != Shape::Board;
                view! {
                    <div class="views">
                        {list.then(|| view! { <Tabs/> })}
                        <Filters choices list/>
                        {list.then(|| view! { <Narrowed choices/> })}
                    </div>
                    {match shape {
                        Shape::Board => view! { <BoardView choices/> }.into_any(),
                        Shape::List => view! { <ListView choices/> }.into_any(),
                        Shape::Calendar => view! { <CalendarView/> }.into_any(),
                    }}
                }
            }}
        </Frame>
        <AddDialog open=adding choices/>
    }
}
