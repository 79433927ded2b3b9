//! Where a lead, contact or deal came from: the touch that made the lead, beside the first one when that was another.

use domain::attribution::{Attribution, Touch};
use leptos::prelude::*;

use crate::ctx::use_lang;

/// The card with both touches.
#[component]
pub fn Origin(
    /// What it is called.
    #[prop(into)]
    title: String,
    attribution: Attribution,
) -> impl IntoView {
    let lang = use_lang();
    let earlier = attribution.has_earlier_touch();
    let Attribution { first, last } = attribution;
    let first = earlier.then_some(first);
    let line = |label: String, what: fn(&Touch) -> String, strong: bool| {
        let (before, now) = (first.as_ref().map(what), what(&last));
        // A line that tells nothing is not drawn.
        if now.is_empty() && before.as_ref().is_none_or(String::is_empty) {
            return None;
        }
        Some(view! {
            <tr>
                <th scope="row">{label}</th>
                {before.map(|text| view! { <td>{cell(text, false)}</td> })}
                <td>{cell(now, strong)}</td>
            </tr>
        })
    };
    view! {
        <section class="card source" aria-labelledby="source-title">
            <header>
                <h2 id="source-title">{title}</h2>
                <span class="tag accent push">{last.channel.clone()}</span>
            </header>
            <div class="scroll-x">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col"><span class="sr-only">{tr!(lang, leads.touch)}</span></th>
                            {first.is_some().then(|| view! { <th scope="col">{tr!(lang, leads.first_touch)}</th> })}
                            <th scope="col">{if first.is_some() { tr!(lang, leads.last_touch) } else { tr!(lang, leads.only_touch) }}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {line(tr!(lang, common.channel), |touch| touch.channel.clone(), false)}
                        {line(tr!(lang, leads.engine), |touch| touch.search_engine.clone(), false)}
                        {line(tr!(lang, common.keyword), |touch| touch.keyword.clone(), true)}
                        {line(tr!(lang, leads.campaign), campaign, false)}
                        {line(tr!(lang, common.site), |touch| touch.site.clone(), false)}
                        {line(tr!(lang, leads.landing), |touch| touch.landing_url.clone(), false)}
                        {line(tr!(lang, leads.click_id), click, false)}
                        {line(tr!(lang, leads.referrer), |touch| touch.referrer.clone(), false)}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn cell(text: String, strong: bool) -> AnyView {
    match text {
        text if text.is_empty() => view! { <span class="muted">"—"</span> }.into_any(),
        text if strong => view! { <mark>{text}</mark> }.into_any(),
        text => view! { <span class="any-break">{text}</span> }.into_any(),
    }
}

/// Campaign, source, medium and content as they were tagged.
fn campaign(touch: &Touch) -> String {
    [&touch.utm_campaign, &touch.utm_source, &touch.utm_medium, &touch.utm_content]
        .into_iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(" · ")
}

fn click(touch: &Touch) -> String {
    if touch.click_id.is_empty() {
        String::new()
    } else {
        format!("{} {}", touch.click_id_kind, touch.click_id)
    }
}
