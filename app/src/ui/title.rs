//! The document's title.

use leptos::prelude::*;
use leptos::text_prop::TextProp;

/// The title of a page. leptos_meta writes it into the document as it stands: a `</title>` in somebody's name would end it, and what
/// follows would be markup. In the browser it is set as text and needs nothing.
#[component]
pub fn Title(#[prop(into)] text: TextProp) -> impl IntoView {
    view! { <leptos_meta::Title text=move || super::field::inside_text(&text.get())/> }
}
