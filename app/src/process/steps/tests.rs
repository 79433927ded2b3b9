use domain::Label;
use domain::id::{CheckItemId, PipelineId, StageId};
use domain::pipeline::{About, CheckItem, Requirement, Stage};

use super::*;

/// Stages by number with the numbers of their parents; 8 is won, 9 is lost.
fn saved(parents: &[(u128, Option<u128>)]) -> Pipeline {
    let id = |number| StageId(uuid::Uuid::from_u128(number));
    let stage = |number, parent: Option<u128>, kind| Stage {
        id: id(number),
        name: Label::new(number.to_string(), ""),
        kind,
        parent: parent.map(id),
        probability: 10,
        limit_days: None,
        about: About::default(),
    };
    let open = parents.iter().map(|(number, parent)| stage(*number, *parent, StageKind::Open));
    let closed = [stage(8, None, StageKind::Won), stage(9, None, StageKind::Lost)];
    Pipeline {
        id: PipelineId(uuid::Uuid::nil()),
        name: Label::new("Sales", ""),
        version: 4,
        retired: false,
        stages: open.chain(closed).collect(),
    }
}

fn press(typed: TypedPipeline, step: &str) -> TypedPipeline {
    TypedPipeline { step: step.to_owned(), ..typed }.stepped(None).typed
}

fn names(typed: &TypedPipeline) -> String {
    typed.stages.iter().map(|stage| stage.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn stages_are_added_moved_and_removed_before_those_that_close() {
    let start = TypedPipeline::of(&saved(&[(1, None), (2, None), (3, None)]));
    let added = press(press(start.clone(), "add"), "add");
    let ids: Vec<&str> = added.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(ids[3..5], ["new-1", "new-2"]);
    assert_eq!(added.stages[3].probability, "10");
    let moved = press(press(press(start.clone(), "up:2"), "up:0"), "down:2");
    assert_eq!(names(&moved), "1 3 2 8 9");
    let step = TypedPipeline { step: "down:0".to_owned(), ..start.clone() }.stepped(None);
    assert_eq!((names(&step.typed).as_str(), step.done), ("2 1 3 8 9", Done::Moved("1".into(), 2, 5)));
    assert_eq!(names(&press(press(start.clone(), "remove:1"), "remove:2")), "1 3 8 9", "winning stays");
    for nothing in ["", "save", "up:7", "up:x", "remove:3", "down:4", "fly:1", "add:0.wings", "up:0.tasks.0"]
    {
        assert_eq!(names(&press(start.clone(), nothing)), names(&start), "{nothing}");
    }
}

#[test]
fn a_stage_moves_with_its_parts_and_among_its_like() {
    let start = TypedPipeline::of(&saved(&[(1, None), (2, Some(1)), (3, Some(2)), (4, Some(1)), (5, None)]));
    assert_eq!(names(&press(start.clone(), "down:0")), "5 1 2 3 4 8 9");
    assert_eq!(names(&press(start.clone(), "up:4")), "5 1 2 3 4 8 9");
    assert_eq!(names(&press(start.clone(), "up:3")), "1 4 2 3 5 8 9");
    assert!(!start.moves_on(3, false) && !start.moves_on(1, true) && !start.moves_on(2, true));
    let orphaned = press(start, "remove:1");
    assert_eq!(orphaned.stages[1].parent, orphaned.stages[0].id);
}

#[test]
fn stages_are_put_behind_what_they_are_a_part_of() {
    let mut typed = TypedPipeline::of(&saved(&[(1, None), (2, None), (3, None), (4, None)]));
    let ids: Vec<String> = typed.stages.iter().map(|stage| stage.id.clone()).collect();
    typed.stages[0].parent = ids[2].clone();
    typed.stages[3].parent = ids[0].clone();
    assert_eq!(names(&typed.clone().ordered()), "2 3 1 4 8 9");
    // A circle is not resolved, and nothing of it is lost.
    typed.stages[2].parent = ids[3].clone();
    assert_eq!(names(&typed.ordered()), "2 1 3 4 8 9");
}

#[test]
fn a_removed_stage_comes_back_to_where_it_stood() {
    let saved = saved(&[(1, None), (2, None), (3, Some(2)), (4, None)]);
    let without = press(press(TypedPipeline::of(&saved), "remove:1"), "remove:1");
    assert_eq!(names(&without), "1 4 8 9");
    assert_eq!(without.gone(&saved).len(), 2);
    let restored = |id| {
        let step = format!("restore:{}", uuid::Uuid::from_u128(id));
        TypedPipeline { step, ..without.clone() }
    };
    assert_eq!(names(&restored(2).stepped(Some(&saved)).typed), "1 2 4 8 9");
    assert_eq!(names(&restored(3).stepped(Some(&saved)).typed), "1 3 4 8 9");
    assert_eq!(restored(1).stepped(Some(&saved)).done, Done::Nothing);
}

#[test]
fn lists_of_a_stage_grow_and_shrink() {
    let start = TypedPipeline::of(&saved(&[(1, None), (2, None)]));
    let mut typed = press(press(press(start, "add:0.tasks"), "add:0.checklist"), "add:1.checklist");
    let items: Vec<&str> = typed.items().map(|item| item.id.as_str()).collect();
    assert_eq!(items, ["new-1", "new-2"]);
    for wish in ["item.new-1", "offer_sent", "offer_sent", "task.cow"] {
        typed.stages[1].wish_enter = wish.to_owned();
        typed = press(typed, "add:1.enter");
    }
    assert_eq!(typed.stages[1].enter, ["item.new-1", "offer_sent"]);
    assert_eq!(typed.stages[1].wish_enter, "");
    typed = press(typed, "down:1.enter.0");
    assert_eq!(typed.stages[1].enter, ["offer_sent", "item.new-1"]);
    typed = press(press(typed, "remove:0.checklist.0"), "remove:0.tasks.0");
    assert_eq!(typed.stages[1].enter, ["offer_sent"], "what is gone is not asked for");
    assert!(typed.stages[0].tasks.is_empty());
}

#[test]
fn what_a_stage_has_is_shown() {
    let mut saved = saved(&[(1, None)]);
    let item =
        CheckItem { id: CheckItemId(uuid::Uuid::from_u128(7)), text: Label::new("Measured", "Замер") };
    saved.stages[0].about.leave = vec![Requirement::Item(item.id)];
    saved.stages[0].about.checklist = vec![item];
    let typed = TypedPipeline::of(&saved);
    assert_eq!(typed.stages[0].leave, [format!("item.{}", uuid::Uuid::from_u128(7))]);
    assert_eq!(press(typed.clone(), "save").stages, typed.stages);
}

#[test]
fn what_a_colleague_took_out_meanwhile_comes_back_as_new() {
    let mine = TypedPipeline::of(&saved(&[(1, None), (2, None), (3, Some(2))]));
    let theirs = Pipeline { version: 9, ..saved(&[(1, None), (5, None)]) };
    let over = mine.clone().over(&theirs);
    assert_eq!((over.version.as_str(), names(&over)), ("9", names(&mine)));
    let ids: Vec<&str> = over.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!((ids[0], ids[1], ids[2]), (mine.stages[0].id.as_str(), "new-1", "new-2"));
    assert_eq!(over.stages[2].parent, "new-1");
    assert_eq!(over.gone(&theirs).iter().map(|stage| stage.name.en.as_str()).collect::<Vec<_>>(), ["5"]);
}
