//! Accounts and contacts, and the list of both.

use domain::Problem;
use domain::access::{Actor, Role};
use domain::account::{Client, ClientFilter};
use domain::contact::PointKind;
use store::{accounts, contacts};

use crate::harness::{T, both};

both!(
    clients_are_found_whatever_their_spelling,
    pages_follow_each_other_without_gaps,
    a_rep_does_not_know_of_another_teams_clients,
    an_account_shows_its_people_and_deals,
    the_list_takes_few_statements,
);

fn named(text: &str) -> ClientFilter {
    ClientFilter { text: text.into(), ..ClientFilter::default() }
}

async fn names(t: &T, actor: &Actor, text: &str) -> Vec<String> {
    let page = accounts::clients(&t.db, actor, &named(text)).await.unwrap();
    assert_eq!(page.count as usize, page.rows.len());
    page.rows.into_iter().map(|row| row.name).collect()
}

async fn clients_are_found_whatever_their_spelling(t: &T) {
    t.client(&t.admin, "Елена Воробьёва", "8 (921) 555-01-38", "").await;
    t.client(&t.admin, "Пётр Сомов", "+7 921 555-01-39", "ООО «Северная Верфь»").await;
    t.client(&t.admin, "100% Услуги_", "+7 921 555-01-40", "").await;

    assert_eq!(names(t, &t.admin, "").await, ["100% Услуги_", "Елена Воробьёва", "ООО «Северная Верфь»"]);
    for (text, found) in [
        ("ВОРОБЬЕВА", &["Елена Воробьёва"][..]),
        ("воробьёва", &["Елена Воробьёва"]),
        ("  северная   ВЕРФЬ ", &["ООО «Северная Верфь»"]),
        ("петр", &["ООО «Северная Верфь»"]),
        ("+7 921 555-01-38", &["Елена Воробьёва"]),
        ("89215550138", &["Елена Воробьёва"]),
        ("555-01-39", &["ООО «Северная Верфь»"]),
        ("100%", &["100% Услуги_"]),
        ("%", &["100% Услуги_"]),
        ("_", &["100% Услуги_"]),
        ("никто", &[]),
    ] {
        assert_eq!(names(t, &t.admin, text).await, found, "{text}");
    }
}

async fn pages_follow_each_other_without_gaps(t: &T) {
    // Namesakes across both tables, so that the cursor has to tell them apart.
    for i in 0..28 {
        t.client(&t.admin, &format!("Клиент {:02}", i / 2), &format!("+792155502{i:02}"), "").await;
        let company = format!("Клиент {:02}", i / 3);
        t.client(&t.admin, "Сотрудник", &format!("+792155503{i:02}"), &company).await;
    }
    let first = accounts::clients(&t.db, &t.admin, &named("")).await.unwrap();
    assert_eq!((first.rows.len(), first.count), (50, 56));
    let second =
        accounts::clients(&t.db, &t.admin, &ClientFilter { cursor: first.next.clone(), ..named("") })
            .await
            .unwrap();
    assert_eq!((second.rows.len(), second.next.as_deref()), (6, None));
    let all: Vec<_> = first.rows.into_iter().chain(second.rows).collect();
    assert!(all.is_sorted_by_key(|row| row.name.clone()));
    let mut unique: Vec<String> = all.iter().map(|row| format!("{:?}", row.client)).collect();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 56);

    let bad =
        accounts::clients(&t.db, &t.admin, &ClientFilter { cursor: Some("nonsense".into()), ..named("") })
            .await
            .unwrap_err();
    assert!(bad.fault_of("cursor").is_some());
}

async fn a_rep_does_not_know_of_another_teams_clients(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    let made = t.client(&rep, "Олег", "+79215550138", "Верфь").await;
    let account = made.account.unwrap();

    for reader in [&rep, &mate, &t.admin] {
        assert_eq!(names(t, reader, "").await, ["Верфь"]);
        assert_eq!(accounts::show(&t.db, reader, account).await.unwrap().contacts.len(), 1);
        assert_eq!(contacts::show(&t.db, reader, made.contact).await.unwrap().1.len(), 1);
    }
    for text in ["", "верфь", "олег", "79215550138"] {
        assert!(names(t, &stranger, text).await.is_empty(), "{text}");
    }
    assert_eq!(accounts::show(&t.db, &stranger, account).await.err(), Some(Problem::NotFound));
    assert_eq!(contacts::show(&t.db, &stranger, made.contact).await.err(), Some(Problem::NotFound));
    assert_eq!(accounts::show(&t.db, &marketer, account).await.err(), Some(Problem::NotFound));
    assert_eq!(accounts::clients(&t.db, &marketer, &named("")).await.err(), Some(Problem::Forbidden));
}

async fn an_account_shows_its_people_and_deals(t: &T) {
    let made = t.client(&t.admin, "Олег Пруд", "8 921 555-01-38", "Верфь").await;
    let account = accounts::show(&t.db, &t.admin, made.account.unwrap()).await.unwrap();
    assert_eq!(account.owner.unwrap().name, "Анна Белова");
    assert_eq!(account.contacts[0].point(PointKind::Phone), Some("8 921 555-01-38"));
    assert_eq!(account.contacts[0].points[0].normal, "+79215550138");
    assert_eq!(account.deals.len(), 1);

    let (contact, deals, _) = contacts::show(&t.db, &t.admin, made.contact).await.unwrap();
    assert_eq!((contact.name.as_str(), deals.len()), ("Олег Пруд", 1));
    assert_eq!(contact.account, Some((made.account.unwrap(), "Верфь".into())));

    let row = accounts::clients(&t.db, &t.admin, &named("")).await.unwrap().rows.remove(0);
    assert_eq!(
        (row.client, row.detail.as_str(), row.open_deals),
        (Client::Account(account.id), "Олег Пруд", 1)
    );
}

async fn the_list_takes_few_statements(t: &T) {
    for i in 0..3 {
        t.client(&t.admin, &format!("Клиент {i}"), &format!("+792155502{i:02}"), "").await;
    }
    accounts::clients(&t.db, &t.admin, &named("")).await.unwrap();
    let before = t.db.statements();
    accounts::clients(&t.db, &t.admin, &named("клиент")).await.unwrap();
    assert_eq!(t.db.statements() - before, 3);
}
