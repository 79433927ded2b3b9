//! The company's reasons for losing: kinds, required notes, order, who may change them.

use domain::access::Role;
use domain::deal::{DealStatus, MoveDeal};
use domain::id::DealId;
use domain::loss::{LossKind, LossReason, SaveLossReason};
use domain::pipeline::StageKind;
use domain::{Fault, Label, Outcome, Problem};
use store::{deals, leads, losses, settings};

use crate::harness::{T, both};
use crate::sales::{deal, rows, shown};

both!(
    a_company_begins_with_reasons_of_every_day,
    reasons_are_added_worded_anew_and_moved,
    a_retired_reason_is_kept_by_what_was_lost_for_it,
    a_note_is_required_where_the_reason_says_too_little,
    heads_change_reasons_and_reps_do_not,
);

fn new(en: &str, kind: LossKind, note_required: bool) -> SaveLossReason {
    SaveLossReason { id: None, name: Label::new(en, ""), kind, note_required, active: true }
}

fn again(reason: &LossReason) -> SaveLossReason {
    SaveLossReason {
        id: Some((reason.id, reason.version)),
        name: reason.name.clone(),
        kind: reason.kind,
        note_required: reason.note_required,
        active: reason.active,
    }
}

async fn named(t: &T, en: &str) -> LossReason {
    let all = losses::list(&t.db, &t.admin).await.unwrap();
    all.into_iter().find(|reason| reason.name.en == en).unwrap()
}

async fn lose(t: &T, id: DealId, reason: &LossReason, note: &str) -> Outcome<i64> {
    let seen = shown(t, id).await;
    let to = seen.pipeline.of_kind(StageKind::Lost).unwrap().id;
    let step = MoveDeal { id, version: seen.version, to, loss_reason: Some(reason.id), note: note.into() };
    deals::advance(&t.db, &t.admin, step).await
}

async fn a_company_begins_with_reasons_of_every_day(t: &T) {
    use LossKind::{Competitor, NoFit, NoResponse, Other, Price, Timing};
    let kinds: Vec<LossKind> =
        losses::list(&t.db, &t.admin).await.unwrap().iter().map(|reason| reason.kind).collect();
    assert_eq!(kinds, [Price, Timing, Competitor, NoFit, NoResponse, Other]);
}

async fn reasons_are_added_worded_anew_and_moved(t: &T) {
    let id = losses::save(&t.db, &t.admin, new("Slow answers", LossKind::Service, true)).await.unwrap();
    let slow = named(t, "Slow answers").await;
    assert_eq!((slow.id, slow.kind, slow.note_required, slow.version), (id, LossKind::Service, true, 1));
    let nameless = losses::save(&t.db, &t.admin, new(" ", LossKind::Other, false)).await.unwrap_err();
    assert_eq!(nameless.fault_of("name"), Some(Fault::Required));

    let worded =
        SaveLossReason { name: Label::new("We were slow", "Долго отвечали"), ..again(&slow) };
    losses::save(&t.db, &t.admin, worded.clone()).await.unwrap();
    // A second window knows the first version only.
    assert_eq!(losses::save(&t.db, &t.admin, worded).await, Err(Problem::Conflict { version: 2 }));
    assert_eq!(named(t, "We were slow").await.name.ru, "Долго отвечали");

    let names = async || -> Vec<String> {
        settings::loss_reasons(&t.db, &t.admin)
            .await
            .unwrap()
            .into_iter()
            .map(|reason| reason.name.en)
            .collect()
    };
    losses::shift(&t.db, &t.admin, id, true).await.unwrap();
    assert_eq!(names().await[5..], ["We were slow", "Other"]);
    losses::shift(&t.db, &t.admin, id, false).await.unwrap();
    losses::shift(&t.db, &t.admin, id, false).await.unwrap();
    assert_eq!(names().await[5..], ["Other", "We were slow"]);
    assert_eq!(rows(t, "audit_entries WHERE entity = 'loss_reason'").await, 4);
}

async fn a_retired_reason_is_kept_by_what_was_lost_for_it(t: &T) {
    let price = named(t, "Price").await;
    let (gone, kept) = (deal(t, &t.admin, "Склад", None).await, deal(t, &t.admin, "Цех", None).await);
    lose(t, gone, &price, "").await.unwrap();
    losses::save(&t.db, &t.admin, SaveLossReason { active: false, ..again(&price) }).await.unwrap();
    assert!(
        settings::loss_reasons(&t.db, &t.admin).await.unwrap().iter().all(|reason| reason.id != price.id)
    );
    assert_eq!(shown(t, gone).await.loss_reason, Some(price.name.clone()));
    let refused = lose(t, kept, &price, "").await.unwrap_err();
    assert_eq!(refused.fault_of("loss_reason"), Some(Fault::Unknown));
    assert_eq!(shown(t, kept).await.status, DealStatus::Open);

    // The last one that can be chosen stays.
    let mut rest = settings::loss_reasons(&t.db, &t.admin).await.unwrap();
    let last = rest.pop().unwrap();
    for reason in &rest {
        losses::save(&t.db, &t.admin, SaveLossReason { active: false, ..again(reason) }).await.unwrap();
    }
    let refused = losses::save(&t.db, &t.admin, SaveLossReason { active: false, ..again(&last) }).await;
    assert_eq!(refused.unwrap_err().fault_of("active"), Some(Fault::Required));
}

async fn a_note_is_required_where_the_reason_says_too_little(t: &T) {
    let other = named(t, "Other").await;
    losses::save(&t.db, &t.admin, SaveLossReason { note_required: true, ..again(&other) }).await.unwrap();
    let id = deal(t, &t.admin, "Склад", None).await;
    let mute = Err(Problem::field("note", Fault::Required));
    assert_eq!(lose(t, id, &other, " \n ").await, mute);
    assert_eq!(shown(t, id).await.status, DealStatus::Open);
    lose(t, id, &other, "переехали").await.unwrap();
    assert_eq!(shown(t, id).await.loss_note, "переехали");

    let lead = t.lead(&t.admin, "Анна", "8 (921) 555-01-38").await;
    let disqualify = async |note| leads::disqualify(&t.db, &t.admin, lead, 1, Some(other.id), note).await;
    assert_eq!(disqualify("").await, Err(Problem::field("note", Fault::Required)));
    disqualify("wrong city").await.unwrap();
}

async fn heads_change_reasons_and_reps_do_not(t: &T) {
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    let rep = t.user("Rep", Role::SalesRep, None).await.actor();
    let reason = || new("Weather", LossKind::Other, false);
    losses::save(&t.db, &head, reason()).await.unwrap();
    assert_eq!(losses::save(&t.db, &rep, reason()).await, Err(Problem::Forbidden));
    let weather = named(t, "Weather").await;
    assert_eq!(losses::shift(&t.db, &rep, weather.id, true).await, Err(Problem::Forbidden));
    assert_eq!(losses::list(&t.db, &rep).await.unwrap().len(), 7);
}
