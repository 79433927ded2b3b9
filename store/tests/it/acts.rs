//! Acts and the client's rating.

use chrono::TimeDelta;
use domain::access::Role;
use domain::act::ActStatus;
use domain::activity::Happening;
use domain::{Fault, Lang, Problem, Refusal};
use store::{acts, feedback, offers, outbox};

use crate::harness::{SITE, T, both};
use crate::sales::{
    CLIENT, GROSS, ORIGIN, accepted, deal, draft, drafted, line, lines, rows, rub, send, shown, statements,
    token_of,
};

both!(
    an_act_is_made_from_the_accepted_offer,
    a_signed_act_never_changes,
    other_peoples_acts_stay_theirs,
    a_rating_is_asked_for_and_given,
    a_new_link_replaces_the_old_one,
);

async fn an_act_is_made_from_the_accepted_offer(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let waiting = drafted(t, &t.admin, of).await;
    send(t, &t.admin, waiting).await.unwrap();
    assert_eq!(acts::create(&t.db, &t.admin, of).await, Err(Problem::refused(Refusal::NoAcceptedOffer)));
    assert_eq!(rows(t, "acts").await, 0);

    let offer = accepted(t, &t.admin, of).await;
    let id = acts::create(&t.db, &t.admin, of).await.unwrap();
    assert_eq!(acts::create(&t.db, &t.admin, of).await, Ok(id), "a second click makes no second act");
    let act = acts::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!((act.row.number.as_str(), act.offer_number.as_str()), ("2026-0001", "2026-0002"));
    assert_eq!((act.row.total, act.row.status), (rub(GROSS), ActStatus::Draft));
    assert_eq!(domain::offer::totals(&act.lines), domain::offer::totals(&lines()));
    assert_eq!(act.row.issued_on.to_string(), "2026-11-24");

    // A later revision of the offer changes nothing about the act.
    offers::revise(&t.db, &t.admin, offer, 4).await.unwrap();
    let revised = offers::show(&t.db, &t.admin, offer).await.unwrap();
    offers::save(&t.db, &t.admin, draft(&revised, vec![line("Другое", 1000, 1, 0, 0)])).await.unwrap();
    assert_eq!(acts::show(&t.db, &t.admin, id).await.unwrap().lines, act.lines);
    assert_eq!(statements(t, async || acts::show(&t.db, &t.admin, id).await).await, 3);
}

async fn a_signed_act_never_changes(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    accepted(t, &t.admin, of).await;
    let id = acts::create(&t.db, &t.admin, of).await.unwrap();
    assert_eq!(acts::sign(&t.db, &t.admin, id, 7, "Иван").await, Err(Problem::Conflict { version: 1 }));
    let nameless = acts::sign(&t.db, &t.admin, id, 1, " ").await.unwrap_err();
    assert_eq!(nameless.fault_of("signed_by"), Some(Fault::Required));
    acts::sign(&t.db, &t.admin, id, 1, "Иван Петров").await.unwrap();
    let signed = acts::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!((signed.row.status, signed.row.signed_by.as_str()), (ActStatus::Signed, "Иван Петров"));
    assert_eq!(signed.row.signed_at, Some(t.clock.now()));
    let again = acts::sign(&t.db, &t.admin, id, signed.row.version, "Пётр").await;
    assert_eq!(again, Err(Problem::refused(Refusal::Immutable)));
    assert_eq!(acts::show(&t.db, &t.admin, id).await.unwrap(), signed);
    assert!(
        matches!(&shown(t, of).await.timeline[0].what, Happening::ActSigned { by, .. } if by == "Иван Петров")
    );
}

async fn other_peoples_acts_stay_theirs(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let of = deal(t, &owner, "Склад", None).await;
    accepted(t, &owner, of).await;
    let id = acts::create(&t.db, &owner, of).await.unwrap();
    assert!(acts::show(&t.db, &mate, id).await.is_ok());
    assert_eq!(acts::sign(&t.db, &mate, id, 1, "x").await, Err(Problem::Forbidden));
    assert_eq!(acts::show(&t.db, &stranger, id).await.map(|_| ()), Err(Problem::NotFound));
    assert_eq!(acts::sign(&t.db, &stranger, id, 1, "x").await, Err(Problem::NotFound));
    assert_eq!(acts::create(&t.db, &stranger, of).await, Err(Problem::NotFound));
    let asked = feedback::ask(&t.db, &stranger, of, CLIENT, ORIGIN, Lang::En).await;
    assert_eq!(asked, Err(Problem::NotFound));
}

fn token(path: Option<String>) -> String {
    path.unwrap().strip_prefix("/s/").unwrap().to_owned()
}

async fn a_rating_is_asked_for_and_given(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let bad = feedback::ask(&t.db, &t.admin, of, "nobody", ORIGIN, Lang::En).await.unwrap_err();
    assert_eq!(bad.fault_of("email"), Some(Fault::NotAnEmail));
    assert!(shown(t, of).await.feedback.is_none());

    let asked = feedback::ask(&t.db, &t.admin, of, CLIENT, ORIGIN, Lang::Ru).await.unwrap();
    assert_eq!(shown(t, of).await.feedback, Some(asked.clone()));
    let mail = outbox::take(&t.db, SITE, 10).await.unwrap().remove(0).mail;
    assert!(mail.text.contains(&format!("{ORIGIN}{}", asked.public_path.clone().unwrap())), "{}", mail.text);

    let token = token(asked.public_path);
    let page = feedback::public(&t.db, &token).await.unwrap();
    assert_eq!(
        (page.seller.as_str(), page.deal_title.as_str(), page.answered, page.lang),
        ("Меридиан", "Склад", None, Lang::Ru)
    );
    for score in [-1, 11] {
        let wrong = feedback::answer(&t.db, &token, score, "").await.unwrap_err();
        assert_eq!(wrong.fault_of("score"), Some(Fault::OutOfRange));
    }
    let long = feedback::answer(&t.db, &token, 9, &"я".repeat(4001)).await.unwrap_err();
    assert_eq!(long.fault_of("comment"), Some(Fault::TooLong(4000)));
    feedback::answer(&t.db, &token, 9, "Спасибо 👍").await.unwrap();
    feedback::answer(&t.db, &token, 9, "Спасибо 👍").await.unwrap();
    assert_eq!(rows(t, "activities WHERE kind = 'feedback_given'").await, 1);
    feedback::answer(&t.db, &token, 10, "").await.unwrap();
    let given = shown(t, of).await.feedback.unwrap();
    assert_eq!((given.score, given.comment.as_str(), given.answered_at), (Some(10), "", Some(t.clock.now())));
    assert_eq!(feedback::public(&t.db, &token).await.unwrap().answered, Some(10));

    t.pass(TimeDelta::days(30));
    assert_eq!(feedback::answer(&t.db, &token, 1, "").await, Err(Problem::Expired));
    assert_eq!(feedback::public(&t.db, "nonsense").await.map(|_| ()), Err(Problem::NotFound));
}

async fn a_new_link_replaces_the_old_one(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let first = token(feedback::ask(&t.db, &t.admin, of, "", ORIGIN, Lang::En).await.unwrap().public_path);
    assert_eq!(rows(t, "outbox").await, 0);
    feedback::answer(&t.db, &first, 7, "fine").await.unwrap();
    t.pass(TimeDelta::days(20));
    let again = feedback::ask(&t.db, &t.admin, of, CLIENT, ORIGIN, Lang::En).await.unwrap();
    assert_eq!((again.score, again.asked_at), (Some(7), t.clock.now()));
    let second = token(again.public_path);
    assert_eq!(feedback::answer(&t.db, &first, 1, "").await, Err(Problem::NotFound));
    t.pass(TimeDelta::days(20));
    feedback::answer(&t.db, &second, 8, "").await.unwrap();
    assert_eq!(rows(t, "surveys").await, 1);
    // A survey's token opens no offer and the other way round.
    assert_eq!(offers::public(&t.db, &second, true).await.map(|_| ()), Err(Problem::NotFound));
    let offer = drafted(t, &t.admin, of).await;
    send(t, &t.admin, offer).await.unwrap();
    let offers_token = token_of(t, &t.admin, offer).await;
    assert_eq!(feedback::public(&t.db, &offers_token).await.map(|_| ()), Err(Problem::NotFound));
}
