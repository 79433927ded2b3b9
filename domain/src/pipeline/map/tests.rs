use proptest::prelude::*;

use super::*;
use crate::Lang;
use crate::pipeline::sample::{Plain, pipelines, selling};

fn apart(one: Area, other: Area) -> bool {
    one.right() <= other.x || other.right() <= one.x || one.bottom() <= other.y || other.bottom() <= one.y
}

/// Whether a line from point to point, straight down or across, goes through the inside of an area.
fn crosses(points: &[(i32, i32)], area: Area) -> bool {
    points.windows(2).any(|ends| {
        let ((a, b), (c, d)) = (ends[0], ends[1]);
        let line = Area { x: a.min(c), y: b.min(d), width: (a - c).abs(), height: (b - d).abs() };
        let inside = Area { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 };
        line.x <= inside.right()
            && inside.x <= line.right()
            && line.y <= inside.bottom()
            && inside.y <= line.bottom()
    })
}

#[test]
fn everything_a_stage_asks_for_is_drawn_in_its_roles_lane() {
    let map = draw(&selling(), &Plain(Lang::En));
    assert_eq!(
        map.lanes.iter().map(|lane| lane.name.as_str()).collect::<Vec<_>>(),
        ["sales_rep", "delivery"]
    );
    assert_eq!(map.nodes.iter().map(|node| node.lane).collect::<Vec<_>>(), [0, 0, 0, 1, 0, 0]);
    let [start, _, visit, measure, won, lost] = &map.nodes[..] else { panic!("six nodes") };
    assert_eq!((start.name[0].as_str(), visit.name[0].as_str()), ("New deal", "Visit"));
    assert_eq!(visit.note.as_ref().unwrap().text, "To enter\n– field amount");
    assert_eq!(measure.note.as_ref().unwrap().text, "To go on\n– Measured");
    assert_eq!((measure.papers[0].text.as_str(), measure.papers[0].side), ("offer sent", Side::Leave));
    assert_eq!(won.papers.len(), 3);
    assert!(won.note.is_none() && won.label.is_some() && lost.papers.is_empty());
    // Around Visit and its part, over both lanes.
    assert_eq!(map.frames.len(), 1);
    assert!(map.frames[0].y < map.lanes[1].area.y && map.frames[0].bottom() > map.lanes[1].area.y);
    let goes: Vec<_> = map.ways.iter().map(|way| (way.from, way.to, way.lost)).collect();
    let on = [(0, 1, false), (1, 2, false), (2, 3, false), (3, 4, false)];
    assert_eq!(goes[..4], on);
    assert_eq!(goes[4..], [(1, 5, true), (2, 5, true), (3, 5, true)]);
}

#[test]
fn an_empty_pipeline_is_drawn_as_nothing() {
    let mut empty = selling();
    empty.stages.clear();
    let map = draw(&empty, &Plain(Lang::Ru));
    assert!(map.nodes.is_empty() && map.lanes.is_empty() && map.ways.is_empty() && map.frames.is_empty());
}

proptest! {
    #[test]
    fn nothing_lies_on_anything_else(pipeline in pipelines()) {
        let map = draw(&pipeline, &Plain(Lang::En));
        prop_assert_eq!(map.nodes.len(), pipeline.stages.len() + 1);
        let mut areas: Vec<Area> = Vec::new();
        for node in &map.nodes {
            let lane = map.lanes[node.lane].area;
            prop_assert!(node.area.y > lane.y && node.area.bottom() < lane.bottom());
            areas.push(node.area);
            areas.extend(node.label);
            areas.extend(node.note.as_ref().map(|note| note.area));
            for paper in &node.papers {
                areas.extend([paper.area, paper.label]);
            }
        }
        for (at, one) in areas.iter().enumerate() {
            prop_assert!(one.x >= BAND && one.right() <= map.width && one.y >= 0 && one.bottom() <= map.height);
            for other in &areas[at + 1..] {
                prop_assert!(apart(*one, *other), "{one:?} lies on {other:?}");
            }
        }
        for way in &map.ways {
            for (at, node) in map.nodes.iter().enumerate() {
                let ends = at == way.from || at == way.to;
                prop_assert!(ends || !crosses(&way.points, node.area), "{way:?} goes through {node:?}");
                for note in node.note.iter().filter(|_| way.lost) {
                    prop_assert!(!crosses(&way.points, note.area), "{way:?} goes through {note:?}");
                }
            }
        }
    }
}
