//! A pipeline as BPMN 2.0 XML: other tools draw it, and what they make of it comes back.
//!
//! A stage is a task, winning and losing are end events, a role is a lane, the order is the one way from the start to winning. Every
//! fact stands in a file once: what BPMN has a place for stands there (names, descriptions, order, roles), in the file's language;
//! everything else stands in elements of the namespace [`NAMESPACE`]. Captions that only repeat such elements, for people who look at
//! the diagram, carry their text a second time in `millrace:drawn`: a caption that somebody changed is told, not lost.
//!
//! Reading is strict: a file is understood as a whole, or every line that is not understood is told. Only the diagram's geometry
//! is left aside, because a pipeline has none.

mod common;
mod diagram;
mod extension;
mod onto;
mod read;
mod tree;
mod way;
mod write;

use crate::Label;
use crate::id::PipelineId;
use crate::pipeline::Stage;

pub use read::read;
pub use write::write;

/// Largest file that is read, in bytes.
pub const MAX: usize = 2 * 1024 * 1024;
/// Of the elements and attributes that BPMN has no place for.
pub const NAMESPACE: &str = "urn:millrace:bpmn:1";

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
const DIAGRAM: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
const BOUNDS: &str = "http://www.omg.org/spec/DD/20100524/DC";
const WAYPOINTS: &str = "http://www.omg.org/spec/DD/20100524/DI";
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Before the ids of pipelines and stages: an XML id does not begin with a digit.
const PIPELINE_ID: &str = "Pipeline_";
const STAGE_ID: &str = "Stage_";
/// The condition of every way to losing.
const LOST: &str = "lost";

/// A pipeline as a file has it. Ids of stages and checklist items that the file does not have are made up; [`Drawing::onto`] puts
/// good ones in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// `None`: drawn elsewhere.
    pub id: Option<PipelineId>,
    /// Which version was exported.
    pub version: Option<i32>,
    pub name: Label,
    pub retired: bool,
    pub stages: Vec<Stage>,
}

/// Why a file is refused, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// From 1.
    pub line: usize,
    pub what: What,
}

/// What is not understood; names are as the file writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// More than [`MAX`] bytes.
    TooLarge,
    /// No XML, in the words of the parser.
    Unreadable {
        why: String,
    },
    /// Document types could make a small file large and read other files.
    Doctype,
    Element {
        name: String,
    },
    Attribute {
        element: String,
        name: String,
    },
    /// A value that means nothing here.
    Value {
        name: String,
        value: String,
    },
    /// Text where none belongs.
    Text {
        element: String,
    },
    /// An attribute or a part that must be there.
    Missing {
        element: String,
        name: String,
    },
    /// What may be there once is there again.
    Repeated {
        name: String,
    },
    /// Nothing in the file is called that.
    Unresolved {
        name: String,
    },
    /// A flow that is not part of the one way through.
    Aside {
        name: String,
    },
    /// A stage that the way does not come to.
    Unreached {
        name: String,
    },
    /// A caption that is told nowhere else, or that no longer says what it repeats.
    Caption {
        text: String,
    },
}

/// Whether XML can hold the character at all.
fn is_legal(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
