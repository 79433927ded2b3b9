//! `millrace audit` as a script calls it.

use std::path::Path;

use super::{millrace, text, typed};

fn add_user(data: &Path, name: &str) {
    let email = format!("{name}@example.com");
    let arguments = ["user", "add", "--email", &email, "--name", name, "--role", "admin", "--password-stdin"];
    let added = typed(data, &arguments, "four quiet herons\n");
    assert!(added.status.success(), "{}", text(&added.stderr));
}

#[test]
fn an_intact_log_is_told_and_exported() {
    let data = tempfile::tempdir().unwrap();
    let empty = millrace(data.path(), &["audit", "verify"]);
    assert_eq!(text(&empty.stdout), "0 entries, intact\n");
    add_user(data.path(), "anna");
    add_user(data.path(), "boris");

    let verified = millrace(data.path(), &["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified.stderr));
    let told = text(&verified.stdout);
    assert!(told.starts_with("2 entries, intact\nlast hash: "), "{told}");

    let lines = text(&millrace(data.path(), &["audit", "export", "--format", "jsonl"]).stdout);
    let entries: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[1]["seq"].as_i64(), entries[1]["action"].as_str()), (Some(2), Some("add")));
    let last = told.trim_end().rsplit(' ').next().unwrap();
    assert_eq!(entries[1]["hash"].as_str(), Some(last));

    let csv = text(&millrace(data.path(), &["audit", "export", "--format", "csv"]).stdout);
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.starts_with("seq,at,actor,"), "{csv}");
}

#[test]
fn another_secret_did_not_write_this_log() {
    let data = tempfile::tempdir().unwrap();
    add_user(data.path(), "anna");
    std::fs::write(data.path().join("secret.key"), [9; 32]).unwrap();
    let verified = millrace(data.path(), &["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(1));
    assert!(text(&verified.stderr).starts_with("millrace: entry 1: it was not sealed"), "{verified:?}");
}
