//! Working a list by keyboard. Keys are taken by their place (`event.code`), so that they work in a Russian layout too.

use leptos::prelude::*;

/// `j`/`k` or arrows walk over the `[data-row]`s of the page, Enter opens (it is a link that has the focus), `d` and `c` press the
/// row's `[data-act=done]` and `[data-act=call]`.
pub fn use_row_keys() {
    Effect::new(listen);
}

#[cfg(feature = "hydrate")]
fn listen() {
    let handle = window_event_listener(leptos::ev::keydown, |event| {
        if act(&event).is_some() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Does what the key means; `None` when it means nothing here.
#[cfg(feature = "hydrate")]
fn act(event: &web_sys::KeyboardEvent) -> Option<()> {
    use wasm_bindgen::JsCast;

    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.default_prevented() {
        return None;
    }
    let active = document().active_element();
    let typing = active.as_ref().is_some_and(|element| {
        element
            .closest("input, textarea, select, dialog, [contenteditable]")
            .is_ok_and(|found| found.is_some())
    });
    if typing {
        return None;
    }
    let list = document().query_selector_all("[data-row]").ok()?;
    let rows: Vec<web_sys::Element> = (0..list.length())
        .filter_map(|index| list.item(index)?.dyn_into::<web_sys::Element>().ok())
        .collect();
    let at = rows.iter().position(|row| row.contains(active.as_ref().map(AsRef::as_ref)));
    let press = |selector: &str| -> Option<()> {
        let element = rows.get(at?)?.query_selector(selector).ok()??;
        element.dyn_into::<web_sys::HtmlElement>().ok()?.click();
        Some(())
    };
    let go = |index: usize| -> Option<()> {
        let link = rows.get(index)?.query_selector("a").ok()??;
        link.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
    };
    match event.code().as_str() {
        "KeyJ" | "ArrowDown" => go(at.map_or(0, |index| index + 1)),
        "KeyK" | "ArrowUp" => go(at?.checked_sub(1)?),
        "KeyD" => press("[data-act=done]"),
        "KeyC" => press("[data-act=call]"),
        _ => None,
    }
}

#[cfg(not(feature = "hydrate"))]
fn listen() {
    // Effects run in the browser only.
}
