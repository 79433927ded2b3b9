//! Exports: what others script against.

use domain::Problem;
use domain::access::{Actor, Role};
use domain::attribution::RawAttribution;
use domain::form::NewSubmission;
use futures::future::join_all;
use store::export::{Row, Table, columns, page};
use store::{activities, intake};

use crate::harness::{T, both};
use crate::intake::fields;

both!(
    a_lead_is_exported_with_its_origin,
    clients_and_deals_are_exported,
    pages_hold_every_row_once,
    only_who_may_export_exports,
);

const TABLES: [Table; 4] = [Table::Leads, Table::Contacts, Table::Accounts, Table::Deals];

async fn rows(t: &T, table: Table) -> Vec<Row> {
    let (rows, next) = page(&t.db, &Actor::SYSTEM, table, None).await.unwrap();
    assert_eq!(next, None);
    for row in &rows {
        let mut names: Vec<_> = row.keys().map(String::as_str).collect();
        let mut expected = columns(table).to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "{table:?}");
    }
    rows
}

async fn a_lead_is_exported_with_its_origin(t: &T) {
    let rep = t.user("Boris Repin", Role::SalesRep, None).await;
    let mut submission = fields(&[("name", "=Анна"), ("phone", "8 (921) 555-01-38"), ("email", "a@b.co")]);
    submission.attribution = RawAttribution {
        landing_url: "https://xn--e1afmkfd.xn--p1ai/?utm_source=yandex&utm_medium=cpc&utm_campaign=c&utm_term=%E0%F3%E4%E8%F2&utm_content=v&yclid=9".into(),
        referrer: "https://yandex.ru/".into(),
        first_landing_url: "https://xn--e1afmkfd.xn--p1ai/".into(),
        first_referrer: "https://www.google.com/".into(),
    };
    let receipt = intake::submit(&t.db, "call-back", submission, None).await.unwrap();
    t.pass(chrono::TimeDelta::minutes(5));
    let call = domain::activity::CallLog {
        direction: domain::activity::Direction::Outgoing,
        outcome: domain::activity::CallOutcome::Reached,
        minutes: 1,
        note: String::new(),
    };
    let entry = domain::activity::LogActivity {
        on: domain::activity::Subject::Lead(receipt.id),
        what: domain::activity::Logged::Call(call),
        next: None,
    };
    activities::log(&t.db, &rep.actor(), entry).await.unwrap();
    let rows = rows(t, Table::Leads).await;
    let lead = &rows[0];
    for (column, value) in [
        ("id", receipt.id.to_string().as_str()),
        ("name", "=Анна"),
        ("phone", "+79215550138"),
        ("phone_raw", "8 (921) 555-01-38"),
        ("email", "a@b.co"),
        ("status", "working"),
        ("owner", "Boris Repin"),
        ("owner_email", "boris.repin@example.com"),
        ("created_at", "2026-11-24T09:00:00Z"),
        ("first_response_at", "2026-11-24T09:05:00Z"),
        ("channel", "Yandex Direct"),
        ("search_engine", "Yandex"),
        ("keyword", "аудит"),
        ("utm_source", "yandex"),
        ("utm_medium", "cpc"),
        ("utm_campaign", "c"),
        ("utm_term", "аудит"),
        ("utm_content", "v"),
        ("click_id", "9"),
        ("click_id_kind", "yclid"),
        ("referrer", "https://yandex.ru/"),
        ("site", "пример.рф"),
        ("first_channel", "Google organic"),
        ("first_referrer", "https://www.google.com/"),
        ("form", "call-back"),
    ] {
        assert_eq!(lead[column].as_str(), Some(value), "{column}");
    }
    assert_eq!(lead["number"], 1);
    assert!(lead["landing_url"].as_str().unwrap().contains("utm_term=%E0%F3%E4%E8%F2"));
}

async fn clients_and_deals_are_exported(t: &T) {
    let made = t.client(&t.admin, "Анна Ветрова", "8 (921) 555-01-38", "ООО «Ветер»").await;
    let contacts = rows(t, Table::Contacts).await;
    assert_eq!(
        (contacts[0]["name"].as_str(), contacts[0]["phone"].as_str()),
        (Some("Анна Ветрова"), Some("+79215550138"))
    );
    assert_eq!(contacts[0]["account"], "ООО «Ветер»");
    let accounts = rows(t, Table::Accounts).await;
    assert_eq!(accounts[0]["id"], made.account.unwrap().to_string());
    let deals = rows(t, Table::Deals).await;
    assert_eq!(
        (deals[0]["contact"].as_str(), deals[0]["status"].as_str()),
        (Some("Анна Ветрова"), Some("open"))
    );
    assert_eq!(deals[0]["stage"], "Уточнение потребностей", "in the company's language");
    assert!(deals[0]["amount"].is_null() && deals[0]["closed_at"].is_null());
    assert_eq!(rows(t, Table::Leads).await[0]["deal_id"], made.deal.to_string());
}

async fn pages_hold_every_row_once(t: &T) {
    let visitor =
        |i: usize| -> NewSubmission { fields(&[("name", &format!("V{i}")), ("phone", "+79215550138")]) };
    for half in 0..2 {
        let sent =
            join_all((0..350).map(|i| intake::submit(&t.db, "call-back", visitor(350 * half + i), None)))
                .await;
        assert!(sent.iter().all(Result::is_ok));
    }
    let (mut all, next) = page(&t.db, &t.admin, Table::Leads, None).await.unwrap();
    assert_eq!(all.len(), 500);
    let (rest, end) = page(&t.db, &t.admin, Table::Leads, next.as_deref()).await.unwrap();
    assert_eq!(end, None);
    all.extend(rest);
    let numbers: Vec<_> = all.iter().map(|row| row["number"].as_i64().unwrap()).collect();
    assert_eq!(numbers, (1..=700).collect::<Vec<_>>());
}

async fn only_who_may_export_exports(t: &T) {
    t.client(&t.admin, "Анна Ветрова", "+79215550138", "ООО «Ветер»").await;
    for role in [Role::SalesRep, Role::Delivery, Role::Viewer, Role::Marketer] {
        let actor = t.user(role.code(), role, None).await.actor();
        for table in TABLES {
            let allowed = role == Role::Marketer && table == Table::Leads;
            let answer = page(&t.db, &actor, table, None).await.map(|(rows, _)| rows.len());
            assert_eq!(answer, if allowed { Ok(1) } else { Err(Problem::Forbidden) }, "{role:?} {table:?}");
        }
    }
    let bad = page(&t.db, &t.admin, Table::Leads, Some("x")).await.map(|(rows, _)| rows.len());
    assert_eq!(bad, Err(Problem::field("cursor", domain::Fault::Unknown)));
}
