//! The public door: what visitors send becomes leads, once, and nothing that was answered is lost.

use std::collections::{BTreeMap, BTreeSet};

use domain::access::Role;
use domain::activity::{Happening, Subject};
use domain::attribution::RawAttribution;
use domain::form::{NewSubmission, Receipt};
use domain::lead::{LeadFilter, LeadRow, LeadStatus};
use domain::live::Changed;
use domain::task::TaskKind;
use domain::user::Handover;
use domain::{Fault, Lang, Outcome, Problem};
use futures::future::join_all;
use sea_orm::{ConnectionTrait, Database};
use store::export::Table;
use store::{Db, activities, export, forms, intake, leads, tasks, users};

use crate::harness::{T, both, open};

both!(
    a_submission_becomes_a_lead_with_its_origin_its_task_and_its_story,
    two_hundred_at_once_are_two_hundred_leads,
    the_same_key_is_one_lead,
    a_key_stands_for_one_submission_only,
    bad_input_is_named_and_nothing_is_kept,
    an_unknown_form_is_not_found,
    the_visitor_is_answered_in_their_language,
    names_of_all_scripts_arrive_as_they_were_typed,
    fields_that_the_form_does_not_have_are_logged_only,
    leads_go_to_the_reps_in_turn,
    without_reps_heads_and_then_admins_take_them,
    one_that_cannot_be_written_takes_nothing_else_with_it,
    a_full_queue_is_told_and_what_was_accepted_is_kept,
    several_databases_have_a_writer_each,
);

pub(crate) fn fields(pairs: &[(&str, &str)]) -> NewSubmission {
    let fields: BTreeMap<_, _> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    NewSubmission { fields, ..NewSubmission::default() }
}

async fn submit(db: &Db, submission: NewSubmission, key: Option<&str>) -> Outcome<Receipt> {
    intake::submit(db, "call-back", submission, key).await
}

fn visitor(i: usize) -> NewSubmission {
    fields(&[("name", &format!("Visitor {i}")), ("phone", &format!("+7 921 555 {i:04}"))])
}

async fn all(t: &T) -> Vec<LeadRow> {
    let mut rows = Vec::new();
    let mut cursor = None;
    loop {
        let filter = LeadFilter { all: true, cursor, ..LeadFilter::default() };
        let page = leads::list(&t.db, &t.admin, filter).await.unwrap();
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}

async fn a_submission_becomes_a_lead_with_its_origin_its_task_and_its_story(t: &T) {
    let rep = t.user("Boris Repin", Role::SalesRep, None).await;
    let mut changes = t.db.changes();
    let mut submission = fields(&[
        ("name", "Анна  Ветрова"),
        ("phone", "8 (921) 555-01-38"),
        ("email", "Anna@Example.com"),
        ("message", "Позвоните\nпосле шести"),
    ]);
    submission.attribution = RawAttribution {
        landing_url: "https://www.agency.example/?utm_source=google&utm_medium=cpc&utm_campaign=consulting&utm_term=business+consultant&gclid=x".into(),
        referrer: "https://www.google.com/".into(),
        first_landing_url: "https://agency.example/?yclid=7".into(),
        first_referrer: String::new(),
    };
    let receipt = submit(&t.db, submission, None).await.unwrap();
    assert_eq!(receipt.message, "Спасибо! Я скоро вам позвоню.");

    let lead = leads::show(&t.db, &rep.actor(), receipt.id).await.unwrap();
    assert_eq!((lead.number, lead.name.as_str(), lead.status), (1, "Анна Ветрова", LeadStatus::New));
    assert_eq!((lead.phone.as_str(), lead.phone_raw.as_str()), ("+79215550138", "8 (921) 555-01-38"));
    assert_eq!((lead.email.as_str(), lead.message.as_str()), ("anna@example.com", "Позвоните\nпосле шести"));
    assert_eq!(lead.owner.unwrap().id, rep.id);
    assert_eq!(lead.form.unwrap().en, "Call me back");
    let last = &lead.attribution.last;
    assert_eq!(
        (last.channel.as_str(), last.search_engine.as_str(), last.keyword.as_str(), last.site.as_str()),
        ("Google Ads", "Google", "business consultant", "agency.example")
    );
    assert_eq!((last.utm_campaign.as_str(), last.click_id.as_str()), ("consulting", "x"));
    assert_eq!(lead.attribution.first.channel, "Yandex Direct");
    assert!(lead.attribution.has_earlier_touch());

    let tasks = tasks::open_on(&t.db, &rep.actor(), Subject::Lead(receipt.id)).await.unwrap();
    let [task] = tasks.as_slice() else { panic!("one task: {tasks:?}") };
    assert_eq!((task.kind, task.title.as_str()), (TaskKind::FirstCall, "Анна Ветрова"));
    assert_eq!(task.due_at, lead.created_at + chrono::TimeDelta::minutes(60));
    assert_eq!(lead.call_due_at, Some(task.due_at));
    assert_eq!(task.assignee.as_ref().unwrap().id, rep.id);

    let story = activities::timeline(&t.db, &rep.actor(), Subject::Lead(receipt.id), None).await.unwrap();
    assert_eq!(story.count, 1);
    assert!(story.rows[0].who.is_none());
    assert!(matches!(&story.rows[0].what, Happening::FormSubmitted { site, .. } if site == "agency.example"));

    let change = changes.recv().await.unwrap();
    assert_eq!((change.what, change.on), (Changed::Arrived, Subject::Lead(receipt.id)));
    assert!(change.is_for(&rep.actor()));
}

async fn two_hundred_at_once_are_two_hundred_leads(t: &T) {
    forms::public(&t.db, "call-back").await.unwrap();
    let before = t.db.statements();
    let receipts = join_all((0..200).map(|i| submit(&t.db, visitor(i), None))).await;
    let ids: BTreeSet<_> = receipts.into_iter().map(|receipt| receipt.unwrap().id).collect();
    assert_eq!(ids.len(), 200);
    let sent = t.db.statements() - before;
    assert!(sent < 200, "{sent} statements: they were not written together");

    // What another connection finds is what is in the database.
    let again = open(&t.url, &t.clock).await;
    let (rows, next) = export::page(&again, &t.admin, Table::Leads, None).await.unwrap();
    assert_eq!((rows.len(), next), (200, None));
    let numbers: BTreeSet<_> = rows.iter().map(|row| row["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=200).collect());
    let found: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(found, ids.iter().map(ToString::to_string).collect());
}

async fn the_same_key_is_one_lead(t: &T) {
    let first = submit(&t.db, visitor(1), Some("k-1")).await.unwrap();
    // Again later, in another language even: what was answered is answered again.
    let mut again = visitor(1);
    again.lang = Some(Lang::En);
    assert_eq!(submit(&t.db, again, Some("k-1")).await.unwrap(), first);
    let at_once = join_all((0..20).map(|_| submit(&t.db, visitor(2), Some("k-2")))).await;
    let ids: BTreeSet<_> = at_once.into_iter().map(|receipt| receipt.unwrap().id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(all(t).await.len(), 2);
    // Without a key each call is another lead.
    submit(&t.db, visitor(1), None).await.unwrap();
    submit(&t.db, visitor(1), Some("  ")).await.unwrap();
    assert_eq!(all(t).await.iter().map(|lead| lead.number).collect::<Vec<_>>(), [4, 3, 2, 1]);
}

async fn a_key_stands_for_one_submission_only(t: &T) {
    let taken = Problem::field("Idempotency-Key", Fault::Taken);
    submit(&t.db, visitor(1), Some("k")).await.unwrap();
    assert_eq!(submit(&t.db, visitor(2), Some("k")).await, Err(taken.clone()));
    // In one batch as well.
    let both = join_all([submit(&t.db, visitor(3), Some("x")), submit(&t.db, visitor(4), Some("x"))]).await;
    assert_eq!(both.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(both.contains(&Err(taken)));
    assert_eq!(all(t).await.len(), 2);
    let long = "k".repeat(256);
    let answer = submit(&t.db, visitor(1), Some(&long)).await;
    assert_eq!(answer, Err(Problem::field("Idempotency-Key", Fault::TooLong(255))));
}

async fn bad_input_is_named_and_nothing_is_kept(t: &T) {
    let bad = fields(&[
        ("name", &"я".repeat(201)),
        ("phone", "abc"),
        ("email", "nobody@nowhere"),
        ("message", &"x".repeat(4001)),
    ]);
    let problem = submit(&t.db, bad.clone(), Some("k")).await.unwrap_err();
    assert_eq!(
        ["name", "phone", "email", "message"].map(|field| problem.fault_of(field)),
        [
            Some(Fault::TooLong(200)),
            Some(Fault::NotAPhone),
            Some(Fault::NotAnEmail),
            Some(Fault::TooLong(4000))
        ]
    );
    assert_eq!(submit(&t.db, bad, Some("k")).await, Err(problem), "the same key gives the same answer");
    let empty = submit(&t.db, fields(&[]), None).await.unwrap_err();
    assert_eq!(
        ["name", "phone", "email"].map(|f| empty.fault_of(f)),
        [Some(Fault::Required), Some(Fault::Required), None]
    );
    let blank =
        submit(&t.db, fields(&[("name", " \u{0} "), ("phone", "+7 921 555 01 38")]), None).await.unwrap_err();
    assert_eq!(blank, Problem::field("name", Fault::Required));
    assert!(all(t).await.is_empty());
    submit(&t.db, visitor(1), None).await.unwrap();
    assert_eq!(all(t).await[0].number, 1, "a refused one takes no number");
}

async fn an_unknown_form_is_not_found(t: &T) {
    for slug in ["", "nothing", "call-back'", "CALL-BACK"] {
        assert_eq!(intake::submit(&t.db, slug, visitor(1), None).await, Err(Problem::NotFound), "{slug}");
    }
    assert_eq!(forms::public(&t.db, "nothing").await, Err(Problem::NotFound));
}

async fn the_visitor_is_answered_in_their_language(t: &T) {
    for (lang, message) in [
        (Some(Lang::En), "Thank you! I'll call you soon."),
        (Some(Lang::Ru), "Спасибо! Я скоро вам позвоню."),
        (None, "Спасибо! Я скоро вам позвоню."),
    ] {
        let submission = NewSubmission { lang, ..visitor(1) };
        assert_eq!(submit(&t.db, submission, None).await.unwrap().message, message);
    }
}

async fn names_of_all_scripts_arrive_as_they_were_typed(t: &T) {
    for name in [
        "👩‍🔧 Аня",
        "עברית שם",
        "علي بن أبي طالب",
        "O’Neill-Петров",
        "<b>=1+1</b>",
        "Robert'); DROP TABLE leads;--",
    ] {
        let receipt =
            submit(&t.db, fields(&[("name", name), ("phone", "+79215550138")]), None).await.unwrap();
        assert_eq!(leads::show(&t.db, &t.admin, receipt.id).await.unwrap().name, name);
    }
    let receipt = submit(
        &t.db,
        fields(&[("name", "a\u{0}b"), ("phone", "+79215550138"), ("message", "x\u{0}y")]),
        None,
    )
    .await
    .unwrap();
    let lead = leads::show(&t.db, &t.admin, receipt.id).await.unwrap();
    assert_eq!((lead.name.as_str(), lead.message.as_str()), ("a b", "xy"));
}

async fn fields_that_the_form_does_not_have_are_logged_only(t: &T) {
    let mut submission = visitor(1);
    submission.fields.insert("company".into(), "ООО «Ветер»".into());
    submission.fields.insert("budget\u{0}".into(), "x".repeat(100_000));
    for i in 0..1000 {
        submission.fields.insert(format!("zz{i}"), "junk".into());
    }
    let receipt = submit(&t.db, submission, None).await.unwrap();
    assert_eq!(leads::show(&t.db, &t.admin, receipt.id).await.unwrap().company, "");
    let raw = Database::connect(&t.url).await.unwrap();
    let statement =
        sea_orm::Statement::from_string(raw.get_database_backend(), "SELECT fields FROM submissions");
    let kept: String = raw.query_one_raw(statement).await.unwrap().unwrap().try_get("", "fields").unwrap();
    let kept: BTreeMap<String, String> = serde_json::from_str(&kept).unwrap();
    assert_eq!((kept.len(), kept["company"].as_str()), (50, "ООО «Ветер»"));
    assert_eq!(kept["budget\u{0}"].len(), 4000);
}

async fn leads_go_to_the_reps_in_turn(t: &T) {
    let mut reps = Vec::new();
    for name in ["Alla", "Boris", "Clara"] {
        reps.push(t.user(name, Role::SalesRep, Some(t.team(name).await)).await);
    }
    t.user("Viewer", Role::Viewer, None).await;
    join_all((0..10).map(|i| submit(&t.db, visitor(i), None)))
        .await
        .into_iter()
        .for_each(|r| drop(r.unwrap()));
    let mut rows = all(t).await;
    rows.sort_by_key(|row| row.number);
    let owners: Vec<String> = rows.iter().map(|row| row.owner.clone().unwrap().name).collect();
    let expected: Vec<&str> = ["Alla", "Boris", "Clara"].into_iter().cycle().take(10).collect();
    assert_eq!(owners, expected);
    // The lead belongs to its owner's team.
    let lead = leads::show(&t.db, &t.admin, rows[1].id).await.unwrap();
    assert_eq!(lead.whose.team, reps[1].team);

    let gone = &reps[0];
    users::deactivate(&t.db, &t.admin, gone.id, gone.version, Handover::Unowned).await.unwrap();
    for i in 0..4 {
        submit(&t.db, visitor(i), None).await.unwrap();
    }
    let newest: Vec<String> = all(t).await[..4].iter().map(|row| row.owner.clone().unwrap().name).collect();
    assert_eq!(newest.iter().filter(|name| *name == "Boris").count(), 2);
    assert_eq!(newest.iter().filter(|name| *name == "Clara").count(), 2);
}

async fn without_reps_heads_and_then_admins_take_them(t: &T) {
    let receipt = submit(&t.db, visitor(1), None).await.unwrap();
    let owner = leads::show(&t.db, &t.admin, receipt.id).await.unwrap().owner.unwrap();
    assert_eq!(Some(owner.id), t.admin.user);
    let head = t.user("Head", Role::HeadOfSales, None).await;
    let receipt = submit(&t.db, visitor(2), None).await.unwrap();
    assert_eq!(leads::show(&t.db, &t.admin, receipt.id).await.unwrap().owner.unwrap().id, head.id);
}

async fn one_that_cannot_be_written_takes_nothing_else_with_it(t: &T) {
    let raw = Database::connect(&t.url).await.unwrap();
    raw.execute_unprepared(if t.url.starts_with("sqlite") {
        "CREATE TRIGGER no_boom BEFORE INSERT ON touches WHEN NEW.keyword = 'boom' BEGIN SELECT RAISE(ABORT, 'boom'); END"
    } else {
        "ALTER TABLE touches ADD CONSTRAINT no_boom CHECK (keyword <> 'boom')"
    })
    .await
    .unwrap();
    let answers = join_all((0..30).map(|i| {
        let mut submission = visitor(i);
        if i == 7 {
            submission.attribution.landing_url = "https://agency.example/?utm_term=boom".into();
        }
        submit(&t.db, submission, None)
    }))
    .await;
    for (i, answer) in answers.iter().enumerate() {
        assert_eq!(answer.is_ok(), i != 7, "{i}: {answer:?}");
    }
    let mut numbers: Vec<i64> = all(t).await.iter().map(|lead| lead.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=29).collect::<Vec<_>>());
}

async fn a_full_queue_is_told_and_what_was_accepted_is_kept(t: &T) {
    forms::public(&t.db, "call-back").await.unwrap();
    let answers = join_all((0..900).map(|i| submit(&t.db, visitor(i), None))).await;
    let refused =
        answers.iter().filter(|answer| **answer == Err(Problem::Unavailable { retry_after: 1 })).count();
    let accepted: BTreeSet<_> = answers.into_iter().flatten().map(|receipt| receipt.id).collect();
    assert!(refused > 0);
    assert_eq!(accepted.len() + refused, 900);
    assert_eq!(all(t).await.iter().map(|lead| lead.id).collect::<BTreeSet<_>>(), accepted);
    submit(&t.db, visitor(1), None).await.unwrap();
}

async fn several_databases_have_a_writer_each(t: &T) {
    // As two server processes on one database.
    let other = open(&t.url, &t.clock).await;
    let here = join_all((0..30).map(|i| submit(&t.db, visitor(i), Some("same").filter(|_| i == 0))));
    let there = join_all((0..30).map(|i| submit(&other, visitor(i), Some("same").filter(|_| i == 0))));
    let (here, there) = futures::join!(here, there);
    assert_eq!(here[0], there[0]);
    let ids: BTreeSet<_> = here.into_iter().chain(there).map(|receipt| receipt.unwrap().id).collect();
    assert_eq!(ids.len(), 59);
    let numbers: BTreeSet<_> = all(t).await.iter().map(|lead| lead.number).collect();
    assert_eq!(numbers, (1..=59).collect());
}
