//! The page for addresses that name nothing.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::ctx::use_lang;
use crate::ui::title::Title;

#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    let lang = use_lang();
    view! {
        <Title text=tr!(lang, common.not_found_title)/>
        <main class="empty">
            <h1>{tr!(lang, common.not_found_title)}</h1>
            <p>{tr!(lang, common.not_found_text)}</p>
            <A href="/" attr:class="button primary">{tr!(lang, common.to_today)}</A>
        </main>
    }
}
