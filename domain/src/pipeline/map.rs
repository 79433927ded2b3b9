//! A pipeline as a drawing: where everything stands. The page and the BPMN file draw the same.
//!
//! Time goes to the right, each stage in a column of its own; across stand lanes, one for each role. What a stage asks for stands with
//! it: documents above, everything else in a note below. Deals are lost by a way under all lanes, so that no line crosses a box.

mod asked;
mod text;
mod ways;

use crate::Lang;
use crate::access::Role;
use crate::pipeline::{Pipeline, Requirement, Stage, StageKind};

use asked::{Asked, is_paper, note_height};
use text::wrapped;
pub use text::{Indent, NoteLine};
use ways::{frames, ways};

/// The words in a drawing, in one language.
pub trait Words {
    /// The pipeline's and the stages' own texts are drawn in this language.
    fn lang(&self) -> Lang;
    /// Where deals begin.
    fn start(&self) -> String;
    /// `None`: the lane of stages that no role is named for.
    fn role(&self, role: Option<Role>) -> String;
    /// What is asked for, as it is when it is there.
    fn requirement(&self, requirement: Requirement, pipeline: &Pipeline) -> String;
    /// The heading over what a stage asks for.
    fn side(&self, side: Side) -> String;
    /// The line under a stage's name.
    fn facts(&self, stage: &Stage) -> String;
}

/// When something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Enter,
    Leave,
}

impl Side {
    pub const ALL: [Side; 2] = [Side::Enter, Side::Leave];

    /// What `stage` asks for on this side.
    pub fn of(self, stage: &Stage) -> &[Requirement] {
        match self {
            Side::Enter => &stage.about.enter,
            Side::Leave => &stage.about.leave,
        }
    }
}

/// A rectangle; `x` and `y` are its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Area {
    pub fn right(self) -> i32 {
        self.x + self.width
    }

    pub fn bottom(self) -> i32 {
        self.y + self.height
    }

    /// The middle from left to right.
    pub fn center(self) -> i32 {
        self.x + self.width / 2
    }

    /// The middle from top to bottom.
    pub fn middle(self) -> i32 {
        self.y + self.height / 2
    }
}

/// The whole drawing; it begins at 0, 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    pub width: i32,
    pub height: i32,
    pub lanes: Vec<Lane>,
    /// Where deals begin, then every stage in order.
    pub nodes: Vec<Node>,
    /// Around stages and their sub-stages; outer ones first.
    pub frames: Vec<Area>,
    pub ways: Vec<Way>,
}

/// The stages of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    pub role: Option<Role>,
    pub name: String,
    pub area: Area,
}

/// A stage, or where deals begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its place in the pipeline; `None`: where deals begin.
    pub stage: Option<usize>,
    pub lane: usize,
    /// A box for an open stage, else a circle.
    pub area: Area,
    pub name: Vec<String>,
    /// Where a circle's name stands.
    pub label: Option<Area>,
    pub facts: String,
    pub papers: Vec<Paper>,
    pub note: Option<Note>,
}

/// A document that a stage asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub side: Side,
    pub text: String,
    pub lines: Vec<String>,
    pub label: Area,
    pub area: Area,
    /// From the paper to the stage.
    pub link: [(i32, i32); 2],
}

/// What else a stage asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    pub lines: Vec<NoteLine>,
    pub area: Area,
    /// From the stage to the note.
    pub link: [(i32, i32); 2],
}

/// How deals go from one node to another, both by their place in [`Map::nodes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    pub from: usize,
    pub to: usize,
    /// The way out of an open stage that no deal is meant to go.
    pub lost: bool,
    pub points: Vec<(i32, i32)>,
}

/// The names of pool and lane stand on their sides at the left, half of it each.
pub const BAND: i32 = 60;
/// Between the lines of a note.
pub const NOTE_LINE: i32 = 15;
/// Above and below a note's lines.
pub const NOTE_INSET: i32 = 4;

const BOX: (i32, i32) = (160, 64);
const CIRCLE: i32 = 36;
const START_COLUMN: i32 = 110;
/// Between columns.
const GAP: i32 = 56;
const LANE_TOP: i32 = 22;
const LANE_BOTTOM: i32 = 22;
/// What a paper takes from left to right.
const PAPER_COLUMN: i32 = 80;
const PAPER: (i32, i32) = (34, 44);
const PAPER_LABEL: i32 = 28;
/// Between papers and what asks for them.
const PAPER_GAP: i32 = 14;
/// A circle's name reaches so far below the row's boxes.
const NAME_BELOW: i32 = 22;
/// Between what asks and its note.
const NOTE_GAP: i32 = 10;
/// From a box's left edge: the way of lost deals, then the note.
const LOST_INSET: i32 = 8;
const NOTE_SHIFT: i32 = 16;
/// Under all lanes, for the way of lost deals.
const LOST_ROW: i32 = 26;

/// The drawing of a pipeline.
pub fn draw(pipeline: &Pipeline, words: &impl Words) -> Map {
    let mut roles: Vec<Option<Role>> = Vec::new();
    for stage in &pipeline.stages {
        if !roles.contains(&stage.about.role) {
            roles.push(stage.about.role);
        }
    }
    let columns = columns(pipeline);
    let width = columns.last().map_or(BAND, |(x, width)| x + width) + GAP / 2;
    let asked: Vec<Asked> = pipeline.stages.iter().map(|stage| Asked::of(stage, pipeline, words)).collect();
    let lanes = lanes(pipeline, &roles, &asked, width, words);
    let lane_of = |stage: &Stage| roles.iter().position(|role| *role == stage.about.role).unwrap_or(0);

    let mut nodes = Vec::with_capacity(pipeline.stages.len() + 1);
    if let (Some(first), Some(column)) = (pipeline.stages.first(), columns.first()) {
        let lane = lane_of(first);
        let row = lanes[lane].1;
        let area = circle(*column, row);
        nodes.push(Node {
            stage: None,
            lane,
            area,
            name: wrapped(&words.start(), 20, 2),
            label: Some(below(area)),
            facts: String::new(),
            papers: Vec::new(),
            note: None,
        });
    }
    for (((place, stage), asked), column) in pipeline.stages.iter().enumerate().zip(asked).zip(&columns[1..])
    {
        let lane = lane_of(stage);
        nodes.push(node(place, stage, asked, *column, lane, lanes[lane].1, words));
    }
    let height = lanes.last().map_or(0, |(lane, _)| lane.area.bottom());
    let ways = ways(pipeline, &nodes, &columns, height);
    let lanes: Vec<Lane> = lanes.into_iter().map(|(lane, _)| lane).collect();
    Map { width, height, frames: frames(pipeline, &nodes, &lanes, &columns), lanes, nodes, ways }
}

/// Left edge and width of each column: where deals begin, then every stage.
fn columns(pipeline: &Pipeline) -> Vec<(i32, i32)> {
    let widths = pipeline.stages.iter().map(|stage| {
        let papers = Side::ALL.iter().flat_map(|side| side.of(stage)).filter(|r| is_paper(**r)).count();
        (PAPER_COLUMN * i32::try_from(papers).unwrap_or(0)).max(BOX.0)
    });
    let mut x = BAND + GAP / 2;
    std::iter::once(START_COLUMN)
        .chain(widths)
        .map(|width| {
            let column = (x, width);
            x += width + GAP;
            column
        })
        .collect()
}

/// The lanes, and where in each the row of boxes begins.
fn lanes(
    pipeline: &Pipeline,
    roles: &[Option<Role>],
    asked: &[Asked],
    width: i32,
    words: &impl Words,
) -> Vec<(Lane, i32)> {
    let mut y = 0;
    let mut lanes: Vec<(Lane, i32)> = Vec::with_capacity(roles.len());
    for role in roles {
        let here = pipeline.stages.iter().zip(asked).filter(|(stage, _)| stage.about.role == *role);
        // The circle where deals begin has its name below as well.
        let begins = pipeline.stages.first().is_some_and(|first| first.about.role == *role);
        let (above, under) = here
            .map(|(stage, asked)| asked.reach(stage.kind))
            .fold((0, if begins { NAME_BELOW } else { 0 }), |most, reach| {
                (most.0.max(reach.0), most.1.max(reach.1))
            });
        let row = y + LANE_TOP + above;
        let height = LANE_TOP + above + BOX.1 + under + LANE_BOTTOM;
        let area = Area { x: BAND / 2, y, width: width - BAND / 2, height };
        lanes.push((Lane { role: *role, name: words.role(*role), area }, row));
        y += height;
    }
    if let Some((last, _)) = lanes.last_mut() {
        last.area.height += LOST_ROW;
    }
    lanes
}

fn circle((x, width): (i32, i32), row: i32) -> Area {
    Area { x: x + (width - CIRCLE) / 2, y: row + (BOX.1 - CIRCLE) / 2, width: CIRCLE, height: CIRCLE }
}

/// Where a circle's name stands.
fn below(circle: Area) -> Area {
    Area { x: circle.center() - BOX.0 / 2, y: circle.bottom() + 4, width: BOX.0, height: 2 * NOTE_LINE }
}

fn node(
    place: usize,
    stage: &Stage,
    asked: Asked,
    column: (i32, i32),
    lane: usize,
    row: i32,
    words: &impl Words,
) -> Node {
    let (x, width) = column;
    let open = stage.kind == StageKind::Open;
    let area = if open {
        Area { x: x + (width - BOX.0) / 2, y: row, width: BOX.0, height: BOX.1 }
    } else {
        circle(column, row)
    };
    let left = x + (width - PAPER_COLUMN * i32::try_from(asked.papers.len()).unwrap_or(0)) / 2;
    let papers = asked.papers.into_iter().zip(0..).map(|((side, text), at)| {
        let label = Area {
            x: left + at * PAPER_COLUMN,
            y: row - PAPER_GAP - PAPER.1 - PAPER_LABEL,
            width: PAPER_COLUMN,
            height: PAPER_LABEL,
        };
        let sheet =
            Area { x: label.center() - PAPER.0 / 2, y: label.bottom(), width: PAPER.0, height: PAPER.1 };
        let end = if open { sheet.center().clamp(area.x + 8, area.right() - 8) } else { area.center() };
        let link = [(sheet.center(), sheet.bottom()), (end, area.y)];
        Paper { side, lines: wrapped(&text, 13, 2), text, label, area: sheet, link }
    });
    let name_below = if open { 0 } else { NAME_BELOW };
    let note = (!asked.lines.is_empty()).then(|| {
        let middle = x + width / 2;
        let note = Area {
            x: middle - BOX.0 / 2 + NOTE_SHIFT,
            y: row + BOX.1 + name_below + NOTE_GAP,
            width: BOX.0,
            height: note_height(&asked.lines),
        };
        let begin = if open { (note.x + 4, area.bottom()) } else { (area.x + 4, area.bottom() - 4) };
        Note { text: asked.text, lines: asked.lines, area: note, link: [begin, (note.x + 4, note.y)] }
    });
    Node {
        stage: Some(place),
        lane,
        area,
        name: wrapped(stage.name.get(words.lang()), 20, 2),
        label: (!open).then(|| below(area)),
        facts: words.facts(stage),
        papers: papers.collect(),
        note,
    }
}

#[cfg(test)]
mod tests;
