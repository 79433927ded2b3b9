//! The drill: backed up while others write, restored on either kind of database, and refused when it is not whole.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use chrono::TimeDelta;
use domain::Problem;
use domain::access::{Actor, Role};
use domain::backup::Good;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::backup::{self, BackupError, Manifest};
use store::{Db, checkup, intake, leads, sessions, users};

use crate::harness::{PASSWORD, T, both, open};
use crate::intake::fields;
use crate::setup::fresh;

both!(
    what_is_backed_up_under_load_is_restored_on_either_database,
    what_is_not_whole_is_refused_and_the_target_stays_empty,
    a_used_database_is_replaced_only_by_force,
    an_older_backup_is_migrated_on_its_way_in,
    the_key_goes_along_only_when_asked,
    good_and_failed_backups_are_known,
    a_checkup_sees_the_database_and_changes_nothing,
);

/// A database of the other kind, and what removes it.
struct Other {
    db: Db,
    _folder: Option<tempfile::TempDir>,
    drop: Option<(String, String)>,
}

impl Other {
    async fn of(t: &T) -> Other {
        if t.url.starts_with("postgres") {
            let folder = tempfile::tempdir().unwrap();
            let db = open(&format!("sqlite://{}", folder.path().join("other.db").display()), &t.clock).await;
            return Other { db, _folder: Some(folder), drop: None };
        }
        let server = std::env::var("MILLRACE_TEST_POSTGRES").unwrap();
        let name = format!("it_other_{}", std::process::id());
        let admin = Database::connect(&server).await.unwrap();
        for text in
            [format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"), format!("CREATE DATABASE {name}")]
        {
            admin.execute_unprepared(&text).await.unwrap();
        }
        let (base, _) = server.rsplit_once('/').unwrap();
        let db = open(&format!("{base}/{name}"), &t.clock).await;
        Other { db, _folder: None, drop: Some((server, name)) }
    }

    async fn end(self) {
        self.db.close().await;
        if let Some((server, name)) = self.drop {
            let admin = Database::connect(&server).await.unwrap();
            admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        }
    }
}

async fn back_up(db: &Db) -> (Manifest, Vec<u8>) {
    backup::write(db, &Actor::SYSTEM, None, Vec::new()).await.unwrap()
}

async fn restore(db: &Db, file: &[u8]) -> Result<Manifest, BackupError> {
    backup::restore(db, &Actor::SYSTEM, file, false).await
}

/// Hashes by table, but for the audit log, in which a restore leaves its own entry.
fn hashes(manifest: &Manifest) -> BTreeMap<&str, (u64, &str)> {
    let told = |table: &str| table == "audit_entries" || table == "audit_head";
    let tables = manifest.tables.iter().filter(|counted| !told(&counted.table));
    tables.map(|counted| (counted.table.as_str(), (counted.rows, counted.sha256.as_str()))).collect()
}

fn rows(manifest: &Manifest, table: &str) -> u64 {
    manifest.tables.iter().find(|counted| counted.table == table).unwrap().rows
}

async fn submit(db: &Db, i: u64) -> domain::id::LeadId {
    let name = format!("Гость «{i}» \\ \"x\"\n");
    let visitor = fields(&[("name", &name), ("phone", &format!("+7 921 55{:05}", i % 100_000))]);
    intake::submit(db, "call-back", visitor, None).await.unwrap().id
}

/// A company in which something of most kinds happened.
async fn fill(t: &T) {
    let team = t.team("North").await;
    let rep = t.user("Boris Repin", Role::SalesRep, Some(team)).await;
    t.client(&rep.actor(), "Олег Ветров", "+79215550138", "Альфа, ООО").await;
    let won = t.client(&t.admin, "Anna \u{1F642}", "+79215550139", "").await;
    store::offers::create(&t.db, &t.admin, won.deal).await.unwrap();
    store::feedback::ask(
        &t.db,
        &t.admin,
        won.deal,
        "anna@example.com",
        "https://crm.example",
        domain::Lang::Ru,
    )
    .await
    .unwrap();
    for i in 0..20 {
        submit(&t.db, i).await;
    }
}

async fn what_is_backed_up_under_load_is_restored_on_either_database(t: &T) {
    fill(t).await;
    let stop = Arc::new(AtomicBool::new(false));
    let count = Arc::new(AtomicU64::new(0));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (db, stop, count) = (t.db.clone(), stop.clone(), count.clone());
            tokio::spawn(async move {
                for i in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    submit(&db, writer * 10_000 + i).await;
                    count.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while count.load(Ordering::Relaxed) < 4 {
        tokio::task::yield_now().await;
    }
    // Until leads came in while a backup was made.
    let (manifest, file) = loop {
        let before = count.load(Ordering::Relaxed);
        let made = back_up(&t.db).await;
        if count.load(Ordering::Relaxed) > before {
            break made;
        }
    };
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(backup::check(&file[..]).unwrap(), manifest);
    // One instant: every lead has its submission or its maker, and the counter stands at the number of leads.
    assert_eq!(rows(&manifest, "leads"), rows(&manifest, "submissions") + 2);

    let other = Other::of(t).await;
    for db in [fresh(t).await, other.db.clone()] {
        assert_eq!(restore(&db, &file).await.unwrap(), manifest);
        assert_eq!(hashes(&back_up(&db).await.0), hashes(&manifest));
        let log = store::audit::verify(&db, &t.admin).await.unwrap();
        assert!(matches!(log, store::audit::Verdict::Intact { .. }), "{log:?}");
        let signed = sessions::sign_in(&db, "anna@example.com", PASSWORD, Default::default()).await;
        assert!(signed.is_ok());
        let next = submit(&db, 1).await;
        let next = leads::show(&db, &t.admin, next).await.unwrap();
        assert_eq!(next.number as u64, rows(&manifest, "leads") + 1);
        users::add_team(&db, &t.admin, "South", None).await.unwrap();
        assert!(db.ready().await);
    }
    other.end().await;
}

fn unpack(file: &[u8]) -> Vec<String> {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn pack(lines: &[String]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    for line in lines {
        packed.write_all(line.as_bytes()).unwrap();
        packed.write_all(b"\n").unwrap();
    }
    packed.finish().unwrap()
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Another header, with the end made to fit it.
fn with_header(lines: &[String], edit: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut header: Value = serde_json::from_str(&lines[0]).unwrap();
    edit(&mut header);
    let mut lines = lines.to_vec();
    lines[0] = header.to_string();
    let mut end: Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    end["end"]["header"] = json!(hash(&format!("{}\n", lines[0])));
    *lines.last_mut().unwrap() = end.to_string();
    lines
}

async fn what_is_not_whole_is_refused_and_the_target_stays_empty(t: &T) {
    fill(t).await;
    let (_, file) = back_up(&t.db).await;
    let lines = unpack(&file);
    let edited = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.clone();
        edit(&mut lines);
        pack(&lines)
    };
    let row = lines.iter().position(|line| line.contains("Олег Ветров")).unwrap();
    let mut swapped = file.clone();
    let middle = swapped.len() / 2;
    swapped[middle] ^= 0x40;

    let db = fresh(t).await;
    type Told = fn(&BackupError) -> bool;
    let cases: Vec<(&str, Vec<u8>, Told)> = vec![
        ("nothing", Vec::new(), |e| matches!(e, BackupError::NotABackup | BackupError::CutOff)),
        ("another file", b"id,name\n1,Anna\n".to_vec(), |e| matches!(e, BackupError::NotABackup)),
        ("another gzip", pack(&["{}".into()]), |e| matches!(e, BackupError::NotABackup)),
        ("cut in the middle", file[..middle].to_vec(), |e| matches!(e, BackupError::CutOff)),
        ("cut by a byte", file[..file.len() - 1].to_vec(), |e| matches!(e, BackupError::CutOff)),
        ("a bit turned over", swapped, |e| {
            // Where the turned bit lies in the packed file changes with the ids in it.
            matches!(
                e,
                BackupError::Damaged(_)
                    | BackupError::CutOff
                    | BackupError::Unfit(_)
                    | BackupError::NotABackup
            )
        }),
        ("without its end", edited(&|lines| drop(lines.pop())), |e| matches!(e, BackupError::CutOff)),
        ("a changed row", edited(&|lines| lines[row] = lines[row].replace("Олег", "Иван")), |e| {
            matches!(e, BackupError::Damaged(_))
        }),
        ("a missing row", edited(&|lines| drop(lines.remove(row))), |e| matches!(e, BackupError::Damaged(_))),
        ("a repeated end", edited(&|lines| lines.extend(lines.last().cloned())), |e| {
            matches!(e, BackupError::Damaged(_))
        }),
        ("a changed header", edited(&|lines| lines[0] = lines[0].replace("2026-11-24", "2026-11-25")), |e| {
            matches!(e, BackupError::Damaged(_))
        }),
        ("a newer format", pack(&with_header(&lines, |header| header["format"] = json!(2))), |e| {
            matches!(e, BackupError::NewerFormat(2))
        }),
        (
            "a newer database",
            pack(&with_header(&lines, |header| {
                header["migrations"].as_array_mut().unwrap().push(json!("m20991231_000001_future"));
            })),
            |e| matches!(e, BackupError::NewerSchema(name) if name.contains("future")),
        ),
    ];
    for (what, file, is_right) in cases {
        let error = restore(&db, &file).await.unwrap_err();
        assert!(is_right(&error) && error.is_refusal(), "{what}: {error}");
        assert!(users::list(&db, &Actor::SYSTEM).await.unwrap().is_empty(), "{what}");
        assert!(db.ready().await, "{what}");
    }
    // Nothing of them was left: the whole one still finds an empty database.
    restore(&db, &file).await.unwrap();
}

async fn a_used_database_is_replaced_only_by_force(t: &T) {
    fill(t).await;
    let (manifest, file) = back_up(&t.db).await;
    let late = t.lead(&t.admin, "Came Later", "+79215550177").await;
    assert!(matches!(restore(&t.db, &file).await, Err(BackupError::NotEmpty)));
    assert!(leads::show(&t.db, &t.admin, late).await.is_ok());

    let rep = t.user("Clara", Role::SalesRep, None).await;
    let refused = backup::restore(&t.db, &rep.actor(), &file[..], true).await;
    assert!(matches!(refused, Err(BackupError::Problem(Problem::Forbidden))));
    let refused = backup::write(&t.db, &rep.actor(), None, Vec::new()).await;
    assert!(matches!(refused, Err(BackupError::Problem(Problem::Forbidden))));

    backup::restore(&t.db, &t.admin, &file[..], true).await.unwrap();
    assert_eq!(hashes(&back_up(&t.db).await.0), hashes(&manifest));
    assert_eq!(leads::show(&t.db, &t.admin, late).await.err(), Some(Problem::NotFound));
}

async fn an_older_backup_is_migrated_on_its_way_in(t: &T) {
    let (_, file) = back_up(&t.db).await;
    let mut lines =
        with_header(&unpack(&file), |header| drop(header["migrations"].as_array_mut().unwrap().pop()));
    let db = fresh(t).await;
    // The version before did not have the last migration's tables: each that it refuses goes out of the file.
    let mut without = 0;
    loop {
        match restore(&db, &pack(&lines)).await {
            Ok(_) => break,
            Err(BackupError::Unfit(why)) => {
                let name = why.strip_prefix("this version has no table ").expect(&why);
                lines = without_table(&lines, name);
                without += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(without > 0);
    assert!(db.ready().await);
    assert_eq!(users::list(&db, &t.admin).await.unwrap().len(), 1);
    assert!(store::catalog::show(&db, &t.admin).await.is_ok());
}

fn without_table(lines: &[String], name: &str) -> Vec<String> {
    let mut out = false;
    let mut kept: Vec<String> = lines
        .iter()
        .filter(|line| {
            if let Ok(mark @ Value::Object(_)) = serde_json::from_str(line) {
                out = mark["table"]["name"] == name;
            }
            !out
        })
        .cloned()
        .collect();
    let mut end: Value = serde_json::from_str(kept.last().unwrap()).unwrap();
    end["end"]["tables"].as_array_mut().unwrap().retain(|table| table["table"] != name);
    *kept.last_mut().unwrap() = end.to_string();
    kept
}

async fn the_key_goes_along_only_when_asked(t: &T) {
    let (manifest, file) = back_up(&t.db).await;
    assert_eq!(manifest.header.key().unwrap(), None);
    assert!(!unpack(&file)[0].contains("key"));
    let (_, file) = backup::write(&t.db, &t.admin, Some([9; 32]), Vec::new()).await.unwrap();
    assert_eq!(backup::header(&file[..]).unwrap().key().unwrap(), Some([9; 32]));
}

async fn good_and_failed_backups_are_known(t: &T) {
    let rep = t.user("Clara", Role::SalesRep, None).await;
    assert_eq!(backup::show(&t.db, &rep.actor()).await, Err(Problem::Forbidden));
    assert_eq!(backup::schedule(&t.db, &rep.actor(), Some(60)).await, Err(Problem::Forbidden));

    backup::schedule(&t.db, &t.admin, Some(60)).await.unwrap();
    let good = Good { at: t.clock.now(), file: "/b/1.gz".into(), rows: 5, bytes: 7 };
    backup::succeeded(&t.db, &t.admin, good.clone()).await.unwrap();
    t.pass(TimeDelta::hours(1));
    backup::failed(&t.db, &t.admin, "no space left on device").await.unwrap();
    // A server that starts again with the same interval changes nothing.
    backup::schedule(&t.db, &t.admin, Some(60)).await.unwrap();
    let known = backup::show(&t.db, &t.admin).await.unwrap();
    assert_eq!(
        (known.good.as_ref(), known.failure.unwrap().reason.as_str()),
        (Some(&good), "no space left on device")
    );
    assert_eq!(known.schedule.unwrap().since, t.clock.now() - TimeDelta::hours(1));

    // The company's settings do not mind the row among theirs.
    let settings = store::settings::company(&t.db).await.unwrap();
    store::settings::save(&t.db, &t.admin, settings).await.unwrap();
    assert_eq!(backup::show(&t.db, &t.admin).await.unwrap().good, Some(good));
}

async fn a_checkup_sees_the_database_and_changes_nothing(t: &T) {
    t.lead(&t.admin, "Elena", "+79215550138").await;
    let before = back_up(&t.db).await.0;
    let seen = checkup::look(&t.url, None).await.unwrap();
    assert!(seen.missing.is_empty() && seen.unknown.is_empty());
    assert_eq!(seen.newest, Some(t.clock.now()));
    assert_eq!(seen.writes_ahead, (!t.url.starts_with("postgres")).then_some(true));
    assert_eq!(hashes(&back_up(&t.db).await.0), hashes(&before));
    assert!(checkup::look("sqlite:///nowhere/at/all.db", None).await.is_err());
    assert!(checkup::look("mysql://x", None).await.is_err());
}
