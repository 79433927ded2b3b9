//! A BPMN file understood as a pipeline, or everything in it that is not understood.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::extension::Sketch;
use super::tree::{Element, Space, parse};
use super::way::{Flow, Place, order};
use super::{Drawing, LOST, MAX, PIPELINE_ID, Remark, STAGE_ID, What};
use crate::access::Role;
use crate::id::{CheckItemId, StageId};
use crate::pipeline::{Requirement, Stage, StageKind};
use crate::{Label, Lang};

/// Reads a file; remarks are in the order of its lines.
pub fn read(text: &str) -> Result<Drawing, Vec<Remark>> {
    if text.len() > MAX {
        return Err(vec![Remark { line: 1, what: What::TooLarge }]);
    }
    let root = parse(text).map_err(|remark| vec![remark])?;
    let mut reading = Reading::default();
    let drawing = reading.definitions(root);
    let mut remarks = reading.remarks;
    match drawing {
        Some(drawing) if remarks.is_empty() => Ok(drawing),
        _ => {
            remarks.sort_by_key(|remark| remark.line);
            Err(remarks)
        }
    }
}

/// A file on the way to a drawing.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) remarks: Vec<Remark>,
    /// Of names and descriptions.
    pub(super) lang: Lang,
    /// What flows, stages and items of checklists are called.
    pub(super) ids: HashSet<String>,
    places: Vec<Place>,
    flows: Vec<Flow>,
}

/// The pool: what the pipeline is called, and which process it is.
struct Pool {
    line: usize,
    name: Label,
    process: String,
}

/// Roles by what stands in their lanes, with the line that says so.
type Lanes = BTreeMap<String, (usize, Option<Role>)>;

impl Reading {
    fn definitions(&mut self, mut root: Element) -> Option<Drawing> {
        if !root.is(Space::Bpmn, "definitions") {
            self.remark(root.line, What::Element { name: root.shown });
            return None;
        }
        root.forget(&["id", "name", "targetNamespace", "exporter", "exporterVersion"]);
        root.forget(&["expressionLanguage", "typeLanguage"]);
        let code = |text: &str| Lang::ALL.into_iter().find(|lang| lang.code() == text);
        self.lang = self.our_value(&mut root, "lang", code).unwrap_or_default();
        root.children(Space::Diagram, "BPMNDiagram");
        let pool = self.single(&mut root, "collaboration").and_then(|element| self.collaboration(element));
        let process = self.single(&mut root, "process");
        if process.is_none() {
            self.missing(&root, "process");
        }
        root.finish(&mut self.remarks);
        self.process(process?, pool)
    }

    fn collaboration(&mut self, mut element: Element) -> Option<Pool> {
        element.forget(&["id", "name", "isClosed"]);
        let participant = self.single(&mut element, "participant");
        element.finish(&mut self.remarks);
        let mut participant = participant?;
        participant.forget(&["id"]);
        let process = participant.own("processRef").unwrap_or_default();
        let name = self.name(&mut participant);
        let line = participant.line;
        participant.finish(&mut self.remarks);
        Some(Pool { line, name, process })
    }

    fn process(&mut self, mut process: Element, pool: Option<Pool>) -> Option<Drawing> {
        process.forget(&["isExecutable", "processType", "isClosed"]);
        let id = process.own("id").unwrap_or_default();
        let version = self.our_value(&mut process, "version", |text| text.parse().ok());
        let retired = self.our_value(&mut process, "retired", |text| text.parse().ok()).unwrap_or_default();
        let name = match pool {
            Some(pool) if pool.process != id => {
                self.remark(pool.line, What::Unresolved { name: pool.process });
                pool.name
            }
            Some(pool) => pool.name,
            None => self.name(&mut process),
        };
        let mut lanes = self.lanes(&mut process);
        for element in process.everything() {
            self.part(element, &mut lanes);
        }
        let (line, shown) = (process.line, process.shown.clone());
        process.finish(&mut self.remarks);
        // What is missing or out of order can be told when every part is understood.
        if !self.remarks.is_empty() {
            return None;
        }
        for (name, (line, _)) in lanes {
            self.remark(line, What::Unresolved { name });
        }
        let stages = self.stages(line, &shown);
        let id = id.strip_prefix(PIPELINE_ID).and_then(|id| id.parse().ok());
        Some(Drawing { id, version, name, retired, stages })
    }

    /// Which role's lane stages stand in.
    fn lanes(&mut self, process: &mut Element) -> Lanes {
        let mut lanes = Lanes::new();
        for mut set in process.children(Space::Bpmn, "laneSet") {
            set.forget(&["id", "name"]);
            for mut lane in set.children(Space::Bpmn, "lane") {
                lane.forget(&["id"]);
                let role = match lane.ours("role") {
                    Some(code) if code.is_empty() => None,
                    Some(code) => self.understood(lane.line, "millrace:role", code, Role::from_code),
                    None => {
                        self.missing(&lane, "millrace:role");
                        None
                    }
                };
                let name = lane.own("name");
                self.caption(&mut lane, name);
                for mut reference in lane.children(Space::Bpmn, "flowNodeRef") {
                    let name = reference.text().trim().to_owned();
                    if lanes.insert(name.clone(), (reference.line, role)).is_some() {
                        self.remark(reference.line, What::Repeated { name });
                    }
                    reference.finish(&mut self.remarks);
                }
                lane.finish(&mut self.remarks);
            }
            set.finish(&mut self.remarks);
        }
        lanes
    }

    fn part(&mut self, mut element: Element, lanes: &mut Lanes) {
        if element.space != Space::Bpmn {
            self.remark(element.line, What::Element { name: element.shown });
            return;
        }
        match element.name.as_str() {
            "startEvent" => {
                let name = element.own("name");
                self.caption(&mut element, name);
                self.place(&mut element, None, lanes);
            }
            "userTask" | "manualTask" | "task" => self.place(&mut element, Some(StageKind::Open), lanes),
            "endEvent" => {
                let closed = |text: &str| StageKind::from_code(text).filter(|kind| *kind != StageKind::Open);
                let Some(kind) = element.ours("kind") else {
                    self.missing(&element, "millrace:kind");
                    return;
                };
                let kind = self.understood(element.line, "millrace:kind", kind, closed);
                if kind.is_none() {
                    return;
                }
                self.place(&mut element, kind, lanes);
            }
            "sequenceFlow" => self.flow(&mut element),
            "dataObject" => element.forget(&["id"]),
            "dataObjectReference" => {
                element.forget(&["id", "dataObjectRef"]);
                let name = element.own("name");
                self.caption(&mut element, name);
            }
            "textAnnotation" => {
                element.forget(&["id"]);
                let text = self.single(&mut element, "text").map(|mut text| text.text());
                self.caption(&mut element, text);
            }
            "association" => element.forget(&["id", "associationDirection", "sourceRef", "targetRef"]),
            _ => {
                self.remark(element.line, What::Element { name: element.shown });
                return;
            }
        }
        element.finish(&mut self.remarks);
    }

    /// A stage of that kind, or where deals begin.
    fn place(&mut self, element: &mut Element, kind: Option<StageKind>, lanes: &mut Lanes) {
        let id = self.id(element);
        let line = element.line;
        // Flows tell the same.
        element.children(Space::Bpmn, "incoming");
        element.children(Space::Bpmn, "outgoing");
        let role = lanes.remove(&id).and_then(|(_, role)| role);
        let own = id.strip_prefix(STAGE_ID).and_then(|id| id.parse().ok());
        let made_up = || StageId(Uuid::from_u128(u128::MAX - self.places.len() as u128));
        let stage_id = own.unwrap_or_else(made_up);
        let default = if kind == Some(StageKind::Open) { element.own("default") } else { None };
        let sketch = kind.map(|kind| self.sketch(element, stage_id, kind, role));
        self.places.push(Place { id, line, default, sketch });
    }

    fn flow(&mut self, element: &mut Element) {
        let id = self.id(element);
        element.forget(&["isImmediate"]);
        let name = element.own("name");
        self.caption(element, name);
        let mut end = |name| {
            let end = element.own(name);
            if end.is_none() {
                self.missing(element, name);
            }
            end.unwrap_or_default()
        };
        let (from, to) = (end("sourceRef"), end("targetRef"));
        let condition = self.single(element, "conditionExpression");
        let lost = condition.is_some();
        if let Some(mut condition) = condition {
            condition.forget(&["id", "language"]);
            let told = condition.text();
            if told.trim() != LOST {
                self.remark(condition.line, What::Value { name: condition.shown.clone(), value: told });
            }
            condition.finish(&mut self.remarks);
        }
        self.flows.push(Flow { id, line: element.line, from, to, lost });
    }

    /// All stages in the order in which deals go through them.
    fn stages(&mut self, line: usize, process: &str) -> Vec<Stage> {
        let order = match order(&self.places, &self.flows, line, process) {
            Ok(order) => order,
            Err(mut remarks) => {
                self.remarks.append(&mut remarks);
                return Vec::new();
            }
        };
        let places = std::mem::take(&mut self.places);
        let ids: HashMap<&str, StageId> = places
            .iter()
            .filter_map(|place| Some((place.id.as_str(), place.sketch.as_ref()?.stage.id)))
            .collect();
        let sketches: Vec<&Sketch> =
            order.into_iter().filter_map(|place| places.get(place)?.sketch.as_ref()).collect();
        let items: HashSet<CheckItemId> =
            sketches.iter().flat_map(|sketch| &sketch.stage.about.checklist).map(|item| item.id).collect();
        let mut stages = Vec::with_capacity(sketches.len());
        for sketch in sketches {
            let mut stage = sketch.stage.clone();
            if let Some((line, parent)) = &sketch.parent {
                stage.parent = ids.get(parent.as_str()).copied();
                if stage.parent.is_none() {
                    self.remark(*line, What::Unresolved { name: parent.clone() });
                }
            }
            for (line, item) in sketch.items.iter().filter(|(_, item)| !items.contains(item)) {
                self.remark(*line, What::Unresolved { name: Requirement::Item(*item).code() });
            }
            stages.push(stage);
        }
        stages
    }
}
