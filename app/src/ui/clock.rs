//! The time now: the server's when the page was made, carried on by the browser so that countdowns move.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::ctx::use_format;

/// Now, moving once a minute. The first value is the page's own, so that both sides render the same.
pub fn use_now() -> Signal<DateTime<Utc>> {
    let now = RwSignal::new(use_format().now());
    Effect::new(move || carry_on(now));
    now.into()
}

#[cfg(feature = "hydrate")]
fn carry_on(now: RwSignal<DateTime<Utc>>) {
    let start = use_format().now();
    let tick = move || {
        if let Some(performance) = window().performance() {
            // Milliseconds since the page was asked for: no clock of this machine is trusted.
            #[expect(clippy::cast_possible_truncation, reason = "a page is not open for 2^53 milliseconds")]
            let passed = performance.now() as i64;
            now.set(start + chrono::TimeDelta::milliseconds(passed));
        }
    };
    tick();
    if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(60)) {
        on_cleanup(move || handle.clear());
    }
}

#[cfg(not(feature = "hydrate"))]
fn carry_on(now: RwSignal<DateTime<Utc>>) {
    // Effects run in the browser only.
    let _ = now;
}
