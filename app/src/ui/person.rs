//! Avatars and names of people.

use domain::user::{Person, hue, initials};
use leptos::prelude::*;

/// Two letters on a quiet colour; the name is its title.
#[component]
pub fn Avatar(#[prop(into)] name: String, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! { <span class=format!("avatar {class}") data-hue=hue(&name) title=name.clone()>{initials(&name)}</span> }
}

/// Avatar and name, or a dash.
#[component]
pub fn PersonName(person: Option<Person>) -> impl IntoView {
    match person {
        Some(person) => view! {
            <span class="row"><Avatar name=person.name.clone()/><span class="clip">{person.name}</span></span>
        }
        .into_any(),
        None => view! { <span class="muted">"—"</span> }.into_any(),
    }
}
