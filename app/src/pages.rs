//! The application's pages as the router sees them. Their code is not in the browser's main module: each part is a file
//! of its own, fetched when one of its pages is opened.

use std::pin::Pin;

use leptos::prelude::*;
use leptos::wasm_split::SplitLoaderError;
use leptos_router::LazyRoute;
use leptos_router::hooks::use_url;

use crate::ctx::use_lang;
use crate::{
    acts, analytics, clients, deals, join, leads, offers, process, profile, reset, settings, sign_in, today,
};

/// `part { Page = component, … }`: a route for each page, and one file for each part; what most parts use is a file of its own.
macro_rules! parts {
    ($($part:ident { $($page:ident = $component:path),+ })+) => {$($(
        /// Goes to `Lazy::<…>::new()` as the view of a route.
        pub(crate) struct $page;

        impl LazyRoute for $page {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split, fallible)]
                #[allow(non_snake_case)]
                fn $page() -> Result<AnyView, SplitLoaderError> {
                    Ok($component().into_any())
                }
                #[cfg(feature = "ssr")]
                crate::shell::preload(stringify!($part));
                $page().await.unwrap_or_else(|_| lost())
            }
        }
    )+)+};
}

parts! {
    door { LoginRoute = sign_in::Login, SetupRoute = sign_in::Setup, JoinRoute = join::Join, ResetAskRoute = reset::ResetAsk, ResetRoute = reset::Reset }
    account { ProfileRoute = profile::Profile, MoreRoute = profile::More }
    today { TodayRoute = today::TodayPage }
    leads { LeadsRoute = leads::page::Leads }
    lead { LeadRoute = leads::show::LeadRecord }
    deals { DealsRoute = deals::page::Deals }
    deal { DealRoute = deals::show::DealPage }
    act { ActRoute = acts::show::ActPage }
    clients { ClientsRoute = clients::Clients }
    client { AccountRoute = clients::AccountRecord, ContactRoute = clients::ContactRecord }
    offers { OffersRoute = offers::list::Offers }
    offer { OfferRoute = offers::show::OfferPage }
    analytics { FunnelRoute = analytics::funnel::FunnelPage }
    pipe { PipeRoute = analytics::pipe::PipePage }
    process { PipelinesRoute = process::list::Pipelines, ProcessRoute = process::show::ProcessPage }
}

/// The settings' sections are parts of their own, so the page itself has something to fetch before it is there.
pub(crate) struct SettingsRoute;

impl LazyRoute for SettingsRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        #[leptos::wasm_split::wasm_split(settings, wasm_split_path = leptos::wasm_split, fallible)]
        fn opening() -> Result<Opening, SplitLoaderError> {
            Ok(Box::pin(settings::page::opened()))
        }
        #[cfg(feature = "ssr")]
        crate::shell::preload("settings");
        match opening().await {
            Ok(page) => page.await,
            Err(_) => lost(),
        }
    }
}

/// A page on its way.
type Opening = Pin<Box<dyn Future<Output = AnyView>>>;

/// In place of a page whose part could not be fetched. The link asks the server for the whole page, and with it for the
/// files of the present release.
pub(crate) fn lost() -> AnyView {
    let lang = use_lang();
    let here = use_url().with_untracked(|url| format!("{}?{}", url.path(), url.search()));
    view! {
        <main class="empty" role="alert">
            <h1>{tr!(lang, common.page_lost)}</h1>
            <a class="button primary" href=here rel="external">{tr!(lang, common.load_again)}</a>
        </main>
    }
    .into_any()
}
