//! `millrace backup`, `restore` and `doctor` as a script calls them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{millrace, text};

fn fill(data: &Path) {
    let small = format!("{}/tests/data/crm-sales-opportunities-small", env!("CARGO_MANIFEST_DIR"));
    assert!(millrace(data, &["import", "crm-sales-opportunities", &small]).status.success());
}

#[test]
fn a_backup_with_its_key_makes_the_same_instance_elsewhere() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(one.path());
    let file = one.path().join("all.gz");
    let name = file.to_str().unwrap();
    let made = millrace(one.path(), &["backup", "--with-key", "--to", name]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    assert!(text(&made.stdout).contains("It holds the secret key"), "{}", text(&made.stdout));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = millrace(one.path(), &["backup", "--to", name]);
    assert_eq!(again.status.code(), Some(2), "a file that is there is not overwritten");

    let restored = millrace(other.path(), &["restore", name]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    let key = |data: &Path| std::fs::read(data.join("secret.key")).unwrap();
    assert_eq!(key(one.path()), key(other.path()));
    let deals = |data: &Path| text(&millrace(data, &["export", "deals"]).stdout);
    assert_eq!(deals(one.path()), deals(other.path()));
    assert!(!deals(other.path()).is_empty());

    let twice = millrace(other.path(), &["restore", name]);
    assert_eq!(twice.status.code(), Some(2));
    assert!(text(&twice.stderr).contains("--force"), "{}", text(&twice.stderr));
    assert!(millrace(other.path(), &["restore", "--force", name]).status.success());
}

#[test]
fn a_backup_tells_what_it_lacks_and_a_broken_one_changes_nothing() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fill(one.path());
    let made = millrace(one.path(), &["backup"]);
    assert!(text(&made.stdout).contains("The secret key is not in it"), "{}", text(&made.stderr));
    let file = std::fs::read_dir(one.path().join("backups")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let refused = millrace(other.path(), &["restore", file.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("cut off"), "{}", text(&refused.stderr));
    assert!(millrace(other.path(), &["export", "deals"]).stdout.is_empty());
    std::fs::write(&file, whole).unwrap();
    let restored = millrace(other.path(), &["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(text(&restored.stdout).contains("holds no secret key"));
}

#[test]
fn the_doctor_fails_what_must_not_stay() {
    // Not there yet: Millrace makes it, for its owner only.
    let around = tempfile::tempdir().unwrap();
    let data = around.path().join("data");
    let sick = millrace(&data, &["doctor", "--public-url", "http://crm.example"]);
    assert_eq!(sick.status.code(), Some(1));
    let told = text(&sick.stdout);
    for line in ["fail  secret key: ", "fail  database: ", "fail  public address: ", "warn  mail: "] {
        assert!(told.lines().any(|told| told.starts_with(line)), "{line} is not in\n{told}");
    }
    assert!(!data.exists(), "a doctor makes nothing");

    fill(&data);
    let well = millrace(&data, &["doctor"]);
    let told = text(&well.stdout);
    assert!(well.status.success(), "{told}{}", text(&well.stderr));
    for line in [
        "ok    data folder: ",
        "ok    secret key: ",
        "ok    database: ",
        "ok    write-ahead log: ",
        "ok    clock: ",
        "warn  backups: ",
    ] {
        assert!(told.lines().any(|told| told.starts_with(line)), "{line} is not in\n{told}");
    }
}
