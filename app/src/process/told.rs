//! Why a pipeline was not saved, above the editor's buttons.

use domain::Problem;
use leptos::prelude::*;

use super::sheet::{Sheet, id_of};
use super::words;
use crate::fail::Fail;
use crate::ui::icon::Icon;

/// Every fault with a link to where it is, every broken rule.
pub fn told(sheet: Sheet<'_>, fail: Option<&Fail>) -> AnyView {
    let lang = sheet.lang;
    let Some(fail) = fail else { return ().into_any() };
    let (head, lines): (String, Vec<AnyView>) = match fail {
        Fail::Problem(Problem::Invalid { fields }) if !fields.is_empty() => {
            let lines = fields.iter().map(|wrong| {
                let place = words::place(lang, sheet.typed, &wrong.field);
                let fault = words::fault(lang, &wrong.field, wrong.fault);
                let there = format!("#{}", target(&wrong.field));
                view! { <li><a href=there rel="external">{place}</a>": "{fault}</li> }.into_any()
            });
            (crate::text::fail(lang, fail), lines.collect())
        }
        Fail::Problem(Problem::Refused { reasons }) => {
            let line = |reason| view! { <li>{crate::text::refusal(lang, reason)}</li> }.into_any();
            (tr!(lang, common.refused), reasons.iter().map(line).collect())
        }
        other => (crate::text::fail(lang, other), Vec::new()),
    };
    view! {
        <div class="form-error" role="alert" tabindex="-1">
            <Icon name="warn"/>
            <div>
                <strong>{head}</strong>
                {(!lines.is_empty()).then(|| view! { <ul>{lines}</ul> })}
            </div>
        </div>
    }
    .into_any()
}

/// The id of what a fault is about.
fn target(field: &str) -> String {
    let (list, part) = field.rsplit_once('.').unwrap_or(("", field));
    match part {
        "due_minutes" => id_of(&format!("{list}.due")),
        "assignee" => id_of(&format!("{list}.taker")),
        "id" => id_of(list),
        "stages" => "stages-add".to_owned(),
        _ if list == "moves" => id_of(&format!("{field}.to")),
        "tasks" | "checklist" | "enter" | "leave" => id_of(&format!("{field}.add")),
        _ => id_of(field),
    }
}

/// Somebody saved meanwhile: their state can be looked at, and replaced knowingly. Nothing that was typed is gone.
pub fn conflict(sheet: Sheet<'_>, page: &str) -> AnyView {
    let lang = sheet.lang;
    let Some(Problem::Conflict { .. }) = sheet.problem else { return ().into_any() };
    view! {
        <div class="row wrap">
            <a class="button" href=page.to_owned() target="_blank" rel="external">{tr!(lang, process.conflict_look)}</a>
            <button class="button danger" type="submit" name="step" value="mine">{tr!(lang, process.conflict_mine)}</button>
        </div>
    }
    .into_any()
}
