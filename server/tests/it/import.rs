//! `millrace import` as a script calls it.

use super::{millrace, text};

fn small() -> String {
    format!("{}/tests/data/crm-sales-opportunities-small", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn everything_read_is_stored_told_and_stored_once() {
    let data = tempfile::tempdir().unwrap();
    let first = millrace(data.path(), &["import", "crm-sales-opportunities", &small()]);
    assert!(first.status.success(), "{}", text(&first.stderr));
    let told = text(&first.stdout);
    for line in [
        "opportunities: 19 read, 18 stored (18 new, 0 there already)",
        "accounts: 4 read, 5 stored (5 new, 0 there already)",
        "  NXPro read as NX Pro: 5",
        "  technolgy read as technology: 2",
        "  without account: 4",
        "  rows repeated, stored once: 1",
    ] {
        assert!(told.lines().any(|told| told == line), "{line} is not in\n{told}");
    }
    let second = text(&millrace(data.path(), &["import", "crm-sales-opportunities", &small()]).stdout);
    assert!(second.starts_with("opportunities: 19 read, 18 stored (0 new, 18 there already)"), "{second}");

    let deals = text(&millrace(data.path(), &["export", "deals", "--format", "csv"]).stdout);
    let mut reader = csv::Reader::from_reader(deals.as_bytes());
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|column| column == name).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 18);
    let won = records.iter().find(|record| &record[column("external_ref")] == "SMALL003").unwrap();
    let cells = ["title", "status", "pipeline", "stage", "amount", "currency", "account", "owner"];
    assert_eq!(
        cells.map(|name| &won[column(name)]),
        ["NX Pro", "won", "Hardware sales", "Won", "3888.25", "USD", "Cedar-Line", "Bea-Lu Stone"]
    );
    assert!(won[column("created_at")].starts_with("2016-02-29T"));
    assert!(won[column("closed_at")].starts_with("2017-12-31T"));
}

#[test]
fn what_cannot_be_understood_is_named_and_nothing_is_kept() {
    let (data, files) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let missing =
        millrace(data.path(), &["import", "crm-sales-opportunities", files.path().to_str().unwrap()]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("accounts.csv"), "{}", text(&missing.stderr));

    for file in ["accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv"] {
        let content = std::fs::read_to_string(format!("{}/{file}", small())).unwrap();
        std::fs::write(files.path().join(file), content.replace("13-07-17", "13-17-17")).unwrap();
    }
    let bad = millrace(data.path(), &["import", "crm-sales-opportunities", files.path().to_str().unwrap()]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(text(&bad.stderr).contains("sales_pipeline.csv row 7, engage_date"), "{}", text(&bad.stderr));
    assert!(!data.path().join("millrace.db").exists());
}
