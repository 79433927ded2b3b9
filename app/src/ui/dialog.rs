//! A modal dialog on the native element: focus stays inside, Esc closes, what was typed stays until it is closed for good.

use leptos::html;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::ui::icon::Icon;

/// A modal dialog that is open while `open` is true. One that the server renders open is usable without wasm.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    /// For much content: wider.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let label = title.clone();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            let modal = dialog.matches(":modal").unwrap_or(false);
            if open.get() && !modal {
                // What the server rendered open is not modal; `close()` would tell `on:close`.
                if dialog.remove_attribute("open").is_err() || dialog.show_modal().is_err() {
                    open.set(false);
                }
            } else if !open.get() && dialog.open() {
                dialog.close();
            }
        }
    });
    view! {
        <dialog class=if wide { "dialog wide" } else { "dialog" } node_ref=node open=open.get_untracked() aria-label=label
            on:close=move |_| open.set(false)>
            <header>
                <h2>{title}</h2>
                <form method="dialog" class="push">
                    <button class="button quiet only" type="submit" aria-label=tr!(lang, common.close)><Icon name="close"/></button>
                </form>
            </header>
            {children()}
        </dialog>
    }
}
