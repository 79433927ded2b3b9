//! Mail on its way out.

use std::time::Duration;

use chrono::TimeDelta;
use domain::access::{Field, Rights, Role, Shown};
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::form::NewSubmission;
use domain::id::LeadId;
use domain::{Lang, Problem};
use store::{activities, feedback, intake, outbox, rights};

use crate::harness::{SITE, T, both};

both!(
    a_message_is_taken_once,
    a_lock_that_is_not_answered_runs_out,
    failures_are_retried_ever_later_and_then_shown,
    a_permanent_failure_is_not_retried,
    writing_wakes_the_worker,
    the_owner_hears_of_a_new_lead,
    nobody_hears_of_a_lead_that_was_answered_or_is_old,
    what_the_owner_may_not_see_is_not_in_the_news,
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
    let (a, b) = tokio::join!(outbox::take(&t.db, SITE, 10), outbox::take(&t.db, SITE, 10));
    let taken: Vec<_> = [a.unwrap(), b.unwrap()].concat();
    assert_eq!(taken.len(), 1);
    assert_eq!((taken[0].mail.to.as_str(), taken[0].attempts), ("oleg@example.com", 1));
    assert!(taken[0].mail.message_id.ends_with("@millrace>"), "{}", taken[0].mail.message_id);
    outbox::delivered(&t.db, taken[0].id).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty());
    assert!(outbox::dead(&t.db, &t.admin).await.unwrap().is_empty());
}

async fn a_lock_that_is_not_answered_runs_out(t: &T) {
    write(t).await;
    let first = outbox::take(&t.db, SITE, 1).await.unwrap().remove(0);
    t.pass(TimeDelta::minutes(5) - TimeDelta::seconds(1));
    assert!(outbox::take(&t.db, SITE, 1).await.unwrap().is_empty());
    t.pass(TimeDelta::seconds(1));
    let second = outbox::take(&t.db, SITE, 1).await.unwrap().remove(0);
    assert_eq!((second.id, &second.mail.message_id), (first.id, &first.mail.message_id));
}

async fn failures_are_retried_ever_later_and_then_shown(t: &T) {
    write(t).await;
    for minutes in [1, 5, 15, 60, 240, 720, 1440] {
        let taken = outbox::take(&t.db, SITE, 1).await.unwrap().remove(0);
        outbox::failed(&t.db, taken.id, "mailbox busy", false).await.unwrap();
        t.pass(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        assert!(outbox::take(&t.db, SITE, 1).await.unwrap().is_empty(), "before {minutes} minutes");
        t.pass(TimeDelta::seconds(1));
    }
    let last = outbox::take(&t.db, SITE, 1).await.unwrap().remove(0);
    assert_eq!(last.attempts, 8);
    outbox::failed(&t.db, last.id, "mailbox busy", false).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, SITE, 1).await.unwrap().is_empty());
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
    let taken = outbox::take(&t.db, SITE, 1).await.unwrap().remove(0);
    outbox::failed(&t.db, taken.id, "no such mailbox", true).await.unwrap();
    t.pass(TimeDelta::days(30));
    assert!(outbox::take(&t.db, SITE, 1).await.unwrap().is_empty());
    assert_eq!(outbox::dead(&t.db, &t.admin).await.unwrap().len(), 1);
}

async fn writing_wakes_the_worker(t: &T) {
    let woken = tokio::time::timeout(Duration::from_secs(10), outbox::wake(&t.db));
    let (woken, ()) = tokio::join!(woken, write(t));
    assert!(woken.is_ok());
}

/// A lead that comes through the form.
async fn arrive(t: &T) -> LeadId {
    let fields =
        [("name", "Олег Сомов"), ("phone", "8 921 555 01 38"), ("message", "Перезвоните после шести")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let submission = NewSubmission { fields, ..NewSubmission::default() };
    intake::submit(&t.db, "call-back", submission, None).await.unwrap().id
}

async fn the_owner_hears_of_a_new_lead(t: &T) {
    let woken = tokio::time::timeout(Duration::from_secs(10), outbox::wake(&t.db));
    t.user("Rep", Role::SalesRep, None).await;
    let (woken, lead) = tokio::join!(woken, arrive(t));
    assert!(woken.is_ok());
    let taken = outbox::take(&t.db, SITE, 10).await.unwrap();
    let [news] = &taken[..] else { panic!("{taken:?}") };
    assert_eq!(
        (news.mail.to.as_str(), news.mail.subject.as_str()),
        ("rep@example.com", "New lead: Олег Сомов")
    );
    for part in [
        "Phone: 8 921 555 01 38\n",
        "Channel: Direct\n",
        // An hour later, on the clock of Moscow.
        "Call by: 13:00\n",
        "\nПерезвоните после шести\n",
        &format!("\n{SITE}/leads/{lead}\n"),
    ] {
        assert!(news.mail.text.contains(part), "{part:?} in {}", news.mail.text);
    }
    outbox::failed(&t.db, news.id, "mailbox busy", false).await.unwrap();
    t.pass(TimeDelta::minutes(1));
    let again = outbox::take(&t.db, SITE, 10).await.unwrap().remove(0);
    assert_eq!(again.mail, news.mail);

    // Who types a lead in knows of it.
    t.lead(&t.admin, "Ирина", "+79215550139").await;
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty());
}

async fn nobody_hears_of_a_lead_that_was_answered_or_is_old(t: &T) {
    t.user("Rep", Role::SalesRep, None).await;
    let answered = arrive(t).await;
    let what = Logged::Call(CallLog {
        direction: Direction::Outgoing,
        outcome: CallOutcome::Reached,
        minutes: 3,
        note: String::new(),
    });
    let call = LogActivity { on: Subject::Lead(answered), what, next: None };
    activities::log(&t.db, &t.admin, call).await.unwrap();
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty());

    for _ in 0..3 {
        arrive(t).await;
    }
    t.pass(TimeDelta::hours(25));
    write(t).await;
    // The old ones do not stand in the way of what comes after them.
    let taken = outbox::take(&t.db, SITE, 2).await.unwrap();
    assert_eq!(taken.iter().map(|taken| taken.mail.to.as_str()).collect::<Vec<_>>(), ["oleg@example.com"]);

    arrive(t).await;
    t.pass(TimeDelta::hours(25));
    intake::prune(&t.db).await.unwrap();
    t.pass(-TimeDelta::hours(25));
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty(), "it went");
}

async fn what_the_owner_may_not_see_is_not_in_the_news(t: &T) {
    let row = Rights::standard(Role::SalesRep).with_shown(Field::LeadPhone, Shown::Hidden);
    rights::set(&t.db, &t.admin, Role::SalesRep, row).await.unwrap();
    t.user("Rep", Role::SalesRep, None).await;
    arrive(t).await;
    let mail = outbox::take(&t.db, SITE, 10).await.unwrap().remove(0).mail;
    assert!(!mail.text.contains("555") && !mail.text.contains("Phone"), "{}", mail.text);
}
