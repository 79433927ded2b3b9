//! What a pipeline was: every saved change, what is different between two of them, and one of them to read.

use domain::pipeline::{Process, VersionRow};
use leptos::prelude::*;

use super::api::Opened;
use super::changed::changed;
use super::reading;
use crate::ctx::{use_format, use_lang};
use crate::ui::person::PersonName;

pub fn versions(saved: &Process, opened: &Opened) -> AnyView {
    let lang = use_lang();
    let shown = opened.past.as_ref().map(|past| past.version);
    let held = opened.before.as_ref().map(|before| before.version);
    let rows = saved.versions.iter().map(|version| row(saved, version, shown)).collect_view();
    let past = opened.past.as_ref().map(|past| {
        let before = opened.before.as_ref();
        view! {
            <h2>{tr!(lang, process.version_named, n = past.version, name = past.name.get(lang))}</h2>
            {before.map(|before| changed(before, past, &opened.choices))}
            {reading::stages(past, &opened.choices)}
        }
    });
    view! {
        <p class="soft">{tr!(lang, process.versions_text)}</p>
        <section class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, process.versions)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, process.version)}</th>
                        <th scope="col">{tr!(lang, process.since)}</th>
                        <th scope="col">{tr!(lang, process.by)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {(saved.versions.len() > 1).then(|| comparing(saved, held, shown))}
        {past}
    }
    .into_any()
}

fn row(saved: &Process, version: &VersionRow, shown: Option<i32>) -> AnyView {
    let lang = use_lang();
    let at = use_format().date_time(version.at);
    let number = version.number;
    let link = format!("/process/{}?tab=versions&version={number}", saved.pipeline.id);
    let in_force = (number == saved.pipeline.version)
        .then(|| view! { <span class="state today">{tr!(lang, process.in_force)}</span> });
    let by = match &version.by {
        Some(by) => view! { <PersonName person=Some(by.clone())/> }.into_any(),
        None => view! { <span class="muted">"Millrace"</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="first"><a href=link aria-current=(shown == Some(number)).then_some("true")>{tr!(lang, process.version_n, n = number)}</a>" "{in_force}</td>
            <td data-label=tr!(lang, process.since)><time>{at}</time></td>
            <td data-label=tr!(lang, process.by)>{by}</td>
        </tr>
    }
    .into_any()
}

/// Any two versions, side by side: the shown ones, or the last change.
fn comparing(saved: &Process, from: Option<i32>, to: Option<i32>) -> AnyView {
    let lang = use_lang();
    let to = to.unwrap_or(saved.pipeline.version);
    let from = from.unwrap_or(to - 1);
    view! {
        <form class="row wrap" method="get" action=format!("/process/{}", saved.pipeline.id)>
            <input type="hidden" name="tab" value="versions"/>
            {choice(saved, "from", tr!(lang, process.compare_from), from)}
            {choice(saved, "to", tr!(lang, process.compare_to), to)}
            <button class="button" type="submit">{tr!(lang, process.compare)}</button>
        </form>
    }
    .into_any()
}

fn choice(saved: &Process, name: &'static str, label: String, chosen: i32) -> AnyView {
    let options = saved.versions.iter().map(|version| {
        let (number, selected) = (version.number, version.number == chosen);
        view! { <option value=number.to_string() selected=selected>{number}</option> }
    });
    let options = options.collect_view();
    view! {
        <label class="row"><span class="muted">{label}</span>
            <select class="select" name=name>{options}</select></label>
    }
    .into_any()
}
