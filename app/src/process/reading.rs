//! A pipeline to read: for those who do not edit it, and versions that are past.

use domain::Label;
use domain::pipeline::{Pipeline, Requirement, Stage, StageKind, StageTask, TaskTaker};
use leptos::prelude::*;

use super::api::Choices;
use super::words;
use crate::ctx::use_lang;

pub fn stages(pipeline: &Pipeline, choices: &Choices) -> AnyView {
    let lang = use_lang();
    let stages = pipeline.stages.iter().enumerate().map(|(at, one)| stage(pipeline, choices, at, one));
    let stages = stages.collect_view();
    view! { <ol class="stage-cards" aria-label=tr!(lang, process.stages)>{stages}</ol> }.into_any()
}

fn stage(pipeline: &Pipeline, choices: &Choices, at: usize, stage: &Stage) -> AnyView {
    let lang = use_lang();
    let about = &stage.about;
    let hue = about.hue.map(|hue| hue.to_string());
    let name = format!("{}. {}", at + 1, stage.name.get(lang));
    view! {
        <li class="card stage-read" class:part=stage.parent.is_some()>
            <h2><span class=format!("swatch {}", stage.kind.code()) data-hue=hue></span>{name}</h2>
            <p class="muted">{facts(pipeline, choices, stage)}</p>
            {paragraph(&about.description)}
            {asked(pipeline, tr!(lang, process.enter), &about.enter)}
            {asked(pipeline, tr!(lang, process.leave), &about.leave)}
            {listed(tr!(lang, process.checklist), about.checklist.iter().map(|item| item.text.get(lang).to_owned()).collect())}
            {listed(tr!(lang, process.tasks), about.tasks.iter().map(|one| task(choices, one)).collect())}
            {(!about.script.is_empty()).then(|| view! {
                <details class="fold">
                    <summary>{tr!(lang, process.script)}</summary>
                    {paragraph(&about.script)}
                </details>
            })}
        </li>
    }
    .into_any()
}

/// How likely, how long, whose.
fn facts(pipeline: &Pipeline, choices: &Choices, stage: &Stage) -> String {
    let lang = use_lang();
    let mut facts = vec![match stage.kind {
        StageKind::Open => tr!(lang, process.chance_n, n = stage.probability),
        StageKind::Won => tr!(lang, process.is_won),
        StageKind::Lost => tr!(lang, process.is_lost),
    }];
    facts.extend(stage.limit_days.map(|days| tr!(lang, process.limit_n, n = days)));
    let parent = stage.parent.and_then(|parent| pipeline.stage(parent));
    facts.extend(parent.map(|parent| tr!(lang, process.part_of, name = parent.name.get(lang))));
    facts.extend(stage.about.role.map(|role| crate::text::role(lang, role)));
    let team = stage.about.team.map(|team| team.to_string());
    let team = team.and_then(|team| choices.teams.iter().find(|(id, _)| *id == team));
    facts.extend(team.map(|(_, name)| name.clone()));
    facts.join(" · ")
}

fn paragraph(text: &Label) -> AnyView {
    let text = text.get(use_lang()).to_owned();
    (!text.is_empty()).then(|| view! { <p class="prose">{text}</p> }).into_any()
}

fn asked(pipeline: &Pipeline, title: String, asked: &[Requirement]) -> AnyView {
    let lang = use_lang();
    listed(title, asked.iter().map(|one| crate::text::requirement(lang, *one, pipeline)).collect())
}

fn listed(title: String, lines: Vec<String>) -> AnyView {
    if lines.is_empty() {
        return ().into_any();
    }
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <h3 class="fold-title">{title}</h3><ul class="plain-list">{lines}</ul> }.into_any()
}

/// `Call: “Ask how it went” · 2 d · the deal’s owner`.
pub(super) fn task(choices: &Choices, task: &StageTask) -> String {
    let lang = use_lang();
    let taker = match task.assignee {
        TaskTaker::Owner => tr!(lang, process.taker_owner),
        TaskTaker::Head => tr!(lang, process.taker_head),
        TaskTaker::User(id) => choices
            .people
            .iter()
            .find(|person| person.id == id)
            .map_or_else(|| tr!(lang, process.not_there), |person| person.name.clone()),
    };
    let kind = crate::text::task_kind(lang, task.kind);
    format!("{kind}: {} · {} · {taker}", task.title.get(lang), words::span(lang, task.due_minutes))
}
