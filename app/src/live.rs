//! What colleagues and visitors do appears without a reload: one event stream per page, signals that lists depend on.

use domain::live::Change;
use leptos::prelude::*;

/// Counts changes; a resource that reads one of these in its source is loaded again by each.
#[derive(Clone, Copy)]
pub struct Live {
    pub leads: RwSignal<u32>,
    pub deals: RwSignal<u32>,
    /// The last change, for toasts and badges.
    pub last: RwSignal<Option<Change>>,
    /// Whether the stream is interrupted.
    pub lost: RwSignal<bool>,
}

/// The page's live signals.
pub fn use_live() -> Live {
    expect_context::<Live>()
}

/// Makes the signals and, in the browser of a signed-in person, opens the stream.
pub fn provide() {
    let live = Live {
        leads: RwSignal::new(0),
        deals: RwSignal::new(0),
        last: RwSignal::new(None),
        lost: RwSignal::new(false),
    };
    provide_context(live);
    if crate::ctx::use_me().is_some() {
        Effect::new(move || listen(live));
    }
}

impl Live {
    fn take(self, change: Change) {
        use domain::activity::Subject;
        match change.on {
            Subject::Lead(_) => self.leads.update(|n| *n += 1),
            Subject::Deal(_) => self.deals.update(|n| *n += 1),
            Subject::Contact(_) | Subject::Account(_) => {}
        }
        self.last.set(Some(change));
    }
}

#[cfg(feature = "hydrate")]
fn listen(live: Live) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;

    let Ok(source) = web_sys::EventSource::new("/live") else { return };
    let message = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        live.lost.set(false);
        if let Some(change) =
            event.data().as_string().and_then(|text| serde_json::from_str::<Change>(&text).ok())
        {
            live.take(change);
        }
    });
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    let opened = Closure::<dyn Fn()>::new(move || live.lost.set(false));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    let failed = Closure::<dyn Fn()>::new(move || live.lost.set(true));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    // The stream lives as long as the page.
    message.forget();
    opened.forget();
    failed.forget();
    let _keep_open = source;
}

#[cfg(not(feature = "hydrate"))]
fn listen(live: Live) {
    // There is no stream without a browser; effects do not run on the server.
    let _: fn(Live, Change) = Live::take;
    let _ = live;
}
