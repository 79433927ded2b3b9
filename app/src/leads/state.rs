//! How a lead's first call and status are told.

use chrono::{DateTime, Utc};
use domain::Lang;
use domain::lead::LeadStatus;
use domain::task::Urgency;
use leptos::prelude::*;

use crate::ctx::{Format, use_format};

/// A status in words.
pub fn status(lang: Lang, status: LeadStatus) -> String {
    match status {
        LeadStatus::New => tr!(lang, leads.status_new),
        LeadStatus::Working => tr!(lang, leads.status_working),
        LeadStatus::Converted => tr!(lang, leads.status_converted),
        LeadStatus::Disqualified => tr!(lang, leads.status_disqualified),
    }
}

/// How long after it came a lead was first answered.
pub fn response(lang: Lang, minutes: i64) -> String {
    tr!(lang, leads.answered, time = lasting(lang, minutes))
}

/// Minutes in the largest unit that fits: `40 min`, `5 h`, `3 d`.
pub fn lasting(lang: Lang, minutes: i64) -> String {
    match minutes / 60 {
        ..=1 => tr!(lang, leads.minutes, n = minutes),
        hours @ 2..48 => tr!(lang, leads.hours, n = hours),
        hours => tr!(lang, leads.days, n = hours / 24),
    }
}

/// How long until, or since, a first call is due: "38 min left", "12 min late", a day and time when that is far.
pub fn due_words(format: &Format, due: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let lang = format.lang;
    let left = (due - now).num_minutes();
    match left {
        _ if due < now && left > -60 => tr!(lang, common.when_overdue_min, n = -left),
        _ if due < now && left > -24 * 60 => tr!(lang, common.when_overdue_h, n = -left / 60),
        0..=60 => tr!(lang, common.when_left_min, n = left),
        _ => format.near(due),
    }
}

/// The same with its mark, moving as time goes by.
#[component]
pub fn CallState(
    due: DateTime<Utc>,
    now: Signal<DateTime<Utc>>,
    #[prop(optional)] pill: bool,
) -> impl IntoView {
    let format = use_format();
    let zone = format.zone();
    let shape = if pill { "state pill" } else { "state" };
    view! {
        <span class=move || format!("{shape} {}", Urgency::of(Some(due), now.get(), &zone).class())>
            {move || due_words(&format, due, now.get())}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn an_answer_is_told_in_the_unit_that_fits() {
        for (minutes, told) in [(0, "0 min"), (119, "119 min"), (120, "2 h"), (2879, "47 h"), (2880, "2 d")] {
            assert_eq!(lasting(Lang::En, minutes), told);
        }
        assert_eq!(response(Lang::Ru, 12), "через 12 мин");
    }

    #[test]
    fn a_first_call_counts_minutes_then_hours() {
        let format = use_format();
        let now = DateTime::<Utc>::default() + TimeDelta::days(20_000);
        let words = |minutes: i64| due_words(&format, now + TimeDelta::minutes(minutes), now);
        assert_eq!(words(38), "38 min left");
        assert_eq!(words(0), "0 min left");
        assert_eq!(words(-12), "12 min late");
        assert_eq!(words(-150), "2 h late");
        assert!(words(26 * 60).contains("2024"), "{}", words(26 * 60));
    }
}
