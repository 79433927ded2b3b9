//! What a stage asks for, and the room that this takes.

use super::text::{self, NoteLine};
use super::{NAME_BELOW, NOTE_GAP, NOTE_INSET, NOTE_LINE, PAPER, PAPER_GAP, PAPER_LABEL, Side, Words};
use crate::pipeline::{Pipeline, Requirement, Stage, StageKind};

/// Whether it is drawn as a document.
pub(super) fn is_paper(requirement: Requirement) -> bool {
    use Requirement as R;
    matches!(requirement, R::OfferSent | R::OfferAccepted | R::ActsSigned | R::FeedbackAsked)
}

/// What a stage asks for, as it is drawn.
pub(super) struct Asked {
    pub(super) papers: Vec<(Side, String)>,
    pub(super) text: String,
    pub(super) lines: Vec<NoteLine>,
}

impl Asked {
    pub(super) fn of(stage: &Stage, pipeline: &Pipeline, words: &impl Words) -> Asked {
        let mut asked = Asked { papers: Vec::new(), text: String::new(), lines: Vec::new() };
        for side in Side::ALL {
            let (papers, others): (Vec<_>, Vec<_>) = side.of(stage).iter().partition(|r| is_paper(**r));
            asked
                .papers
                .extend(papers.into_iter().map(|r: &Requirement| (side, words.requirement(*r, pipeline))));
            let items: Vec<String> = others.into_iter().map(|r| words.requirement(*r, pipeline)).collect();
            text::add(&mut asked.text, &mut asked.lines, &words.side(side), &items);
        }
        asked
    }

    /// What it takes above and below a row of boxes.
    pub(super) fn reach(&self, kind: StageKind) -> (i32, i32) {
        let above = if self.papers.is_empty() { 0 } else { PAPER_LABEL + PAPER.1 + PAPER_GAP };
        let name = if kind == StageKind::Open { 0 } else { NAME_BELOW };
        let note = if self.lines.is_empty() { 0 } else { NOTE_GAP + note_height(&self.lines) };
        (above, name + note)
    }
}

pub(super) fn note_height(lines: &[NoteLine]) -> i32 {
    2 * NOTE_INSET + NOTE_LINE * i32::try_from(lines.len()).unwrap_or(0)
}
