//! What people see: one folder per CRM noun, the design system in `ui`, and the pages for clients in `public`.
#![recursion_limit = "512"]

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

#[macro_use]
mod tr;

mod acts;
mod analytics;
mod boot;
mod clients;
pub mod ctx;
mod deals;
pub mod fail;
mod leads;
mod live;
mod not_found;
mod offers;
pub mod papers;
mod profile;
#[cfg(feature = "ssr")]
pub mod public;
mod settings;
pub mod shell;
mod sign_in;
pub mod text;
mod timeline;
mod today;
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
    ui::toast::provide();
    view! {
        <Router>
            <FlatRoutes fallback=not_found::NotFound>
                <Route path=path!("/login") view=sign_in::Login ssr=SsrMode::Async/>
                <Route path=path!("/setup/:token") view=sign_in::Setup ssr=SsrMode::Async/>
                <Route path=path!("/profile") view=profile::Profile ssr=SsrMode::Async/>
                <Route path=path!("/more") view=profile::More ssr=SsrMode::Async/>
                <Route path=path!("/") view=today::TodayPage ssr=SsrMode::Async/>
                <Route path=path!("/leads") view=leads::list::Leads ssr=SsrMode::Async/>
                <Route path=path!("/leads/:id") view=leads::show::LeadRecord ssr=SsrMode::Async/>
                <Route path=path!("/deals") view=deals::page::Deals ssr=SsrMode::Async/>
                <Route path=path!("/deals/:id") view=deals::show::DealPage ssr=SsrMode::Async/>
                <Route path=path!("/acts/:id") view=acts::show::ActPage ssr=SsrMode::Async/>
                <Route path=path!("/clients") view=clients::Clients ssr=SsrMode::Async/>
                <Route path=path!("/accounts/:id") view=clients::AccountRecord ssr=SsrMode::Async/>
                <Route path=path!("/contacts/:id") view=clients::ContactRecord ssr=SsrMode::Async/>
                <Route path=path!("/offers") view=offers::list::Offers ssr=SsrMode::Async/>
                <Route path=path!("/offers/:id") view=offers::show::OfferPage ssr=SsrMode::Async/>
                <Route path=path!("/analytics/funnel") view=analytics::funnel::FunnelPage ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=settings::page::Settings ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
