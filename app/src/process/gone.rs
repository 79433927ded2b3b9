//! Stages that are taken out of a pipeline, and where their deals go.

use domain::pipeline::{Process, Stage};
use leptos::prelude::*;

use super::sheet::{Choice, Sheet, told};
use crate::ui::icon::Icon;

pub fn gone(sheet: Sheet<'_>, saved: &Process) -> AnyView {
    let lang = sheet.lang;
    let gone = sheet.typed.gone(&saved.pipeline);
    if gone.is_empty() {
        return ().into_any();
    }
    let rows = gone.into_iter().enumerate().map(|(row, stage)| {
        let deals = saved.open_deals.iter().find(|(id, _)| *id == stage.id).map_or(0, |(_, deals)| *deals);
        one(sheet, row, stage, deals)
    });
    let rows = rows.collect_view();
    view! {
        <section class="stack" aria-labelledby="gone-title">
            <h2 id="gone-title">{tr!(lang, process.gone)}</h2>
            <p class="soft">{tr!(lang, process.gone_text)}</p>
            <ul class="stage-rows">{rows}</ul>
            {told("moves-error".to_owned(), sheet.fault("moves"))}
        </section>
    }
    .into_any()
}

fn one(sheet: Sheet<'_>, row: usize, stage: &Stage, deals: u64) -> AnyView {
    let lang = sheet.lang;
    let id = stage.id.to_string();
    let name = stage.name.get(lang);
    let open = sheet.typed.stages.iter().filter(|other| other.is_open());
    let targets = open.map(|other| (other.id.clone(), other.name(lang))).collect();
    let none = vec![(String::new(), tr!(lang, process.choose_target))];
    let target = Choice {
        label: tr!(lang, process.target, name = name),
        place: format!("moves.{row}.to"),
        value: sheet.typed.goes_to(&id),
        fault: Some(format!("moves.{row}")),
        groups: vec![(String::new(), none), (String::new(), targets)],
    };
    view! {
        <li class="gone-stage">
            {sheet.hidden(&format!("moves.{row}.from"), &id)}
            <p class="row wrap">
                <b>{name.to_owned()}</b>
                <span class="muted">{tr!(lang, process.deals_n, n = deals)}</span>
            </p>
            {sheet.choice(target)}
            <button class="button quiet small" type="submit" name="step" value=format!("restore:{id}")
                aria-label=tr!(lang, process.restore_named, name = name)><Icon name="undo"/>{tr!(lang, process.restore)}</button>
        </li>
    }
    .into_any()
}
