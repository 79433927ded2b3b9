//! The frame of a record's page: built once when the record is there. Live updates then change its data only, and what is being
//! typed into its forms stays.

use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// Shows `body` once `data` has arrived, and builds it anew when `key` tells another record; a failure in its place.
#[component]
pub fn Loaded<T, K, B>(
    data: Resource<Answer<T>>,
    /// What tells one record from another.
    key: fn(&T) -> K,
    /// Builds the page; it must not make resources, which belong to the component around it.
    body: B,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Clone + PartialEq + Send + Sync + 'static,
    B: Fn(Signal<T>) -> AnyView + Send + Sync + 'static,
{
    let lang = use_lang();
    view! {
        <Transition fallback=move || view! { <main><p class="muted">{tr!(lang, common.loading)}</p></main> }>
            {
                let shown = Memo::new(move |before: Option<&Option<Answer<K>>>| {
                    let fresh = data.get().map(|answer| answer.map(|record| key(&record)));
                    match (before, fresh) {
                        // A lost connection takes nothing off the screen.
                        (Some(Some(Ok(known))), Some(Err(Fail::Network))) => Some(Ok(known.clone())),
                        (_, fresh) => fresh,
                    }
                });
                move || match shown.get() {
                    None => ().into_any(),
                    Some(Err(fail)) => {
                        let title = crate::text::fail(lang, &fail);
                        view! { <Title text=title/><main><Failed fail/></main> }.into_any()
                    }
                    // Under a Suspense even `get_untracked` follows the resource: it waits for it to be ready.
                    Some(Ok(_)) => match untrack(|| data.get_untracked()) {
                        Some(Ok(record)) => body(kept(data, record)),
                        _ => ().into_any(),
                    },
                }
            }
        </Transition>
    }
}

/// The record as a signal that follows `data` and keeps the last good one.
fn kept<T: Clone + PartialEq + Send + Sync + 'static>(data: Resource<Answer<T>>, first: T) -> Signal<T> {
    let record = RwSignal::new(first);
    Effect::new(move || {
        if let Some(Ok(fresh)) = data.get()
            && record.with_untracked(|known| *known != fresh)
        {
            record.set(fresh);
        }
    });
    record.into()
}
