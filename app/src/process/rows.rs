//! The lists of a stage in the editor: what it asks for, what is ticked off in it, which tasks it makes.

use domain::pipeline::{CHECKLIST, REQUIREMENTS, TASKS};
use domain::task::TaskKind;
use leptos::prelude::*;

use super::sheet::{Choice, Input, Kind, Sheet, id_of, name_of, told};
use super::typed::{TypedItem, TypedTask};
use super::words;
use crate::ui::icon::Icon;

/// What is asked for on one side of a stage: `enter` or `leave`.
pub fn requirements(sheet: Sheet<'_>, at: usize, side: &'static str) -> AnyView {
    let lang = sheet.lang;
    let typed = &sheet.typed.stages[at];
    let (list, title) = match side {
        "enter" => (&typed.enter, tr!(lang, process.enter)),
        _ => (&typed.leave, tr!(lang, process.leave)),
    };
    let place = format!("stages.{at}.{side}");
    let rows = list.iter().enumerate().map(|(row, code)| {
        let place = format!("{place}.{row}");
        let name = words::asked(lang, sheet.typed, code);
        let remove = tr!(lang, process.remove, name = name.as_str());
        view! {
            <li id=id_of(&place)>
                {sheet.hidden(&place, code)}
                <span>{name}</span>
                <button class="button quiet only small" type="submit" name="step" value=format!("remove:{at}.{side}.{row}")
                    aria-label=remove><Icon name="close"/></button>
                {told(format!("{}-error", id_of(&place)), sheet.fault(&place))}
            </li>
        }
    });
    let rows = rows.collect_view();
    let wishes = words::wishes(lang, sheet.typed).into_iter().map(|(group, options)| {
        let free = options.into_iter().filter(|(code, _)| !list.contains(code));
        let options = free.map(|(code, name)| view! { <option value=code>{name}</option> }).collect_view();
        view! { <optgroup label=group>{options}</optgroup> }
    });
    let wishes = wishes.collect_view();
    let wish = format!("stages.{at}.wish_{side}");
    let shown = title.clone();
    view! {
        <div class="stack" role="group" aria-label=title>
            <h3 class="fold-title">{shown}</h3>
            {(!list.is_empty()).then(|| view! { <ul class="asked">{rows}</ul> })}
            <div class="row wrap wish">
                <label class="sr-only" for=id_of(&wish)>{tr!(lang, process.wish)}</label>
                <select class="select" id=id_of(&wish) name=name_of(&wish)>{wishes}</select>
                {sheet.adder(&format!("{at}.{side}"), tr!(lang, process.ask), list.len() >= REQUIREMENTS)}
            </div>
            {told(format!("{}-error", id_of(&place)), sheet.fault(&place))}
        </div>
    }
    .into_any()
}

pub fn checklist(sheet: Sheet<'_>, at: usize) -> AnyView {
    let lang = sheet.lang;
    let list = &sheet.typed.stages[at].checklist;
    let rows = list.iter().enumerate().map(|(row, typed)| item(sheet, at, row, typed, list.len()));
    let rows = rows.collect_view();
    let place = format!("stages.{at}.checklist");
    view! {
        <div class="stack" role="group" aria-label=tr!(lang, process.checklist)>
            <h3 class="fold-title">{tr!(lang, process.checklist)}</h3>
            {(!list.is_empty()).then(|| view! { <ol class="stage-rows">{rows}</ol> })}
            <div class="row">
                {sheet.adder(&format!("{at}.checklist"), tr!(lang, process.add_item), list.len() >= CHECKLIST)}
            </div>
            {told(format!("{}-error", id_of(&place)), sheet.fault(&place))}
        </div>
    }
    .into_any()
}

fn item(sheet: Sheet<'_>, at: usize, row: usize, typed: &TypedItem, count: usize) -> AnyView {
    let lang = sheet.lang;
    let place = format!("stages.{at}.checklist.{row}");
    let name = tr!(lang, process.row_n, name = tr!(lang, process.item), n = row + 1);
    view! {
        <li id=id_of(&place)>
            {sheet.hidden(&format!("{place}.id"), &typed.id)}
            {sheet.pair(Kind::Line, &name, &format!("{place}.text"), [&typed.text, &typed.text_ru], String::new())}
            {told(format!("{}-id-error", id_of(&place)), sheet.fault(&format!("{place}.id")))}
            {sheet.tools(&format!("{at}.checklist.{row}"), &name, [row > 0, row + 1 < count], true)}
        </li>
    }
    .into_any()
}

pub fn tasks(sheet: Sheet<'_>, at: usize) -> AnyView {
    let lang = sheet.lang;
    let list = &sheet.typed.stages[at].tasks;
    let rows = list.iter().enumerate().map(|(row, typed)| task(sheet, at, row, typed, list.len()));
    let rows = rows.collect_view();
    let place = format!("stages.{at}.tasks");
    view! {
        <div class="stack" role="group" aria-label=tr!(lang, process.tasks)>
            <h3 class="fold-title">{tr!(lang, process.tasks)}</h3>
            {(!list.is_empty()).then(|| view! { <ol class="stage-rows">{rows}</ol> })}
            <div class="row">
                {sheet.adder(&format!("{at}.tasks"), tr!(lang, process.add_task), list.len() >= TASKS)}
            </div>
            {told(format!("{}-error", id_of(&place)), sheet.fault(&place))}
        </div>
    }
    .into_any()
}

fn task(sheet: Sheet<'_>, at: usize, row: usize, typed: &TypedTask, count: usize) -> AnyView {
    let lang = sheet.lang;
    let place = format!("stages.{at}.tasks.{row}");
    let part = |part: &str| format!("{place}.{part}");
    let name = tr!(lang, process.row_n, name = tr!(lang, process.task), n = row + 1);
    let choice = |label, place, value: &str, fault, groups| {
        sheet.choice(Choice { label, place, value, fault, groups })
    };
    let kinds = TaskKind::ALL.into_iter().filter(|kind| *kind != TaskKind::FirstCall);
    let kinds = kinds.map(|kind| (kind.code().to_owned(), crate::text::task_kind(lang, kind))).collect();
    let units = vec![
        ("minutes".to_owned(), tr!(lang, process.minutes)),
        ("hours".to_owned(), tr!(lang, process.hours)),
        ("days".to_owned(), tr!(lang, process.days)),
    ];
    let due = Input {
        kind: Kind::Number,
        label: tr!(lang, process.due),
        place: part("due"),
        value: &typed.due,
        fault: Some(part("due_minutes")),
        hint: String::new(),
    };
    let people = sheet.choices.people.iter();
    let people = people.map(|person| (format!("user:{}", person.id), person.name.clone())).collect();
    let owners = vec![
        ("owner".to_owned(), tr!(lang, process.taker_owner)),
        ("head".to_owned(), tr!(lang, process.taker_head)),
    ];
    let takers = vec![(String::new(), owners), (tr!(lang, settings.users), people)];
    view! {
        <li id=id_of(&place)>
            {sheet.pair(Kind::Line, &name, &part("title"), [&typed.title, &typed.title_ru], String::new())}
            <div class="quartet">
                {choice(tr!(lang, process.kind), part("kind"), &typed.kind, None, vec![(String::new(), kinds)])}
                {sheet.input(due)}
                {choice(tr!(lang, process.unit), part("unit"), &typed.unit, None, vec![(String::new(), units)])}
                {choice(tr!(lang, process.taker), part("taker"), &typed.taker, Some(part("assignee")), takers)}
            </div>
            {sheet.tools(&format!("{at}.tasks.{row}"), &name, [row > 0, row + 1 < count], true)}
        </li>
    }
    .into_any()
}
