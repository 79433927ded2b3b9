//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the server's page, once the part of the client which that page is in has come.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(app::App);
}
