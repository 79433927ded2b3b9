//! A pipeline written as BPMN.

use quick_xml::escape::escape;

use super::diagram::diagram;
use super::{
    BOUNDS, BPMN, DIAGRAM, INSTANCE, LOST, NAMESPACE, PIPELINE_ID, STAGE_ID, WAYPOINTS, extension, is_legal,
};
use crate::pipeline::map::{Map, Node, Side, Way, Words, draw};
use crate::pipeline::{Pipeline, Stage, StageKind};
use crate::{Label, Lang};

/// The file, with a diagram. `exporter` is Millrace's version.
pub fn write(pipeline: &Pipeline, words: &impl Words, exporter: &str) -> String {
    let map = draw(pipeline, words);
    let lang = words.lang();
    let mut xml = Xml::new();
    xml.open(
        "bpmn:definitions",
        &[
            ("xmlns:bpmn", BPMN),
            ("xmlns:bpmndi", DIAGRAM),
            ("xmlns:dc", BOUNDS),
            ("xmlns:di", WAYPOINTS),
            ("xmlns:xsi", INSTANCE),
            ("xmlns:millrace", NAMESPACE),
            ("id", "Definitions"),
            ("targetNamespace", NAMESPACE),
            ("exporter", "Millrace"),
            ("exporterVersion", exporter),
            ("millrace:lang", lang.code()),
        ],
    );
    let id = format!("{PIPELINE_ID}{}", pipeline.id);
    xml.open("bpmn:collaboration", &[("id", "Collaboration")]);
    let name = text_in(&pipeline.name, lang);
    xml.open("bpmn:participant", &[("id", "Pool"), ("name", name), ("processRef", &id)]);
    extension::pool(&mut xml, &pipeline.name, lang);
    xml.close();
    xml.close();
    process(&mut xml, &id, pipeline, &map, lang);
    diagram(&mut xml, pipeline, &map);
    xml.close();
    xml.text
}

fn process(xml: &mut Xml, id: &str, pipeline: &Pipeline, map: &Map, lang: Lang) {
    let version = pipeline.version.to_string();
    let mut attributes = vec![("id", id), ("isExecutable", "false"), ("millrace:version", version.as_str())];
    if pipeline.retired {
        attributes.push(("millrace:retired", "true"));
    }
    xml.open("bpmn:process", &attributes);
    lanes(xml, pipeline, map);
    for (place, node) in map.nodes.iter().enumerate() {
        flow_node(xml, pipeline, map, place, node, lang);
    }
    for (place, way) in map.ways.iter().enumerate() {
        flow(xml, pipeline, map, place, way);
    }
    for (place, node) in map.nodes.iter().enumerate() {
        for (at, paper) in node.papers.iter().enumerate() {
            let (id, data) = (paper_id(place, at), format!("{}_data", paper_id(place, at)));
            xml.empty("bpmn:dataObject", &[("id", &data)]);
            let drawn = paper.text.as_str();
            xml.empty(
                "bpmn:dataObjectReference",
                &[("id", &id), ("name", drawn), ("dataObjectRef", &data), ("millrace:drawn", drawn)],
            );
        }
    }
    for (place, node) in map.nodes.iter().enumerate() {
        artifacts(xml, pipeline, place, node);
    }
    xml.close();
}

fn lanes(xml: &mut Xml, pipeline: &Pipeline, map: &Map) {
    xml.open("bpmn:laneSet", &[("id", "Lanes")]);
    for (place, lane) in map.lanes.iter().enumerate() {
        let role = lane.role.map_or("", crate::access::Role::code);
        let id = lane_id(place);
        xml.open(
            "bpmn:lane",
            &[("id", &id), ("name", &lane.name), ("millrace:role", role), ("millrace:drawn", &lane.name)],
        );
        for node in map.nodes.iter().filter(|node| node.lane == place) {
            xml.text("bpmn:flowNodeRef", &[], &node_id(pipeline, node));
        }
        xml.close();
    }
    xml.close();
}

fn flow_node(xml: &mut Xml, pipeline: &Pipeline, map: &Map, place: usize, node: &Node, lang: Lang) {
    let id = node_id(pipeline, node);
    let Some(stage) = node.stage.map(|at| &pipeline.stages[at]) else {
        let name = node.name.join(" ");
        xml.open("bpmn:startEvent", &[("id", &id), ("name", &name), ("millrace:drawn", &name)]);
        ends(xml, map, place);
        xml.close();
        return;
    };
    let name = text_in(&stage.name, lang);
    let on = map.ways.iter().position(|way| way.from == place && !way.lost).map(way_id);
    match stage.kind {
        StageKind::Open => {
            let on = on.unwrap_or_default();
            xml.open("bpmn:userTask", &[("id", &id), ("name", name), ("default", &on)]);
        }
        kind => xml.open("bpmn:endEvent", &[("id", &id), ("name", name), ("millrace:kind", kind.code())]),
    }
    let description = text_in(&stage.about.description, lang);
    if !description.is_empty() {
        xml.text("bpmn:documentation", &[], description);
    }
    extension::stage(xml, stage, lang);
    ends(xml, map, place);
    xml.close();
}

/// The ways that come in and go out.
fn ends(xml: &mut Xml, map: &Map, place: usize) {
    for (at, _) in map.ways.iter().enumerate().filter(|(_, way)| way.to == place) {
        xml.text("bpmn:incoming", &[], &way_id(at));
    }
    for (at, _) in map.ways.iter().enumerate().filter(|(_, way)| way.from == place) {
        xml.text("bpmn:outgoing", &[], &way_id(at));
    }
}

fn flow(xml: &mut Xml, pipeline: &Pipeline, map: &Map, place: usize, way: &Way) {
    let (from, to) = (node_id(pipeline, &map.nodes[way.from]), node_id(pipeline, &map.nodes[way.to]));
    let id = way_id(place);
    let attributes = [("id", id.as_str()), ("sourceRef", from.as_str()), ("targetRef", to.as_str())];
    if way.lost {
        xml.open("bpmn:sequenceFlow", &attributes);
        xml.text("bpmn:conditionExpression", &[("xsi:type", "bpmn:tFormalExpression")], LOST);
        xml.close();
    } else {
        xml.empty("bpmn:sequenceFlow", &attributes);
    }
}

/// The note of a node, and what ties note and papers to it.
fn artifacts(xml: &mut Xml, pipeline: &Pipeline, place: usize, node: &Node) {
    let own = node_id(pipeline, node);
    for (at, paper) in node.papers.iter().enumerate() {
        let (sheet, link) = (paper_id(place, at), paper_link_id(place, at));
        let (from, to) = match paper.side {
            Side::Enter => (&sheet, &own),
            Side::Leave => (&own, &sheet),
        };
        xml.empty(
            "bpmn:association",
            &[("id", &link), ("associationDirection", "One"), ("sourceRef", from), ("targetRef", to)],
        );
    }
    if let Some(note) = &node.note {
        let (id, link) = (note_id(place), note_link_id(place));
        xml.open("bpmn:textAnnotation", &[("id", &id), ("millrace:drawn", &note.text)]);
        xml.text("bpmn:text", &[], &note.text);
        xml.close();
        xml.empty("bpmn:association", &[("id", &link), ("sourceRef", &own), ("targetRef", &id)]);
    }
}

pub(super) fn node_id(pipeline: &Pipeline, node: &Node) -> String {
    node.stage.map_or_else(|| "Start".to_owned(), |place| stage_id(&pipeline.stages[place]))
}

pub(super) fn stage_id(stage: &Stage) -> String {
    format!("{STAGE_ID}{}", stage.id)
}

pub(super) fn lane_id(place: usize) -> String {
    format!("Lane_{place}")
}

pub(super) fn way_id(place: usize) -> String {
    format!("Way_{place}")
}

pub(super) fn paper_id(node: usize, place: usize) -> String {
    format!("Paper_{node}_{place}")
}

pub(super) fn paper_link_id(node: usize, place: usize) -> String {
    format!("Paper_{node}_{place}_link")
}

pub(super) fn note_id(node: usize) -> String {
    format!("Note_{node}")
}

pub(super) fn note_link_id(node: usize) -> String {
    format!("Note_{node}_link")
}

/// The text in just that language, nothing where it is missing.
pub(super) fn text_in(label: &Label, lang: Lang) -> &str {
    match lang {
        Lang::En => &label.en,
        Lang::Ru => &label.ru,
    }
}

/// A document that is being written, an element a line.
pub(super) struct Xml {
    text: String,
    open: Vec<&'static str>,
}

impl Xml {
    fn new() -> Xml {
        Xml { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), open: Vec::new() }
    }

    pub(super) fn open(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.text.push_str(">\n");
        self.open.push(name);
    }

    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.text.push_str("</");
            self.end(name);
        }
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.begin(name, attributes);
        self.text.push_str("/>\n");
    }

    /// An element with nothing but text.
    pub(super) fn text(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.begin(name, attributes);
        self.text.push('>');
        self.text.push_str(&escape(legal(text)));
        self.text.push_str("</");
        self.end(name);
    }

    fn begin(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        for (key, value) in attributes {
            // Line ends and tabs in attributes would be read as spaces.
            let value = escape(legal(value)).replace('\n', "&#10;").replace('\t', "&#9;");
            self.text.push_str(&format!(" {key}=\"{value}\""));
        }
    }

    fn end(&mut self, name: &str) {
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    fn indent(&mut self) {
        self.text.push_str(&"  ".repeat(self.open.len()));
    }
}

/// The text without what XML cannot hold.
fn legal(text: &str) -> String {
    text.chars().map(|letter| if is_legal(letter) { letter } else { '\u{fffd}' }).collect()
}
