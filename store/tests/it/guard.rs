//! Telling bots from people, people who ask twice, and the log where everything else waits.

use chrono::TimeDelta;
use domain::access::Role;
use domain::activity::{Happening, Subject};
use domain::form::{
    ChannelOwner, Form, NewSubmission, OwnerRule, Receipt, SubmissionFilter, SubmissionRow, SubmissionStatus,
    Suspicion, Taker,
};
use domain::lead::LeadFilter;
use domain::query::Page;
use domain::{Outcome, Problem, Refusal};
use sea_orm::{ConnectionTrait, Database};
use sha2::{Digest, Sha256};
use store::intake::{Evidence, Guard, challenge, judge, stamp};
use store::{Db, activities, forms, intake, leads};

use crate::harness::{T, both, open};
use crate::intake::fields;

both!(
    work_that_was_done_lets_a_submission_in,
    what_looks_like_a_bots_waits_and_is_answered_alike,
    a_proof_is_good_for_one_submission_and_ten_minutes,
    a_hosted_pages_stamp_needs_no_work,
    a_form_whose_guard_is_off_takes_everything,
    a_released_one_is_the_lead_that_the_visitor_was_told_of,
    what_was_decided_is_decided_once_and_by_whom_it_may,
    the_same_person_asking_again_makes_no_second_lead,
    what_was_refused_is_logged_and_forgotten_in_time,
    the_forms_rule_says_who_gets_the_lead,
    the_log_is_read_in_pages_and_hides_what_the_reader_may_not_see,
);

const GUARD: Guard = Guard { on: true, bits: 8 };

async fn form(t: &T) -> Form {
    (*forms::public(&t.db, "call-back").await.unwrap()).clone()
}

fn visitor(name: &str) -> NewSubmission {
    fields(&[("name", name), ("phone", "+7 921 555-01-38")])
}

/// The smallest counter that proves the work, as a browser finds it.
fn work(token: &str, bits: u32) -> u64 {
    (0..).find(|counter| zeros(token, *counter) >= bits).unwrap()
}

fn zeros(token: &str, counter: u64) -> u32 {
    let digest: [u8; 32] = Sha256::digest(format!("{token}:{counter}").as_bytes()).into();
    u128::from_be_bytes(digest[..16].try_into().unwrap()).leading_zeros()
}

async fn proven(t: &T) -> Evidence {
    let token = challenge(&t.db, &form(t).await, None).unwrap();
    t.pass(TimeDelta::seconds(5));
    let counter = work(&token, GUARD.bits);
    Evidence { proof: Some((token, counter)), ..Evidence::default() }
}

async fn send(t: &T, submission: NewSubmission, evidence: &Evidence, key: Option<&str>) -> Outcome<Receipt> {
    let verdict = judge(&t.db, GUARD, &form(t).await, evidence);
    intake::submit_judged(&t.db.asked_from("203.0.113.9"), "call-back", submission, key, verdict).await
}

async fn log(t: &T, status: Option<SubmissionStatus>) -> Page<SubmissionRow> {
    intake::log(&t.db, &t.admin, SubmissionFilter { status, ..SubmissionFilter::default() }).await.unwrap()
}

async fn count_leads(t: &T) -> u64 {
    leads::list(&t.db, &t.admin, LeadFilter { all: true, ..LeadFilter::default() }).await.unwrap().count
}

/// Sets columns of the form as the form builder would.
async fn set(t: &T, what: &str) -> Db {
    let raw = Database::connect(&t.url).await.unwrap();
    raw.execute_unprepared(&format!("UPDATE forms SET {what}")).await.unwrap();
    open(&t.url, &t.clock).await
}

async fn work_that_was_done_lets_a_submission_in(t: &T) {
    let evidence = proven(t).await;
    assert!(evidence.proof.as_ref().unwrap().0.len() <= 47, "it fits one block of SHA-256 with its counter");
    let receipt = send(t, visitor("Anna"), &evidence, None).await.unwrap();
    assert_eq!(leads::show(&t.db, &t.admin, receipt.id).await.unwrap().name, "Anna");
    let row = log(t, None).await.rows.remove(0);
    assert_eq!((row.status, row.lead), (SubmissionStatus::Accepted, Some(receipt.id)));
    assert_eq!((row.ip.as_str(), row.suspicions.len()), ("203.0.113.9", 0));
}

async fn what_looks_like_a_bots_waits_and_is_answered_alike(t: &T) {
    let good = send(t, visitor("Human"), &proven(t).await, None).await.unwrap();
    let other = Form { id: domain::id::FormId(uuid::Uuid::nil()), ..form(t).await };
    let foreign = challenge(&t.db, &other, None).unwrap();
    let too_little = loop {
        let (token, _) = proven(t).await.proof.unwrap();
        if zeros(&token, 0) < GUARD.bits {
            break Evidence { proof: Some((token, 0)), ..Evidence::default() };
        }
    };
    let proof = |token: &str| Evidence {
        proof: Some((token.to_owned(), work(token, GUARD.bits))),
        ..Evidence::default()
    };
    // Made last, so that nothing but the fields at fault is wrong with them.
    let honeypot = Evidence { honeypot: "http://spam".into(), ..proven(t).await };
    let rush = Evidence { rush: true, ..proven(t).await };
    let hasty = challenge(&t.db, &form(t).await, None).unwrap();
    for (evidence, expected) in [
        (Evidence::default(), Suspicion::NoProof),
        (proof("nonsense"), Suspicion::BadProof),
        (proof(&foreign), Suspicion::BadProof),
        (too_little, Suspicion::BadProof),
        (honeypot, Suspicion::Honeypot),
        (rush, Suspicion::Rush),
        (proof(&hasty), Suspicion::TooFast),
        (Evidence { stamp: Some(foreign.clone()), ..Evidence::default() }, Suspicion::BadProof),
    ] {
        let receipt = send(t, visitor("Bot"), &evidence, None).await.unwrap();
        assert_eq!(receipt.message, good.message, "{expected:?}");
        let row = log(t, Some(SubmissionStatus::Flagged)).await.rows.remove(0);
        assert_eq!((row.suspicions.as_slice(), row.lead), (&[expected][..], None), "{expected:?}");
        assert_eq!(leads::show(&t.db, &t.admin, receipt.id).await.unwrap_err(), Problem::NotFound);
    }
    assert_eq!(count_leads(t).await, 1);
}

async fn a_proof_is_good_for_one_submission_and_ten_minutes(t: &T) {
    let evidence = proven(t).await;
    let first = send(t, visitor("First"), &evidence, Some("k")).await.unwrap();
    // The same submission again is no second use.
    assert_eq!(send(t, visitor("First"), &evidence, Some("k")).await.unwrap(), first);
    send(t, visitor("Second"), &evidence, None).await.unwrap();
    let row = log(t, Some(SubmissionStatus::Flagged)).await.rows.remove(0);
    assert_eq!(row.suspicions, [Suspicion::UsedProof]);
    // Another process knows it as well.
    let again = open(&t.url, &t.clock).await;
    let verdict = judge(&again, GUARD, &form(t).await, &evidence);
    intake::submit_judged(&again, "call-back", visitor("Third"), None, verdict).await.unwrap();
    assert_eq!(log(t, Some(SubmissionStatus::Flagged)).await.count, 2);

    let old = proven(t).await;
    t.pass(TimeDelta::minutes(11));
    send(t, visitor("Late"), &old, None).await.unwrap();
    assert_eq!(log(t, Some(SubmissionStatus::Flagged)).await.rows[0].suspicions, [Suspicion::BadProof]);
    // A fresh one remembers when the form was opened: who has waited for it has not hurried.
    let (old, _) = old.proof.unwrap();
    let token = challenge(&t.db, &form(t).await, Some(&old)).unwrap();
    let evidence = Evidence { proof: Some((token.clone(), work(&token, GUARD.bits))), ..Evidence::default() };
    send(t, visitor("Patient"), &evidence, None).await.unwrap();
    assert_eq!(log(t, None).await.rows[0].status, SubmissionStatus::Accepted);
}

async fn a_hosted_pages_stamp_needs_no_work(t: &T) {
    let stamped =
        Evidence { stamp: Some(stamp(&t.db, &form(t).await, None).unwrap()), ..Evidence::default() };
    send(t, visitor("Fast"), &stamped, None).await.unwrap();
    assert_eq!(log(t, None).await.rows[0].suspicions, [Suspicion::TooFast]);
    t.pass(TimeDelta::seconds(3));
    send(t, visitor("Reader"), &stamped, None).await.unwrap();
    assert_eq!(log(t, None).await.rows[0].status, SubmissionStatus::Accepted);
    // It stands for no work.
    let evidence = Evidence { proof: stamped.stamp.clone().map(|stamp| (stamp, 0)), ..Evidence::default() };
    send(t, visitor("Clever"), &evidence, None).await.unwrap();
    assert_eq!(log(t, None).await.rows[0].suspicions, [Suspicion::BadProof]);
    t.pass(TimeDelta::days(31));
    send(t, visitor("Very late"), &stamped, None).await.unwrap();
    assert_eq!(log(t, None).await.rows[0].suspicions, [Suspicion::BadProof]);
}

async fn a_form_whose_guard_is_off_takes_everything(t: &T) {
    let db = set(t, "guarded = FALSE").await;
    let form = forms::public(&db, "call-back").await.unwrap();
    assert_eq!(GUARD.bits_of(&form), 0);
    let verdict = judge(&db, GUARD, &form, &Evidence { honeypot: "x".into(), ..Evidence::default() });
    let receipt = intake::submit_judged(&db, "call-back", visitor("Any"), None, verdict).await.unwrap();
    assert!(leads::show(&db, &t.admin, receipt.id).await.is_ok());
}

async fn a_released_one_is_the_lead_that_the_visitor_was_told_of(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, None).await;
    let mut submission = visitor("Анна");
    submission.fields.insert("message".into(), "Нужен аудит".into());
    submission.attribution.landing_url = "https://agency.example/?utm_source=yandex&utm_medium=cpc".into();
    let receipt = send(t, submission.clone(), &Evidence::default(), Some("k")).await.unwrap();
    let row = log(t, None).await.rows.remove(0);
    assert_eq!((row.status, row.channel.as_str()), (SubmissionStatus::Flagged, "Yandex Direct"));
    t.pass(TimeDelta::hours(3));
    assert_eq!(intake::release(&t.db, &t.admin, row.id).await.unwrap(), receipt.id);
    let lead = leads::show(&t.db, &rep.actor(), receipt.id).await.unwrap();
    assert_eq!((lead.name.as_str(), lead.message.as_str()), ("Анна", "Нужен аудит"));
    assert_eq!(lead.attribution.last.channel, "Yandex Direct");
    assert_eq!(lead.owner.unwrap().id, rep.id);
    assert_eq!(lead.call_due_at, Some(t.clock.now() + TimeDelta::minutes(60)), "from now on");
    let row = log(t, None).await.rows.remove(0);
    assert_eq!((row.status, row.lead), (SubmissionStatus::Released, Some(receipt.id)));
    assert_eq!(row.settled_by.unwrap().id, t.admin.user.unwrap());
    // What the visitor's browser sends again is still the same request.
    assert_eq!(send(t, submission, &Evidence::default(), Some("k")).await.unwrap(), receipt);
    assert_eq!(count_leads(t).await, 1);
}

async fn what_was_decided_is_decided_once_and_by_whom_it_may(t: &T) {
    send(t, visitor("Bot"), &Evidence::default(), None).await.unwrap();
    let id = log(t, None).await.rows.remove(0).id;
    let rep = t.user("Rep", Role::SalesRep, None).await.actor();
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    assert_eq!(intake::log(&t.db, &rep, SubmissionFilter::default()).await, Err(Problem::Forbidden));
    assert_eq!(intake::log(&t.db, &head, SubmissionFilter::default()).await.unwrap().count, 1);
    for actor in [&rep, &head] {
        assert_eq!(intake::release(&t.db, actor, id).await, Err(Problem::Forbidden));
        assert_eq!(intake::discard(&t.db, actor, id).await, Err(Problem::Forbidden));
    }
    intake::discard(&t.db, &marketer, id).await.unwrap();
    let settled = Problem::refused(Refusal::SubmissionSettled);
    assert_eq!(intake::release(&t.db, &marketer, id).await, Err(settled.clone()));
    assert_eq!(intake::discard(&t.db, &t.admin, id).await, Err(settled));
    assert_eq!(intake::waiting(&t.db, &t.admin).await.unwrap().len(), 0);
    assert_eq!(count_leads(t).await, 0);
}

async fn the_same_person_asking_again_makes_no_second_lead(t: &T) {
    let first = send(t, visitor("Anna Weber"), &proven(t).await, None).await.unwrap();
    let mut again = visitor("anna  WEBER");
    again.fields.insert("message".into(), "And one more thing".into());
    let second = send(t, again, &proven(t).await, None).await.unwrap();
    assert_ne!(second.id, first.id, "the answer tells nobody that she is known");
    assert_eq!(second.message, first.message);
    assert_eq!(count_leads(t).await, 1);
    let row = log(t, None).await.rows.remove(0);
    assert_eq!((row.status, row.lead), (SubmissionStatus::Merged, Some(first.id)));
    let story = activities::timeline(&t.db, &t.admin, Subject::Lead(first.id), None).await.unwrap();
    assert!(story.rows.iter().any(
        |event| matches!(&event.what, Happening::FormSubmitted { message, .. } if message == "And one more thing")
    ));
    // Somebody else at the same telephone is somebody else.
    send(t, visitor("Boris Weber"), &proven(t).await, None).await.unwrap();
    assert_eq!(count_leads(t).await, 2);
    // In one batch as well.
    let (a, b) = (proven(t).await, proven(t).await);
    let both =
        futures::future::join(send(t, visitor("Clara"), &a, None), send(t, visitor("Clara"), &b, None)).await;
    assert!(both.0.is_ok() && both.1.is_ok());
    assert_eq!(count_leads(t).await, 3);
    // Later it is a new request.
    t.pass(TimeDelta::minutes(i64::from(form(t).await.duplicate_minutes) + 1));
    send(t, visitor("Anna Weber"), &proven(t).await, None).await.unwrap();
    assert_eq!(count_leads(t).await, 4);
    // And without a window every request is.
    let db = set(t, "duplicate_minutes = 0").await;
    let verdict = judge(&db, GUARD, &forms::public(&db, "call-back").await.unwrap(), &proven(t).await);
    intake::submit_judged(&db, "call-back", visitor("Anna Weber"), None, verdict).await.unwrap();
    assert_eq!(count_leads(t).await, 5);
}

async fn what_was_refused_is_logged_and_forgotten_in_time(t: &T) {
    let bad = fields(&[("name", "Anna"), ("phone", "abc")]);
    assert!(send(t, bad, &proven(t).await, Some("k")).await.is_err());
    // The writer takes them in their order.
    send(t, visitor("Anna"), &proven(t).await, Some("k")).await.unwrap();
    let row = log(t, Some(SubmissionStatus::Refused)).await.rows.remove(0);
    assert_eq!(row.faults[0].field, "phone");
    assert!(row.fields.contains(&("phone".into(), "abc".into())));
    assert_eq!(
        intake::release(&t.db, &t.admin, row.id).await.unwrap_err(),
        Problem::refused(Refusal::SubmissionSettled)
    );
    assert_eq!(intake::prune(&t.db).await.unwrap(), 0);
    t.pass(TimeDelta::days(31));
    assert_eq!(intake::prune(&t.db).await.unwrap(), 1);
    assert_eq!(log(t, None).await.count, 1, "what a lead was made of stays");
}

async fn the_forms_rule_says_who_gets_the_lead(t: &T) {
    let north = t.team("North").await;
    t.user("Alla", Role::SalesRep, None).await;
    let boris = t.user("Boris", Role::SalesRep, Some(north)).await;
    let clara = t.user("Clara", Role::SalesRep, Some(north)).await;
    let dora = t.user("Dora", Role::Delivery, None).await;
    let rule = OwnerRule {
        by_channel: vec![ChannelOwner { channel: "Yandex Direct".into(), taker: Taker::User(dora.id) }],
        otherwise: Taker::Team(north),
    };
    let db = set(t, &format!("owner = '{}'", serde_json::to_string(&rule).unwrap())).await;
    let mut owners = Vec::new();
    for landing in ["", "?yclid=1", "", ""] {
        let mut submission = visitor("Anna");
        submission.attribution.landing_url = format!("https://agency.example/{landing}");
        let receipt = intake::submit(&db, "call-back", submission, None).await.unwrap();
        owners.push(leads::show(&db, &t.admin, receipt.id).await.unwrap().owner.unwrap().id);
    }
    assert_eq!(owners, [boris.id, dora.id, clara.id, boris.id]);
}

async fn the_log_is_read_in_pages_and_hides_what_the_reader_may_not_see(t: &T) {
    use domain::access::{Field, Rights, Shown};
    for i in 0..60 {
        t.pass(TimeDelta::seconds(1));
        send(t, visitor(&format!("Bot {i}")), &Evidence::default(), None).await.unwrap();
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let filter = SubmissionFilter { cursor, ..SubmissionFilter::default() };
        let page = intake::log(&t.db, &t.admin, filter).await.unwrap();
        assert_eq!(page.count, 60);
        seen.extend(page.rows.iter().map(|row| row.fields[0].1.clone()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, (0..60).rev().map(|i| format!("Bot {i}")).collect::<Vec<_>>());
    let blind = Rights::standard(Role::Marketer).with_shown(Field::LeadPhone, Shown::Hidden);
    store::rights::set(&t.db, &t.admin, Role::Marketer, blind).await.unwrap();
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor_with(blind);
    let page = intake::log(&t.db, &marketer, SubmissionFilter::default()).await.unwrap();
    assert!(page.rows.iter().all(|row| row.fields.iter().all(|(key, _)| key != "phone")));
}
