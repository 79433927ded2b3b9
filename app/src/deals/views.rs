//! Saved views: what the address shows, kept under a name, alone or with the team.

use std::collections::BTreeMap;

use domain::view::{SavedView, kept};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::lists_api::{self, RemoveView, SaveView};
use super::{columns, filter};
use crate::ctx::{in_query, use_lang, use_me};
use crate::fail::Answer;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};

/// What of the address a view keeps.
fn fields(query: &ParamsMap) -> BTreeMap<String, String> {
    let all = query.clone().into_iter().map(|(name, value)| (name.into_owned(), value));
    let columns = [(columns::PARAMETER.to_owned(), columns::named(query))];
    let all = all.chain(columns).collect();
    // An address that cannot be kept is told so when somebody tries to.
    kept(all).unwrap_or_default()
}

fn path(view: &SavedView) -> String {
    let pairs = view.fields.iter().map(|(name, value)| format!("{name}={}", in_query(value)));
    format!("/deals?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// The menu of saved views, and the form that keeps what is shown.
#[component]
pub(super) fn Views() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let here = Memo::new(move |_| fields(&query.read()));
    let back = Memo::new(move |_| filter::address(&query.read(), &[]));
    let save = ServerAction::<SaveView>::new();
    let remove = ServerAction::<RemoveView>::new();
    let views =
        Resource::new(move || (save.version().get(), remove.version().get()), |_| lists_api::load_views());
    let fail = failure(move || save.value().get());
    let removed = failure(move || remove.value().get());
    let has_team = use_me().is_some_and(|me| me.user.team.is_some());
    view! {
        <details class="saved-views">
            <summary class="button quiet"><Icon name="star"/>{tr!(lang, boards.views)}</summary>
            <div class="popover">
                <Transition>
                    {move || {
                        let here = here.get();
                        Suspend::new(async move { list(views.await, &here, remove, back) })
                    }}
                </Transition>
                <FormError fail=removed/>
                <ActionForm action=save attr:class="stack">
                    {move || {
                        here.get()
                            .into_iter()
                            .map(|(name, value)| view! { <input type="hidden" name=format!("fields[{name}]") value=value/> })
                            .collect_view()
                    }}
                    <input type="hidden" name="back" value=move || back.get()/>
                    <Field name="name" label=tr!(lang, boards.view_name) required=true fail/>
                    {has_team.then(|| view! {
                        <label class="checkbox">
                            <input type="checkbox" name="shared" value="on"/><span>{tr!(lang, boards.share_view)}</span>
                        </label>
                    })}
                    <FormError fail/>
                    <button class="button" type="submit" disabled=move || save.pending().get()>{tr!(lang, boards.save_view)}</button>
                </ActionForm>
            </div>
        </details>
    }
}

fn list(
    views: Answer<Vec<SavedView>>,
    here: &BTreeMap<String, String>,
    remove: ServerAction<RemoveView>,
    back: Memo<String>,
) -> AnyView {
    let lang = use_lang();
    let views = match views {
        Ok(views) => views,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    if views.is_empty() {
        return view! { <p class="muted">{tr!(lang, boards.no_views)}</p> }.into_any();
    }
    let rows = views.into_iter().map(|view| {
        let is_here = view.fields == *here;
        let owner = view.by.as_ref().map(|by| tr!(lang, boards.view_by, name = by.name.clone()));
        let shared = (view.shared && view.by.is_none()).then(|| tr!(lang, boards.view_shared));
        let label = tr!(lang, boards.remove_view, name = view.name.clone());
        let gone = view.removable.then(|| {
            view! {
                <ActionForm action=remove>
                    <input type="hidden" name="id" value=view.id.to_string()/>
                    <input type="hidden" name="back" value=move || back.get()/>
                    <button class="button quiet only" type="submit" aria-label=label><Icon name="close"/></button>
                </ActionForm>
            }
        });
        view! {
            <li>
                // Not `A`, which asks for the router: there is none when the list comes anew.
                <a href=path(&view) aria-current=is_here.then_some("true")>{view.name.clone()}</a>
                <span class="muted clip">{owner}{shared}</span>
                {gone}
            </li>
        }
    });
    view! { <ul aria-label=tr!(lang, boards.views)>{rows.collect_view()}</ul> }.into_any()
}
