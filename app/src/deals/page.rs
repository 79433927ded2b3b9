//! `/deals`: board or list.

use domain::access::{Action, Entity};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::add::AddDialog;
use super::api;
use super::board::BoardView;
use super::filter::{Filters, Narrowed, address};
use super::list::{ListView, Tabs};
use super::opener::{Opener, dialog};
use crate::ctx::{use_lang, use_me};
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::title::Title;

/// `/deals?view=…&q=…&owner=…&channel=…`: everything that is chosen lives in the address.
#[component]
pub fn Deals() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let list = Memo::new(move |_| query.read().get("view").as_deref() == Some("list"));
    let choices = Resource::new(|| (), |()| api::load_choices());
    let adding = dialog("add");
    let may_add = use_me().is_some_and(|me| me.actor().reaches(Action::Write, Entity::Deal));
    let way = move |view: Option<&'static str>| {
        address(&query.read(), &[("view", view), ("status", None), ("stage", None)])
    };
    view! {
        <Title text=tr!(lang, deals.title)/>
        <Frame here="deals">
            <header class="topbar">
                <h1>{tr!(lang, deals.title)}</h1>
                <div class="segmented" role="group" aria-label=tr!(lang, deals.view_as)>
                    <a href=move || way(None) aria-current=move || (!list.get()).then_some("true")>
                        <Icon name="board"/>{tr!(lang, deals.board)}
                    </a>
                    <a href=move || way(Some("list")) aria-current=move || list.get().then_some("true")>
                        <Icon name="list"/>{tr!(lang, deals.list)}
                    </a>
                </div>
                <div class="row push">
                    {may_add.then(|| view! {
                        <Opener open=adding name="add" label=tr!(lang, deals.add) class="button primary" icon="plus"/>
                    })}
                </div>
            </header>
            {move || {
                let list = list.get();
                view! {
                    <div class="views">
                        {list.then(|| view! { <Tabs/> })}
                        <Filters choices list/>
                        {list.then(|| view! { <Narrowed choices/> })}
                    </div>
                    {if list { view! { <ListView/> }.into_any() } else { view! { <BoardView choices/> }.into_any() }}
                }
            }}
        </Frame>
        <AddDialog open=adding/>
    }
}
