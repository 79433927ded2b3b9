//! What a pipeline was: every saved change, and one of them to read.

use domain::pipeline::{Pipeline, Process, VersionRow};
use leptos::prelude::*;

use super::api::Choices;
use super::reading;
use crate::ctx::{use_format, use_lang};
use crate::ui::person::PersonName;

pub fn versions(saved: &Process, past: Option<&Pipeline>, choices: &Choices) -> AnyView {
    let lang = use_lang();
    let shown = past.map(|past| past.version);
    let rows = saved.versions.iter().map(|version| row(saved, version, shown)).collect_view();
    let past = past.map(|past| {
        view! {
            <h2>{tr!(lang, process.version_named, n = past.version, name = past.name.get(lang))}</h2>
            {reading::stages(past, choices)}
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
