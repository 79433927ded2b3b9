//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the server's page.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
