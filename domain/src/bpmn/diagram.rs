//! The diagram of a file: a shape for every node, an edge for everything that ties two of them.

use super::write::{Xml, lane_id, node_id, note_id, note_link_id, paper_id, paper_link_id, way_id};
use crate::pipeline::Pipeline;
use crate::pipeline::map::{Area, BAND, Map, Side};

pub(super) fn diagram(xml: &mut Xml, pipeline: &Pipeline, map: &Map) {
    xml.open("bpmndi:BPMNDiagram", &[("id", "Diagram")]);
    xml.open("bpmndi:BPMNPlane", &[("id", "Plane"), ("bpmnElement", "Collaboration")]);
    // An empty pipeline has no height.
    let pool = Area { x: 0, y: 0, width: map.width, height: map.height.max(BAND) };
    shape(xml, "Pool", &pool, None, true);
    for (place, lane) in map.lanes.iter().enumerate() {
        shape(xml, &lane_id(place), &lane.area, None, true);
    }
    for (place, node) in map.nodes.iter().enumerate() {
        shape(xml, &node_id(pipeline, node), &node.area, node.label.as_ref(), false);
        for (at, paper) in node.papers.iter().enumerate() {
            shape(xml, &paper_id(place, at), &paper.area, Some(&paper.label), false);
        }
        if let Some(note) = &node.note {
            shape(xml, &note_id(place), &note.area, None, false);
        }
    }
    for (place, way) in map.ways.iter().enumerate() {
        edge(xml, &way_id(place), &way.points);
    }
    for (place, node) in map.nodes.iter().enumerate() {
        for (at, paper) in node.papers.iter().enumerate() {
            let [sheet, stage] = paper.link;
            let points = if paper.side == Side::Enter { [sheet, stage] } else { [stage, sheet] };
            edge(xml, &paper_link_id(place, at), &points);
        }
        if let Some(note) = &node.note {
            edge(xml, &note_link_id(place), &note.link);
        }
    }
    xml.close();
    xml.close();
}

fn shape(xml: &mut Xml, element: &str, area: &Area, label: Option<&Area>, horizontal: bool) {
    let id = format!("{element}_shape");
    let mut attributes = vec![("id", id.as_str()), ("bpmnElement", element)];
    if horizontal {
        attributes.push(("isHorizontal", "true"));
    }
    xml.open("bpmndi:BPMNShape", &attributes);
    bounds(xml, area);
    if let Some(label) = label {
        xml.open("bpmndi:BPMNLabel", &[]);
        bounds(xml, label);
        xml.close();
    }
    xml.close();
}

fn bounds(xml: &mut Xml, area: &Area) {
    let [x, y, width, height] = [area.x, area.y, area.width, area.height].map(|n| n.to_string());
    xml.empty("dc:Bounds", &[("x", &x), ("y", &y), ("width", &width), ("height", &height)]);
}

fn edge(xml: &mut Xml, element: &str, points: &[(i32, i32)]) {
    let id = format!("{element}_edge");
    xml.open("bpmndi:BPMNEdge", &[("id", &id), ("bpmnElement", element)]);
    for (x, y) in points {
        xml.empty("di:waypoint", &[("x", &x.to_string()), ("y", &y.to_string())]);
    }
    xml.close();
}
