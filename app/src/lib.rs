//! What people see: one folder per CRM noun, the design system in `ui`, and the pages for clients in `public`.
#![recursion_limit = "512"]

include!(concat!(env!("OUT_DIR"), "/i18n.rs"));

#[macro_use]
mod tr;

mod acts;
pub mod analytics;
#[cfg(feature = "ssr")]
mod back;
mod boot;
mod clients;
mod codec;
pub mod ctx;
mod deals;
mod dragging;
pub mod drawing;
pub mod fail;
mod join;
mod leads;
mod live;
mod losses;
mod not_found;
mod offers;
mod origins;
mod pages;
pub mod papers;
mod privacy;
pub mod process;
mod profile;
#[cfg(feature = "ssr")]
pub mod public;
mod reset;
mod sessions;
mod settings;
mod sharing;
pub mod shell;
mod sign_in;
mod sso;
pub mod text;
mod timeline;
mod today;
mod transfer;
pub mod ui;

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

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
                <Route path=path!("/login") view={Lazy::<pages::LoginRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/setup/:token") view={Lazy::<pages::SetupRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/join/:token") view={Lazy::<pages::JoinRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset") view={Lazy::<pages::ResetAskRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset/:token") view={Lazy::<pages::ResetRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/profile") view={Lazy::<pages::ProfileRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/more") view={Lazy::<pages::MoreRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/") view={Lazy::<pages::TodayRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/leads") view={Lazy::<pages::LeadsRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/leads/:id") view={Lazy::<pages::LeadRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/deals") view={Lazy::<pages::DealsRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/deals/:id") view={Lazy::<pages::DealRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/acts/:id") view={Lazy::<pages::ActRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/clients") view={Lazy::<pages::ClientsRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/accounts/:id") view={Lazy::<pages::AccountRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/contacts/:id") view={Lazy::<pages::ContactRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/offers") view={Lazy::<pages::OffersRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/offers/:id") view={Lazy::<pages::OfferRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/analytics/funnel") view={Lazy::<pages::FunnelRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/analytics/pipe") view={Lazy::<pages::PipeRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/process") view={Lazy::<pages::PipelinesRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/process/:id") view={Lazy::<pages::ProcessRoute>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/settings") view={Lazy::<pages::SettingsRoute>::new()} ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
