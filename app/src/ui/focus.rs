//! The focus, moved by the program.

#[cfg(feature = "hydrate")]
use leptos::prelude::{document, request_animation_frame};

/// Moves the focus to the first of these places that is there once the page has been redrawn.
#[cfg(feature = "hydrate")]
pub fn focus(places: impl IntoIterator<Item = String> + 'static) {
    use wasm_bindgen::JsCast;
    request_animation_frame(move || {
        let found = places.into_iter().find_map(|place| document().query_selector(&place).ok().flatten());
        if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that was just found takes the focus.
            let _focused = element.focus();
        }
    });
}

/// There is nothing to focus without a browser.
#[cfg(not(feature = "hydrate"))]
pub fn focus(_places: impl IntoIterator<Item = String> + 'static) {}
