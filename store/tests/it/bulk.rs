//! Many deals changed at once, what holds some of them back, and the way back.

use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::activity::{Happening, Subject};
use domain::bulk::{Batch, Bulk, BulkChange, MOST, UNDO_MINUTES};
use domain::deal::{DealFilter, DealStatus};
use domain::id::{DealId, UserId};
use domain::pipeline::StageKind;
use domain::task::{NewTask, TaskKind};
use domain::{Fault, Outcome, Problem, Refusal};
use store::{activities, deals, settings, tasks};

use crate::harness::{T, both};
use crate::sales::{deal, rows, rub, shown, to_place, waive_all};

both!(
    each_is_judged_by_itself_and_what_stays_is_listed,
    losing_asks_for_a_reason_and_can_be_taken_back,
    what_is_given_away_comes_back_with_its_tasks,
    what_was_touched_since_stays_as_it_is,
    a_batch_is_its_makers_and_for_ten_minutes,
    one_changes_what_one_may,
);

async fn bulk(t: &T, actor: &Actor, on: &[DealId], what: BulkChange) -> Outcome<Batch> {
    deals::bulk(&t.db, actor, Bulk { on: on.to_vec(), what }).await
}

async fn to(t: &T, id: DealId, place: usize) -> BulkChange {
    BulkChange::Move { to: shown(t, id).await.pipeline.stages[place].id, note: String::new() }
}

async fn losing(t: &T, note: &str) -> BulkChange {
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0].id;
    BulkChange::Lose { reason: Some(reason), note: note.into() }
}

/// The place of its stage.
async fn place(t: &T, id: DealId) -> usize {
    let deal = shown(t, id).await;
    deal.pipeline.place(deal.stage).unwrap()
}

async fn each_is_judged_by_itself_and_what_stays_is_listed(t: &T) {
    let ready = deal(t, &t.admin, "ready", Some(rub(1))).await;
    let not_yet = deal(t, &t.admin, "not yet", None).await;
    waive_all(t, ready).await;
    let winning = to(t, ready, 5).await;
    let batch = bulk(t, &t.admin, &[not_yet, ready], winning).await.unwrap();
    assert_eq!((batch.done, batch.left.len()), (1, 1));
    assert_eq!((batch.left[0].id, batch.left[0].title.as_str()), (not_yet, "not yet"));
    let missing = [Refusal::OfferAccepted, Refusal::ActsSigned, Refusal::FeedbackAsked];
    assert_eq!(batch.left[0].why, Problem::Refused { reasons: missing.to_vec() });
    assert_eq!((place(t, ready).await, place(t, not_yet).await), (5, 0));
    assert_eq!(deals::batch(&t.db, &t.admin, batch.id).await, Ok(batch));
    // Where they are already, nothing happens.
    let moves = rows(t, "stage_changes").await;
    let first = to(t, not_yet, 0).await;
    let nothing = bulk(t, &t.admin, &[not_yet], first).await.unwrap();
    assert_eq!((nothing.done, nothing.left.len()), (0, 0));
    assert_eq!(rows(t, "stage_changes").await, moves);
}

async fn losing_asks_for_a_reason_and_can_be_taken_back(t: &T) {
    let first = deal(t, &t.admin, "first", Some(rub(1))).await;
    let second = deal(t, &t.admin, "second", None).await;
    to_place(t, &t.admin, second, 2).await.unwrap();
    let none = BulkChange::Lose { reason: None, note: String::new() };
    let refused = bulk(t, &t.admin, &[first], none).await.unwrap_err();
    assert_eq!(refused.fault_of("loss_reason"), Some(Fault::Required));
    let why = losing(t, "the season is over").await;
    let batch = bulk(t, &t.admin, &[first, second], why).await.unwrap();
    assert_eq!((batch.done, batch.left.len()), (2, 0));
    let lost = shown(t, second).await;
    assert_eq!((lost.status, lost.loss_note.as_str()), (DealStatus::Lost, "the season is over"));
    let filter = DealFilter { lost_in: Some(lost.pipeline.stages[2].id), ..DealFilter::default() };
    assert_eq!(deals::list(&t.db, &t.admin, filter.clone()).await.unwrap().count, 1);

    let moves = rows(t, "stage_changes").await;
    let undone = deals::undo(&t.db, &t.admin, batch.id).await.unwrap().undone.unwrap();
    assert_eq!((undone.back, undone.left.len()), (2, 0));
    let back = shown(t, second).await;
    assert_eq!((back.status, back.closed_at, back.loss_note.as_str()), (DealStatus::Open, None, ""));
    assert_eq!(back.stage().unwrap().kind, StageKind::Open);
    assert_eq!((place(t, first).await, place(t, second).await), (0, 2));
    assert_eq!(deals::list(&t.db, &t.admin, filter).await.unwrap().count, 0);
    // History tells of both ways.
    assert_eq!(rows(t, "stage_changes").await, moves + 2);
    assert!(matches!(back.timeline[0].what, Happening::Reopened { .. }), "{:?}", back.timeline[0]);
}

async fn what_is_given_away_comes_back_with_its_tasks(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("Север").await)).await;
    let heir = t.user("Heir", Role::SalesRep, None).await;
    let ids = [deal(t, &rep.actor(), "first", None).await, deal(t, &rep.actor(), "second", None).await];
    let plan = async |id, title: &str, assignee: UserId| {
        let new = NewTask {
            kind: TaskKind::Call,
            title: title.into(),
            due_at: t.clock.now() + TimeDelta::hours(1),
            assignee: Some(assignee),
            on: Subject::Deal(id),
        };
        tasks::create(&t.db, &t.admin, new).await.unwrap();
    };
    let admin = t.admin.user.unwrap();
    plan(ids[0], "the rep's", rep.id).await;
    plan(ids[0], "the admin's", admin).await;
    plan(ids[1], "done meanwhile", rep.id).await;
    let theirs = async |id| {
        let deal = shown(t, id).await;
        let mut tasks: Vec<_> =
            deal.tasks.iter().map(|task| (task.title.clone(), task.assignee.clone().unwrap().id)).collect();
        tasks.sort();
        (deal.whose.owner, deal.whose.team, tasks)
    };
    let before = theirs(ids[0]).await;
    let give = BulkChange::Assign { to: heir.id, tasks: true };
    let batch = bulk(t, &t.admin, &ids, give).await.unwrap();
    assert_eq!((batch.done, batch.left.len()), (2, 0));
    let given = theirs(ids[0]).await;
    assert_eq!((given.0, given.1), (Some(heir.id), None));
    assert_eq!(given.2, [("the admin's".to_owned(), admin), ("the rep's".to_owned(), heir.id)]);
    let done = shown(t, ids[1]).await.tasks.remove(0);
    tasks::finish(&t.db, &heir.actor(), done.id, done.version).await.unwrap();

    let undone = deals::undo(&t.db, &t.admin, batch.id).await.unwrap().undone.unwrap();
    assert_eq!((undone.back, undone.left.len()), (2, 0));
    assert_eq!(theirs(ids[0]).await, before);
    assert_eq!(theirs(ids[1]).await, (Some(rep.id), rep.team, Vec::new()));
    let timeline = activities::timeline(&t.db, &t.admin, Subject::Deal(ids[0]), None).await.unwrap();
    assert_eq!(timeline.rows[0].what, Happening::Assigned { to: "Rep".into() });
}

async fn what_was_touched_since_stays_as_it_is(t: &T) {
    let (kept, touched) = (deal(t, &t.admin, "kept", None).await, deal(t, &t.admin, "touched", None).await);
    let second = to(t, kept, 1).await;
    let batch = bulk(t, &t.admin, &[kept, touched], second).await.unwrap();
    to_place(t, &t.admin, touched, 3).await.unwrap();
    let undone = deals::undo(&t.db, &t.admin, batch.id).await.unwrap().undone.unwrap();
    assert_eq!((undone.back, undone.left.len()), (1, 1));
    assert_eq!(undone.left[0].id, touched);
    assert!(matches!(undone.left[0].why, Problem::Conflict { .. }));
    assert_eq!((place(t, kept).await, place(t, touched).await), (0, 3));
}

async fn a_batch_is_its_makers_and_for_ten_minutes(t: &T) {
    let other = t.user("Other", Role::Admin, None).await.actor();
    let id = deal(t, &t.admin, "moved", None).await;
    let second = to(t, id, 1).await;
    let batch = bulk(t, &t.admin, &[id], second.clone()).await.unwrap();
    assert_eq!(deals::batch(&t.db, &other, batch.id).await, Err(Problem::NotFound));
    assert_eq!(deals::undo(&t.db, &other, batch.id).await, Err(Problem::NotFound));
    t.pass(TimeDelta::minutes(UNDO_MINUTES) - TimeDelta::seconds(1));
    deals::undo(&t.db, &t.admin, batch.id).await.unwrap();
    assert_eq!(deals::undo(&t.db, &t.admin, batch.id).await, Err(Problem::Expired), "once is enough");
    let again = bulk(t, &t.admin, &[id], second).await.unwrap();
    t.pass(TimeDelta::minutes(UNDO_MINUTES));
    assert_eq!(deals::undo(&t.db, &t.admin, again.id).await, Err(Problem::Expired));
    assert_eq!(place(t, id).await, 1);
}

async fn one_changes_what_one_may(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let own = deal(t, &rep.actor(), "own", None).await;
    let mates = deal(t, &mate.actor(), "the mate's", None).await;
    let hidden = deal(t, &stranger.actor(), "hidden", None).await;
    let second = to(t, own, 1).await;
    let batch = bulk(t, &rep.actor(), &[own, mates, hidden], second.clone()).await.unwrap();
    assert_eq!(batch.done, 1);
    assert_eq!(batch.left.iter().map(|left| left.title.as_str()).collect::<Vec<_>>(), ["the mate's"]);
    assert_eq!(batch.left[0].why, Problem::Forbidden);
    assert_eq!(place(t, hidden).await, 0);
    let give = BulkChange::Assign { to: mate.id, tasks: false };
    assert_eq!(
        bulk(t, &rep.actor(), &[own], give).await,
        Err(Problem::Forbidden),
        "a rep gives nothing away"
    );
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    assert_eq!(bulk(t, &viewer.actor(), &[own], second.clone()).await, Err(Problem::Forbidden));
    let fault = |answer: Outcome<Batch>, field: &str| answer.unwrap_err().fault_of(field);
    assert_eq!(fault(bulk(t, &t.admin, &[], second.clone()).await, "on"), Some(Fault::Required));
    let many: Vec<DealId> = (0..=MOST as u128).map(|id| DealId(uuid::Uuid::from_u128(id))).collect();
    assert_eq!(fault(bulk(t, &t.admin, &many, second).await, "on"), Some(Fault::OutOfRange));
    let nobody = BulkChange::Assign { to: viewer.id, tasks: false };
    assert_eq!(fault(bulk(t, &t.admin, &[own], nobody).await, "to"), Some(Fault::Unknown));
}
