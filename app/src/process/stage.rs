//! One stage in the editor: a line that unfolds.

use domain::access::Role;
use domain::pipeline::StageKind;
use leptos::prelude::*;

use super::rows;
use super::sheet::{Choice, Input, Kind, Sheet};
use super::typed::{ON, TypedStage};
use super::words;
use crate::ui::icon::Icon;

pub fn stage(sheet: Sheet<'_>, at: usize) -> AnyView {
    let lang = sheet.lang;
    let typed = &sheet.typed.stages[at];
    let place = format!("stages.{at}");
    let name = typed.title(lang, at);
    let open = !typed.open.is_empty() || sheet.is_faulty(&place);
    let hidden = |part: &str, value: &str| sheet.hidden(&format!("{place}.{part}"), value);
    let movable = [true, false].map(|up| sheet.typed.moves_on(at, up));
    let part = !typed.parent.is_empty();
    let hue = (!typed.hue.is_empty()).then(|| typed.hue.clone());
    view! {
        <li class="stage-card" class:part=part id=format!("stages-{at}")>
            <details open=open on:toggle=move |event| keep_fold(&event)>
                <summary>
                    <span class=format!("swatch {}", typed.kind) data-hue=hue></span>
                    <b>{name.clone()}</b>
                    <span class="muted">{notes(sheet, typed)}</span>
                </summary>
                <fieldset class="stack">
                    <legend class="sr-only">{name.clone()}</legend>
                    <input type="hidden" name=super::sheet::name_of(&format!("{place}.open")) value=if open { ON } else { "" } data-fold=""/>
                    {hidden("id", &typed.id)}
                    {hidden("kind", &typed.kind)}
                    {sheet.fault(&format!("{place}.id")).map(|fault| view! { <p class="error"><Icon name="warn"/>{fault}</p> })}
                    {facts(sheet, &place, typed)}
                    {who(sheet, &place, typed)}
                    {rows::requirements(sheet, at, "enter")}
                    {typed.is_open().then(|| rows::requirements(sheet, at, "leave"))}
                    {rows::checklist(sheet, at)}
                    {rows::tasks(sheet, at)}
                    {sheet.pair(Kind::Long, &tr!(lang, process.script), &format!("{place}.script"), [&typed.script, &typed.script_ru],
                        tr!(lang, process.script_hint))}
                </fieldset>
            </details>
            {sheet.tools(&at.to_string(), &name, movable, typed.is_open())}
        </li>
    }
    .into_any()
}

/// What it has, for those who look at the folded line.
fn notes(sheet: Sheet<'_>, typed: &TypedStage) -> String {
    let lang = sheet.lang;
    let mut notes = Vec::new();
    match StageKind::from_code(&typed.kind) {
        Some(StageKind::Won) => notes.push(tr!(lang, process.is_won)),
        Some(StageKind::Lost) => notes.push(tr!(lang, process.is_lost)),
        Some(StageKind::Open) => notes.push(tr!(lang, process.chance_n, n = typed.probability.as_str())),
        None => {}
    }
    if typed.is_open() && !typed.limit_days.is_empty() {
        notes.push(tr!(lang, process.limit_n, n = typed.limit_days.as_str()));
    }
    let asked = typed.enter.len() + typed.leave.len();
    if asked > 0 {
        notes.push(tr!(lang, process.asked_n, n = asked));
    }
    if !typed.checklist.is_empty() {
        notes.push(tr!(lang, process.items_n, n = typed.checklist.len()));
    }
    if !typed.tasks.is_empty() {
        notes.push(tr!(lang, process.tasks_n, n = typed.tasks.len()));
    }
    notes.join(" · ")
}

fn facts(sheet: Sheet<'_>, place: &str, typed: &TypedStage) -> AnyView {
    let lang = sheet.lang;
    let at = |part: &str| format!("{place}.{part}");
    let number = |label, part: &str, value: &str, hint| {
        sheet.input(Input { kind: Kind::Number, label, place: at(part), value, fault: None, hint })
    };
    let open = typed.is_open().then(|| {
        let others = sheet.typed.stages.iter().filter(|other| other.is_open() && other.id != typed.id);
        let others = others.map(|other| (other.id.clone(), other.name(lang)));
        let none = [(String::new(), tr!(lang, process.no_parent))];
        let parent = Choice {
            label: tr!(lang, process.parent),
            place: at("parent"),
            value: &typed.parent,
            fault: None,
            groups: vec![(String::new(), none.into_iter().chain(others).collect())],
        };
        view! {
            <div class="trio">
                {number(tr!(lang, process.probability), "probability", &typed.probability, String::new())}
                {number(tr!(lang, process.limit), "limit_days", &typed.limit_days, tr!(lang, process.limit_hint))}
                {sheet.choice(parent)}
            </div>
        }
    });
    // Of a stage that closes deals these are given.
    let given = (!typed.is_open()).then(|| {
        view! {
            {sheet.hidden(&at("probability"), &typed.probability)}
            {sheet.hidden(&at("parent"), &typed.parent)}
        }
    });
    view! {
        {sheet.pair(Kind::Line, &tr!(lang, common.name), &at("name"), [&typed.name, &typed.name_ru], String::new())}
        {open}
        {given}
        {sheet.pair(Kind::Long, &tr!(lang, process.description), &at("description"),
            [&typed.description, &typed.description_ru], String::new())}
    }
    .into_any()
}

/// Who works on deals here, and the stage's colour.
fn who(sheet: Sheet<'_>, place: &str, typed: &TypedStage) -> AnyView {
    let lang = sheet.lang;
    let choice = |label, part: &str, value: &str, empty: String, options: Vec<(String, String)>| {
        let none = [(String::new(), empty)];
        let groups = vec![(String::new(), none.into_iter().chain(options).collect())];
        sheet.choice(Choice { label, place: format!("{place}.{part}"), value, fault: None, groups })
    };
    let roles = Role::ALL.map(|role| (role.code().to_owned(), crate::text::role(lang, role))).to_vec();
    let hues = (0..360).step_by(30).map(|hue| (hue.to_string(), words::colour(lang, hue))).collect();
    let anybody = tr!(lang, process.anybody);
    view! {
        <div class="trio">
            {choice(tr!(lang, process.role), "role", &typed.role, anybody.clone(), roles)}
            {choice(tr!(lang, process.team), "team", &typed.team, anybody, sheet.choices.teams.clone())}
            {choice(tr!(lang, process.colour), "hue", &typed.hue, tr!(lang, process.hue_none), hues)}
        </div>
    }
    .into_any()
}

/// What is unfolded stays so when it is drawn anew: the form says it.
fn keep_fold(event: &web_sys::Event) {
    use wasm_bindgen::JsCast;
    let details = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let Some(details) = details else { return };
    let input = details.query_selector("input[data-fold]").ok().flatten();
    if let Some(input) = input.and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        input.set_value(if details.has_attribute("open") { ON } else { "" });
    }
}
