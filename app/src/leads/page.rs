//! `/leads`: the inbox as a list or as a board.

use domain::activity::Subject;
use domain::live::Changed;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::add::AddLead;
use super::board::BoardView;
use super::filter::{is_board, with};
use super::list::ListView;
use crate::ctx::use_lang;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::title::Title;
use crate::ui::toast::use_toast;

/// `/leads?view=…&status=…&channel=…&campaign=…&keyword=…&owner=…&q=…`: everything that is chosen lives in the address.
#[component]
pub fn Leads() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let toast = use_toast();
    let board = Memo::new(move |_| query.with(is_board));
    let add = RwSignal::new(query.read_untracked().get("do").as_deref() == Some("add"));
    Effect::new(move |before: Option<()>| {
        let last = live.last.get();
        // The first run tells what happened before this page was opened.
        if before.is_some()
            && last.is_some_and(|change| {
                change.what == Changed::Arrived && matches!(change.on, Subject::Lead(_))
            })
        {
            toast.say(tr!(lang, leads.arrived));
        }
    });
    let way = move |view: &'static str| {
        let mut query = query.get();
        // A column of the board is a status.
        query.remove("status");
        with(&query, "view", view)
    };
    view! {
        <Title text=tr!(lang, leads.title)/>
        <Frame here="leads">
            <header class="topbar">
                <h1>{tr!(lang, leads.title)}</h1>
                <div class="segmented" role="group" aria-label=tr!(lang, leads.view_as)>
                    <a href=move || way("") aria-current=move || (!board.get()).then_some("true")>
                        <Icon name="list"/>{tr!(lang, leads.list)}
                    </a>
                    <a href=move || way("board") aria-current=move || board.get().then_some("true")>
                        <Icon name="board"/>{tr!(lang, leads.board)}
                    </a>
                </div>
                <form class="push" method="get" action="/leads">
                    <button class="button primary" type="submit" name="do" value="add" aria-haspopup="dialog"
                        on:click=move |event| { event.prevent_default(); add.set(true); }>
                        <Icon name="plus"/>{tr!(lang, leads.add)}
                    </button>
                </form>
            </header>
            {move || {
                if board.get() {
                    view! { <BoardView/> }.into_any()
                } else {
                    view! {
                        <div class="views">
                            <nav class="tabs" aria-label=tr!(lang, common.status)>{tabs(query)}</nav>
                        </div>
                        <ListView/>
                    }
                    .into_any()
                }
            }}
            <AddLead open=add/>
        </Frame>
    }
}

fn tabs(query: Memo<ParamsMap>) -> impl IntoView {
    let lang = use_lang();
    [
        ("", tr!(lang, leads.tab_open)),
        ("converted", tr!(lang, leads.tab_converted)),
        ("disqualified", tr!(lang, leads.tab_disqualified)),
        ("all", tr!(lang, common.all)),
    ]
    .into_iter()
    .map(|(status, label)| {
        let here = move || query.read().get("status").unwrap_or_default() == status;
        // Not `A`: that one would call every tab of this path the present page.
        view! { <a href=move || query.with(|query| with(query, "status", status)) aria-current=move || here().then_some("page")>{label}</a> }
    })
    .collect_view()
}
