//! Equal pipelines differ in nothing; a pipeline with one thing edited differs in exactly that.

use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

use super::*;
use crate::id::CheckItemId;
use crate::pipeline::sample::{pipelines, selling};
use crate::pipeline::{About, StageKind, TaskTaker};
use crate::task::TaskKind;

/// How many edits [`edited`] knows.
const EDITS: usize = 25;

/// Where a stage and its parts end.
fn end(stages: &[Stage], at: usize) -> usize {
    let mut inside = vec![stages[at].id];
    let mut end = at + 1;
    while let Some(stage) = stages.get(end)
        && stage.parent.is_some_and(|parent| inside.contains(&parent))
    {
        inside.push(stage.id);
        end += 1;
    }
    end
}

fn task() -> StageTask {
    StageTask {
        kind: TaskKind::Meeting,
        title: Label::new("Bring a tape", ""),
        due_minutes: 7,
        assignee: TaskTaker::Owner,
    }
}

fn flip<T>(value: &mut Option<T>, other: T) {
    *value = if value.is_none() { Some(other) } else { None };
}

/// The first one and another change places.
fn swap<T>(list: &mut [T], which: Index) {
    if !list.is_empty() {
        list.swap(0, which.index(list.len()));
    }
}

fn take<T>(list: &mut Vec<T>, which: Index) {
    if !list.is_empty() {
        list.remove(which.index(list.len()));
    }
}

/// With its parts, to before another part of the same.
fn shift(stages: &mut Vec<Stage>, at: usize, which: Index) {
    let block: Vec<Stage> = stages.drain(at..end(stages, at)).collect();
    let is_sibling = |place: &usize| stages[*place].parent == block[0].parent;
    let siblings: Vec<usize> = (0..stages.len()).filter(is_sibling).collect();
    let to = if siblings.is_empty() { at } else { siblings[which.index(siblings.len())] };
    for (place, stage) in (to..).zip(block) {
        stages.insert(place, stage);
    }
}

/// The pipeline with the one edit of that number; as it was, where there is nothing for it to work on.
fn edited(before: &Pipeline, edit: usize, at: Index, which: Index) -> Pipeline {
    let mut after = before.clone();
    after.version += 1;
    let stages = &mut after.stages;
    let at = at.index(stages.len());
    match edit {
        0 => after.name.ru.push('!'),
        1 => after.retired = !after.retired,
        2 => {
            let fresh = Stage {
                id: StageId(Uuid::from_u128(77)),
                name: Label::new("Fresh", ""),
                kind: StageKind::Open,
                parent: stages[at].parent,
                probability: 1,
                limit_days: None,
                about: About::default(),
            };
            stages.insert(at, fresh);
        }
        3 if end(stages, at) == at + 1 => {
            stages.remove(at);
        }
        3 => {}
        4 => shift(stages, at, which),
        5 => {
            let earlier = (0..at).rev().find(|place| stages[*place].parent == stages[at].parent);
            if let Some(earlier) = earlier {
                stages[at].parent = Some(stages[earlier].id);
            }
        }
        6 => stages[at].name.en.push('!'),
        7 => stages[at].probability ^= 1,
        8 => flip(&mut stages[at].limit_days, 3),
        _ => {
            let about = &mut stages[at].about;
            match edit {
                9 => about.description.en.push('!'),
                10 => about.script.ru.push('!'),
                11 => flip(&mut about.hue, 30),
                12 => flip(&mut about.role, Role::Delivery),
                13 => flip(&mut about.team, TeamId(Uuid::nil())),
                14 => about.tasks.insert(which.index(about.tasks.len() + 1), task()),
                15 => take(&mut about.tasks, which),
                16 => swap(&mut about.tasks, which),
                17 => about.tasks.iter_mut().take(1).for_each(|task| task.due_minutes ^= 1),
                18 => {
                    let item = CheckItem { id: CheckItemId(Uuid::nil()), text: Label::new("Fresh", "") };
                    about.checklist.insert(which.index(about.checklist.len() + 1), item);
                }
                19 => take(&mut about.checklist, which),
                20 => swap(&mut about.checklist, which),
                21 => about.checklist.iter_mut().take(1).for_each(|item| item.text.ru.push('!')),
                22 => about.enter.insert(which.index(about.enter.len() + 1), Requirement::OfferSent),
                23 => take(&mut about.leave, which),
                _ => swap(&mut about.leave, which),
            }
        }
    }
    after
}

proptest! {
    #[test]
    fn nothing_is_different_from_itself(pipeline in pipelines()) {
        let later = Pipeline { version: pipeline.version + 1, ..pipeline.clone() };
        prop_assert_eq!(diff(&pipeline, &later), []);
    }

    #[test]
    fn one_edit_is_one_difference_there_and_back(
        before in pipelines(),
        edit in 0..EDITS,
        at in any::<Index>(),
        which in any::<Index>(),
    ) {
        let after = edited(&before, edit, at, which);
        let same = Pipeline { version: before.version, ..after.clone() } == before;
        let there = diff(&before, &after);
        prop_assert_eq!(there.len(), usize::from(!same), "{:?}", there);
        prop_assert_eq!(diff(&after, &before).len(), there.len());
    }
}

#[test]
fn every_difference_is_told_at_its_stage() {
    let before = selling();
    let mut after = before.clone();
    // Visit and its part now come first.
    after.stages[..3].rotate_left(1);
    after.stages[0].name = Label::new("Look", "");
    after.stages[1].about.leave = vec![Requirement::OfferAccepted];
    after.stages[1].about.checklist.clear();
    let measured = &before.stages[2].about.checklist[0];
    let ticked = Requirement::Item(measured.id);
    let [visit, measure, clarify, ..] = &after.stages[..] else { panic!("three stages") };
    let asked = |edit| Difference::Stage(measure, Change::Asked(Side::Leave, edit));
    assert_eq!(
        diff(&before, &after),
        [
            Difference::Stage(visit, Change::Name(&before.stages[1].name, &visit.name)),
            Difference::Stage(measure, Change::Item(Edit::Removed(measured))),
            asked(Edit::Removed(&ticked)),
            asked(Edit::Removed(&Requirement::OfferSent)),
            asked(Edit::Added(&Requirement::OfferAccepted)),
            Difference::Stage(clarify, Change::Moved(Some(visit))),
        ]
    );
}

#[test]
fn a_stage_that_went_and_one_that_came_are_two() {
    let before = selling();
    let mut after = before.clone();
    after.stages.remove(0);
    let fresh = Stage { id: StageId(Uuid::from_u128(7)), ..before.stages[0].clone() };
    after.stages.insert(2, fresh);
    let told = diff(&before, &after);
    assert_eq!(told, [Difference::Added(&after.stages[2]), Difference::Gone(&before.stages[0])]);
}
