//! The document around every page, and the frame of the signed-in application.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::user::{Me, Theme, hue, initials};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use leptos_router::components::A;

use crate::ctx::{PageContext, use_lang};
use crate::ui::icon::Icon;

/// Content-hashed names of the built client files under `/pkg/`, without the slash.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pub js: String,
    /// The script that fetches parts of the client; `js` and it import each other.
    pub loader: String,
    pub wasm: String,
    pub css: String,
    /// Styles of the pages that nobody begins with.
    pub desk_css: String,
    /// The file of each part in `crate::pages`.
    pub parts: Arc<BTreeMap<String, String>>,
}

/// The parts that people begin with. Their styles are in every page; those of the others come with their pages, or once the first
/// page is at work.
#[cfg(feature = "ssr")]
const FIRST_PARTS: [&str; 2] = ["door", "today"];

/// Has the browser fetch a page's part of the client, and its styles, at once.
#[cfg(feature = "ssr")]
pub(crate) fn preload(part: &str) {
    let Some(assets) = use_context::<Assets>() else { return };
    if !FIRST_PARTS.contains(&part) {
        let href = format!("/pkg/{}", assets.desk_css);
        _ = view! { <leptos_meta::Link id="desk-css" rel="stylesheet" href=href/> }.to_html();
    }
    prefetch(part);
}

/// Has the browser fetch a part of the client at once, and not only when the main module asks for it.
#[cfg(feature = "ssr")]
pub(crate) fn prefetch(part: &str) {
    let Some(assets) = use_context::<Assets>() else { return };
    if let Some(name) = assets.parts.get(part) {
        let href = format!("/pkg/{name}");
        // The head takes the link as soon as it is rendered.
        let link = view! { <leptos_meta::Link rel="preload" href=href as_="fetch" crossorigin="anonymous"/> };
        _ = link.to_html();
    }
}

/// The HTML document. The context stands in it as JSON, which the browser's side reads before it takes over.
pub fn shell(assets: Assets) -> impl IntoView {
    provide_context(assets.clone());
    let context = use_context::<PageContext>().unwrap_or_default();
    let theme = context.me.as_ref().map_or(Theme::System, |me| me.user.theme);
    let data = serde_json::to_string(&context).unwrap_or_default().replace('<', "\\u003c");
    let start = format!(
        "import('/pkg/{js}').then(m=>m.default({{module_or_path:'/pkg/{wasm}'}}).then(()=>m.hydrate())).then(()=>{{\
         if(!document.getElementById('desk-css'))document.head.append(Object.assign(document.createElement('link'),\
         {{id:'desk-css',rel:'stylesheet',href:'/pkg/{desk}'}}))}})",
        js = assets.js,
        wasm = assets.wasm,
        desk = assets.desk_css
    );
    view! {
        <!DOCTYPE html>
        <html lang=context.lang.code() data-theme=(theme != Theme::System).then(|| theme.code())>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("/pkg/{}", assets.css)/>
                <link rel="modulepreload" href=format!("/pkg/{}", assets.js) nonce=use_nonce()/>
                <link rel="modulepreload" href=format!("/pkg/{}", assets.loader) nonce=use_nonce()/>
                <link rel="preload" href=format!("/pkg/{}", assets.wasm) r#as="fetch" type="application/wasm" crossorigin="anonymous"/>
                <MetaTags/>
                <script type="application/json" id="page-context" inner_html=data></script>
                <script type="module" nonce=use_nonce() inner_html=start></script>
            </head>
            <body>
                <crate::App/>
            </body>
        </html>
    }
}

/// The frame: rail on the left (tab bar on a phone), the page as a sheet.
#[component]
pub fn Frame(
    /// Which entry of the rail is the present one: `today`, `leads`, …
    here: &'static str,
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let context = use_context::<PageContext>().unwrap_or_default();
    let (name, due, new_leads) = match &context.me {
        Some(Me { user, due_today, new_leads, .. }) => (user.name.clone(), *due_today, *new_leads),
        None => (String::new(), 0, 0),
    };
    let entry = move |key: &'static str,
                      path: &'static str,
                      icon: &'static str,
                      label: String,
                      badge: u64,
                      class: &'static str| {
        view! {
            <A href=path attr:class=class attr:aria-current=(here == key).then_some("page")>
                <Icon name=icon/>
                {label}
                {(badge > 0).then(|| view! { <span class="badge accent">{badge.min(99)}</span> })}
            </A>
        }
        .into_any()
    };
    view! {
        <div class="app">
            <nav class="rail" aria-label=tr!(lang, common.nav_main)>
                <a href="/" class="mark" aria-label=tr!(lang, common.home)><Icon name="wheel"/></a>
                {entry("today", "/", "today", tr!(lang, common.nav_today), due, "")}
                {entry("leads", "/leads", "lead", tr!(lang, common.nav_leads), new_leads, "")}
                {entry("deals", "/deals", "board", tr!(lang, common.nav_deals), 0, "")}
                {entry("clients", "/clients", "people", tr!(lang, common.nav_clients), 0, "wide-only")}
                {entry("offers", "/offers", "offer", tr!(lang, common.nav_offers), 0, "wide-only")}
                {entry("funnel", "/analytics/funnel", "chart", tr!(lang, common.nav_funnel), 0, "wide-only")}
                {entry("pipe", "/analytics/pipe", "pipe", tr!(lang, common.nav_pipe), 0, "wide-only")}
                {entry("more", "/more", "more", tr!(lang, common.nav_more), 0, "narrow-only")}
                <div class="foot">
                    {entry("settings", "/settings", "gear", tr!(lang, common.nav_settings), 0, "wide-only")}
                    <A href="/profile" attr:class="me" attr:aria-label=tr!(lang, common.profile)>
                        <span class="avatar mid" data-hue=hue(&name) title=name.clone()>{initials(&name)}</span>
                    </A>
                </div>
            </nav>
            <div class="sheet">{children()}</div>
        </div>
        <crate::ui::toast::Toasts/>
    }
}
