//! A modal dialog on the native element: focus stays inside, Esc closes, what was typed stays until it is closed for good.

use leptos::html;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::ui::icon::Icon;

/// A modal dialog that is open while `open` is true.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: String,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let label = title.clone();
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            if open.get() && !dialog.open() {
                // Fails only when the element is not in the document any more.
                if dialog.show_modal().is_err() {
                    open.set(false);
                }
            } else if !open.get() && dialog.open() {
                dialog.close();
            }
        }
    });
    view! {
        <dialog class="dialog" node_ref=node aria-label=label on:close=move |_| open.set(false)>
            <header>
                <h2>{title}</h2>
                <button class="button quiet only push" type="button" aria-label=tr!(lang, common.close) on:click=move |_| open.set(false)>
                    <Icon name="close"/>
                </button>
            </header>
            {children()}
        </dialog>
    }
}
