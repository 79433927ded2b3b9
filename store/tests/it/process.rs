//! The process as data: versions, retired stages, several pipelines, and what is refused.

use chrono::TimeDelta;
use domain::access::Role;
use domain::activity::Happening;
use domain::deal::{DealStatus, MoveDeal, NewDeal};
use domain::id::{CheckItemId, DealId, PipelineId, StageId, TeamId, UserId};
use domain::pipeline::{CheckItem, Pipeline, SavePipeline, Stage, StageKind, StageTask, TaskTaker};
use domain::task::TaskKind;
use domain::{Fault, Label, Outcome, Problem, Refusal};
use store::{deals, process, settings};
use uuid::Uuid;

use crate::harness::{T, both};
use crate::sales::{deal, lose, rows, shown, to_place};

both!(
    a_fresh_pipeline_is_its_first_version,
    every_change_is_a_version_and_history_refers_to_it,
    of_two_editors_the_second_is_told,
    deals_of_a_retired_stage_move_where_they_were_told_to,
    many_deals_move_in_rounds,
    a_stage_belongs_to_one_pipeline_and_does_not_come_back,
    deals_begin_in_any_pipeline_that_is_not_retired,
    who_may_edit_is_asked_first,
    what_names_nothing_is_refused_at_its_field,
);

/// The default pipeline.
pub(crate) async fn services(t: &T) -> Pipeline {
    process::list(&t.db, &t.admin).await.unwrap().remove(0)
}

/// Saves the default pipeline with a change.
pub(crate) async fn change(t: &T, change: impl FnOnce(&mut SavePipeline)) -> Outcome<PipelineId> {
    let mut draft = SavePipeline::from(&services(t).await);
    change(&mut draft);
    process::save(&t.db, &t.admin, draft).await
}

fn id(number: u128) -> StageId {
    StageId(Uuid::from_u128(number))
}

fn stage(number: u128, kind: StageKind) -> Stage {
    Stage {
        id: id(number),
        name: Label::new(format!("Stage {number}"), format!("Этап {number}")),
        kind,
        parent: None,
        probability: 50,
        limit_days: None,
        about: Default::default(),
    }
}

/// A second pipeline of two open stages.
fn support() -> SavePipeline {
    SavePipeline {
        id: None,
        version: 0,
        name: Label::new("Support", "Поддержка"),
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

fn numbers(process: &domain::pipeline::Process) -> Vec<i32> {
    process.versions.iter().map(|version| version.number).collect()
}

async fn a_fresh_pipeline_is_its_first_version(t: &T) {
    let pipeline = services(t).await;
    assert_eq!((pipeline.version, pipeline.retired, pipeline.stages.len()), (1, false, 7));
    let shown = process::show(&t.db, &t.admin, pipeline.id).await.unwrap();
    assert_eq!((&shown.pipeline, numbers(&shown), shown.open_deals.len()), (&pipeline, vec![1], 0));
    assert_eq!(shown.versions[0].by, None);
    assert_eq!(process::compare(&t.db, &t.admin, pipeline.id, 1, None).await.unwrap().0, pipeline);
    assert_eq!(process::compare(&t.db, &t.admin, pipeline.id, 2, None).await, Err(Problem::NotFound));
    // Saving it as it is changes nothing.
    assert_eq!(change(t, |_| {}).await, Ok(pipeline.id));
    assert_eq!(services(t).await, pipeline);
}

async fn every_change_is_a_version_and_history_refers_to_it(t: &T) {
    let before = services(t).await;
    let deal = deal(t, &t.admin, "Склад", None).await;
    t.pass(TimeDelta::days(1));
    change(t, |draft| {
        draft.name.en = " Big  sales ".into();
        draft.stages[0].name = Label::new("Listen", "Выслушать");
        draft.stages.swap(1, 2);
        draft.stages.insert(1, Stage { parent: Some(draft.stages[0].id), ..stage(1, StageKind::Open) });
    })
    .await
    .unwrap();
    let after = services(t).await;
    assert_eq!((after.version, after.name.en.as_str(), after.stages.len()), (2, "Big sales", 8));
    assert_eq!(after.stages[1].parent, Some(after.stages[0].id));
    assert_eq!((after.stages[2].id, after.stages[3].id), (before.stages[2].id, before.stages[1].id));
    let process = process::show(&t.db, &t.admin, after.id).await.unwrap();
    assert_eq!(numbers(&process), [2, 1]);
    assert_eq!(process.versions[0].at, t.clock.now());
    assert_eq!(process.versions[0].by.as_ref().map(|by| Some(by.id)), Some(t.admin.user));
    assert_eq!(process.open_deals, [(before.stages[0].id, 1)]);
    assert_eq!(process::compare(&t.db, &t.admin, after.id, 1, None).await.unwrap().0, before);

    to_place(t, &t.admin, deal, 1).await.unwrap();
    assert_eq!(rows(t, "stage_changes WHERE process_version = 1 AND from_stage_id IS NULL").await, 1);
    assert_eq!(rows(t, "stage_changes WHERE process_version = 2 AND from_stage_id IS NOT NULL").await, 1);
    assert_eq!(rows(t, "audit_entries WHERE action = 'save' AND entity = 'pipeline'").await, 1);
}

async fn of_two_editors_the_second_is_told(t: &T) {
    let seen = SavePipeline::from(&services(t).await);
    let named = |name: &str| SavePipeline { name: Label::new(name, ""), ..seen.clone() };
    process::save(&t.db, &t.admin, named("First")).await.unwrap();
    let late = process::save(&t.db, &t.admin, named("Second")).await;
    assert_eq!(late, Err(Problem::Conflict { version: 2 }));
    assert_eq!(services(t).await.name.en, "First");
    assert_eq!(rows(t, "process_versions").await, 2);
}

async fn deals_of_a_retired_stage_move_where_they_were_told_to(t: &T) {
    let before = services(t).await;
    let (prepare, negotiate) = (before.stages[1].id, before.stages[2].id);
    let (moved, lost) = (deal(t, &t.admin, "Склад", None).await, deal(t, &t.admin, "Цех", None).await);
    for id in [moved, lost] {
        to_place(t, &t.admin, id, 1).await.unwrap();
    }
    lose(t, &t.admin, lost).await.unwrap();
    let without = |moves: Vec<(StageId, StageId)>| {
        move |draft: &mut SavePipeline| {
            draft.stages.retain(|stage| stage.id != prepare);
            draft.moves = moves;
        }
    };
    let untold = change(t, without(Vec::new())).await;
    assert_eq!(untold, Err(Problem::refused(Refusal::StageInUse)));
    let closing = change(t, without(vec![(prepare, before.stages[5].id)])).await.unwrap_err();
    assert_eq!(closing.fault_of("moves.0"), Some(Fault::Unknown));
    assert_eq!(services(t).await, before);

    t.pass(TimeDelta::days(1));
    change(t, without(vec![(prepare, negotiate)])).await.unwrap();
    let after = shown(t, moved).await;
    assert_eq!((after.stage, after.version, after.stage_entered_at), (negotiate, 3, t.clock.now()));
    let Happening::StageChanged { from, to, reason } = &after.timeline[0].what else {
        panic!("{:?}", after.timeline[0])
    };
    assert_eq!((from.en.as_str(), to.en.as_str()), ("Prepare offer", "Negotiate offer"));
    assert!(!reason.is_empty());
    assert_eq!(rows(t, "stage_changes WHERE process_version = 2").await, 1);
    assert_eq!(rows(t, "audit_entries WHERE action = 'advance' AND entity = 'deal'").await, 4);

    // The lost one stays lost; its history still knows the stage, but nobody gets there any more.
    assert_eq!(shown(t, lost).await.status, DealStatus::Lost);
    let back = MoveDeal { id: lost, version: 3, to: prepare, loss_reason: None, note: String::new() };
    assert_eq!(deals::advance(&t.db, &t.admin, back).await, Err(Problem::refused(Refusal::ForeignStage)));
    to_place(t, &t.admin, lost, 1).await.unwrap();
    assert_eq!(shown(t, lost).await.stage, negotiate);
}

async fn many_deals_move_in_rounds(t: &T) {
    const DEALS: i64 = 501;
    for number in 0..DEALS {
        deal(t, &t.admin, &format!("deal {number}"), None).await;
    }
    let before = services(t).await;
    let (from, to) = (before.stages[0].id, before.stages[3].id);
    let statements = t.db.statements();
    change(t, |draft| {
        draft.stages.remove(0);
        draft.moves = vec![(from, to)];
    })
    .await
    .unwrap();
    assert!(t.db.statements() - statements < 100, "a statement is of many deals");
    assert_eq!(rows(t, "stage_changes WHERE process_version = 2").await, DEALS);
    let process = process::show(&t.db, &t.admin, before.id).await.unwrap();
    assert_eq!(process.open_deals, [(to, DEALS as u64)]);
}

async fn a_stage_belongs_to_one_pipeline_and_does_not_come_back(t: &T) {
    process::save(&t.db, &t.admin, support()).await.unwrap();
    let foreign = Err(Problem::refused(Refusal::ForeignStage));
    let taken = change(t, |draft| draft.stages.insert(0, stage(1, StageKind::Open))).await;
    assert_eq!(taken, foreign);
    let gone = services(t).await.stages[4].clone();
    change(t, |draft| draft.stages.retain(|stage| stage.id != gone.id)).await.unwrap();
    assert_eq!(change(t, |draft| draft.stages.insert(0, gone)).await, foreign);
    assert_eq!(services(t).await.version, 2);

    let many = change(t, |draft| {
        draft.stages = (100..10_100).map(|number| stage(number, StageKind::Open)).collect();
    });
    assert_eq!(many.await.unwrap_err().fault_of("stages"), Some(Fault::OutOfRange));
    let circle = change(t, |draft| {
        let (first, second) = (draft.stages[0].id, draft.stages[1].id);
        (draft.stages[0].parent, draft.stages[1].parent) = (Some(second), Some(first));
    });
    assert_eq!(circle.await.unwrap_err().fault_of("stages.0.parent"), Some(Fault::OutOfRange));
}

async fn opened(t: &T, pipeline: PipelineId) -> Outcome<DealId> {
    let new = NewDeal {
        title: "Линия".into(),
        contact: None,
        account: None,
        amount: None,
        expected_close: None,
        pipeline: Some(pipeline),
    };
    deals::create(&t.db, &t.admin, new).await
}

async fn deals_begin_in_any_pipeline_that_is_not_retired(t: &T) {
    let first = services(t).await;
    let second = process::save(&t.db, &t.admin, support()).await.unwrap();
    let line = opened(t, second).await.unwrap();
    assert_eq!((shown(t, line).await.pipeline.id, shown(t, line).await.stage), (second, id(1)));
    let unknown = opened(t, PipelineId(Uuid::nil())).await.unwrap_err();
    assert_eq!(unknown.fault_of("pipeline"), Some(Fault::Unknown));
    let across =
        MoveDeal { id: line, version: 1, to: first.stages[1].id, loss_reason: None, note: String::new() };
    assert_eq!(deals::advance(&t.db, &t.admin, across).await, Err(Problem::refused(Refusal::ForeignStage)));
    let namesake = SavePipeline { name: Label::new("", "УСЛУГИ"), ..support() };
    let namesake = process::save(&t.db, &t.admin, namesake).await.unwrap_err();
    assert_eq!(namesake.fault_of("name"), Some(Fault::Taken));

    let retire = |pipeline: &Pipeline| SavePipeline { retired: true, ..SavePipeline::from(pipeline) };
    process::save(&t.db, &t.admin, retire(&first)).await.unwrap();
    let all = settings::pipelines(&t.db, &t.admin).await.unwrap();
    let order: Vec<_> = all.iter().map(|pipeline| (pipeline.id, pipeline.retired)).collect();
    assert_eq!(order, [(second, false), (first.id, true)]);
    assert_eq!(opened(t, first.id).await, Err(Problem::refused(Refusal::PipelineRetired)));
    let default = deal(t, &t.admin, "Склад", None).await;
    assert_eq!(shown(t, default).await.pipeline.id, second);
    let last = process::save(&t.db, &t.admin, retire(&all[0])).await;
    assert_eq!(last, Err(Problem::refused(Refusal::LastPipeline)));
}

async fn who_may_edit_is_asked_first(t: &T) {
    let team = t.team("Север").await;
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    let draft = SavePipeline::from(&services(t).await);
    for role in [Role::SalesRep, Role::Delivery, Role::Marketer, Role::Viewer] {
        let actor = t.user(role.code(), role, Some(team)).await.actor();
        let bad = SavePipeline { name: Label::default(), ..draft.clone() };
        assert_eq!(process::save(&t.db, &actor, bad).await, Err(Problem::Forbidden), "{role:?}");
        assert_eq!(process::list(&t.db, &actor).await.unwrap().len(), 1, "{role:?}");
        let seen = process::show(&t.db, &actor, services(t).await.id).await.unwrap();
        assert_eq!((seen.open_deals, seen.versions.len()), (Vec::new(), 1), "{role:?}");
    }
    let named = SavePipeline { name: Label::new("By the head", ""), ..draft };
    process::save(&t.db, &head, named).await.unwrap();
    assert_eq!(services(t).await.name.en, "By the head");
}

async fn what_names_nothing_is_refused_at_its_field(t: &T) {
    let item = CheckItem { id: CheckItemId(Uuid::from_u128(9)), text: Label::new("Measured", "") };
    let mut second = support();
    second.stages[0].about.checklist = vec![item.clone()];
    process::save(&t.db, &t.admin, second).await.unwrap();
    let bad = change(t, |draft| {
        let about = &mut draft.stages[1].about;
        about.team = Some(TeamId(Uuid::nil()));
        about.checklist = vec![item];
        about.tasks = vec![StageTask {
            kind: TaskKind::Call,
            title: Label::new("Call", ""),
            due_minutes: 60,
            assignee: TaskTaker::User(UserId(Uuid::nil())),
        }];
    });
    let bad = bad.await.unwrap_err();
    for (field, fault) in [
        ("stages.1.team", Fault::Unknown),
        ("stages.1.tasks.0.assignee", Fault::Unknown),
        ("stages.1.checklist.0.id", Fault::Taken),
    ] {
        assert_eq!(bad.fault_of(field), Some(fault), "{field}");
    }
    let nothing =
        SavePipeline { id: Some(PipelineId(Uuid::nil())), ..SavePipeline::from(&services(t).await) };
    assert_eq!(process::save(&t.db, &t.admin, nothing).await, Err(Problem::NotFound));
}
