//! Deals: how they move, who may move them, and what is refused.

use chrono::TimeDelta;
use domain::access::{Action, Role};
use domain::activity::{Happening, Subject};
use domain::deal::{DealFilter, DealStatus, EditDeal, MoveDeal};
use domain::id::{DealId, LossReasonId, StageId, UserId};
use domain::pipeline::Requirement;
use domain::task::{NewTask, TaskKind};
use domain::{Currency, Fault, Money, Problem, Refusal};
use store::{deals, tasks};

use crate::harness::{T, both};
use crate::sales::{WINNING, deal, fulfil, lose, rows, rub, shown, statements, to_place, waive_all, win};

both!(
    every_move_is_kept,
    winning_names_everything_that_is_missing,
    a_deal_with_everything_done_is_won,
    a_head_waives_and_a_rep_does_not,
    losing_needs_a_reason_and_reopening_forgets_it,
    a_stale_version_is_a_conflict_and_changes_nothing,
    another_teams_deal_is_not_found,
    facts_are_edited_and_owners_changed,
    a_deals_page_tells_its_leads_story_in_four_statements,
);

fn codes(deal: &domain::deal::Deal) -> Vec<&'static str> {
    deal.timeline.iter().map(|activity| activity.what.code()).collect()
}

async fn every_move_is_kept(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    assert_eq!(shown(t, id).await.stage().unwrap().name.en, "Clarify needs");
    for place in 1..5 {
        t.pass(TimeDelta::days(1));
        assert_eq!(to_place(t, &t.admin, id, place).await.unwrap(), place as i64 + 1);
    }
    let after = shown(t, id).await;
    assert_eq!(after.stage().unwrap().name.en, "Acts and feedback");
    assert_eq!((after.version, after.stage_entered_at, after.probability), (5, t.clock.now(), 95));
    assert_eq!(
        codes(&after),
        ["stage_changed", "stage_changed", "stage_changed", "stage_changed", "deal_opened"]
    );
    assert_eq!(rows(t, "stage_changes").await, 5);
    assert_eq!(rows(t, "audit_entries WHERE action = 'advance' AND entity = 'deal'").await, 4);
    assert_eq!(to_place(t, &t.admin, id, 4).await.unwrap(), 5);
    assert_eq!(rows(t, "stage_changes").await, 5);
}

async fn winning_names_everything_that_is_missing(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    let refused = Problem::Refused {
        reasons: vec![Refusal::OfferAccepted, Refusal::ActsSigned, Refusal::FeedbackAsked],
    };
    assert_eq!(win(t, &t.admin, id).await, Err(refused));
    let after = shown(t, id).await;
    assert_eq!((after.status, after.version, after.closed_at), (DealStatus::Open, 1, None));
    assert_eq!(rows(t, "stage_changes").await, 1);

    crate::sales::accepted(t, &t.admin, id).await;
    let rest = Problem::Refused { reasons: vec![Refusal::ActsSigned, Refusal::FeedbackAsked] };
    assert_eq!(win(t, &t.admin, id).await, Err(rest));
}

async fn a_deal_with_everything_done_is_won(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    fulfil(t, &t.admin, id).await;
    t.pass(TimeDelta::hours(1));
    win(t, &t.admin, id).await.unwrap();
    let won = shown(t, id).await;
    assert_eq!((won.status, won.closed_at), (DealStatus::Won, Some(t.clock.now())));
    assert_eq!(won.timeline[0].what, Happening::Won { amount: Some(rub(crate::sales::GROSS)) });
    assert_eq!((won.evidence.offer_accepted, won.evidence.acts, won.evidence.acts_signed), (true, 1, 1));
    assert!(won.evidence.feedback_asked && won.waivers.is_empty());
    // A closed deal does not jump to lost.
    assert_eq!(lose(t, &t.admin, id).await, Err(Problem::refused(Refusal::DealClosed)));
}

async fn a_head_waives_and_a_rep_does_not(t: &T) {
    let team = t.team("Север").await;
    let rep = t.user("Rep", Role::SalesRep, Some(team)).await.actor();
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    let id = deal(t, &rep, "Склад", None).await;
    let waive = async |actor, item, reason| deals::waive(&t.db, actor, id, item, reason).await;

    assert_eq!(waive(&rep, Requirement::ActsSigned, "hurry").await, Err(Problem::Forbidden));
    let empty = waive(&head, Requirement::ActsSigned, " ").await.unwrap_err();
    assert_eq!(empty.fault_of("reason"), Some(Fault::Required));
    assert_eq!(rows(t, "waivers").await, 0);

    for requirement in WINNING {
        waive(&head, requirement, "an old customer").await.unwrap();
        waive(&head, requirement, "a second click").await.unwrap();
    }
    win(t, &rep, id).await.unwrap();
    let won = shown(t, id).await;
    assert_eq!(won.status, DealStatus::Won);
    assert_eq!(won.waivers.len(), 3);
    assert!(won.waivers.iter().all(|waiver| waiver.by == "Head" && waiver.reason == "an old customer"));
    assert_eq!(codes(&won).iter().filter(|code| **code == "waived").count(), 3);
}

async fn losing_needs_a_reason_and_reopening_forgets_it(t: &T) {
    let id = deal(t, &t.admin, "Склад", Some(rub(100))).await;
    to_place(t, &t.admin, id, 2).await.unwrap();
    assert_eq!(to_place(t, &t.admin, id, 6).await, Err(Problem::refused(Refusal::ReasonNeeded)));
    let before = shown(t, id).await;
    let unknown = MoveDeal {
        id,
        version: before.version,
        to: before.pipeline.stages[6].id,
        loss_reason: Some(LossReasonId(uuid::Uuid::nil())),
        note: String::new(),
    };
    let unknown = deals::advance(&t.db, &t.admin, unknown).await.unwrap_err();
    assert_eq!(unknown.fault_of("loss_reason"), Some(Fault::Unknown));

    lose(t, &t.admin, id).await.unwrap();
    let lost = shown(t, id).await;
    assert_eq!((lost.status, lost.closed_at), (DealStatus::Lost, Some(t.clock.now())));
    assert_eq!((lost.loss_reason.unwrap().en.as_str(), lost.loss_note.as_str()), ("Price", "too dear"));
    assert_eq!(win(t, &t.admin, id).await.unwrap_err().status(), 422);

    t.pass(TimeDelta::days(1));
    to_place(t, &t.admin, id, 1).await.unwrap();
    let open = shown(t, id).await;
    assert_eq!((open.status, open.closed_at, &open.loss_reason), (DealStatus::Open, None, &None));
    assert_eq!(codes(&open)[..2], ["reopened", "lost"]);
    assert_eq!(rows(t, "stage_changes").await, 4);
    assert_eq!(rows(t, "deals WHERE lost_from_stage_id IS NOT NULL").await, 0);
}

async fn a_stale_version_is_a_conflict_and_changes_nothing(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    let seen = shown(t, id).await;
    to_place(t, &t.admin, id, 1).await.unwrap();
    let step = |to| MoveDeal { id, version: seen.version, to, loss_reason: None, note: String::new() };
    let late = deals::advance(&t.db, &t.admin, step(seen.pipeline.stages[2].id)).await;
    assert_eq!(late, Err(Problem::Conflict { version: 2 }));
    // A second click on the same move finds it done.
    assert_eq!(deals::advance(&t.db, &t.admin, step(seen.pipeline.stages[1].id)).await, Ok(2));
    let foreign = deals::advance(&t.db, &t.admin, step(StageId(uuid::Uuid::nil()))).await;
    assert_eq!(foreign, Err(Problem::refused(Refusal::ForeignStage)));
    let edit = EditDeal {
        id,
        version: 1,
        title: "Другой".into(),
        amount: None,
        expected_close: None,
        probability: None,
    };
    assert_eq!(deals::edit(&t.db, &t.admin, edit).await, Err(Problem::Conflict { version: 2 }));
    assert_eq!(shown(t, id).await.title, "Склад");
    assert_eq!(rows(t, "stage_changes").await, 2);
}

async fn another_teams_deal_is_not_found(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let id = deal(t, &owner, "Склад", Some(rub(100))).await;
    let seen = shown(t, id).await;
    let step =
        MoveDeal { id, version: 1, to: seen.pipeline.stages[1].id, loss_reason: None, note: String::new() };

    assert!(deals::show(&t.db, &mate, id).await.is_ok());
    assert_eq!(deals::advance(&t.db, &mate, step.clone()).await, Err(Problem::Forbidden));
    assert_eq!(deals::show(&t.db, &stranger, id).await.map(|_| ()), Err(Problem::NotFound));
    assert_eq!(deals::advance(&t.db, &stranger, step.clone()).await, Err(Problem::NotFound));
    assert_eq!(
        deals::advance(&t.db, &stranger, MoveDeal { id: DealId(uuid::Uuid::nil()), ..step }).await,
        Err(Problem::NotFound)
    );
    assert_eq!(
        deals::waive(&t.db, &stranger, id, Requirement::ActsSigned, "x").await,
        Err(Problem::NotFound)
    );
    assert_eq!(deals::list(&t.db, &stranger, DealFilter::default()).await.unwrap().count, 0);
    let board = deals::board(&t.db, &stranger, None, DealFilter::default()).await.unwrap();
    assert!(
        board
            .columns
            .iter()
            .all(|column| column.count == 0 && column.cards.is_empty() && column.sums.is_empty())
    );
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    assert_eq!(
        deals::list(&t.db, &marketer, DealFilter::default()).await.map(|_| ()),
        Err(Problem::Forbidden)
    );
    let new = domain::deal::NewDeal {
        title: "x".into(),
        contact: None,
        account: None,
        amount: None,
        expected_close: None,
        pipeline: None,
    };
    assert_eq!(deals::create(&t.db, &marketer, new).await, Err(Problem::Forbidden));
    assert_eq!(shown(t, id).await.version, 1);
}

async fn facts_are_edited_and_owners_changed(t: &T) {
    let team = t.team("Север").await;
    let rep = t.user("Rep", Role::SalesRep, Some(team)).await;
    let id = deal(t, &t.admin, "Склад", None).await;
    let day = "2026-12-31".parse().unwrap();
    let edit = |version, title: &str, amount| EditDeal {
        id,
        version,
        title: title.into(),
        amount: Some(rub(amount)),
        expected_close: Some(day),
        probability: None,
    };
    let bad = deals::edit(&t.db, &t.admin, edit(1, "", -1)).await.unwrap_err();
    assert_eq!(
        (bad.fault_of("title"), bad.fault_of("amount")),
        (Some(Fault::Required), Some(Fault::OutOfRange))
    );
    deals::edit(&t.db, &t.admin, edit(1, "Склад 👩‍🔧 מחסן", 500)).await.unwrap();
    assert_eq!(
        deals::assign(&t.db, &rep.actor(), id, 2, rep.id).await,
        Err(Problem::NotFound),
        "the admin's deal is out of the rep's reach"
    );
    let nobody = deals::assign(&t.db, &t.admin, id, 2, UserId(uuid::Uuid::nil())).await.unwrap_err();
    assert_eq!(nobody.fault_of("owner"), Some(Fault::Unknown));
    deals::assign(&t.db, &t.admin, id, 2, rep.id).await.unwrap();
    let after = deals::show(&t.db, &rep.actor(), id).await.unwrap();
    assert_eq!(
        (after.title.as_str(), after.amount, after.expected_close),
        ("Склад 👩‍🔧 מחסן", Some(rub(500)), Some(day))
    );
    assert_eq!(
        after.whose,
        domain::access::Ownership { owner: Some(rep.id), team: Some(team), shared: None }
    );
    assert_eq!(after.timeline[0].what, Happening::Assigned { to: "Rep".into() });
    assert!(domain::access::can(&rep.actor(), Action::Write, domain::access::Entity::Deal, after.whose));
}

async fn a_deals_page_tells_its_leads_story_in_four_statements(t: &T) {
    let made = t.client(&t.admin, "Елена Воробьёва", "8 (921) 555-01-38", "ООО Верфь").await;
    let id = made.deal;
    for title in ["one", "two"] {
        let due_at = t.clock.now() + TimeDelta::hours(2);
        let new = NewTask {
            kind: TaskKind::Call,
            title: title.into(),
            due_at,
            assignee: None,
            on: Subject::Deal(id),
        };
        tasks::create(&t.db, &t.admin, new).await.unwrap();
    }
    fulfil(t, &t.admin, id).await;
    waive_all(t, id).await;
    let page = shown(t, id).await;
    assert_eq!(page.account.unwrap().1, "ООО Верфь");
    let contact = page.contact.unwrap();
    assert_eq!((contact.name.as_str(), contact.points.len()), ("Елена Воробьёва", 1));
    assert_eq!(contact.account.unwrap().1, "ООО Верфь");
    assert_eq!((page.offers.len(), page.acts.len(), page.waivers.len()), (1, 1, 3));
    assert_eq!(page.offers[0].client, "ООО Верфь");
    assert!(page.feedback.unwrap().public_path.unwrap().starts_with("/s/"));
    let told: Vec<_> = page.timeline.iter().map(|activity| activity.what.code()).collect();
    assert!(
        told.contains(&"converted") && told.contains(&"deal_opened") && told.contains(&"act_signed"),
        "{told:?}"
    );
    assert!(page.tasks.iter().any(|task| task.title == "one"));
    assert!(page.lead.is_some());
    assert_eq!(statements(t, async || shown(t, id).await).await, 4);
    let amount = Some(Money::new(crate::sales::GROSS, Currency::Rub));
    assert_eq!(page.amount, amount);
}
