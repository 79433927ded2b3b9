//! What stages ask for and make by themselves: proofs of every kind, checklists, waivers, automatic tasks.

use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::deal::Deal;
use domain::id::{CheckItemId, DealId};
use domain::pipeline::{CheckItem, DealField, Logging, Requirement, StageTask, TaskTaker};
use domain::task::{NewTask, TaskKind};
use domain::{Fault, Label, Problem, Refusal};
use store::{activities, deals, process, tasks, users};
use uuid::Uuid;

use crate::harness::{T, both};
use crate::process::change;
use crate::sales::{deal, drafted, rows, rub, send, shown, statements, to_place};

both!(
    every_missing_item_is_named_and_every_proof_counts,
    what_happened_to_the_lead_counts_for_the_deal,
    ticks_are_the_deals_and_those_who_may_change_it,
    any_requirement_can_be_waived_and_says_which,
    a_stage_gives_its_tasks_to_whom_it_says,
    a_task_that_still_waits_is_not_made_again,
);

fn measured() -> CheckItem {
    CheckItem { id: CheckItemId(Uuid::from_u128(9)), text: Label::new("Measured", "Замер сделан") }
}

/// The first stage has a checklist and wants two fields before one goes on; the second wants one of each other kind.
async fn demanding(t: &T) {
    change(t, |draft| {
        let first = &mut draft.stages[0].about;
        first.checklist = vec![measured()];
        first.leave = vec![Requirement::Field(DealField::Amount), Requirement::Field(DealField::Contact)];
        draft.stages[1].about.enter = vec![
            Requirement::Task(TaskKind::Call),
            Requirement::Activity(Logging::Call),
            Requirement::Item(measured().id),
            Requirement::OfferSent,
        ];
    })
    .await
    .unwrap();
}

async fn call(t: &T, on: Subject, outcome: CallOutcome) {
    let what =
        Logged::Call(CallLog { direction: Direction::Outgoing, outcome, minutes: 1, note: String::new() });
    activities::log(&t.db, &t.admin, LogActivity { on, what, next: None }).await.unwrap();
}

async fn finished_task(t: &T, id: DealId, kind: TaskKind) {
    let on = Subject::Deal(id);
    let new = NewTask { kind, title: "x".into(), due_at: t.clock.now(), assignee: None, on };
    let task = tasks::create(&t.db, &t.admin, new).await.unwrap();
    tasks::finish(&t.db, &t.admin, task, 1).await.unwrap();
}

async fn refused(t: &T, id: DealId) -> Vec<Refusal> {
    match to_place(t, &t.admin, id, 1).await {
        Err(Problem::Refused { reasons }) => reasons,
        other => panic!("must be refused: {other:?}"),
    }
}

async fn every_missing_item_is_named_and_every_proof_counts(t: &T) {
    demanding(t).await;
    let id = deal(t, &t.admin, "Склад", Some(rub(100))).await;
    let item = Refusal::ItemOpen { item: measured().id, text: measured().text };
    let all = [
        Refusal::FieldEmpty(DealField::Contact),
        Refusal::TaskNeeded(TaskKind::Call),
        Refusal::ActivityNeeded(Logging::Call),
        item,
        Refusal::OfferSent,
    ];
    assert_eq!(refused(t, id).await, all);

    // Half of it: nobody answered, another kind of task, a draft of an offer.
    call(t, Subject::Deal(id), CallOutcome::NoAnswer).await;
    finished_task(t, id, TaskKind::Mail).await;
    let offer = drafted(t, &t.admin, id).await;
    assert_eq!(refused(t, id).await, all);

    call(t, Subject::Deal(id), CallOutcome::Reached).await;
    finished_task(t, id, TaskKind::Call).await;
    send(t, &t.admin, offer).await.unwrap();
    process::tick(&t.db, &t.admin, id, measured().id, true).await.unwrap();
    assert_eq!(refused(t, id).await, all[..1]);
    let contact = Requirement::Field(DealField::Contact);
    deals::waive(&t.db, &t.admin, id, contact, "an old customer").await.unwrap();
    to_place(t, &t.admin, id, 1).await.unwrap();

    let evidence = shown(t, id).await.evidence;
    assert!(evidence.offer_sent && !evidence.offer_accepted && !evidence.feedback_asked);
    assert_eq!(evidence.filled, [DealField::Amount, DealField::Owner]);
    assert_eq!((evidence.ticked, evidence.logged), (vec![measured().id], vec![Logging::Call]));
    assert_eq!(evidence.waived, [contact]);
    assert!(evidence.tasks_done.contains(&TaskKind::Call) && evidence.tasks_done.contains(&TaskKind::Mail));
    assert!(statements(t, async || shown(t, id).await).await <= 4);
    // Going back asks for nothing.
    process::tick(&t.db, &t.admin, id, measured().id, false).await.unwrap();
    to_place(t, &t.admin, id, 0).await.unwrap();
}

async fn what_happened_to_the_lead_counts_for_the_deal(t: &T) {
    let made = t.client(&t.admin, "Анна", "+7 921 555-01-01", "").await;
    let asked = Requirement::Activity(Logging::Note);
    change(t, |draft| draft.stages[1].about.enter = vec![asked]).await.unwrap();
    assert_eq!(refused(t, made.deal).await, [Refusal::ActivityNeeded(Logging::Note)]);
    let lead = shown(t, made.deal).await.lead.unwrap();
    let what = Logged::Note { text: "Спрашивала о сроках".into() };
    let note = LogActivity { on: Subject::Lead(lead), what, next: None };
    activities::log(&t.db, &t.admin, note).await.unwrap();
    to_place(t, &t.admin, made.deal, 1).await.unwrap();
}

async fn ticks_are_the_deals_and_those_who_may_change_it(t: &T) {
    demanding(t).await;
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let id = deal(t, &rep, "Склад", None).await;
    let tick = async |actor: &Actor, item, done| process::tick(&t.db, actor, id, item, done).await;
    assert_eq!(tick(&stranger, measured().id, true).await, Err(Problem::NotFound));
    assert_eq!(tick(&mate, measured().id, true).await, Err(Problem::Forbidden));
    let unknown = tick(&rep, CheckItemId(Uuid::nil()), true).await.unwrap_err();
    assert_eq!(unknown.fault_of("item"), Some(Fault::Unknown));
    assert_eq!(rows(t, "deal_ticks").await, 0);
    for _ in 0..2 {
        tick(&rep, measured().id, true).await.unwrap();
    }
    assert_eq!(shown(t, id).await.evidence.ticked, [measured().id]);
    for _ in 0..2 {
        tick(&rep, measured().id, false).await.unwrap();
    }
    assert_eq!(shown(t, id).await.evidence.ticked, []);
    assert_eq!(rows(t, "audit_entries WHERE action IN ('tick', 'untick') AND entity = 'deal'").await, 2);
}

async fn any_requirement_can_be_waived_and_says_which(t: &T) {
    demanding(t).await;
    let id = deal(t, &t.admin, "Склад", Some(rub(100))).await;
    let unknown = Requirement::Item(CheckItemId(Uuid::nil()));
    let unknown = deals::waive(&t.db, &t.admin, id, unknown, "hurry").await.unwrap_err();
    assert_eq!(unknown.fault_of("item"), Some(Fault::Unknown));
    let asked = [
        Requirement::Field(DealField::Contact),
        Requirement::Task(TaskKind::Call),
        Requirement::Activity(Logging::Call),
        Requirement::Item(measured().id),
        Requirement::OfferSent,
    ];
    for requirement in asked {
        deals::waive(&t.db, &t.admin, id, requirement, "an old customer").await.unwrap();
    }
    to_place(t, &t.admin, id, 1).await.unwrap();
    let after = shown(t, id).await;
    assert_eq!((after.waivers.len(), after.evidence.waived.len()), (5, 5));
    assert!(asked.iter().all(|asked| after.waivers.iter().any(|waiver| waiver.requirement == *asked)));
}

fn task(kind: TaskKind, title: Label, due_minutes: i32, assignee: TaskTaker) -> StageTask {
    StageTask { kind, title, due_minutes, assignee }
}

/// Title, assignee and minutes until it is due of each open task.
fn waiting(t: &T, deal: &Deal) -> Vec<(String, String, i64)> {
    let told = |task: &domain::task::Task| {
        let name = task.assignee.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        (task.title.clone(), name, (task.due_at - t.clock.now()).num_minutes())
    };
    deal.tasks.iter().map(told).collect()
}

async fn a_stage_gives_its_tasks_to_whom_it_says(t: &T) {
    let head = t.user("Head", Role::HeadOfSales, None).await;
    let team = users::add_team(&t.db, &t.admin, "Север", Some(head.id)).await.unwrap().id;
    let rep = t.user("Rep", Role::SalesRep, Some(team)).await.actor();
    // Somebody of another team does not see the deal, and is told nothing of it.
    let south = t.team("Юг").await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    change(t, |draft| {
        let back = Label::new("Call back", "Перезвонить");
        draft.stages[1].about.tasks = vec![
            task(TaskKind::Call, back.clone(), 60, TaskTaker::Owner),
            task(TaskKind::Document, Label::new("Approve", "Согласовать"), 90, TaskTaker::Head),
            task(TaskKind::Mail, back, 120, TaskTaker::User(t.admin.user.unwrap())),
            task(TaskKind::Other, Label::new("Measure", ""), 150, TaskTaker::User(stranger.id)),
        ];
    })
    .await
    .unwrap();
    let id = deal(t, &rep, "Склад", None).await;
    assert_eq!(waiting(t, &shown(t, id).await), []);
    t.pass(TimeDelta::days(1));
    to_place(t, &rep, id, 1).await.unwrap();
    let told = |title: &str, name: &str, minutes| (title.to_owned(), name.to_owned(), minutes);
    assert_eq!(
        waiting(t, &shown(t, id).await),
        [
            told("Call back", "Rep", 60),
            told("Approve", "Head", 90),
            told("Перезвонить", "Анна Белова", 120),
            told("Measure", "Rep", 150),
        ]
    );
    assert_eq!(rows(t, "activities WHERE kind = 'task_made'").await, 4);
}

async fn a_task_that_still_waits_is_not_made_again(t: &T) {
    change(t, |draft| {
        let call = task(TaskKind::Call, Label::new("Call back", ""), 60, TaskTaker::Owner);
        draft.stages[0].about.tasks = vec![call.clone()];
        draft.stages[1].about.tasks = vec![call];
    })
    .await
    .unwrap();
    let id = deal(t, &t.admin, "Склад", None).await;
    to_place(t, &t.admin, id, 1).await.unwrap();
    to_place(t, &t.admin, id, 0).await.unwrap();
    let tasks = shown(t, id).await.tasks;
    assert_eq!(tasks.len(), 1);
    tasks::finish(&t.db, &t.admin, tasks[0].id, 1).await.unwrap();
    to_place(t, &t.admin, id, 1).await.unwrap();
    assert_eq!(shown(t, id).await.tasks.len(), 1);
    assert_eq!(rows(t, "tasks").await, 2);
}
