//! The application's pages as the router sees them. Their code is not in the browser's main module: each part is a file
//! of its own, fetched when one of its pages is opened.

use leptos::prelude::*;
use leptos_router::LazyRoute;

use crate::{acts, analytics, clients, deals, leads, offers, profile, settings, sign_in, today};

/// `part { Page = component, … }`: a route for each page, and one file for each part. Pages which people go back and
/// forth between share a part; what several parts use becomes files of its own, so few parts make few files.
macro_rules! parts {
    ($($part:ident { $($page:ident = $component:path),+ })+) => {$($(
        /// Goes to `Lazy::<…>::new()` as the view of a route.
        pub(crate) struct $page;

        impl LazyRoute for $page {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                #[leptos::wasm_split::wasm_split($part, wasm_split_path = leptos::wasm_split)]
                #[allow(non_snake_case)]
                fn $page() -> AnyView {
                    $component().into_any()
                }
                #[cfg(feature = "ssr")]
                crate::shell::preload(stringify!($part));
                $page().await
            }
        }
    )+)+};
}

parts! {
    account { LoginRoute = sign_in::Login, SetupRoute = sign_in::Setup, ProfileRoute = profile::Profile, MoreRoute = profile::More }
    today { TodayRoute = today::TodayPage }
    leads { LeadsRoute = leads::list::Leads, LeadRoute = leads::show::LeadRecord }
    deals { DealsRoute = deals::page::Deals, DealRoute = deals::show::DealPage, ActRoute = acts::show::ActPage }
    clients { ClientsRoute = clients::Clients, AccountRoute = clients::AccountRecord, ContactRoute = clients::ContactRecord }
    offers { OffersRoute = offers::list::Offers, OfferRoute = offers::show::OfferPage }
    analytics { FunnelRoute = analytics::funnel::FunnelPage }
    settings { SettingsRoute = settings::page::Settings }
}
