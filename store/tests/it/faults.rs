//! On a full or failing disk nothing is acknowledged that is not kept, reading goes on, and nobody has to restart anything. SQLite
//! alone: how PostgreSQL treats its disk is its own affair.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ::faults::{Disk, Fault, Raw};
use domain::Problem;
use domain::access::Actor;
use domain::form::{NewSubmission, Receipt};
use domain::id::{LeadId, UserId};
use domain::lead::NewLead;
use futures::future::join_all;
use store::audit::{Verdict, verify};
use store::{Clock, Db, intake, leads};

use crate::harness::{open, start};
use crate::intake::fields;

/// A database on a disk that can fail.
struct Set {
    db: Db,
    disk: Disk,
    clock: Clock,
    file: PathBuf,
    folder: tempfile::TempDir,
}

impl Set {
    async fn new(name: &str) -> Set {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("test.db");
        let disk = Disk::register(name, 1).unwrap();
        let clock = Clock::manual(start());
        Set { db: open(&disk.url(&file), &clock).await, disk, clock, file, folder }
    }

    async fn submit(&self, i: usize) -> Result<Receipt, Problem> {
        intake::submit(&self.db, "call-back", visitor(i), Some(&format!("key {i}"))).await
    }

    async fn submit_all(&self, which: std::ops::Range<usize>) -> Vec<Result<Receipt, Problem>> {
        join_all(which.map(|i| self.submit(i))).await
    }

    /// What a power cut would leave now, looked at by somebody else: the leads, each whole.
    async fn left(&self, name: &str) -> BTreeSet<LeadId> {
        let copy = self.folder.path().join(name);
        for end in ["", "-wal"] {
            let with = |file: &Path| format!("{}{end}", file.display());
            std::fs::copy(with(&self.file), with(&copy)).unwrap();
        }
        let db = open(&format!("sqlite://{}", copy.display()), &self.clock).await;
        assert!(matches!(verify(&db, &Actor::SYSTEM).await, Ok(Verdict::Intact { .. })));
        db.close().await;
        let raw = Raw::open(&copy, None).unwrap();
        assert_eq!(raw.rows("PRAGMA integrity_check").unwrap()[0][0].text(), Some("ok"));
        assert_eq!(raw.rows("PRAGMA foreign_key_check").unwrap().len(), 0);
        let count = |table: &str| raw.number(&format!("SELECT count(*) FROM {table}")).unwrap();
        let leads = count("leads");
        assert_eq!(
            [count("touches"), count("tasks"), count("activities"), count("submissions")],
            [2 * leads, leads, leads, leads],
            "nothing is there by half"
        );
        let ids = raw.rows("SELECT lower(hex(id)) FROM leads").unwrap();
        ids.iter().map(|row| LeadId(uuid::Uuid::parse_str(row[0].text().unwrap()).unwrap())).collect()
    }
}

fn visitor(i: usize) -> NewSubmission {
    fields(&[("name", &format!("Visitor {i}")), ("phone", &format!("+7 921 555 {i:04}"))])
}

fn ids(receipts: &[Result<Receipt, Problem>]) -> BTreeSet<LeadId> {
    receipts.iter().flatten().map(|receipt| receipt.id).collect()
}

#[tokio::test]
async fn what_a_failing_disk_refuses_is_not_acknowledged_and_comes_in_when_it_is_mended() {
    let set = Set::new("refusing").await;
    let mut known = ids(&set.submit_all(0..20).await);
    assert_eq!(known.len(), 20);
    let first = *known.first().unwrap();
    let mut next = 20;
    for (fault, befores) in [(Fault::Full, [0, 1, 40]), (Fault::Write, [0, 1, 40]), (Fault::Sync, [0, 1, 3])]
    {
        for after in befores {
            let what = format!("{fault:?} after {after}");
            let failed = set.disk.failed();
            set.disk.fail(fault, after);
            // One batch after the other, until the disk has had enough of it.
            let mut refused = Vec::new();
            while refused.is_empty() {
                let answers = set.submit_all(next..next + 30).await;
                known.extend(ids(&answers));
                refused = (next..).zip(answers).filter_map(|(i, answer)| Some((i, answer.err()?))).collect();
                next += 30;
            }
            assert!(set.disk.failed() > failed, "{what}");
            for (i, problem) in &refused {
                assert_eq!(*problem, Problem::Unavailable { retry_after: 1 }, "{what}: {i}");
            }
            let by_hand = NewLead { name: "A".into(), phone: "+79215550138".into(), ..NewLead::default() };
            let answer = leads::create(&set.db, &Actor::SYSTEM, by_hand).await;
            assert_eq!(answer, Err(Problem::Unavailable { retry_after: 1 }), "{what}");
            // Reading goes on.
            assert!(leads::show(&set.db, &Actor::SYSTEM, first).await.is_ok(), "{what}");
            assert!(set.db.ready().await, "{what}");
            assert_eq!(set.left(&what).await, known, "{what}");

            set.disk.heal();
            known.insert(set.submit(next).await.unwrap_or_else(|problem| panic!("{what}: {problem:?}")).id);
            next += 1;
            // The same again makes one lead each.
            let again = join_all(refused.iter().map(|(i, _)| set.submit(*i))).await;
            known.extend(ids(&again));
            assert_eq!(known.len(), next, "{what}");
            let once_more = join_all(refused.iter().map(|(i, _)| set.submit(*i))).await;
            assert_eq!(again, once_more, "{what}");
            assert_eq!(set.left(&format!("{what}, mended")).await, known, "{what}");
        }
    }
}

#[tokio::test]
async fn what_is_acknowledged_after_a_failure_is_kept_even_when_something_is_rolled_back_in_between() {
    let set = Set::new("rolling-back").await;
    let mut known = ids(&set.submit_all(0..5).await);
    let mut next = 5;
    for fault in [Fault::Full, Fault::Sync] {
        // The driver believes its transaction open that SQLite has ended.
        set.disk.fail(fault, 0);
        for _ in 0..3 {
            set.submit(next).await.unwrap_err();
        }
        set.disk.heal();
        for _ in 0..3 {
            let nobody = UserId(uuid::Uuid::nil());
            let answer = leads::assign(&set.db, &Actor::SYSTEM, LeadId(uuid::Uuid::nil()), 1, nobody).await;
            assert_eq!(answer, Err(Problem::NotFound));
            known.insert(set.submit(next).await.unwrap().id);
            next += 1;
            assert_eq!(set.left(&format!("{fault:?} {next}")).await, known);
        }
    }
    assert_eq!(known.len(), next);
}

#[tokio::test]
async fn a_disk_that_is_full_from_the_beginning_is_told_and_used_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::register("full", 1).unwrap();
    disk.fail(Fault::Full, 0);
    let connect = || store::db::Connect {
        url: disk.url(&folder.path().join("test.db")),
        secret: [7; 32],
        key: [9; 32],
        clock: Clock::manual(start()),
    };
    assert!(Db::open(connect()).await.is_err());
    disk.heal();
    let db = Db::open(connect()).await.unwrap();
    intake::submit(&db, "call-back", visitor(1), None).await.unwrap();
}
