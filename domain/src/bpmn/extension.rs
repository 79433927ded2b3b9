//! What BPMN has no place for, in elements of our own: how it is written, and how it is read back.

use super::read::Reading;
use super::tree::{Element, Space};
use super::write::{Xml, text_in};
use super::{STAGE_ID, What};
use crate::access::Role;
use crate::id::{CheckItemId, StageId};
use crate::pipeline::map::Side;
use crate::pipeline::{About, CheckItem, Requirement, Stage, StageKind, StageTask, TaskTaker};
use crate::task::TaskKind;
use crate::{Label, Lang};

/// The pipeline's name in the other languages.
pub(super) fn pool(xml: &mut Xml, name: &Label, lang: Lang) {
    xml.open("bpmn:extensionElements", &[]);
    spoken(xml, "millrace:label", name, Some(lang));
    xml.close();
}

pub(super) fn stage(xml: &mut Xml, stage: &Stage, lang: Lang) {
    xml.open("bpmn:extensionElements", &[]);
    facts(xml, stage);
    let about = &stage.about;
    spoken(xml, "millrace:label", &stage.name, Some(lang));
    spoken(xml, "millrace:description", &about.description, Some(lang));
    spoken(xml, "millrace:script", &about.script, None);
    for task in &about.tasks {
        let (due, taker) = (task.due_minutes.to_string(), taker(task.assignee));
        let attributes =
            [("kind", task.kind.code()), ("dueMinutes", due.as_str()), ("taker", taker.as_str())];
        xml.open("millrace:task", &attributes);
        spoken(xml, "millrace:label", &task.title, None);
        xml.close();
    }
    for item in &about.checklist {
        xml.open("millrace:item", &[("id", &item.id.to_string())]);
        spoken(xml, "millrace:label", &item.text, None);
        xml.close();
    }
    for side in Side::ALL {
        for requirement in side.of(stage) {
            xml.empty(&format!("millrace:{}", name(side)), &[("code", &requirement.code())]);
        }
    }
    xml.close();
}

fn facts(xml: &mut Xml, stage: &Stage) {
    let about = &stage.about;
    let facts = [
        ("probability", Some(stage.probability.to_string())),
        ("limitDays", stage.limit_days.map(|days| days.to_string())),
        ("parent", stage.parent.map(|id| format!("{STAGE_ID}{id}"))),
        ("hue", about.hue.map(|hue| hue.to_string())),
        ("team", about.team.map(|id| id.to_string())),
    ];
    let told: Vec<(&str, &str)> =
        facts.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?))).collect();
    xml.empty("millrace:stage", &told);
}

/// A text in every language that has it, without that of the file where it stands in BPMN's own place.
fn spoken(xml: &mut Xml, name: &str, label: &Label, without: Option<Lang>) {
    for lang in Lang::ALL.into_iter().filter(|lang| Some(*lang) != without) {
        let text = text_in(label, lang);
        if !text.is_empty() {
            xml.text(name, &[("lang", lang.code())], text);
        }
    }
}

fn name(side: Side) -> &'static str {
    match side {
        Side::Enter => "enter",
        Side::Leave => "leave",
    }
}

fn taker(taker: TaskTaker) -> String {
    match taker {
        TaskTaker::Owner => "owner".to_owned(),
        TaskTaker::Head => "head".to_owned(),
        TaskTaker::User(id) => format!("user:{id}"),
    }
}

fn taker_of(text: &str) -> Option<TaskTaker> {
    match text {
        "owner" => Some(TaskTaker::Owner),
        "head" => Some(TaskTaker::Head),
        other => other.strip_prefix("user:")?.parse().ok().map(TaskTaker::User),
    }
}

/// A stage as it was read, before what it refers to is known.
pub(super) struct Sketch {
    pub(super) stage: Stage,
    /// The line and the XML id of the stage that it is a part of.
    pub(super) parent: Option<(usize, String)>,
    /// The lines of requirements that name an item of a checklist.
    pub(super) items: Vec<(usize, CheckItemId)>,
}

impl Reading {
    /// Takes everything that a task or an end event says about its stage.
    pub(super) fn sketch(
        &mut self,
        element: &mut Element,
        id: StageId,
        kind: StageKind,
        role: Option<Role>,
    ) -> Sketch {
        let mut about = About { role, ..About::default() };
        let mut name = self.in_own(element.own("name"));
        about.description = self.documentation(element);
        let probability = match kind {
            StageKind::Won => 100,
            StageKind::Open | StageKind::Lost => 0,
        };
        let stage = Stage {
            id,
            name: Label::default(),
            kind,
            parent: None,
            probability,
            limit_days: None,
            about: About::default(),
        };
        let mut sketch = Sketch { stage, parent: None, items: Vec::new() };
        let mut told = false;
        for mut piece in self.extension(element) {
            if piece.space != Space::Millrace {
                self.remark(piece.line, What::Element { name: piece.shown });
                continue;
            }
            match piece.name.as_str() {
                "stage" if told => self.remark(piece.line, What::Repeated { name: piece.shown.clone() }),
                "stage" => {
                    told = true;
                    self.facts(&mut piece, &mut sketch, &mut about);
                }
                "label" => self.add_text(&mut piece, &mut name),
                "description" => self.add_text(&mut piece, &mut about.description),
                "script" => self.add_text(&mut piece, &mut about.script),
                "task" => about.tasks.extend(self.task(&mut piece)),
                "item" => about.checklist.extend(self.item(&mut piece)),
                "enter" => about.enter.extend(self.requirement(&mut piece, &mut sketch.items)),
                "leave" => about.leave.extend(self.requirement(&mut piece, &mut sketch.items)),
                _ => {
                    self.remark(piece.line, What::Element { name: piece.shown });
                    continue;
                }
            }
            piece.finish(&mut self.remarks);
        }
        sketch.stage.name = name;
        sketch.stage.about = about;
        sketch
    }

    fn facts(&mut self, piece: &mut Element, sketch: &mut Sketch, about: &mut About) {
        if let Some(probability) = self.value(piece, "probability", |text| text.parse().ok()) {
            sketch.stage.probability = probability;
        }
        sketch.stage.limit_days = self.value(piece, "limitDays", |text| text.parse().ok());
        sketch.parent = piece.own("parent").map(|id| (piece.line, id));
        about.hue = self.value(piece, "hue", |text| text.parse().ok());
        about.team = self.value(piece, "team", |text| text.parse().ok());
    }

    fn task(&mut self, piece: &mut Element) -> Option<StageTask> {
        let kind = self.needed(piece, "kind", TaskKind::from_code);
        let due_minutes = self.needed(piece, "dueMinutes", |text| text.parse().ok());
        let assignee = self.needed(piece, "taker", taker_of);
        let title = self.texts(piece);
        Some(StageTask { kind: kind?, title, due_minutes: due_minutes?, assignee: assignee? })
    }

    fn item(&mut self, piece: &mut Element) -> Option<CheckItem> {
        let id: Option<CheckItemId> = self.needed(piece, "id", |text| text.parse().ok());
        let text = self.texts(piece);
        let id = id?;
        if !self.ids.insert(id.to_string()) {
            self.remark(piece.line, What::Repeated { name: id.to_string() });
        }
        Some(CheckItem { id, text })
    }

    fn requirement(
        &mut self,
        piece: &mut Element,
        items: &mut Vec<(usize, CheckItemId)>,
    ) -> Option<Requirement> {
        let requirement = self.needed(piece, "code", Requirement::from_code)?;
        if let Requirement::Item(id) = requirement {
            items.push((piece.line, id));
        }
        Some(requirement)
    }

    /// The labels in an element.
    fn texts(&mut self, piece: &mut Element) -> Label {
        let mut label = Label::default();
        for mut text in piece.children(Space::Millrace, "label") {
            self.add_text(&mut text, &mut label);
            text.finish(&mut self.remarks);
        }
        label
    }

    /// Adds the text of an element with `lang`.
    pub(super) fn add_text(&mut self, piece: &mut Element, label: &mut Label) {
        let code = |text: &str| Lang::ALL.into_iter().find(|lang| lang.code() == text);
        let Some(lang) = self.needed(piece, "lang", code) else { return };
        let place = match lang {
            Lang::En => &mut label.en,
            Lang::Ru => &mut label.ru,
        };
        if place.is_empty() {
            *place = piece.text();
        } else {
            self.remark(piece.line, What::Repeated { name: format!("{} {}", piece.shown, lang.code()) });
        }
    }
}
