//! A pipeline as its editor sends it: texts, until they are understood. The inputs have these names, with wasm and without: nested
//! no deeper than a browser's side and the server's read it.

use domain::pipeline::{CheckItem, Pipeline, Requirement, Stage, StageKind, StageTask, TaskTaker};
use domain::task::TaskKind;
use domain::{Label, Lang};
use serde::{Deserialize, Serialize};

/// What stands for a ticked box.
pub const ON: &str = "on";

/// How ids of what was just added begin; the server makes them of such that are new everywhere.
pub const NEW: &str = "new-";

/// The whole editor; `id` is empty for a new pipeline.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedPipeline {
    pub id: String,
    pub version: String,
    pub name: String,
    pub name_ru: String,
    pub retired: String,
    pub stages: Vec<TypedStage>,
    /// Where the deals of stages that are taken out go.
    pub moves: Vec<TypedMove>,
    /// Which button was pressed.
    pub step: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedStage {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub name_ru: String,
    /// The id of the stage that it is a part of.
    pub parent: String,
    pub probability: String,
    pub limit_days: String,
    pub description: String,
    pub description_ru: String,
    pub script: String,
    pub script_ru: String,
    pub hue: String,
    pub role: String,
    pub team: String,
    pub tasks: Vec<TypedTask>,
    pub checklist: Vec<TypedItem>,
    /// Codes of requirements.
    pub enter: Vec<String>,
    pub leave: Vec<String>,
    /// What the buttons beside these lists add.
    pub wish_enter: String,
    pub wish_leave: String,
    /// Whether it is unfolded.
    pub open: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedTask {
    pub kind: String,
    pub title: String,
    pub title_ru: String,
    /// In `unit`s.
    pub due: String,
    /// `minutes`, `hours` or `days`.
    pub unit: String,
    /// `owner`, `head` or `user:ID`.
    pub taker: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedItem {
    pub id: String,
    pub text: String,
    pub text_ru: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedMove {
    pub from: String,
    pub to: String,
}

/// Units of time that a task's due time is typed in, with their minutes, the largest last.
pub const UNITS: [(&str, i32); 3] = [("minutes", 1), ("hours", 60), ("days", 24 * 60)];

impl TypedPipeline {
    /// The stages of `saved` that are left out here.
    pub fn gone<'a>(&self, saved: &'a Pipeline) -> Vec<&'a Stage> {
        let is_here = |stage: &Stage| self.stages.iter().any(|typed| typed.id == stage.id.to_string());
        saved.stages.iter().filter(|stage| !is_here(stage)).collect()
    }

    /// Where the deals of that stage go, if that is a stage that stays.
    pub fn goes_to(&self, from: &str) -> &str {
        let to = self.moves.iter().find(|typed| typed.from == from).map_or("", |typed| typed.to.as_str());
        if self.stages.iter().any(|stage| stage.is_open() && stage.id == to) { to } else { "" }
    }

    /// Every item of every checklist.
    pub fn items(&self) -> impl Iterator<Item = &TypedItem> {
        self.stages.iter().flat_map(|stage| &stage.checklist)
    }

    /// An id that nothing here has.
    pub fn free(&self) -> String {
        let stages = self.stages.iter().map(|stage| stage.id.as_str());
        let all = stages.chain(self.items().map(|item| item.id.as_str()));
        let highest = all.filter_map(|id| id.strip_prefix(NEW)?.parse::<u32>().ok()).max();
        format!("{NEW}{}", highest.map_or(1, |n| n.saturating_add(1)))
    }
}

impl TypedStage {
    /// A stage as it is.
    pub fn of(stage: &Stage) -> Self {
        let about = &stage.about;
        let codes = |asked: &[Requirement]| asked.iter().map(|asked| asked.code()).collect();
        TypedStage {
            id: stage.id.to_string(),
            kind: stage.kind.code().to_owned(),
            name: stage.name.en.clone(),
            name_ru: stage.name.ru.clone(),
            parent: stage.parent.map(|id| id.to_string()).unwrap_or_default(),
            probability: stage.probability.to_string(),
            limit_days: stage.limit_days.map(|days| days.to_string()).unwrap_or_default(),
            description: about.description.en.clone(),
            description_ru: about.description.ru.clone(),
            script: about.script.en.clone(),
            script_ru: about.script.ru.clone(),
            hue: about.hue.map(|hue| hue.to_string()).unwrap_or_default(),
            role: about.role.map(|role| role.code().to_owned()).unwrap_or_default(),
            team: about.team.map(|team| team.to_string()).unwrap_or_default(),
            tasks: about.tasks.iter().map(TypedTask::of).collect(),
            checklist: about.checklist.iter().map(TypedItem::of).collect(),
            enter: codes(&about.enter),
            leave: codes(&about.leave),
            ..TypedStage::default()
        }
    }

    /// A stage to fill in.
    pub fn fresh(id: String, kind: StageKind) -> Self {
        TypedStage { id, kind: kind.code().to_owned(), open: ON.to_owned(), ..TypedStage::default() }
    }

    pub fn is_open(&self) -> bool {
        self.kind == StageKind::Open.code()
    }

    /// Its name in either language.
    pub fn name(&self, lang: Lang) -> String {
        let name = Label::new(self.name.trim(), self.name_ru.trim()).get(lang).to_owned();
        if name.is_empty() { tr!(lang, process.new_stage) } else { name }
    }

    /// `2. Offer`; `at` is its place, from 0.
    pub fn title(&self, lang: Lang, at: usize) -> String {
        format!("{}. {}", at + 1, self.name(lang))
    }
}

impl TypedTask {
    fn of(task: &StageTask) -> Self {
        let fits = |unit: &&(&str, i32)| task.due_minutes % unit.1 == 0;
        let (unit, minutes) = UNITS.iter().rev().find(fits).copied().unwrap_or(UNITS[0]);
        TypedTask {
            kind: task.kind.code().to_owned(),
            title: task.title.en.clone(),
            title_ru: task.title.ru.clone(),
            due: (task.due_minutes / minutes).to_string(),
            unit: unit.to_owned(),
            taker: match task.assignee {
                TaskTaker::Owner => "owner".to_owned(),
                TaskTaker::Head => "head".to_owned(),
                TaskTaker::User(id) => format!("user:{id}"),
            },
        }
    }

    /// A call of the owner's within a day.
    pub fn fresh() -> Self {
        TypedTask {
            kind: TaskKind::Call.code().to_owned(),
            due: "1".to_owned(),
            unit: "days".to_owned(),
            taker: "owner".to_owned(),
            ..TypedTask::default()
        }
    }
}

impl TypedItem {
    fn of(item: &CheckItem) -> Self {
        TypedItem { id: item.id.to_string(), text: item.text.en.clone(), text_ru: item.text.ru.clone() }
    }
}
