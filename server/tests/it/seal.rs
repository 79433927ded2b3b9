//! The sealing key as an operator meets it: made once, in no backup, told when it is the wrong one, given up when it is lost.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use domain::Lang;
use domain::access::{Actor, Role};
use domain::user::NewUser;
use store::db::Connect;
use store::{Clock, Db};

use super::{millrace, text};

/// Somebody begins to set up their second factor.
async fn seal_something(data: &Path) {
    let bytes = |name| std::fs::read(data.join(name)).unwrap().try_into().unwrap();
    let url = format!("sqlite://{}", data.join("millrace.db").display());
    let connect = Connect { url, secret: bytes("secret.key"), key: bytes("key"), clock: Clock::default() };
    let db = Db::open(connect).await.unwrap();
    let user = NewUser {
        email: "anna@example.com".into(),
        name: "Anna".into(),
        role: Role::Admin,
        team: None,
        lang: Lang::En,
        password: "four quiet herons".into(),
    };
    let user = store::users::add(&db, &Actor::SYSTEM, user).await.unwrap();
    store::second_factor::begin(&db, &user.actor()).await.unwrap();
    db.close().await;
}

#[tokio::test]
async fn a_wrong_key_is_told_and_a_lost_one_can_be_given_up() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (data, key) = (one.path().join("data"), one.path().join("data/key"));
    assert!(millrace(&data, &["export", "deals"]).status.success());
    let made = std::fs::metadata(&key).unwrap();
    assert_eq!((made.len(), made.permissions().mode() & 0o777), (32, 0o600));
    let doctor = |expected: &str| {
        let told = text(&millrace(&data, &["doctor"]).stdout);
        assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in\n{told}");
    };
    doctor("ok    sealing key: ");
    doctor("ok    sealed secrets: there are none yet");
    seal_something(&data).await;
    doctor("ok    sealed secrets: the key opens them");
    let right = millrace(&data, &["forget-sealed"]);
    assert_eq!(right.status.code(), Some(2), "the right key gives nothing up");

    // A backup holds no sealing key, not even with the other one.
    let file = one.path().join("all.gz");
    let name = file.to_str().unwrap();
    assert!(
        text(&millrace(&data, &["backup", "--with-key", "--to", name]).stdout).contains("is in no backup")
    );
    let restored = millrace(other.path(), &["restore", name]);
    assert!(restored.status.success(), "{}", text(&restored.stderr));
    assert!(text(&restored.stdout).contains("will not start yet"), "{}", text(&restored.stdout));
    assert_ne!(std::fs::read(&key).unwrap(), std::fs::read(other.path().join("key")).unwrap());
    let refused = millrace(other.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains("is not the key"), "{}", text(&refused.stderr));
    let again = millrace(other.path(), &["restore", "--force", "--key-file", key.to_str().unwrap(), name]);
    assert!(!text(&again.stdout).contains("will not start yet"), "the right key may be anywhere");

    std::fs::write(&key, [3; 32]).unwrap();
    doctor("fail  sealed secrets: ");
    let forgotten = millrace(&data, &["forget-sealed"]);
    assert!(text(&forgotten.stdout).contains("of 1 people"), "{}", text(&forgotten.stderr));
    doctor("ok    sealed secrets: there are none yet");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    doctor("fail  sealing key: others may read");
}
