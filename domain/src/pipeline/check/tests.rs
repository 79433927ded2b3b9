use uuid::Uuid;

use super::*;
use crate::Problem;
use crate::id::PipelineId;
use crate::pipeline::{DealField, TaskTaker};

fn id(number: u128) -> StageId {
    StageId(Uuid::from_u128(number))
}

fn stage(number: u128, kind: StageKind) -> Stage {
    Stage {
        id: id(number),
        name: Label::new(format!("Stage {number}"), ""),
        kind,
        parent: None,
        probability: 50,
        limit_days: Some(14),
        about: About::default(),
    }
}

/// Two open stages, won, lost.
fn draft() -> SavePipeline {
    SavePipeline {
        id: None,
        version: 0,
        name: Label::new("Sales", "Продажи"),
        retired: false,
        stages: vec![
            stage(1, StageKind::Open),
            stage(2, StageKind::Open),
            stage(3, StageKind::Won),
            stage(4, StageKind::Lost),
        ],
        moves: Vec::new(),
    }
}

fn kept(draft: &SavePipeline) -> Pipeline {
    Pipeline {
        id: PipelineId(Uuid::nil()),
        name: draft.name.clone(),
        version: 3,
        retired: false,
        stages: draft.stages.clone(),
    }
}

fn faults(draft: SavePipeline, before: Option<&Pipeline>) -> Vec<(String, Fault)> {
    match draft.checked(before) {
        Err(Problem::Invalid { fields }) => fields.into_iter().map(|f| (f.field, f.fault)).collect(),
        other => panic!("must be invalid: {other:?}"),
    }
}

fn one(field: &str, fault: Fault) -> Vec<(String, Fault)> {
    vec![(field.to_owned(), fault)]
}

#[test]
fn texts_are_cleaned_and_closed_stages_are_certain() {
    let mut draft = draft();
    draft.name = Label::new("  Big \n sales ", "");
    draft.stages[0].about.enter = vec![Requirement::OfferSent, Requirement::OfferSent];
    draft.stages[2].about.leave = vec![Requirement::OfferSent];
    let clean = draft.checked(None).unwrap();
    assert_eq!(clean.name, Label::new("Big sales", ""));
    assert_eq!(clean.stages[0].about.enter, [Requirement::OfferSent]);
    assert_eq!((clean.stages[2].probability, clean.stages[2].limit_days), (100, None));
    assert_eq!((clean.stages[3].probability, clean.stages[3].limit_days), (0, None));
    assert_eq!(clean.stages[2].about.leave, []);
}

#[test]
fn a_pipeline_is_open_stages_then_won_then_lost() {
    let with = |stages: Vec<Stage>| SavePipeline { stages, ..draft() };
    let all = draft().stages;
    assert_eq!(faults(with(all[2..].to_vec()), None), one("stages", Fault::Required));
    assert_eq!(faults(with(all[..3].to_vec()), None), one("stages", Fault::Required));
    let mixed = vec![all[0].clone(), all[2].clone(), all[1].clone(), all[3].clone()];
    assert_eq!(faults(with(mixed), None), one("stages.2.kind", Fault::OutOfRange));
    let twice = vec![all[0].clone(), all[0].clone(), all[2].clone(), all[3].clone()];
    assert_eq!(faults(with(twice), None), one("stages.1.id", Fault::Taken));
    let many = (0..10_000).map(|n| stage(n, StageKind::Open)).collect();
    assert_eq!(faults(with(many), None), one("stages", Fault::OutOfRange));
}

#[test]
fn sub_stages_stand_behind_their_parent() {
    let family = |parents: [Option<u128>; 5]| {
        let mut draft = draft();
        let open = (1..)
            .zip(parents)
            .map(|(number, parent)| Stage { parent: parent.map(id), ..stage(number, StageKind::Open) });
        draft.stages = open.chain([stage(8, StageKind::Won), stage(9, StageKind::Lost)]).collect();
        draft
    };
    // Two levels, and back up to the first.
    assert!(family([None, Some(1), Some(2), Some(1), None]).checked(None).is_ok());
    // Another stage between the parent and its part.
    let torn = family([None, Some(1), None, Some(1), None]);
    assert_eq!(faults(torn, None), one("stages.3.parent", Fault::OutOfRange));
    // Its own parent, and two that are each other's.
    let own = family([None, Some(2), None, None, None]);
    assert_eq!(faults(own, None), one("stages.1.parent", Fault::OutOfRange));
    let circle = family([None, Some(3), Some(2), None, None]);
    assert_eq!(faults(circle, None), one("stages.1.parent", Fault::OutOfRange));
    // Of no stage, and of one that closes the deal.
    let foreign = family([None, Some(77), None, None, None]);
    assert_eq!(faults(foreign, None), one("stages.1.parent", Fault::Unknown));
    let closed = family([None, Some(8), None, None, None]);
    assert_eq!(faults(closed, None), one("stages.1.parent", Fault::Unknown));
    let mut won = family([None; 5]);
    won.stages[5].parent = Some(id(5));
    assert_eq!(faults(won, None), one("stages.5.parent", Fault::OutOfRange));
}

#[test]
fn what_a_stage_asks_for_and_makes_is_checked() {
    let item = CheckItem { id: CheckItemId(Uuid::from_u128(9)), text: Label::new("Measured", "") };
    let task = StageTask {
        kind: TaskKind::FirstCall,
        title: Label::default(),
        due_minutes: -1,
        assignee: TaskTaker::Owner,
    };
    let mut draft = draft();
    draft.stages[0].about = About {
        hue: Some(45),
        tasks: vec![task],
        checklist: vec![item.clone()],
        enter: vec![Requirement::Item(item.id), Requirement::Field(DealField::Amount)],
        leave: vec![Requirement::Item(CheckItemId(Uuid::nil()))],
        ..About::default()
    };
    draft.stages[1].about.checklist = vec![item];
    draft.stages[1].probability = 101;
    let expected = [
        ("stages.1.checklist.0.id", Fault::Taken),
        ("stages.0.hue", Fault::OutOfRange),
        ("stages.0.tasks.0.kind", Fault::Unknown),
        ("stages.0.tasks.0.due_minutes", Fault::OutOfRange),
        ("stages.0.tasks.0.title", Fault::Required),
        ("stages.0.leave.0", Fault::Unknown),
        ("stages.1.probability", Fault::OutOfRange),
    ];
    assert_eq!(faults(draft, None), expected.map(|(field, fault)| (field.to_owned(), fault)));
}

#[test]
fn closing_stages_stay_and_none_becomes_another_kind() {
    let before = kept(&draft());
    let mut other_won = draft();
    other_won.stages[2].id = id(30);
    assert_eq!(faults(other_won, Some(&before)), one("stages.2.id", Fault::ReadOnly));
    let mut swapped = draft();
    swapped.stages[2].id = id(4);
    swapped.stages[3].id = id(3);
    assert_eq!(
        faults(swapped, Some(&before)),
        [("stages.2.kind".to_owned(), Fault::ReadOnly), ("stages.3.kind".to_owned(), Fault::ReadOnly)]
    );
}

#[test]
fn deals_of_retired_stages_move_to_open_stages_that_stay() {
    let before = kept(&draft());
    let without = |moves: Vec<(StageId, StageId)>| {
        let mut draft = draft();
        draft.stages.remove(1);
        SavePipeline { moves, ..draft }
    };
    let clean = without(vec![(id(2), id(1))]).checked(Some(&before)).unwrap();
    assert_eq!(clean.retires(&before).map(|stage| stage.id).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(clean.goes_to(id(2)).map(|stage| stage.id), Some(id(1)));
    for bad in [(id(2), id(2)), (id(2), id(3)), (id(1), id(1)), (id(77), id(1))] {
        assert_eq!(faults(without(vec![bad]), Some(&before)), one("moves.0", Fault::Unknown));
    }
    let twice = without(vec![(id(2), id(1)), (id(2), id(1))]);
    assert_eq!(faults(twice, Some(&before)), one("moves.1", Fault::Taken));
}
