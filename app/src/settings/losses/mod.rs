//! Why deals are lost and leads disqualified. `?reason=ID` or `?reason=new` edits one, `draft` is what was typed into it before.

mod api;
mod form;
mod list;
mod typed;

use domain::access::Entity;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use self::api::Opened;
use self::list::Shifting;
use super::page::may_write;
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    /// The id of the reason that is edited, or `new`.
    reason: String,
    draft: String,
}

impl Asked {
    fn of(query: &ParamsMap) -> Asked {
        let get = |name| query.get(name).unwrap_or_default();
        Asked { reason: get("reason"), draft: get("draft") }
    }
}

/// The section of settings.
#[component]
pub fn Losses() -> impl IntoView {
    let query = use_query_map();
    // What is shown stays as it is while another section is being opened.
    let asked = Memo::new(move |before: Option<&Asked>| {
        let query = query.read();
        let here = query.get("section").is_some_and(|section| section == "losses");
        before.filter(|_| !here).cloned().unwrap_or_else(|| Asked::of(&query))
    });
    let again = RwSignal::new(0_u32);
    let shifting = Shifting::new();
    let opened = Resource::new(
        move || (asked.get(), again.get(), shifting.shift.version().get()),
        |(asked, ..)| api::open(asked.reason, asked.draft),
    );
    shifting.follow();
    let lang = use_lang();
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || Suspend::new(async move { show(opened.await, again, shifting) })}
        </Transition>
    }
}

fn show(opened: Answer<Opened>, again: RwSignal<u32>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let Opened { reasons, edited } = match opened {
        Ok(opened) => opened,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let writes = may_write(Entity::Process);
    let tools = writes.then(|| {
        view! {
            <div class="row wrap">
                <a href="/settings?section=losses&reason=new" class="button primary"><Icon name="plus"/>{tr!(lang, losses.add)}</a>
            </div>
        }
    });
    let form = edited.filter(|_| writes).map(|typed| form::reason(typed, again));
    view! {
        <p class="soft">{tr!(lang, losses.intro)}</p>
        {tools}
        {form}
        {list::list(reasons, writes, shifting)}
    }
    .into_any()
}
