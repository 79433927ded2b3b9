//! `millrace report …` as a script calls it.

use std::path::Path;

use serde_json::{Value, json};

use super::{millrace, text};

fn told(data: &Path, arguments: &[&str]) -> Value {
    let output = millrace(data, &[&["report", "funnel"][..], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_funnel_is_one_object_of_the_days_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let nothing = json!({"count": 0, "amount": 0});
    let empty = told(data.path(), &["--format", "json"]);
    assert_eq!((&empty["won"], &empty["lost"], &empty["open"]), (&nothing, &nothing, &nothing));
    assert_eq!(empty["stages"][0], json!({"stage": "Clarify needs", "entered": 0, "amount": 0}));

    let set = format!("{}/tests/data/crm-sales-opportunities-small", env!("CARGO_MANIFEST_DIR"));
    let imported = millrace(data.path(), &["import", "crm-sales-opportunities", &set]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let all = told(data.path(), &["--pipeline", "hardware SALES"]);
    assert_eq!(all["currency"], "USD");
    let count = |of: &Value| of["count"].as_u64().unwrap();
    let ends = count(&all["won"]) + count(&all["lost"]) + count(&all["open"]);
    assert_eq!((all["stages"][0]["entered"].as_u64(), ends > 0), (Some(ends), true));
    let entered = |from: &str, to: &str| {
        let told = told(data.path(), &["--pipeline", "Hardware sales", "--from", from, "--to", to]);
        told["stages"][0]["entered"].as_u64().unwrap()
    };
    // Days of the period are in it, both ends included.
    let (before, after) = (entered("1990-01-01", "2017-07-15"), entered("2017-07-16", "2099-01-01"));
    assert_eq!(before + after, ends);

    // Counting anew changes nothing.
    assert!(millrace(data.path(), &["report", "recount"]).status.success());
    assert_eq!(told(data.path(), &["--pipeline", "hardware SALES"]), all);
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let wrong = [
        &["--from", "2026-02-30"][..],
        &["--from", "2026-02-02", "--to", "2026-02-01"],
        &["--pipeline", "Nothing"],
        &["--format", "xml"],
    ];
    for report in ["funnel", "pipe"] {
        for arguments in wrong {
            let output = millrace(data.path(), &[&["report", report][..], arguments].concat());
            assert_eq!(output.status.code(), Some(2), "{report} {arguments:?}");
            assert!(output.stdout.is_empty() && !output.stderr.is_empty());
        }
    }
}
