//! How deals go through a drawing, and what belongs together in it.

use super::{Area, GAP, LOST_INSET, LOST_ROW, Lane, Node, Way};
use crate::pipeline::{Pipeline, Stage, StageKind};

/// From stage to stage and on to winning, and from every open stage to losing.
pub(super) fn ways(pipeline: &Pipeline, nodes: &[Node], columns: &[(i32, i32)], height: i32) -> Vec<Way> {
    let kind = |node: &Node| node.stage.map_or(StageKind::Open, |place| pipeline.stages[place].kind);
    let on: Vec<usize> = (0..nodes.len()).filter(|at| kind(&nodes[*at]) != StageKind::Lost).collect();
    let mut ways: Vec<Way> = on
        .windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            let (a, b) = (nodes[from].area, nodes[to].area);
            let (begin, end) = ((a.right(), a.middle()), (b.x, b.middle()));
            let turn = columns[from].0 + columns[from].1 + GAP / 2;
            let points = if begin.1 == end.1 {
                vec![begin, end]
            } else {
                vec![begin, (turn, begin.1), (turn, end.1), end]
            };
            Way { from, to, lost: false, points }
        })
        .collect();
    let Some(lost) = nodes.iter().position(|node| kind(node) == StageKind::Lost) else { return ways };
    let (row, turn, end) = (height - LOST_ROW / 2, columns[lost].0 - GAP / 2, nodes[lost].area);
    for (from, node) in nodes.iter().enumerate() {
        if node.stage.is_some() && kind(node) == StageKind::Open {
            let x = node.area.x + LOST_INSET;
            let points = vec![
                (x, node.area.bottom()),
                (x, row),
                (turn, row),
                (turn, end.middle()),
                (end.x, end.middle()),
            ];
            ways.push(Way { from, to: lost, lost: true, points });
        }
    }
    ways
}

/// Around every stage that has sub-stages, as high as the lanes of its family.
pub(super) fn frames(
    pipeline: &Pipeline,
    nodes: &[Node],
    lanes: &[Lane],
    columns: &[(i32, i32)],
) -> Vec<Area> {
    let mut frames = Vec::new();
    for (place, stage) in pipeline.stages.iter().enumerate() {
        let family = pipeline.stages[place + 1..]
            .iter()
            .take_while(|other| ancestors(pipeline, other).any(|ancestor| ancestor.id == stage.id));
        let parts = family.count();
        if parts == 0 {
            continue;
        }
        // Nodes and columns begin with where deals begin.
        let members = place + 1..=place + 1 + parts;
        let rows: Vec<Area> = nodes[members.clone()].iter().map(|node| lanes[node.lane].area).collect();
        let top = rows.iter().map(|area| area.y).min().unwrap_or(0);
        let bottom = rows.iter().map(|area| area.bottom()).max().unwrap_or(0);
        let depth = i32::try_from(ancestors(pipeline, stage).count()).unwrap_or(0).min(3);
        let margin = 22 - 5 * depth;
        let left = columns[*members.start()].0 - margin;
        let (x, width) = columns[*members.end()];
        let lost = if bottom == lanes.last().map_or(0, |lane| lane.area.bottom()) { LOST_ROW } else { 0 };
        frames.push(Area {
            x: left,
            y: top + 4 + 3 * depth,
            width: x + width + margin - left,
            height: bottom - top - lost - 2 * (4 + 3 * depth),
        });
    }
    frames
}

/// The stages that `stage` is a part of, from the inside out.
fn ancestors<'a>(pipeline: &'a Pipeline, stage: &'a Stage) -> impl Iterator<Item = &'a Stage> {
    // Bounded, whatever the parents say.
    std::iter::successors(Some(stage), |stage| pipeline.stage(stage.parent?))
        .skip(1)
        .take(pipeline.stages.len())
}
