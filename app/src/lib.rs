//! What people see: one folder per CRM noun, the design system in `ui`, and the pages for clients in `public`.
#![recursion_limit = "512"]
#![expect(unreachable_pub, reason = "the generated translations are public items of a private module")]

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

#[macro_use]
mod tr;

mod boot;
pub mod ctx;
pub mod fail;
mod leads;
mod live;
mod not_found;
mod profile;
pub mod shell;
mod sign_in;
pub mod text;
pub mod ui;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

pub use ctx::PageContext;
pub use shell::{Assets, shell};

/// Every page of the application. Pages arrive whole, so that they read and their forms work before or without wasm.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(boot::context());
    live::provide();
    view! {
        <Router>
            <FlatRoutes fallback=not_found::NotFound>
                <Route path=path!("/login") view=sign_in::Login ssr=SsrMode::Async/>
                <Route path=path!("/setup/:token") view=sign_in::Setup ssr=SsrMode::Async/>
                <Route path=path!("/profile") view=profile::Profile ssr=SsrMode::Async/>
                <Route path=path!("/more") view=profile::More ssr=SsrMode::Async/>
                <Route path=path!("/leads") view=leads::list::Leads ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
