//! What people log and plan: activities, tasks, and today's queue.

use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::activity::{CallLog, CallOutcome, Direction, Happening, LogActivity, Logged, NextStep, Subject};
use domain::id::{LeadId, TaskId};
use domain::lead::{Lead, LeadStatus};
use domain::task::{NewTask, Task, TaskKind};
use domain::zone::Zone;
use domain::{Fault, Problem, Refusal};
use store::{activities, leads, settings, tasks, today};

use crate::harness::{T, both};

both!(
    a_logged_call_is_the_first_response,
    nobody_answering_leaves_the_call_to_be_made,
    the_next_step_is_saved_with_what_was_logged,
    bad_entries_are_named_and_nothing_is_logged,
    only_who_may_change_a_record_logs_on_it,
    a_timeline_has_pages,
    a_task_is_made_moved_and_finished,
    a_first_call_ticked_off_is_a_call_made,
    a_task_is_given_to_those_only_who_see_its_record,
    another_teams_tasks_are_not_found,
    today_is_the_queue_of_the_day,
    today_shows_no_record_that_is_out_of_reach,
);

fn call(outcome: CallOutcome) -> Logged {
    Logged::Call(CallLog {
        direction: Direction::Outgoing, outcome, minutes: 5, note: "поговорили".into()
    })
}

async fn log(t: &T, actor: &Actor, on: Subject, what: Logged) -> Result<(), Problem> {
    activities::log(&t.db, actor, LogActivity { on, what, next: None }).await
}

async fn lead(t: &T, id: LeadId) -> Lead {
    leads::show(&t.db, &t.admin, id).await.unwrap()
}

async fn open(t: &T, on: Subject) -> Vec<Task> {
    tasks::open_on(&t.db, &t.admin, on).await.unwrap()
}

fn plan(on: Subject, title: &str, t: &T, hours: i64) -> NewTask {
    NewTask {
        kind: TaskKind::Call,
        title: title.into(),
        due_at: t.clock.now() + TimeDelta::hours(hours),
        assignee: None,
        on,
    }
}

async fn a_logged_call_is_the_first_response(t: &T) {
    let id = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    t.pass(TimeDelta::minutes(10));
    let first = t.clock.now();
    log(t, &t.admin, Subject::Lead(id), call(CallOutcome::Reached)).await.unwrap();
    let row = lead(t, id).await;
    assert_eq!(
        (row.status, row.first_response_at, row.call_due_at),
        (LeadStatus::Working, Some(first), None)
    );
    assert!(open(t, Subject::Lead(id)).await.is_empty());
    t.pass(TimeDelta::minutes(10));
    log(t, &t.admin, Subject::Lead(id), call(CallOutcome::Reached)).await.unwrap();
    assert_eq!(lead(t, id).await.first_response_at, Some(first), "the first one counts");
    let story = activities::timeline(&t.db, &t.admin, Subject::Lead(id), None).await.unwrap();
    assert_eq!(story.count, 3);
    assert_eq!(story.rows[0].who.as_ref().map(|who| who.id), t.admin.user);
    assert!(matches!(&story.rows[0].what, Happening::Call(call) if call.note == "поговорили"));
}

async fn nobody_answering_leaves_the_call_to_be_made(t: &T) {
    let id = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    log(t, &t.admin, Subject::Lead(id), call(CallOutcome::NoAnswer)).await.unwrap();
    let row = lead(t, id).await;
    assert_eq!((row.status, row.first_response_at.is_some()), (LeadStatus::Working, true));
    assert!(row.call_due_at.is_some());
    assert_eq!(open(t, Subject::Lead(id)).await[0].kind, TaskKind::FirstCall);
    log(t, &t.admin, Subject::Lead(id), call(CallOutcome::WrongNumber)).await.unwrap();
    assert!(open(t, Subject::Lead(id)).await.is_empty());

    let id = t.lead(&t.admin, "Пётр", "+79215550139").await;
    log(t, &t.admin, Subject::Lead(id), Logged::Note { text: "думает".into() }).await.unwrap();
    assert_eq!(lead(t, id).await.status, LeadStatus::New, "a note is no call");
    log(t, &t.admin, Subject::Lead(id), Logged::Meeting { text: "у них".into() }).await.unwrap();
    assert!(open(t, Subject::Lead(id)).await.is_empty());
}

async fn the_next_step_is_saved_with_what_was_logged(t: &T) {
    let client = t.client(&t.admin, "Анна Ветрова", "+79215550138", "ООО «Ветер»").await;
    let due_at = t.clock.now() + TimeDelta::days(1);
    let next = Some(NextStep { kind: TaskKind::Mail, title: "Выслать  КП".into(), due_at });
    let on = Subject::Deal(client.deal);
    activities::log(&t.db, &t.admin, LogActivity { on, what: call(CallOutcome::Reached), next })
        .await
        .unwrap();
    let tasks = open(t, on).await;
    let mail = tasks.iter().find(|task| task.kind == TaskKind::Mail).unwrap();
    assert_eq!((mail.title.as_str(), mail.due_at, mail.deal), ("Выслать КП", due_at, Some(client.deal)));
    assert_eq!(mail.assignee.as_ref().map(|who| who.id), t.admin.user);
    // What happened to the deal is on the client's timelines too.
    for on in [Subject::Contact(client.contact), Subject::Account(client.account.unwrap())] {
        let story = activities::timeline(&t.db, &t.admin, on, None).await.unwrap();
        assert!(story.rows.iter().any(|a| a.what.code() == "call"), "{on:?}");
    }
}

async fn bad_entries_are_named_and_nothing_is_logged(t: &T) {
    let id = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    let on = Subject::Lead(id);
    let endless = Logged::Call(CallLog {
        direction: Direction::Incoming,
        outcome: CallOutcome::Reached,
        minutes: 1441,
        note: "x".repeat(4001),
    });
    let next = Some(NextStep { kind: TaskKind::FirstCall, title: " ".into(), due_at: t.clock.now() });
    let problem =
        activities::log(&t.db, &t.admin, LogActivity { on, what: endless, next }).await.unwrap_err();
    assert_eq!(
        ["minutes", "note", "next_title", "kind"].map(|field| problem.fault_of(field)),
        [Some(Fault::OutOfRange), Some(Fault::TooLong(4000)), Some(Fault::Required), Some(Fault::Unknown)]
    );
    let empty = log(t, &t.admin, on, Logged::Note { text: " \n ".into() }).await;
    assert_eq!(empty, Err(Problem::field("text", Fault::Required)));
    assert_eq!(activities::timeline(&t.db, &t.admin, on, None).await.unwrap().count, 1);
    assert_eq!(lead(t, id).await.status, LeadStatus::New);
}

async fn only_who_may_change_a_record_logs_on_it(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let mine = t.user("Boris", Role::SalesRep, Some(north)).await.actor();
    let colleague = t.user("Clara", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Dmitri", Role::SalesRep, Some(south)).await.actor();
    let client = t.client(&mine, "Анна Ветрова", "+79215550138", "ООО «Ветер»").await;
    let lead = t.lead(&mine, "Пётр", "+79215550139").await;
    for on in [
        Subject::Lead(lead),
        Subject::Deal(client.deal),
        Subject::Contact(client.contact),
        Subject::Account(client.account.unwrap()),
    ] {
        // Even with nothing to log: rights come before input.
        let empty = || Logged::Note { text: String::new() };
        assert_eq!(log(t, &stranger, on, empty()).await, Err(Problem::NotFound), "{on:?}");
        assert_eq!(log(t, &colleague, on, empty()).await, Err(Problem::Forbidden), "{on:?}");
        let new = plan(on, "x", t, 1);
        assert_eq!(tasks::create(&t.db, &stranger, new.clone()).await, Err(Problem::NotFound));
        assert_eq!(tasks::create(&t.db, &colleague, new).await, Err(Problem::Forbidden));
        let story = activities::timeline(&t.db, &stranger, on, None).await;
        assert_eq!(story.map(|page| page.count), Err(Problem::NotFound), "{on:?}");
        log(t, &mine, on, Logged::Note { text: "своё".into() }).await.unwrap();
    }
}

async fn a_timeline_has_pages(t: &T) {
    let id = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    for i in 0..60 {
        log(t, &t.admin, Subject::Lead(id), Logged::Note { text: format!("{i}") }).await.unwrap();
    }
    let before = t.db.statements();
    let first = activities::timeline(&t.db, &t.admin, Subject::Lead(id), None).await.unwrap();
    assert!(t.db.statements() - before <= 3);
    assert_eq!((first.rows.len(), first.count), (50, 61));
    let second =
        activities::timeline(&t.db, &t.admin, Subject::Lead(id), first.next.as_deref()).await.unwrap();
    assert_eq!((second.rows.len(), second.next.as_deref()), (11, None));
    let texts: Vec<_> = first.rows.iter().chain(&second.rows).map(|a| a.what.clone()).collect();
    let expected: Vec<_> = (0..60)
        .rev()
        .map(|i| Happening::Note { text: format!("{i}") })
        .chain([Happening::LeadEntered])
        .collect();
    assert_eq!(texts, expected);
    let bad = activities::timeline(&t.db, &t.admin, Subject::Lead(id), Some("x")).await;
    assert_eq!(bad.map(|page| page.count), Err(Problem::field("cursor", Fault::Unknown)));
}

async fn a_task_is_made_moved_and_finished(t: &T) {
    let client = t.client(&t.admin, "Анна Ветрова", "+79215550138", "").await;
    let on = Subject::Deal(client.deal);
    let id = tasks::create(&t.db, &t.admin, plan(on, "Перезвонить", t, 3)).await.unwrap();
    let later = t.clock.now() + TimeDelta::days(2);
    tasks::reschedule(&t.db, &t.admin, id, 1, later).await.unwrap();
    let task = open(t, on).await.into_iter().find(|task| task.id == id).unwrap();
    assert_eq!((task.due_at, task.version), (later, 2));
    assert_eq!(tasks::finish(&t.db, &t.admin, id, 1).await, Err(Problem::Conflict { version: 2 }));
    tasks::finish(&t.db, &t.admin, id, 2).await.unwrap();
    assert!(open(t, on).await.iter().all(|task| task.id != id));
    let done = Problem::refused(Refusal::TaskDone);
    assert_eq!(tasks::finish(&t.db, &t.admin, id, 3).await, Err(done.clone()));
    assert_eq!(tasks::reschedule(&t.db, &t.admin, id, 3, later).await, Err(done));
    assert_eq!(tasks::finish(&t.db, &t.admin, TaskId(uuid::Uuid::nil()), 1).await, Err(Problem::NotFound));
    let story = activities::timeline(&t.db, &t.admin, on, None).await.unwrap();
    let codes: Vec<_> = story.rows.iter().map(|a| a.what.code()).collect();
    assert!(codes.contains(&"task_made") && codes.contains(&"task_done"), "{codes:?}");
    let empty = tasks::create(&t.db, &t.admin, plan(on, "  ", t, 1)).await;
    assert_eq!(empty, Err(Problem::field("title", Fault::Required)));
}

async fn a_first_call_ticked_off_is_a_call_made(t: &T) {
    let id = t.lead(&t.admin, "Анна Ветрова", "+79215550138").await;
    let task = open(t, Subject::Lead(id)).await.remove(0);
    let later = t.clock.now() + TimeDelta::hours(4);
    tasks::reschedule(&t.db, &t.admin, task.id, 1, later).await.unwrap();
    assert_eq!(lead(t, id).await.call_due_at, Some(later));
    tasks::finish(&t.db, &t.admin, task.id, 2).await.unwrap();
    let row = lead(t, id).await;
    assert_eq!((row.status, row.call_due_at), (LeadStatus::Working, None));
    assert_eq!(row.first_response_at, Some(t.clock.now()));
}

async fn a_task_is_given_to_those_only_who_see_its_record(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let colleague = t.user("Clara", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Dmitri", Role::SalesRep, Some(south)).await;
    let mine = t.user("Boris", Role::SalesRep, Some(north)).await.actor();
    let on = Subject::Lead(t.lead(&mine, "Анна Ветрова", "+79215550138").await);
    let give =
        async |to| tasks::create(&t.db, &mine, NewTask { assignee: Some(to), ..plan(on, "x", t, 1) }).await;
    assert_eq!(give(stranger.id).await, Err(Problem::field("assignee", Fault::Unknown)));
    let id = give(colleague.id).await.unwrap();
    tasks::finish(&t.db, &colleague.actor(), id, 1).await.unwrap();
}

async fn another_teams_tasks_are_not_found(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let mine = t.user("Boris", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Dmitri", Role::SalesRep, Some(south)).await.actor();
    let lead = t.lead(&mine, "Анна Ветрова", "+79215550138").await;
    let task = open(t, Subject::Lead(lead)).await.remove(0);
    assert_eq!(tasks::finish(&t.db, &stranger, task.id, 1).await, Err(Problem::NotFound));
    assert_eq!(tasks::reschedule(&t.db, &stranger, task.id, 9, t.clock.now()).await, Err(Problem::NotFound));
}

async fn today_is_the_queue_of_the_day(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, None).await.actor();
    // Moscow: it is noon there.
    let zone = Zone { name: "Europe/Moscow".into(), offsets: vec![(0, 10_800)] };
    let waiting = t.lead(&rep, "Ждёт звонка", "+79215550101").await;
    t.lead(&t.admin, "Чужой", "+79215550102").await;
    t.lead(&Actor::SYSTEM, "Ничей", "+79215550103").await;
    let client = t.client(&rep, "Анна Ветрова", "8 921 555-01-38", "ООО «Ветер»").await;
    let on = Subject::Deal(client.deal);
    for (title, hours) in [("overdue", -20), ("tonight", 11), ("tomorrow", 13), ("next month", 24 * 30)] {
        tasks::create(&t.db, &rep, plan(on, title, t, hours)).await.unwrap();
    }
    log(t, &rep, on, call(CallOutcome::Reached)).await.unwrap();
    log(t, &rep, on, Logged::Meeting { text: "у них".into() }).await.unwrap();

    let before = t.db.statements();
    let queue = today::show(&t.db, &rep, &zone).await.unwrap();
    assert!(t.db.statements() - before <= 4, "{}", t.db.statements() - before);
    let names: Vec<_> = queue.first_calls.iter().map(|lead| lead.name.as_str()).collect();
    assert_eq!(names, ["Ждёт звонка", "Ничей"]);
    assert_eq!(queue.first_calls[0].id, waiting);
    let titles = |tasks: &[domain::today::TodayTask]| -> Vec<String> {
        tasks.iter().map(|item| item.task.title.clone()).collect()
    };
    assert_eq!(titles(&queue.overdue), ["overdue"]);
    // The first call of the converted lead is still to be made, in an hour.
    assert_eq!(titles(&queue.today), ["Анна Ветрова", "tonight"]);
    assert_eq!(titles(&queue.later), ["tomorrow"]);
    let about = queue.overdue[0].about.as_ref().unwrap();
    assert_eq!((about.title.as_str(), about.client.as_str()), ("Deal of Анна Ветрова", "ООО «Ветер»"));
    assert_eq!((about.phone.as_str(), about.deal), ("8 921 555-01-38", Some(client.deal)));
    assert_eq!((queue.done.calls, queue.done.meetings, queue.done.tasks), (1, 1, 0));

    t.pass(TimeDelta::hours(12));
    let next_day = today::show(&t.db, &rep, &zone).await.unwrap();
    assert_eq!((next_day.done.calls, titles(&next_day.today)), (0, vec!["tomorrow".to_owned()]));
    assert_eq!(today::show(&t.db, &Actor::SYSTEM, &zone).await, Err(Problem::SignedOut));
}

async fn today_shows_no_record_that_is_out_of_reach(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Boris", Role::SalesRep, Some(north)).await;
    let other = t.user("Dmitri", Role::SalesRep, Some(south)).await;
    let head = t.user("Helen", Role::HeadOfSales, None).await.actor();
    let lead = t.lead(&rep.actor(), "Анна Ветрова", "+79215550138").await;
    let helper = t.user("Clara", Role::SalesRep, Some(north)).await;
    let task = NewTask { assignee: Some(helper.id), ..plan(Subject::Lead(lead), "Помочь", t, 1) };
    tasks::create(&t.db, &rep.actor(), task).await.unwrap();
    let seen =
        async || today::show(&t.db, &helper.actor(), &Zone::default()).await.unwrap().today.remove(0).about;
    assert_eq!(seen().await.unwrap().phone, "+79215550138");
    leads::assign(&t.db, &head, lead, 1, other.id).await.unwrap();
    assert_eq!(seen().await, None, "the lead went to another team");
    assert_eq!(settings::people(&t.db, &head).await.unwrap().len(), 5);
}
