//! `millrace person` as a script calls it.

use std::path::Path;

use domain::access::Actor;
use domain::lead::NewLead;
use store::db::Connect;
use store::{Clock, Db};

use super::{millrace, text};

/// A data folder with one lead.
fn lead(data: &Path) {
    // The command makes the folder, its key and its database.
    assert!(millrace(data, &["audit", "verify"]).status.success());
    let secret: [u8; 32] = std::fs::read(data.join("secret.key")).unwrap().try_into().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite://{}", data.join("millrace.db").display());
        let db = Db::open(Connect { url, secret, key: [9; 32], clock: Clock::default() }).await.unwrap();
        let lead = NewLead {
            name: "Irina Weber".into(),
            email: "irina.weber@client.example".into(),
            ..NewLead::default()
        };
        store::leads::create(&db, &Actor::SYSTEM, lead).await.unwrap();
        db.close().await;
    });
}

#[test]
fn a_person_is_told_erased_and_stays_erased_after_a_restore() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    lead(data);
    let by_email = ["--email", "irina.weber@client.example"];
    let told = millrace(data, &["person", "export", by_email[0], by_email[1]]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(told["leads"][0]["name"], "Irina Weber");

    let backup = data.join("backups").join("before.jsonl.gz");
    let made = millrace(data, &["backup", "--to", backup.to_str().unwrap()]);
    assert!(made.status.success(), "{}", text(&made.stderr));

    let preview = millrace(data, &["person", "erase", by_email[0], by_email[1]]);
    assert!(text(&preview.stdout).contains("1 leads") && text(&preview.stdout).contains("--confirm"));
    let wrong = millrace(data, &["person", "erase", by_email[0], by_email[1], "--confirm", "Irina"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", text(&wrong.stderr));
    let erased = millrace(data, &["person", "erase", by_email[0], by_email[1], "--confirm", "Irina Weber"]);
    assert!(text(&erased.stdout).starts_with("Erased: 1 leads"), "{}", text(&erased.stderr));
    let list = std::fs::read_to_string(data.join("backups").join("erased.list")).unwrap();
    assert_eq!(list.lines().count(), 1);
    assert_eq!(millrace(data, &["person", "export", by_email[0], by_email[1]]).status.code(), Some(2));

    // Into another folder, which knows of no erasure but by the list beside the file.
    let elsewhere = tempfile::tempdir().unwrap();
    let elsewhere = elsewhere.path();
    let restored = millrace(elsewhere, &["restore", backup.to_str().unwrap()]);
    assert!(text(&restored.stdout).contains("Erased again: 1"), "{}", text(&restored.stderr));
    let leads = text(&millrace(elsewhere, &["export", "leads"]).stdout);
    assert!(leads.contains('—') && !leads.contains("irina"), "{leads}");
}
