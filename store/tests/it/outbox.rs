//! Mail on its way out.

use std::time::Duration;

use chrono::TimeDelta;
use domain::access::Role;
use domain::{Lang, Problem};
use store::{feedback, outbox};

use crate::harness::{T, both};

both!(
    a_message_is_taken_once,
    a_lock_that_is_not_answered_runs_out,
    failures_are_retried_ever_later_and_then_shown,
    a_permanent_failure_is_not_retried,
    writing_wakes_the_worker,
);

/// Puts one mail into the outbox.
async fn write(t: &T) {
    let client = t.client(&t.admin, "Олег", "+79215550138", "").await;
    feedback::ask(&t.db, &t.admin, client.deal, "oleg@example.com", "https://crm.example", Lang::Ru)
        .await
        .unwrap();
}

async fn a_message_is_taken_once(t: &T) {
    write(t).await;
    let (a, b) = tokio::join!(outbox::take(&t.db, 10), outbox::take(&t.db, 10));
    let taken: Vec<_> = [a.unwrap(), b.unwrap()].concat();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].mail.to.as_str(), taken[0].attempts), ("oleg@example.com", 1));
    assert!(taken[0].mail.message_id.ends_with("@millrace>"), "{}", taken[0].mail.message_id);
    outbox::delivered(&t.db, taken[0].id).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, 10).await.unwrap().is_empty());
    assert!(outbox::dead(&t.db, &t.admin).await.unwrap().is_empty());
}

async fn a_lock_that_is_not_answered_runs_out(t: &T) {
    write(t).await;
    let first = outbox::take(&t.db, 1).await.unwrap().remove(0);
    t.pass(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    assert!(outbox::take(&t.db, 1).await.unwrap().is_empty());
    t.pass(TimeDelta::seconds(1));
    let second = outbox::take(&t.db, 1).await.unwrap().remove(0);
    assert_eq!((second.id, &second.mail.message_id), (first.id, &first.mail.message_id));
}

async fn failures_are_retried_ever_later_and_then_shown(t: &T) {
    write(t).await;
    for minutes in [1, 5, 15, 60, 240, 720, 1440] {
        let taken = outbox::take(&t.db, 1).await.unwrap().remove(0);
        outbox::failed(&t.db, taken.id, "mailbox busy", false).await.unwrap();
        t.pass(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        assert!(outbox::take(&t.db, 1).await.unwrap().is_empty(), "before {minutes} minutes");
        t.pass(TimeDelta::seconds(1));
    }
    let last = outbox::take(&t.db, 1).await.unwrap().remove(0);
    assert_eq!(last.attempts, 8);
    outbox::failed(&t.db, last.id, "mailbox busy", false).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, 1).await.unwrap().is_empty());
    let dead = outbox::dead(&t.db, &t.admin).await.unwrap();
    assert_eq!(
        (dead.len(), dead[0].to.as_str(), dead[0].error.as_str()),
        (1, "oleg@example.com", "mailbox busy")
    );

    let rep = t.user("Rep", Role::SalesRep, None).await;
    assert_eq!(outbox::dead(&t.db, &rep.actor()).await.err(), Some(Problem::Forbidden));
}

async fn a_permanent_failure_is_not_retried(t: &T) {
    write(t).await;
    let taken = outbox::take(&t.db, 1).await.unwrap().remove(0);
    outbox::failed(&t.db, taken.id, "no such mailbox", true).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, 1).await.unwrap().is_empty());
    assert_eq!(outbox::dead(&t.db, &t.admin).await.unwrap().len(), 1);
}

async fn writing_wakes_the_worker(t: &T) {
    let woken = tokio::time::timeout(Duration::from_secs(10), outbox::wake(&t.db));
    let (woken, ()) = tokio::join!(woken, write(t));
    assert!(woken.is_ok());
}
