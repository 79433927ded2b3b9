//! What colleagues and visitors do appears without a reload: one event stream per page, signals that lists depend on.

use domain::live::Change;
use leptos::prelude::*;

/// Counts changes; a resource that reads one of these in its source is loaded again by each.
#[derive(Clone, Copy)]
pub struct Live {
    pub leads: Memo<u32>,
    pub deals: Memo<u32>,
    /// The last change, for toasts and badges.
    pub last: Signal<Option<Change>>,
}

/// The page's live signals. They end with the page: a resource outlives it while something waits for it, and would be asked again,
/// from a source whose other signals are gone.
pub fn use_live() -> Live {
    let stream = expect_context::<Stream>();
    Live {
        leads: Memo::new(move |_| stream.leads.get()),
        deals: Memo::new(move |_| stream.deals.get()),
        last: stream.last.into(),
    }
}

/// What the stream told since the document was loaded.
#[derive(Clone, Copy)]
struct Stream {
    leads: RwSignal<u32>,
    deals: RwSignal<u32>,
    last: RwSignal<Option<Change>>,
    /// Whether it is interrupted.
    lost: RwSignal<bool>,
}

/// Makes the signals and, in the browser of a signed-in person, opens the stream.
pub fn provide() {
    let stream = Stream {
        leads: RwSignal::new(0),
        deals: RwSignal::new(0),
        last: RwSignal::new(None),
        lost: RwSignal::new(false),
    };
    provide_context(stream);
    if crate::ctx::use_me().is_some() {
        Effect::new(move || listen(stream));
        Effect::new(move |before: Option<bool>| stream.tell(before == Some(true)));
    }
}

impl Stream {
    /// Says that the stream is interrupted; once it is back, what was missed meanwhile is read.
    fn tell(self, was_lost: bool) -> bool {
        let toast = crate::ui::toast::use_toast();
        let lost = self.lost.get();
        if lost && !was_lost {
            toast.say(tr!(crate::ctx::use_lang(), common.live_lost));
        } else if was_lost && !lost {
            toast.hush();
            self.leads.update(|n| *n += 1);
            self.deals.update(|n| *n += 1);
        }
        lost
    }

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
fn listen(stream: Stream) {
    use wasm_bindgen::JsCast;
    use wasm_bindgen::prelude::Closure;

    let Ok(source) = web_sys::EventSource::new("/live") else { return };
    let message = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
        stream.lost.set(false);
        if let Some(change) =
            event.data().as_string().and_then(|text| serde_json::from_str::<Change>(&text).ok())
        {
            stream.take(change);
        }
    });
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    let opened = Closure::<dyn Fn()>::new(move || stream.lost.set(false));
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    let failed = Closure::<dyn Fn()>::new(move || stream.lost.set(true));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    // The stream lives as long as the page.
    message.forget();
    opened.forget();
    failed.forget();
    let _keep_open = source;
}

#[cfg(not(feature = "hydrate"))]
fn listen(stream: Stream) {
    // There is no stream without a browser; effects do not run on the server.
    let _: fn(Stream, Change) = Stream::take;
    let _ = stream;
}
