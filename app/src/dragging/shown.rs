//! What is drawn of a hand over a board.

use leptos::prelude::*;

use super::{By, Grip, Pointer};
use crate::ctx::use_lang;

/// The page under the hand.
#[component]
pub fn Surface(
    pointer: Pointer,
    class: &'static str,
    /// How cards are moved by keys, for those who listen.
    help: String,
    children: Children,
) -> impl IntoView {
    view! {
        <main class=class node_ref=pointer.root
            on:pointerdown=move |event| pointer.down(&event)
            on:pointermove=move |event| pointer.moved(&event)
            on:pointerup=move |event| pointer.up(&event)
            on:pointercancel=move |_| pointer.cancel()
            on:touchmove=move |event| pointer.hold_still(&event)
            on:contextmenu=move |event| pointer.hold_still(&event)
            on:dragstart=move |event| event.prevent_default()
            on:click=move |event| pointer.click(&event)
            on:focusin=move |event| pointer.focus_in(&event)
            on:keydown=move |event| pointer.key(&event)
        >
            <p class="sr-only" id="board-help">{help}</p>
            {children()}
        </main>
    }
}

/// The dark strip at the foot: what the hand does, read out.
#[component]
pub fn Strip(grip: Grip) -> impl IntoView {
    let lang = use_lang();
    let by_keys = move || grip.by() == Some(By::Keys);
    view! {
        <div class="toast drag-hint" class:idle=move || !by_keys()>
            <span role="status">{move || grip.said.get()}</span>
            <span aria-hidden="true"><kbd class="kbd">"←"</kbd>" "<kbd class="kbd">"→"</kbd>" "{tr!(lang, deals.key_stage)}</span>
            <span aria-hidden="true"><kbd class="kbd">"Enter"</kbd>" "{tr!(lang, deals.key_drop)}</span>
            <span aria-hidden="true"><kbd class="kbd">"Esc"</kbd>" "{tr!(lang, deals.key_back)}</span>
        </div>
    }
}

/// The card that follows the pointer.
#[component]
pub fn Ghost(grip: Grip, pointer: Pointer) -> impl IntoView {
    let dragged = Memo::new(move |_| {
        let dragged = grip.held.get().filter(|(_, by)| *by != By::Keys);
        dragged.map(|(held, _)| (held.title, held.client, held.figure))
    });
    move || {
        dragged.get().map(|(title, client, figure)| {
            view! {
                <div class="deal-card ghost" aria-hidden="true" node_ref=pointer.ghost>
                    <b>{title}</b>
                    <p class="account clip">{client}</p>
                    <p class="money"><b class="num">{figure}</b></p>
                </div>
            }
        })
    }
}
