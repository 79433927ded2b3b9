//! The event stream of open pages.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use tokio_stream::wrappers::{BroadcastStream, WatchStream};

use super::session::Session;

/// Changes that the signed-in person may know of, as they happen. A reader that fell behind is told to read everything anew.
pub async fn stream(State(state): State<super::State>, Extension(session): Extension<Session>) -> Response {
    let actor = match session.actor() {
        Ok(actor) => actor.clone(),
        Err(told) => return told.into_response(),
    };
    let whose = actor.user;
    let changes = BroadcastStream::new(state.db.changes()).filter_map(move |change| {
        let event = match change {
            Ok(change) if change.is_for(&actor) => Event::default().json_data(&change).ok(),
            Ok(_) => None,
            Err(_) => Some(Event::default().event("behind").data("")),
        };
        std::future::ready(event.map(Ok::<_, Infallible>))
    });
    let stopped =
        WatchStream::new(state.stopping.clone()).filter(|stop| std::future::ready(*stop)).into_future();
    // A browser whose session ended hears no more; one whose session lives on connects again by itself.
    let ended = BroadcastStream::new(state.db.endings())
        .filter(move |ended| std::future::ready(ended.as_ref().map_or(true, |user| Some(*user) == whose)))
        .into_future();
    let events = changes.take_until(stopped).take_until(ended);
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))).into_response()
}
