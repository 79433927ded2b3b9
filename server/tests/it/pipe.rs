//! `millrace report pipe` as a script calls it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::{millrace, text};

fn told(data: &Path, arguments: &[&str]) -> Vec<Value> {
    let output = millrace(data, &[&["report", "pipe"][..], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn leaks_are_one_object_for_each_manager_and_kind() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(told(data.path(), &["--format", "json"]), Vec::<Value>::new());

    let set = format!("{}/tests/data/crm-sales-opportunities-small", env!("CARGO_MANIFEST_DIR"));
    let imported = millrace(data.path(), &["import", "crm-sales-opportunities", &set]);
    assert!(imported.status.success(), "{}", text(&imported.stderr));
    let rows = told(data.path(), &["--pipeline", "Hardware sales"]);
    let mut seen = BTreeSet::new();
    for row in &rows {
        let keys: Vec<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            keys.iter().copied().collect::<BTreeSet<_>>(),
            ["count", "deals", "leak", "manager"].into()
        );
        let deals: Vec<i64> = serde_json::from_value(row["deals"].clone()).unwrap();
        assert!(deals.is_sorted() && row["count"] == json!(deals.len()) && !deals.is_empty(), "{row}");
        assert!(seen.insert((row["manager"].to_string(), row["leak"].to_string())), "{row}");
    }
    // Nothing is planned for what came from elsewhere and is still open.
    assert!(rows.iter().any(|row| row["leak"] == "no_next_step" && row["manager"].is_string()));
    let none =
        told(data.path(), &["--pipeline", "hardware SALES", "--from", "1990-01-01", "--to", "1990-12-31"]);
    assert_eq!(none, Vec::<Value>::new());
}
