//! Icons from the product's one set, `public/icons.svg`.

use leptos::prelude::*;

/// An icon; words stand beside it or in its button's `aria-label`.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true"><use href=format!("/icons.svg#i-{name}")></use></svg>
    }
}
