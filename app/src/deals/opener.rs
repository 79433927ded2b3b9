//! Buttons that open a dialog, with wasm at once, without it by asking the server for the page with the dialog open.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::icon::Icon;

/// Whether the address asks for the dialog `name` (`?dialog=NAME`); the signal that its button sets.
pub(super) fn dialog(name: &str) -> RwSignal<bool> {
    RwSignal::new(use_query_map().read_untracked().get("dialog").as_deref() == Some(name))
}

/// A button that opens the dialog `name`.
#[component]
pub(super) fn Opener(
    open: RwSignal<bool>,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(default = "button")] class: &'static str,
    #[prop(optional)] icon: Option<&'static str>,
) -> impl IntoView {
    view! {
        <form
            method="get"
            on:submit=move |event| {
                event.prevent_default();
                open.set(true);
            }
        >
            <input type="hidden" name="dialog" value=name/>
            <button class=class type="submit">{icon.map(|name| view! { <Icon name/> })}{label}</button>
        </form>
    }
}
