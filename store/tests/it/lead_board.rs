//! Leads on their board, how fast they were answered, and disqualified ones taken up again.

use chrono::TimeDelta;
use domain::access::Role;
use domain::activity::{CallLog, CallOutcome, Direction, LogActivity, Logged, Subject};
use domain::id::LeadId;
use domain::lead::{ConvertLead, Lead, LeadColumn, LeadFilter, LeadRow, LeadStatus, LeadStep};
use domain::task::TaskKind;
use domain::{Problem, Refusal};
use store::{activities, leads, settings, tasks};

use crate::harness::{T, both};
use crate::sales::{rows, statements};

both!(
    the_board_has_a_column_of_each_status,
    the_board_reaches_as_far_as_the_actor,
    a_full_column_shows_its_first_leads_and_counts_all,
    a_lead_taken_up_again_keeps_both_facts,
    a_lead_that_nobody_answered_waits_for_its_call_again,
    what_was_not_disqualified_is_not_reopened,
    every_column_is_reached_by_its_step_and_only_by_it,
);

async fn board(t: &T, actor: &domain::access::Actor) -> Vec<LeadColumn> {
    leads::board(&t.db, actor, LeadFilter::default()).await.unwrap()
}

fn names(columns: &[LeadColumn], status: LeadStatus) -> Vec<&str> {
    let column = columns.iter().find(|column| column.status == status).unwrap();
    column.rows.iter().map(|row| row.name.as_str()).collect()
}

async fn call(t: &T, lead: LeadId) {
    let what = Logged::Call(CallLog {
        direction: Direction::Outgoing,
        outcome: CallOutcome::Reached,
        minutes: 3,
        note: String::new(),
    });
    let entry = LogActivity { on: Subject::Lead(lead), what, next: None };
    activities::log(&t.db, &t.admin, entry).await.unwrap();
}

async fn disqualify(t: &T, lead: LeadId, note: &str) {
    let reason = settings::loss_reasons(&t.db, &t.admin).await.unwrap()[0].id;
    let version = shown(t, lead).await.version;
    leads::disqualify(&t.db, &t.admin, lead, version, Some(reason), note).await.unwrap();
}

async fn shown(t: &T, lead: LeadId) -> Lead {
    leads::show(&t.db, &t.admin, lead).await.unwrap()
}

async fn the_board_has_a_column_of_each_status(t: &T) {
    let first = t.lead(&t.admin, "Анна", "8 (921) 555-01-38").await;
    t.pass(TimeDelta::minutes(5));
    let second = t.lead(&t.admin, "Борис", "8 (921) 555-01-39").await;
    t.pass(TimeDelta::minutes(5));
    let third = t.lead(&t.admin, "Вера", "8 (921) 555-01-40").await;
    t.client(&t.admin, "Глеб", "8 (921) 555-01-41", "").await;
    assert_eq!(names(&board(t, &t.admin).await, LeadStatus::New), ["Анна", "Борис", "Вера"]);

    t.pass(TimeDelta::minutes(10));
    call(t, first).await;
    call(t, second).await;
    disqualify(t, third, "").await;
    let columns = board(t, &t.admin).await;
    assert_eq!(columns.iter().map(|column| column.status).collect::<Vec<_>>(), LeadStatus::ALL);
    assert_eq!(columns.iter().map(|column| column.count).collect::<Vec<_>>(), [0, 2, 1, 1]);
    // The newest on top, where nobody waits any more.
    assert_eq!(names(&columns, LeadStatus::Working), ["Борис", "Анна"]);
    let minutes: Vec<_> = columns[1].rows.iter().map(LeadRow::response_minutes).collect();
    assert_eq!(minutes, [Some(15), Some(20)]);
    assert_eq!((columns[1].median_minutes(), columns[3].median_minutes()), (Some(15), None));
    assert_eq!(names(&columns, LeadStatus::Converted), ["Глеб"]);
    assert_eq!(names(&columns, LeadStatus::Disqualified), ["Вера"]);
    assert_eq!(columns[3].rows[0].response_minutes(), None);
    assert_eq!(statements(t, async || board(t, &t.admin).await).await, 2);

    let found = LeadFilter { text: "борис".into(), ..LeadFilter::default() };
    let found = leads::board(&t.db, &t.admin, found).await.unwrap();
    assert_eq!(found.iter().map(|column| column.count).collect::<Vec<_>>(), [0, 1, 0, 0]);
}

async fn the_board_reaches_as_far_as_the_actor(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    t.lead(&rep, "Анна", "8 (921) 555-01-38").await;
    assert_eq!(names(&board(t, &rep).await, LeadStatus::New), ["Анна"]);
    assert!(board(t, &stranger).await.iter().all(|column| column.count == 0 && column.rows.is_empty()));
    let delivery = t.user("Delivery", Role::Delivery, None).await.actor();
    let refused = leads::board(&t.db, &delivery, LeadFilter::default()).await;
    assert_eq!(refused.map(|_| ()), Err(Problem::Forbidden));
}

async fn a_full_column_shows_its_first_leads_and_counts_all(t: &T) {
    for number in 0..55 {
        t.lead(&t.admin, &format!("Lead {number:02}"), "8 (921) 555-01-38").await;
        t.pass(TimeDelta::minutes(1));
    }
    let columns = board(t, &t.admin).await;
    assert_eq!((columns[0].count, columns[0].rows.len()), (55, 50));
    assert_eq!((columns[0].rows[0].name.as_str(), columns[0].rows[49].name.as_str()), ("Lead 00", "Lead 49"));
}

async fn a_lead_taken_up_again_keeps_both_facts(t: &T) {
    let id = t.lead(&t.admin, "Анна", "8 (921) 555-01-38").await;
    call(t, id).await;
    disqualify(t, id, "слишком рано").await;
    let gone = shown(t, id).await;
    assert_eq!((gone.status, gone.reopened_at), (LeadStatus::Disqualified, None));
    let when = t.clock.now();
    t.pass(TimeDelta::days(40));
    leads::reopen(&t.db, &t.admin, id, gone.version, "позвонили сами").await.unwrap();
    let again = shown(t, id).await;
    assert_eq!((again.status, again.call_due_at), (LeadStatus::Working, None));
    assert_eq!(again.disqualified_reason.as_ref().unwrap().en, "Price");
    assert_eq!((again.disqualify_note.as_str(), again.disqualified_at), ("слишком рано", Some(when)));
    assert_eq!(again.reopened_at, Some(t.clock.now()));
    // Whoever looks from another window finds it done, and nothing happens twice.
    leads::reopen(&t.db, &t.admin, id, gone.version, "").await.unwrap();
    let told = activities::timeline(&t.db, &t.admin, Subject::Lead(id), None).await.unwrap();
    let told: Vec<_> = told.rows.iter().map(|activity| activity.what.code()).collect();
    assert_eq!(told[..2], ["lead_reopened", "disqualified"]);
    assert_eq!(rows(t, "audit_entries WHERE action = 'reopen' AND entity = 'lead'").await, 1);
    // It can go nowhere once more, or become a customer.
    disqualify(t, id, "опять рано").await;
    let version = shown(t, id).await.version;
    leads::reopen(&t.db, &t.admin, id, version, "").await.unwrap();
    assert!(leads::propose(&t.db, &t.admin, id).await.is_ok());
}

async fn a_lead_that_nobody_answered_waits_for_its_call_again(t: &T) {
    let id = t.lead(&t.admin, "Анна", "8 (921) 555-01-38").await;
    disqualify(t, id, "").await;
    t.pass(TimeDelta::days(1));
    let version = shown(t, id).await.version;
    leads::reopen(&t.db, &t.admin, id, version, "").await.unwrap();
    let again = shown(t, id).await;
    let due = t.clock.now() + TimeDelta::minutes(60);
    assert_eq!((again.status, again.call_due_at), (LeadStatus::New, Some(due)));
    let open = tasks::open_on(&t.db, &t.admin, Subject::Lead(id)).await.unwrap();
    assert_eq!(
        open.iter().map(|task| (task.kind, task.due_at)).collect::<Vec<_>>(),
        [(TaskKind::FirstCall, due)]
    );
    call(t, id).await;
    assert_eq!(shown(t, id).await.status, LeadStatus::Working);
}

async fn what_was_not_disqualified_is_not_reopened(t: &T) {
    let made = t.client(&t.admin, "Глеб", "8 (921) 555-01-41", "").await;
    let lead = store::deals::show(&t.db, &t.admin, made.deal).await.unwrap().lead.unwrap();
    let version = shown(t, lead).await.version;
    let refused = leads::reopen(&t.db, &t.admin, lead, version, "").await;
    assert_eq!(refused, Err(Problem::refused(Refusal::LeadSettled)));
    let north = t.team("Север").await;
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let id = t.lead(&owner, "Анна", "8 (921) 555-01-38").await;
    disqualify(t, id, "").await;
    let gone = shown(t, id).await;
    assert_eq!(leads::reopen(&t.db, &mate, id, gone.version, "").await, Err(Problem::Forbidden));
    let stale = leads::reopen(&t.db, &owner, id, gone.version - 1, "").await;
    assert_eq!(stale, Err(Problem::Conflict { version: gone.version }));
    assert_eq!(shown(t, id).await.status, LeadStatus::Disqualified);
}

async fn every_column_is_reached_by_its_step_and_only_by_it(t: &T) {
    let made = |number: u32| format!("8 (921) 555-02-{number:02}");
    let mut number = 10;
    for from in LeadStatus::ALL {
        for to in LeadStatus::ALL {
            number += 1;
            // A converted lead has no way back, and `client` makes one of its own.
            if from == LeadStatus::Converted {
                assert_eq!(from.step(to), None);
                continue;
            }
            let id = t.lead(&t.admin, "Анна", &made(number)).await;
            match from {
                LeadStatus::Working => call(t, id).await,
                LeadStatus::Disqualified => disqualify(t, id, "").await,
                LeadStatus::New | LeadStatus::Converted => {}
            }
            let lead = shown(t, id).await;
            assert_eq!(lead.status, from);
            let landed = match from.step(to) {
                None => from,
                Some(LeadStep::Answer) => {
                    call(t, id).await;
                    to
                }
                Some(LeadStep::Convert) => {
                    let proposal = leads::propose(&t.db, &t.admin, id).await.unwrap();
                    let convert = ConvertLead {
                        lead: id,
                        version: proposal.version,
                        contact: None,
                        contact_name: proposal.contact_name,
                        account: None,
                        account_name: proposal.account_name,
                        deal_title: proposal.deal_title,
                        amount: None,
                        pipeline: None,
                    };
                    leads::convert(&t.db, &t.admin, convert).await.unwrap();
                    to
                }
                Some(LeadStep::Disqualify) => {
                    disqualify(t, id, "").await;
                    to
                }
                // Nobody has answered: it waits for its first call, whichever open column it was dropped on.
                Some(LeadStep::Reopen) => {
                    leads::reopen(&t.db, &t.admin, id, lead.version, "").await.unwrap();
                    LeadStatus::New
                }
            };
            assert_eq!(shown(t, id).await.status, landed, "{from:?} to {to:?}");
        }
    }
}
