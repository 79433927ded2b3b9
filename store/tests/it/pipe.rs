//! The pipe: what people do through the use cases leaks where it should, and every figure opens its deals.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::access::{Actor, Role};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::deal::DealFilter;
use domain::funnel::{FunnelFilter, Step};
use domain::id::{CheckItemId, DealId, StageId};
use domain::lead::ConvertLead;
use domain::pipe::{LeakKind, Leaky, Pipe, PipeFilter, Run};
use domain::pipeline::{CheckItem, Requirement, Stage};
use domain::task::{NewTask, TaskKind};
use domain::{Fault, Label, Problem};
use store::users::EditTeam;
use store::{activities, deals, leads, process, reports, tasks, users};
use uuid::Uuid;

use crate::harness::{T, both};
use crate::process::{change, services};
use crate::sales::{deal, lose, rub, shown, statements, to_place, waive_all, win};

both!(
    every_leak_is_found_once_and_opens_its_deals,
    the_process_may_change_without_a_leak,
    figures_are_those_of_the_funnel,
    a_rep_sees_their_own_and_a_head_the_teams,
    a_period_stands_beside_the_one_before,
    many_deals_cost_no_more_statements,
);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn plan(t: &T, actor: &Actor, id: DealId) {
    let due_at = t.clock.now() + TimeDelta::days(1);
    let new =
        NewTask { kind: TaskKind::Mail, title: "x".into(), due_at, assignee: None, on: Subject::Deal(id) };
    tasks::create(&t.db, actor, new).await.unwrap();
}

async fn call(t: &T, on: Subject) {
    let what = Logged::Call(CallLog {
        direction: Direction::Outgoing,
        outcome: CallOutcome::Reached,
        minutes: 1,
        note: String::new(),
    });
    activities::log(&t.db, &t.admin, LogActivity { on, what, next: None }).await.unwrap();
}

/// A deal for which something is planned, in the stage of that place.
async fn planned(t: &T, title: &str, place: usize) -> DealId {
    let id = deal(t, &t.admin, title, Some(rub(100))).await;
    plan(t, &t.admin, id).await;
    for place in 1..=place {
        to_place(t, &t.admin, id, place).await.unwrap();
    }
    id
}

async fn pipe(t: &T, actor: &Actor) -> Pipe {
    reports::pipe(&t.db, actor, PipeFilter::default()).await.unwrap()
}

/// The deals of each kind by their titles.
async fn leaks(t: &T) -> BTreeMap<LeakKind, Vec<String>> {
    let mut found: BTreeMap<LeakKind, Vec<String>> = BTreeMap::new();
    for kind in LeakKind::ALL {
        let titles = listed(t, &t.admin, Leaky { kind, stage: None, unowned: false }).await;
        if !titles.is_empty() {
            found.insert(kind, titles);
        }
    }
    found
}

async fn listed(t: &T, actor: &Actor, leak: Leaky) -> Vec<String> {
    let filter = DealFilter { leak: Some(leak), ..DealFilter::default() };
    let rows = deals::list(&t.db, actor, filter).await.unwrap().rows;
    let mut titles: Vec<String> = rows.into_iter().map(|row| row.title).collect();
    titles.sort();
    titles
}

async fn lead_answered_after(t: &T, title: &str, minutes: i64) -> DealId {
    let lead = t.lead(&t.admin, title, "+7 921 555-01-38").await;
    t.pass(TimeDelta::minutes(minutes));
    call(t, Subject::Lead(lead)).await;
    let proposed = leads::propose(&t.db, &t.admin, lead).await.unwrap();
    let convert = ConvertLead {
        lead,
        version: proposed.version,
        contact: None,
        contact_name: title.into(),
        account: None,
        account_name: String::new(),
        deal_title: title.into(),
        amount: None,
        pipeline: None,
    };
    let id = leads::convert(&t.db, &t.admin, convert).await.unwrap().deal;
    plan(t, &t.admin, id).await;
    id
}

fn measured() -> CheckItem {
    CheckItem { id: CheckItemId(Uuid::from_u128(9)), text: Label::new("Measured", "Замер сделан") }
}

/// One deal for each way to leave the process, and some that keep to it.
async fn story(t: &T) {
    planned(t, "idle", 0).await;
    t.pass(TimeDelta::days(15));

    planned(t, "straight", 3).await;
    lead_answered_after(t, "answered", 60).await;
    lead_answered_after(t, "late", 61).await;
    let skipped = planned(t, "skipped", 0).await;
    to_place(t, &t.admin, skipped, 2).await.unwrap();
    let back = planned(t, "back", 2).await;
    to_place(t, &t.admin, back, 1).await.unwrap();
    deal(t, &t.admin, "nothing planned", None).await;
    let waived = planned(t, "waived", 0).await;
    deals::waive(&t.db, &t.admin, waived, Requirement::OfferAccepted, "an old customer").await.unwrap();
    let silent = planned(t, "silent", 1).await;
    lose(t, &t.admin, silent).await.unwrap();
    let talked = planned(t, "talked", 1).await;
    call(t, Subject::Deal(talked)).await;
    lose(t, &t.admin, talked).await.unwrap();

    // From now on the second stage wants a tick and a call that was planned.
    change(t, |draft| {
        draft.stages[0].about.checklist = vec![measured()];
        draft.stages[1].about.enter =
            vec![Requirement::Item(measured().id), Requirement::Task(TaskKind::Call)];
    })
    .await
    .unwrap();
    for (title, overdue) in [("unticked", false), ("overdue", true)] {
        let id = planned(t, title, 0).await;
        let due_at = t.clock.now() - TimeDelta::hours(i64::from(overdue));
        let on = Subject::Deal(id);
        let new = NewTask { kind: TaskKind::Call, title: "x".into(), due_at, assignee: None, on };
        let task = tasks::create(&t.db, &t.admin, new).await.unwrap();
        tasks::finish(&t.db, &t.admin, task, 1).await.unwrap();
        process::tick(&t.db, &t.admin, id, measured().id, true).await.unwrap();
        t.pass(TimeDelta::seconds(1));
        to_place(t, &t.admin, id, 1).await.unwrap();
        if !overdue {
            process::tick(&t.db, &t.admin, id, measured().id, false).await.unwrap();
        }
    }
}

async fn every_leak_is_found_once_and_opens_its_deals(t: &T) {
    story(t).await;
    let wanted = [
        (LeakKind::LateFirstResponse, "late"),
        (LeakKind::SkippedStage, "skipped"),
        (LeakKind::MissingRequiredStep, "unticked"),
        (LeakKind::LateRequiredStep, "overdue"),
        (LeakKind::BackwardMove, "back"),
        (LeakKind::IdleBeyondLimit, "idle"),
        (LeakKind::NoNextStep, "nothing planned"),
        (LeakKind::Waiver, "waived"),
        (LeakKind::LostWithoutTalking, "silent"),
    ];
    let wanted: BTreeMap<_, _> =
        wanted.into_iter().map(|(kind, title)| (kind, vec![title.to_owned()])).collect();
    assert_eq!(leaks(t).await, wanted);

    let found = pipe(t, &t.admin).await;
    assert_eq!(found.run, Run { deals: 12, straight: 3 });
    assert_eq!(found.kinds, LeakKind::ALL.map(|kind| (kind, 1)));
    assert_eq!((found.managers.len(), found.drops()), (1, 9));
    assert_eq!((found.managers[0].run, &found.managers[0].kinds), (found.run, &found.kinds));
    // Each drop opens what dripped there, and only that.
    for spot in &found.spots {
        let leak = Leaky { kind: spot.kind, stage: spot.stage, unowned: false };
        assert_eq!(listed(t, &t.admin, leak).await.len() as u64, spot.deals, "{spot:?}");
    }
    let elsewhere = Leaky { kind: LeakKind::SkippedStage, stage: Some(found.stages[0].id), unowned: false };
    assert_eq!(listed(t, &t.admin, elsewhere).await, Vec::<String>::new());
    let nobodys = Leaky { kind: LeakKind::SkippedStage, stage: None, unowned: true };
    assert_eq!(listed(t, &t.admin, nobodys).await, Vec::<String>::new());

    let rows = reports::pipe_leaks(&t.db, &t.admin, PipeFilter::default()).await.unwrap();
    let kinds: Vec<LeakKind> = rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, LeakKind::ALL);
    assert!(rows.iter().all(|row| row.deals.len() == 1 && row.manager.is_some()), "{rows:?}");
}

async fn the_process_may_change_without_a_leak(t: &T) {
    let before = services(t).await;
    let id = planned(t, "moved", 2).await;
    t.pass(TimeDelta::minutes(1));
    // The stage that it stands in goes, and a new one stands before the next.
    let (gone, next) = (before.stages[2].id, before.stages[3].id);
    let added = StageId(Uuid::from_u128(77));
    change(t, |draft| {
        draft.stages.retain(|stage| stage.id != gone);
        let place = draft.stages.iter().position(|stage| stage.id == next).unwrap();
        let name = Label::new("Check", "Проверка");
        draft.stages.insert(place, Stage { id: added, name, ..before.stages[1].clone() });
        draft.moves = vec![(gone, next)];
    })
    .await
    .unwrap();
    assert_eq!(shown(t, id).await.stage, next);
    t.pass(TimeDelta::minutes(1));
    let stages = services(t).await.stages;
    let last = stages.iter().position(|stage| stage.id == next).unwrap() + 1;
    to_place(t, &t.admin, id, last).await.unwrap();
    assert_eq!(leaks(t).await, BTreeMap::new());
    // From now on the new one is skipped by whoever skips it.
    let late = planned(t, "later", 1).await;
    to_place(t, &t.admin, late, last).await.unwrap();
    let kinds: Vec<LeakKind> = leaks(t).await.into_keys().collect();
    assert_eq!(kinds, [LeakKind::SkippedStage]);
    let here = Leaky { kind: LeakKind::SkippedStage, stage: Some(added), unowned: false };
    assert_eq!(listed(t, &t.admin, here).await, ["later"]);
}

async fn figures_are_those_of_the_funnel(t: &T) {
    story(t).await;
    let won = planned(t, "won", 0).await;
    waive_all(t, won).await;
    win(t, &t.admin, won).await.unwrap();
    let found = pipe(t, &t.admin).await;
    let funnel = reports::funnel(&t.db, &t.admin, FunnelFilter::default()).await.unwrap();
    let stages = funnel.rows.iter().filter(|row| matches!(row.step, Step::Stage(_)));
    for (stage, row) in found.stages.iter().zip(stages) {
        assert_eq!((stage.reached, &stage.sums, stage.lost), (row.count, &row.sums, row.lost), "{stage:?}");
        assert_eq!(stage.stay, row.stay, "{stage:?}");
        assert_eq!(stage.went_on() + stage.here + stage.lost, stage.reached, "{stage:?}");
    }
    assert_eq!((found.won, &found.won_sums), (funnel.won.count, &funnel.won.sums));
    let contact = found.first_contact.unwrap();
    assert_eq!((contact.leads, contact.converted), (funnel.rows[0].count, funnel.rows[1].count));
    assert_eq!(found.lost_for.iter().map(|(_, deals)| deals).sum::<u64>(), funnel.lost.count);
    assert_eq!(found.channels.iter().map(|(_, leads)| leads).sum::<u64>(), contact.leads);
}

async fn a_rep_sees_their_own_and_a_head_the_teams(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let delivery = t.user("Delivery", Role::Delivery, Some(north)).await.actor();
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    for user in [&rep, &mate, &stranger] {
        deal(t, &user.actor(), &user.name, Some(rub(10))).await;
    }
    let seen = async |actor: &Actor| {
        let found = pipe(t, actor).await;
        let people = found.managers.into_iter().filter_map(|manager| manager.person);
        let mut names: Vec<String> = people.map(|person| person.name).collect();
        names.sort();
        assert_eq!(found.run.deals, names.len() as u64);
        names
    };
    assert_eq!(seen(&rep.actor()).await, ["Rep"]);
    assert_eq!(seen(&mate.actor()).await, ["Mate"]);
    assert_eq!(seen(&t.admin).await, ["Mate", "Rep", "Stranger"]);
    assert_eq!(seen(&marketer).await, ["Mate", "Rep", "Stranger"]);
    let refused = reports::pipe(&t.db, &delivery, PipeFilter::default()).await;
    assert_eq!(refused.map(|pipe| pipe.run), Err(Problem::Forbidden));

    // Asking for somebody else's shows nothing, also in the list.
    let of_mate = PipeFilter { owner: Some(mate.id), ..PipeFilter::default() };
    assert_eq!(reports::pipe(&t.db, &rep.actor(), of_mate).await.unwrap().run.deals, 0);
    let leak = Leaky { kind: LeakKind::NoNextStep, stage: None, unowned: false };
    assert_eq!(listed(t, &rep.actor(), leak.clone()).await, ["Rep"]);

    let edit = EditTeam {
        id: north,
        version: 1,
        name: "Север".into(),
        head: Some(rep.id),
        members: vec![rep.id, mate.id],
    };
    users::edit_team(&t.db, &t.admin, edit).await.unwrap();
    assert_eq!(seen(&rep.actor()).await, ["Mate", "Rep"]);
    assert_eq!(listed(t, &rep.actor(), leak).await, ["Mate", "Rep"]);
    assert_eq!(seen(&mate.actor()).await, ["Mate"]);
    let of_team = PipeFilter { team: Some(south), ..PipeFilter::default() };
    assert_eq!(reports::pipe(&t.db, &t.admin, of_team).await.unwrap().run.deals, 1);
}

async fn a_period_stands_beside_the_one_before(t: &T) {
    planned(t, "straight before", 1).await;
    deal(t, &t.admin, "leaky before", None).await;
    t.pass(TimeDelta::days(10));
    planned(t, "now", 1).await;
    let (from, until) = (day("2026-12-04"), day("2026-12-13"));
    let filter = PipeFilter { from: Some(from), until: Some(until), ..PipeFilter::default() };
    let found = reports::pipe(&t.db, &t.admin, filter.clone()).await.unwrap();
    assert_eq!(found.run, Run { deals: 1, straight: 1 });
    let before = (day("2026-11-24"), day("2026-12-03"));
    assert_eq!(found.before, Some((before.0, before.1, Run { deals: 2, straight: 1 })));
    assert_eq!(pipe(t, &t.admin).await.before, None);
    // The list of a leak is of the same days.
    let list = DealFilter {
        opened_from: Some(before.0),
        opened_until: Some(before.1),
        leak: Some(Leaky { kind: LeakKind::NoNextStep, stage: None, unowned: false }),
        ..DealFilter::default()
    };
    assert_eq!(deals::list(&t.db, &t.admin, list).await.unwrap().count, 1);
    let absurd = PipeFilter { until: until.with_year(20_000), ..filter };
    let refused = reports::pipe(&t.db, &t.admin, absurd).await;
    assert_eq!(refused.map(|pipe| pipe.run), Err(Problem::field("until", Fault::OutOfRange)));
}

async fn many_deals_cost_no_more_statements(t: &T) {
    let taken = async || {
        let pipe = statements(t, async || pipe(t, &t.admin).await).await;
        let leak = Leaky { kind: LeakKind::NoNextStep, stage: None, unowned: false };
        (pipe, statements(t, async || listed(t, &t.admin, leak.clone()).await).await)
    };
    deal(t, &t.admin, "one", None).await;
    assert_eq!(taken().await, (2, 3));
    for _ in 0..20 {
        deal(t, &t.admin, "many", None).await;
    }
    assert_eq!(taken().await, (2, 3));
}
