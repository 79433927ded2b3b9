//! Faults, places, requirements and colours in words.

use domain::pipeline::{DealField, Logging, Requirement, STAGES};
use domain::task::TaskKind;
use domain::{Fault, Label, Lang};

use super::typed::TypedPipeline;

/// What is wrong with a field of the editor, named as the store does: `stages.2.tasks.0.title`.
pub fn fault(lang: Lang, field: &str, fault: Fault) -> String {
    let part = field.rsplit('.').next().unwrap_or_default();
    match (part, fault) {
        ("name", Fault::Taken) => tr!(lang, process.fault_name),
        ("probability", Fault::OutOfRange) => tr!(lang, process.fault_probability),
        ("limit_days", Fault::OutOfRange) => tr!(lang, process.fault_limit),
        ("due_minutes", Fault::OutOfRange) => tr!(lang, process.fault_due),
        ("parent", _) => tr!(lang, process.fault_parent),
        ("stages", Fault::OutOfRange) => tr!(lang, process.fault_most, n = STAGES),
        ("stages", _) => tr!(lang, process.fault_stages),
        ("tasks" | "checklist" | "enter" | "leave", Fault::OutOfRange) => tr!(lang, process.fault_too_much),
        _ => crate::text::fault(lang, fault),
    }
}

/// Where a fault is: the stage by its name, and what of it.
pub fn place(lang: Lang, typed: &TypedPipeline, field: &str) -> String {
    let mut parts = field.split('.');
    let (first, index) = (parts.next().unwrap_or_default(), parts.next());
    let stage = index.filter(|_| first == "stages").and_then(|index| index.parse::<usize>().ok());
    let Some((at, stage)) = stage.and_then(|at| Some((at, typed.stages.get(at)?))) else {
        return part(lang, first);
    };
    let rest: Vec<&str> = parts.collect();
    let mut told = vec![stage.title(lang, at)];
    for (place, name) in rest.iter().enumerate() {
        match name.parse::<usize>() {
            Ok(row) => {
                let list = place.checked_sub(1).map(|list| part(lang, rest[list])).unwrap_or_default();
                told.push(tr!(lang, process.row_n, name = list, n = row + 1));
            }
            // A list is named with its row.
            Err(_) if rest.get(place + 1).is_some() => {}
            Err(_) => told.push(part(lang, name)),
        }
    }
    told.join(": ")
}

fn part(lang: Lang, name: &str) -> String {
    match name {
        "name" => tr!(lang, common.name),
        "stages" => tr!(lang, process.stages),
        "moves" => tr!(lang, process.gone),
        "parent" => tr!(lang, process.parent),
        "probability" => tr!(lang, process.probability),
        "limit_days" => tr!(lang, process.limit),
        "description" => tr!(lang, process.description),
        "script" => tr!(lang, process.script),
        "hue" => tr!(lang, process.colour),
        "role" => tr!(lang, process.role),
        "team" => tr!(lang, process.team),
        "tasks" => tr!(lang, process.task),
        "checklist" => tr!(lang, process.item),
        "enter" => tr!(lang, process.enter),
        "leave" => tr!(lang, process.leave),
        "title" | "text" => tr!(lang, process.words),
        "due_minutes" => tr!(lang, process.due),
        "assignee" => tr!(lang, process.taker),
        "kind" => tr!(lang, process.kind),
        _ => name.to_owned(),
    }
}

/// What a stage asks for, by its code; items of the checklists stand in `typed`.
pub fn asked(lang: Lang, typed: &TypedPipeline, code: &str) -> String {
    if let Some(item) = code.strip_prefix("item.").and_then(|id| typed.items().find(|item| item.id == id)) {
        let text = Label::new(item.text.trim(), item.text_ru.trim());
        return tr!(lang, process.need_ticked, text = text.get(lang));
    }
    Requirement::from_code(code)
        .map_or_else(|| code.to_owned(), |asked| crate::text::requirement_kind(lang, asked))
}

/// What can be asked for, in groups: value and name of each.
pub fn wishes(lang: Lang, typed: &TypedPipeline) -> Vec<(String, Vec<(String, String)>)> {
    let named = |codes: Vec<String>| -> Vec<(String, String)> {
        codes.into_iter().map(|code| (code.clone(), asked(lang, typed, &code))).collect()
    };
    let of = |all: Vec<Requirement>| named(all.into_iter().map(Requirement::code).collect());
    let kinds = TaskKind::ALL.into_iter().filter(|kind| *kind != TaskKind::FirstCall);
    let items = typed.items().map(|item| format!("item.{}", item.id));
    let groups = vec![
        (
            tr!(lang, process.documents),
            of(vec![
                Requirement::OfferSent,
                Requirement::OfferAccepted,
                Requirement::ActsSigned,
                Requirement::FeedbackAsked,
            ]),
        ),
        (tr!(lang, process.fields), of(DealField::ALL.map(Requirement::Field).to_vec())),
        (tr!(lang, process.done_tasks), of(kinds.map(Requirement::Task).collect())),
        (tr!(lang, process.activities), of(Logging::ALL.map(Requirement::Activity).to_vec())),
        (tr!(lang, process.checklist), named(items.collect())),
    ];
    groups.into_iter().filter(|(_, options)| !options.is_empty()).collect()
}

/// A colour of the circle.
pub fn colour(lang: Lang, hue: u16) -> String {
    match hue {
        0 => tr!(lang, process.hue_0),
        30 => tr!(lang, process.hue_30),
        60 => tr!(lang, process.hue_60),
        90 => tr!(lang, process.hue_90),
        120 => tr!(lang, process.hue_120),
        150 => tr!(lang, process.hue_150),
        180 => tr!(lang, process.hue_180),
        210 => tr!(lang, process.hue_210),
        240 => tr!(lang, process.hue_240),
        270 => tr!(lang, process.hue_270),
        300 => tr!(lang, process.hue_300),
        _ => tr!(lang, process.hue_330),
    }
}

/// How long something takes, in the largest unit that fits: `2 h`.
pub fn span(lang: Lang, minutes: i32) -> String {
    match minutes {
        0 => tr!(lang, process.at_once),
        _ if minutes % (24 * 60) == 0 => tr!(lang, process.in_days, n = minutes / (24 * 60)),
        _ if minutes % 60 == 0 => tr!(lang, process.in_hours, n = minutes / 60),
        _ => tr!(lang, process.in_minutes, n = minutes),
    }
}
