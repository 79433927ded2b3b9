//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the server's page, once the part of the client which that page is in has come.
#[wasm_bindgen]
pub fn hydrate() {
    // Without it a panic is a bare "unreachable" in the browser's log.
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_lazy(app::App);
}
