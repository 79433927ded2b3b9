//! The timeline as a list, newest first, a heading per day.

use domain::activity::Activity;
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{Words, words};
use crate::ctx::{Format, use_format};
use crate::ui::icon::Icon;

/// What happened on a record.
#[component]
pub fn Timeline(
    items: Vec<Activity>,
    /// Where older events are shown, when there are any.
    #[prop(default = None)]
    older: Option<String>,
) -> impl IntoView {
    let format = use_format();
    let lang = format.lang;
    if items.is_empty() {
        return view! { <p class="muted">{tr!(lang, timeline.empty)}</p> }.into_any();
    }
    let mut rows = Vec::with_capacity(items.len() + 4);
    let mut day = None;
    for activity in items {
        let of = format.zone().day(activity.at);
        if day != Some(of) {
            day = Some(of);
            rows.push(view! { <li class="day">{day_head(&format, of)}</li> }.into_any());
        }
        rows.push(event(&format, &activity));
    }
    view! {
        <ol class="timeline" aria-label=tr!(lang, timeline.title)>{rows}</ol>
        {older.map(|href| view! { <p><A href=href>{tr!(lang, timeline.older)}</A></p> })}
    }
    .into_any()
}

fn day_head(format: &Format, day: chrono::NaiveDate) -> String {
    let lang = format.lang;
    match (format.zone().day(format.now()) - day).num_days() {
        0 => tr!(lang, timeline.today),
        1 => tr!(lang, timeline.yesterday),
        _ => domain::zone::date(day, lang),
    }
}

fn event(format: &Format, activity: &Activity) -> AnyView {
    let Words { icon, head, rest, quote, link, moved } = words(format, activity);
    let head = match link {
        Some(href) => view! { <A href=href><b>{head}</b></A> }.into_any(),
        None => view! { <b>{head}</b> }.into_any(),
    };
    view! {
        <li class=if moved { "event moved" } else { "event" }>
            <span class="mark"><Icon name=icon/></span>
            <div>
                {head}" "<span class="what">{rest}</span>
                {(!quote.is_empty()).then(|| view! { <p class="quote">{quote}</p> })}
            </div>
            <time datetime=activity.at.to_rfc3339()>{format.time(activity.at)}</time>
        </li>
    }
    .into_any()
}
