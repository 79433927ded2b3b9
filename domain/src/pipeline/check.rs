//! What a pipeline may be: every fault is named at its field, `stages.2.tasks.0.title` for example.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::{About, CheckItem, Pipeline, Requirement, SavePipeline, Stage, StageKind, StageTask};
use crate::id::{CheckItemId, StageId};
use crate::input::Checks;
use crate::task::TaskKind;
use crate::{Fault, Label, Outcome};

/// Characters of a pipeline's and of a stage's name.
pub const NAME: u32 = 80;
/// Characters of a description and of a call script.
pub const TEXT: u32 = 4000;
/// Characters of a task's title and of a checklist's item.
pub const TASK_TITLE: u32 = 200;
/// Stages of a pipeline.
pub const STAGES: usize = 60;
/// Automatic tasks of a stage.
pub const TASKS: usize = 20;
/// Items of a stage's checklist.
pub const CHECKLIST: usize = 50;
/// What a stage asks for to be entered, and as many to be left.
pub const REQUIREMENTS: usize = 40;
/// When a task may be due after the deal entered: within a year.
pub const DUE_MINUTES: RangeInclusive<i32> = 0..=366 * 24 * 60;

const LIMIT_DAYS: RangeInclusive<i32> = 1..=3650;
/// Between two hues.
const HUE_STEP: u16 = 30;

impl From<&Pipeline> for SavePipeline {
    /// The pipeline unchanged.
    fn from(pipeline: &Pipeline) -> SavePipeline {
        SavePipeline {
            id: Some(pipeline.id),
            version: pipeline.version,
            name: pipeline.name.clone(),
            retired: pipeline.retired,
            stages: pipeline.stages.clone(),
            moves: Vec::new(),
        }
    }
}

impl SavePipeline {
    /// The pipeline with its texts cleaned, or everything that is wrong with it by itself and as the next version of `before`.
    /// Whether the ids of new stages are new everywhere, who exists, and which stages have deals, is not known here.
    pub fn checked(self, before: Option<&Pipeline>) -> Outcome<SavePipeline> {
        let mut checks = Checks::new();
        let name = name(&mut checks, "name", &self.name);
        if self.stages.len() > STAGES {
            checks.fail("stages", Fault::OutOfRange);
        } else {
            order(&mut checks, &self.stages);
            parents(&mut checks, &self.stages);
            if let Some(before) = before {
                closed_stay(&mut checks, before, &self.stages);
                moves(&mut checks, before, &self);
            }
        }
        // What is wrong with so many is not told one by one.
        let typed = if self.stages.len() <= STAGES { self.stages.as_slice() } else { &[] };
        let stages = stages(&mut checks, typed);
        checks.finish()?;
        let moves = if before.is_some() { self.moves } else { Vec::new() };
        Ok(SavePipeline { name, stages, moves, ..self })
    }

    /// The stages of `before` that this leaves out.
    pub fn retires<'a>(&self, before: &'a Pipeline) -> impl Iterator<Item = &'a Stage> {
        let kept: HashSet<StageId> = self.stages.iter().map(|stage| stage.id).collect();
        before.stages.iter().filter(move |stage| !kept.contains(&stage.id))
    }

    /// Where the deals of a retired stage go.
    pub fn goes_to(&self, from: StageId) -> Option<&Stage> {
        let (_, to) = self.moves.iter().find(|(known, _)| *known == from)?;
        self.stages.iter().find(|stage| stage.id == *to)
    }
}

/// Open stages first, then won, then lost: at least one, and exactly one, and exactly one.
fn order(checks: &mut Checks, stages: &[Stage]) {
    let count = |kind| stages.iter().filter(|stage| stage.kind == kind).count();
    if count(StageKind::Open) == 0 || count(StageKind::Won) != 1 || count(StageKind::Lost) != 1 {
        checks.fail("stages", Fault::Required);
    }
    let rank = |kind| StageKind::ALL.into_iter().position(|known| known == kind);
    let mut ids = HashSet::new();
    let mut highest = None;
    for (index, stage) in stages.iter().enumerate() {
        if rank(stage.kind) < highest {
            checks.fail(&at(index, "kind"), Fault::OutOfRange);
        }
        highest = highest.max(rank(stage.kind));
        if !ids.insert(stage.id) {
            checks.fail(&at(index, "id"), Fault::Taken);
        }
    }
}

/// A sub-stage stands behind its parent with nothing between them but other parts of it. This leaves no room for cycles.
fn parents(checks: &mut Checks, stages: &[Stage]) {
    let mut line: Vec<StageId> = Vec::new();
    for (index, stage) in stages.iter().enumerate() {
        let Some(parent) = stage.parent else {
            line = vec![stage.id];
            continue;
        };
        let known = stages.iter().find(|other| other.id == parent);
        if known.is_none_or(|known| known.kind != StageKind::Open) {
            checks.fail(&at(index, "parent"), Fault::Unknown);
        } else if stage.kind != StageKind::Open {
            checks.fail(&at(index, "parent"), Fault::OutOfRange);
        } else if let Some(place) = line.iter().position(|id| *id == parent) {
            line.truncate(place + 1);
            line.push(stage.id);
            continue;
        } else {
            checks.fail(&at(index, "parent"), Fault::OutOfRange);
        }
        line = vec![stage.id];
    }
}

/// Closed deals keep their stage: winning and losing stay the stages they are. And a stage that deals went through does not become
/// something else.
fn closed_stay(checks: &mut Checks, before: &Pipeline, stages: &[Stage]) {
    for (index, stage) in stages.iter().enumerate() {
        if before.stage(stage.id).is_some_and(|known| known.kind != stage.kind) {
            checks.fail(&at(index, "kind"), Fault::ReadOnly);
        }
    }
    let closed = before.stages.iter().filter(|stage| stage.kind != StageKind::Open);
    for gone in closed.filter(|known| !stages.iter().any(|stage| stage.id == known.id)) {
        let place = stages.iter().position(|stage| stage.kind == gone.kind);
        match place {
            Some(index) => checks.fail(&at(index, "id"), Fault::ReadOnly),
            None => checks.fail("stages", Fault::ReadOnly),
        }
    }
}

/// Deals move from stages that go to open stages that are there.
fn moves(checks: &mut Checks, before: &Pipeline, draft: &SavePipeline) {
    let mut from = HashSet::new();
    for (index, (gone, target)) in draft.moves.iter().enumerate() {
        let place = format!("moves.{index}");
        let retired = draft.retires(before).any(|stage| stage.id == *gone);
        let target = draft.stages.iter().find(|stage| stage.id == *target);
        if !retired || target.is_none_or(|target| target.kind != StageKind::Open) {
            checks.fail(&place, Fault::Unknown);
        } else if !from.insert(*gone) {
            checks.fail(&place, Fault::Taken);
        }
    }
}

fn stages(checks: &mut Checks, typed: &[Stage]) -> Vec<Stage> {
    let mut items: HashSet<CheckItemId> = HashSet::new();
    for (index, stage) in typed.iter().enumerate() {
        for (place, item) in stage.about.checklist.iter().enumerate() {
            if !items.insert(item.id) {
                checks.fail(&at(index, &format!("checklist.{place}.id")), Fault::Taken);
            }
        }
    }
    typed.iter().enumerate().map(|(index, stage)| self::stage(checks, index, stage, &items)).collect()
}

fn stage(checks: &mut Checks, index: usize, typed: &Stage, items: &HashSet<CheckItemId>) -> Stage {
    let open = typed.kind == StageKind::Open;
    if open && !(0..=100).contains(&typed.probability) {
        checks.fail(&at(index, "probability"), Fault::OutOfRange);
    }
    if open && typed.limit_days.is_some_and(|days| !LIMIT_DAYS.contains(&days)) {
        checks.fail(&at(index, "limit_days"), Fault::OutOfRange);
    }
    Stage {
        id: typed.id,
        name: name(checks, &at(index, "name"), &typed.name),
        kind: typed.kind,
        parent: typed.parent,
        probability: match typed.kind {
            StageKind::Open => typed.probability,
            StageKind::Won => 100,
            StageKind::Lost => 0,
        },
        limit_days: typed.limit_days.filter(|_| open),
        about: about(checks, index, typed, items),
    }
}

fn about(checks: &mut Checks, index: usize, stage: &Stage, items: &HashSet<CheckItemId>) -> About {
    let typed = &stage.about;
    if typed.hue.is_some_and(|hue| hue >= 360 || hue % HUE_STEP != 0) {
        checks.fail(&at(index, "hue"), Fault::OutOfRange);
    }
    let leave = if stage.kind == StageKind::Open { typed.leave.as_slice() } else { &[] };
    About {
        description: paragraph(checks, &at(index, "description"), &typed.description),
        script: paragraph(checks, &at(index, "script"), &typed.script),
        hue: typed.hue,
        role: typed.role,
        team: typed.team,
        tasks: tasks(checks, index, &typed.tasks),
        checklist: checklist(checks, index, &typed.checklist),
        enter: requirements(checks, &at(index, "enter"), &typed.enter, items),
        leave: requirements(checks, &at(index, "leave"), leave, items),
    }
}

fn tasks(checks: &mut Checks, index: usize, typed: &[StageTask]) -> Vec<StageTask> {
    if typed.len() > TASKS {
        checks.fail(&at(index, "tasks"), Fault::OutOfRange);
        return Vec::new();
    }
    let mut tasks = Vec::with_capacity(typed.len());
    for (place, task) in typed.iter().enumerate() {
        let part = |part: &str| at(index, &format!("tasks.{place}.{part}"));
        // The first call of a lead is Millrace's own.
        if task.kind == TaskKind::FirstCall {
            checks.fail(&part("kind"), Fault::Unknown);
        }
        if !DUE_MINUTES.contains(&task.due_minutes) {
            checks.fail(&part("due_minutes"), Fault::OutOfRange);
        }
        let title = words(checks, &part("title"), &task.title, TASK_TITLE);
        tasks.push(StageTask { title, ..task.clone() });
    }
    tasks
}

fn checklist(checks: &mut Checks, index: usize, typed: &[CheckItem]) -> Vec<CheckItem> {
    if typed.len() > CHECKLIST {
        checks.fail(&at(index, "checklist"), Fault::OutOfRange);
        return Vec::new();
    }
    let mut items = Vec::with_capacity(typed.len());
    for (place, item) in typed.iter().enumerate() {
        let field = at(index, &format!("checklist.{place}.text"));
        items.push(CheckItem { id: item.id, text: words(checks, &field, &item.text, TASK_TITLE) });
    }
    items
}

/// Each once.
fn requirements(
    checks: &mut Checks,
    field: &str,
    typed: &[Requirement],
    items: &HashSet<CheckItemId>,
) -> Vec<Requirement> {
    let mut all: Vec<Requirement> = Vec::new();
    for (place, requirement) in typed.iter().enumerate() {
        match requirement {
            Requirement::Item(id) if !items.contains(id) => {
                checks.fail(&format!("{field}.{place}"), Fault::Unknown);
            }
            known if all.contains(known) => {}
            known => all.push(*known),
        }
        if all.len() > REQUIREMENTS {
            checks.fail(field, Fault::OutOfRange);
            return Vec::new();
        }
    }
    all
}

fn at(index: usize, part: &str) -> String {
    format!("stages.{index}.{part}")
}

fn name(checks: &mut Checks, field: &str, typed: &Label) -> Label {
    words(checks, field, typed, NAME)
}

/// A line in every language, of which one is enough.
fn words(checks: &mut Checks, field: &str, typed: &Label, max: u32) -> Label {
    let label = Label::new(checks.optional(field, &typed.en, max), checks.optional(field, &typed.ru, max));
    if label.is_empty() && !checks.has(field) {
        checks.fail(field, Fault::Required);
    }
    label
}

fn paragraph(checks: &mut Checks, field: &str, typed: &Label) -> Label {
    Label::new(checks.paragraph(field, &typed.en, TEXT), checks.paragraph(field, &typed.ru, TEXT))
}

#[cfg(test)]
mod tests;
