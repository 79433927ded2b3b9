//! The browser's entry point.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the server's page.
#[wasm_bindgen]
pub fn hydrate() {
    // Without it a panic is a bare "unreachable" in the browser's log.
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
