//! How far deals get, by the order of their pipeline's stages.

use super::{Pipeline, StageKind};
use crate::id::StageId;

impl Pipeline {
    /// The place of a stage that one gets to, from 0: an open one or the won one. Losing is no place.
    pub fn reach(&self, id: StageId) -> Option<usize> {
        self.place(id).filter(|at| self.stages.get(*at).is_some_and(|stage| stage.kind != StageKind::Lost))
    }

    /// The furthest stage that a deal ever entered once it enters `to`, by the order as it is now.
    pub fn furthest(&self, so_far: Option<StageId>, to: StageId) -> Option<StageId> {
        let before = so_far.and_then(|id| self.reach(id));
        match self.reach(to) {
            Some(at) if before.is_none_or(|before| before < at) => Some(to),
            _ => so_far,
        }
    }

    /// The stages of this pipeline that may not be the furthest ones any more of deals for which they were, once it is `after`: those
    /// that are gone, and those that another one which stood before them now stands behind.
    pub fn overtaken(&self, after: &Pipeline) -> Vec<StageId> {
        let reached =
            || self.stages.iter().filter(|stage| stage.kind != StageKind::Lost).map(|stage| stage.id);
        reached()
            .enumerate()
            .filter(|(at, id)| {
                let Some(now) = after.reach(*id) else { return true };
                reached().take(*at).any(|earlier| after.reach(earlier).is_some_and(|place| place > now))
            })
            .map(|(_, id)| id)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Label;
    use crate::id::PipelineId;
    use crate::pipeline::{About, Stage};

    fn id(number: u128) -> StageId {
        StageId(uuid::Uuid::from_u128(number))
    }

    /// Open stages by their numbers, then won (8) and lost (9).
    fn pipeline(open: &[u128]) -> Pipeline {
        let stage = |number, kind| Stage {
            id: id(number),
            name: Label::default(),
            kind,
            parent: None,
            probability: 0,
            limit_days: None,
            about: About::default(),
        };
        let open = open.iter().map(|number| stage(*number, StageKind::Open));
        let ends = [stage(8, StageKind::Won), stage(9, StageKind::Lost)];
        Pipeline {
            id: PipelineId(uuid::Uuid::nil()),
            name: Label::default(),
            version: 1,
            retired: false,
            stages: open.chain(ends).collect(),
        }
    }

    #[test]
    fn going_back_and_losing_leave_it_where_it_got() {
        let pipeline = pipeline(&[1, 2, 3]);
        assert_eq!(pipeline.furthest(None, id(1)), Some(id(1)));
        assert_eq!(pipeline.furthest(Some(id(1)), id(3)), Some(id(3)));
        assert_eq!(pipeline.furthest(Some(id(3)), id(2)), Some(id(3)));
        assert_eq!(pipeline.furthest(Some(id(3)), id(9)), Some(id(3)));
        assert_eq!(pipeline.furthest(Some(id(3)), id(8)), Some(id(8)));
        assert_eq!(pipeline.furthest(Some(id(7)), id(2)), Some(id(2)), "the stage so far is retired");
    }

    #[test]
    fn only_what_another_stage_passed_is_looked_at_again() {
        let before = pipeline(&[1, 2, 3]);
        assert!(before.overtaken(&before).is_empty());
        assert!(before.overtaken(&pipeline(&[1, 2, 7, 3])).is_empty(), "a new one passes none");
        assert_eq!(before.overtaken(&pipeline(&[1, 3, 2])), [id(3)]);
        assert_eq!(before.overtaken(&pipeline(&[3, 1, 2])), [id(3)]);
        assert_eq!(before.overtaken(&pipeline(&[1, 3])), [id(2)]);
    }
}
