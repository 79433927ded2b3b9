//! Offers: drafts, sending, the client's answer, and what may never change.

use chrono::{NaiveDate, TimeDelta};
use domain::access::Role;
use domain::activity::Happening;
use domain::id::ServiceId;
use domain::offer::{MAX_PRICE_MINOR, MailState, OfferAnswer, OfferStatus, SendOffer, totals};
use domain::{Fault, Lang, Problem, Refusal};
use store::{offers, outbox};

use crate::harness::{SITE, T, both};
use crate::sales::{
    CLIENT, GROSS, ORIGIN, accept, accepted, deal, draft, drafted, line, lines, lose, rows, rub, send, shown,
    statements, token_of,
};

both!(
    a_draft_has_the_companys_defaults_and_the_years_next_number,
    stored_totals_are_the_domains,
    every_fault_of_a_line_is_named_and_nothing_is_kept,
    sending_needs_lines_an_address_and_time,
    a_sent_revision_never_changes,
    a_second_click_on_send_is_one_mail,
    a_revision_takes_the_place_of_the_sent_one,
    the_first_reading_is_noted,
    an_offer_is_accepted_once,
    nobody_answers_after_the_last_day,
    other_peoples_offers_stay_theirs,
    pages_take_few_statements,
);

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

async fn a_draft_has_the_companys_defaults_and_the_years_next_number(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let first = offers::create(&t.db, &t.admin, of).await.unwrap();
    // Half past nine in the evening, but the new year in Moscow.
    t.clock.set("2026-12-31T21:30:00Z".parse().unwrap());
    let second = offers::create(&t.db, &t.admin, of).await.unwrap();
    let third = offers::create(&t.db, &t.admin, of).await.unwrap();
    let show = async |id| offers::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!(show(first).await.number, "2026-0001");
    assert_eq!(
        (show(second).await.number, show(third).await.number),
        ("2027-0001".into(), "2027-0002".into())
    );

    let offer = show(second).await;
    assert_eq!((offer.revision.title.as_str(), offer.revision.number), ("Склад", 1));
    assert_eq!(offer.revision.valid_until, day("2027-01-15"));
    assert_eq!((offer.revision.status, offer.public_path, offer.mail), (OfferStatus::Draft, None, None));
    let closed = deal(t, &t.admin, "Другой", None).await;
    lose(t, &t.admin, closed).await.unwrap();
    let refused = offers::create(&t.db, &t.admin, closed).await;
    assert_eq!(refused, Err(Problem::refused(Refusal::DealClosed)));
}

async fn stored_totals_are_the_domains(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    let offer = offers::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!(offer.revision.totals(), totals(&lines()));
    assert_eq!(offer.revision.totals().gross, GROSS);
    let list = offers::list(&t.db, &t.admin, None, None).await.unwrap();
    assert_eq!(list.rows[0].total, rub(GROSS));
    assert_eq!(rows(t, &format!("offer_revisions WHERE total_minor = {GROSS}")).await, 1);
    let names: Vec<_> = offer.revision.lines.iter().map(|line| line.name.clone()).collect();
    assert_eq!(names, lines().iter().map(|line| line.name.clone()).collect::<Vec<_>>());
}

async fn every_fault_of_a_line_is_named_and_nothing_is_kept(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    let offer = offers::show(&t.db, &t.admin, id).await.unwrap();
    let mut unknown = line("Услуга", 1000, 1, 0, 0);
    unknown.service = Some(ServiceId(uuid::Uuid::nil()));
    let bad = vec![line(" ", 0, -1, 10_001, 0), unknown, line("Много", 1_000_000_000, MAX_PRICE_MINOR, 0, 0)];
    let refused = offers::save(&t.db, &t.admin, draft(&offer, bad)).await.unwrap_err();
    for (field, fault) in [
        ("lines.0.name", Fault::Required),
        ("lines.0.quantity", Fault::OutOfRange),
        ("lines.0.price", Fault::OutOfRange),
        ("lines.0.discount", Fault::OutOfRange),
        ("lines.1.service", Fault::Unknown),
        ("lines.2.price", Fault::OutOfRange),
    ] {
        assert_eq!(refused.fault_of(field), Some(fault), "{field}");
    }
    let many =
        offers::save(&t.db, &t.admin, draft(&offer, vec![line("x", 1000, 1, 0, 0); 501])).await.unwrap_err();
    assert_eq!(many.fault_of("lines"), Some(Fault::OutOfRange));
    let stale = draft(&domain::offer::Offer { version: 1, ..offer.clone() }, lines());
    assert_eq!(offers::save(&t.db, &t.admin, stale).await, Err(Problem::Conflict { version: 2 }));
    assert_eq!(offers::show(&t.db, &t.admin, id).await.unwrap(), offer);
    assert!(offers::save(&t.db, &t.admin, draft(&offer, vec![line("x", 1000, 1, 0, 0); 500])).await.is_ok());
}

async fn sending_needs_lines_an_address_and_time(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = offers::create(&t.db, &t.admin, of).await.unwrap();
    let to = |email: &str, version| SendOffer { id, version, email: email.into(), message: String::new() };
    let go = async |email: &str, version| {
        offers::send(&t.db, &t.admin, to(email, version), ORIGIN, Lang::En).await
    };
    let missing = Problem::Refused { reasons: vec![Refusal::NoLines, Refusal::NoRecipient] };
    assert_eq!(go("", 1).await, Err(missing));
    assert_eq!(go("nobody", 1).await.unwrap_err().fault_of("email"), Some(Fault::NotAnEmail));
    let offer = offers::show(&t.db, &t.admin, id).await.unwrap();
    offers::save(&t.db, &t.admin, draft(&offer, lines())).await.unwrap();
    t.pass(TimeDelta::days(15));
    assert_eq!(go(CLIENT, 2).await.unwrap_err().fault_of("valid_until"), Some(Fault::OutOfRange));
    assert_eq!(rows(t, "outbox").await, 0);
    assert_eq!(shown(t, of).await.amount, None);
}

async fn a_sent_revision_never_changes(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    send(t, &t.admin, id).await.unwrap();
    let sent = offers::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!(sent.revision.status, OfferStatus::Sent);
    assert_eq!(sent.mail, Some(MailState::Waiting { attempts: 0 }));
    assert_eq!(sent.recipient_email, CLIENT);
    let change = draft(&sent, vec![line("Другое", 1000, 1, 0, 0)]);
    assert_eq!(offers::save(&t.db, &t.admin, change).await, Err(Problem::refused(Refusal::Immutable)));
    assert_eq!(send(t, &t.admin, id).await, Err(Problem::refused(Refusal::Immutable)));
    assert_eq!(offers::show(&t.db, &t.admin, id).await.unwrap(), sent);

    let page = shown(t, of).await;
    assert_eq!(page.amount, Some(rub(GROSS)));
    assert_eq!(page.stage().unwrap().name.en, "Clarify needs");
    assert!(matches!(&page.timeline[0].what, Happening::OfferSent { revision: 1, to, .. } if to == CLIENT));
}

async fn a_second_click_on_send_is_one_mail(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    let click = SendOffer { id, version: 2, email: CLIENT.into(), message: "Жду ответа".into() };
    let (first, second) = tokio::join!(
        offers::send(&t.db, &t.admin, click.clone(), ORIGIN, Lang::Ru),
        offers::send(&t.db, &t.admin, click.clone(), ORIGIN, Lang::Ru),
    );
    assert_eq!(first.is_ok() as u8 + second.is_ok() as u8, 1);
    assert_eq!(first.and(second), Err(Problem::Conflict { version: 3 }));
    let mails = outbox::take(&t.db, SITE, 10).await.unwrap();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0].mail;
    assert_eq!(mail.to, CLIENT);
    assert!(mail.subject.contains("2026-0001") && mail.subject.contains("Меридиан"), "{}", mail.subject);
    let link = format!("{ORIGIN}/o/{}", token_of(t, &t.admin, id).await);
    assert!(mail.text.contains(&link) && mail.text.contains("Жду ответа"), "{}", mail.text);
}

async fn a_revision_takes_the_place_of_the_sent_one(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    send(t, &t.admin, id).await.unwrap();
    let old = token_of(t, &t.admin, id).await;
    offers::revise(&t.db, &t.admin, id, 3).await.unwrap();
    let revised = offers::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!((revised.revision.number, revised.revision.status), (2, OfferStatus::Draft));
    assert_eq!(revised.revision.totals().gross, GROSS);
    assert_eq!(revised.earlier.len(), 1);
    assert_eq!((revised.earlier[0].0, revised.earlier[0].1), (1, OfferStatus::Sent));
    // Until the new one goes out, the client still has the old one.
    assert!(offers::public(&t.db, &old, false).await.is_ok());
    assert_eq!(offers::revise(&t.db, &t.admin, id, 3).await, Err(Problem::Conflict { version: 4 }));

    send(t, &t.admin, id).await.unwrap();
    let new = token_of(t, &t.admin, id).await;
    assert_ne!(old, new);
    assert_eq!(offers::public(&t.db, &old, true).await.map(|_| ()), Err(Problem::Expired));
    assert_eq!(offers::answer(&t.db, &old, accept()).await, Err(Problem::Expired));
    assert_eq!(offers::public(&t.db, &new, true).await.unwrap().revision.number, 2);
    assert_eq!(rows(t, "offer_revisions WHERE status = 'superseded'").await, 1);
}

async fn the_first_reading_is_noted(t: &T) {
    let made = t.client(&t.admin, "Елена Воробьёва", "8 (921) 555-01-38", "ООО Верфь").await;
    let id = drafted(t, &t.admin, made.deal).await;
    send(t, &t.admin, id).await.unwrap();
    let token = token_of(t, &t.admin, id).await;
    assert_eq!(offers::public(&t.db, &token, false).await.unwrap().revision.status, OfferStatus::Sent);
    t.pass(TimeDelta::hours(1));
    let read_at = t.clock.now();
    let page = offers::public(&t.db, &token, true).await.unwrap();
    assert_eq!(
        (page.seller.as_str(), page.client.as_str(), page.recipient.as_str()),
        ("Меридиан", "ООО Верфь", "Елена Воробьёва")
    );
    assert_eq!((page.lang, page.manager.map(|person| person.name)), (Lang::Ru, Some("Анна Белова".into())));
    t.pass(TimeDelta::hours(1));
    let page = offers::public(&t.db, &token, true).await.unwrap();
    assert_eq!((page.revision.status, page.revision.viewed_at), (OfferStatus::Viewed, Some(read_at)));
    assert_eq!(rows(t, "activities WHERE kind = 'offer_viewed'").await, 1);
}

async fn an_offer_is_accepted_once(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    send(t, &t.admin, id).await.unwrap();
    let token = token_of(t, &t.admin, id).await;
    for foreign in ["", "nonsense", "'; DROP TABLE offers; --"] {
        assert_eq!(offers::answer(&t.db, foreign, accept()).await, Err(Problem::NotFound));
        assert_eq!(offers::public(&t.db, foreign, true).await.map(|_| ()), Err(Problem::NotFound));
    }
    let nameless = offers::answer(&t.db, &token, OfferAnswer::Accept { name: " ".into() }).await.unwrap_err();
    assert_eq!(nameless.fault_of("name"), Some(Fault::Required));
    let (first, second) =
        tokio::join!(offers::answer(&t.db, &token, accept()), offers::answer(&t.db, &token, accept()));
    assert_eq!((first, second), (Ok(()), Ok(())));
    let decline =
        OfferAnswer::Decline { name: "Иван Петров".into(), reason: "дорого".into() };
    assert_eq!(offers::answer(&t.db, &token, decline).await, Err(Problem::refused(Refusal::OfferNotOpen)));
    assert_eq!(rows(t, "activities WHERE kind = 'offer_accepted'").await, 1);

    let offer = offers::show(&t.db, &t.admin, id).await.unwrap();
    assert_eq!(
        (offer.revision.status, offer.revision.answered_by.as_str()),
        (OfferStatus::Accepted, "Иван Петров")
    );
    // What the manager saw before the answer is out of date.
    assert_eq!(offers::revise(&t.db, &t.admin, id, 3).await, Err(Problem::Conflict { version: 4 }));
    offers::revise(&t.db, &t.admin, id, 4).await.unwrap();
    send(t, &t.admin, id).await.unwrap();
    // The acceptance is not undone by a later proposal.
    assert!(shown(t, of).await.evidence.offer_accepted);
}

async fn nobody_answers_after_the_last_day(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    let id = drafted(t, &t.admin, of).await;
    send(t, &t.admin, id).await.unwrap();
    let token = token_of(t, &t.admin, id).await;
    let listed = async |status| offers::list(&t.db, &t.admin, Some(status), None).await.unwrap().count;
    // The last second of 8 December in Moscow, then midnight.
    t.clock.set("2026-12-08T20:59:59Z".parse().unwrap());
    assert_eq!(offers::public(&t.db, &token, false).await.unwrap().revision.status, OfferStatus::Sent);
    assert_eq!((listed(OfferStatus::Sent).await, listed(OfferStatus::Expired).await), (1, 0));
    t.clock.set("2026-12-08T21:00:00Z".parse().unwrap());
    assert_eq!(offers::public(&t.db, &token, false).await.unwrap().revision.status, OfferStatus::Expired);
    assert_eq!(offers::answer(&t.db, &token, accept()).await, Err(Problem::refused(Refusal::OfferNotOpen)));
    assert_eq!((listed(OfferStatus::Sent).await, listed(OfferStatus::Expired).await), (0, 1));
    t.pass(TimeDelta::days(30));
    assert_eq!(offers::public(&t.db, &token, true).await.map(|_| ()), Err(Problem::Expired));
    assert_eq!(offers::answer(&t.db, &token, accept()).await, Err(Problem::Expired));
    assert_eq!(rows(t, "activities WHERE kind LIKE 'offer_%'").await, 1);
}

async fn other_peoples_offers_stay_theirs(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let of = deal(t, &owner, "Склад", None).await;
    let id = accepted(t, &owner, of).await;
    let seen = offers::show(&t.db, &mate, id).await.unwrap();
    assert_eq!(seen.public_path, None);
    assert_eq!(offers::save(&t.db, &mate, draft(&seen, lines())).await, Err(Problem::Forbidden));
    assert_eq!(offers::create(&t.db, &mate, of).await, Err(Problem::Forbidden));
    assert_eq!(offers::show(&t.db, &stranger, id).await.map(|_| ()), Err(Problem::NotFound));
    assert_eq!(offers::save(&t.db, &stranger, draft(&seen, lines())).await, Err(Problem::NotFound));
    assert_eq!(offers::revise(&t.db, &stranger, id, seen.version).await, Err(Problem::NotFound));
    assert_eq!(offers::list(&t.db, &stranger, None, None).await.unwrap().count, 0);
    assert_eq!(offers::list(&t.db, &mate, None, None).await.unwrap().count, 1);
}

async fn pages_take_few_statements(t: &T) {
    let of = deal(t, &t.admin, "Склад", None).await;
    for _ in 0..3 {
        accepted(t, &t.admin, of).await;
    }
    let id = drafted(t, &t.admin, of).await;
    send(t, &t.admin, id).await.unwrap();
    let token = token_of(t, &t.admin, id).await;
    assert_eq!(statements(t, async || offers::show(&t.db, &t.admin, id).await).await, 3);
    assert_eq!(statements(t, async || offers::list(&t.db, &t.admin, None, None).await).await, 2);
    assert!(statements(t, async || offers::public(&t.db, &token, true).await).await <= 4);
}
