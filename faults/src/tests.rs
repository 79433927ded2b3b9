//! The disk under SQLite.

use std::path::{Path, PathBuf};

use super::*;

/// A database on a disk of its own, in a folder of its own.
struct Set {
    disk: Disk,
    file: PathBuf,
    folder: tempfile::TempDir,
}

impl Set {
    fn new(name: &str) -> Set {
        let folder = tempfile::tempdir().unwrap();
        let set = Set {
            disk: Disk::register(name, 7).unwrap(),
            file: folder.path().canonicalize().unwrap().join("test.db"),
            folder,
        };
        set.open().run("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)").unwrap();
        set
    }

    fn open(&self) -> Raw {
        let raw = Raw::open(&self.file, Some(self.disk)).unwrap();
        raw.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").unwrap();
        raw
    }

    /// What a power cut would leave of it now.
    fn left(&self, name: &str) -> PathBuf {
        let copy = self.folder.path().join(name);
        for end in ["", "-wal", "-journal"] {
            let with = |file: &Path| PathBuf::from(format!("{}{end}", file.display()));
            if with(&self.file).exists() {
                std::fs::copy(with(&self.file), with(&copy)).unwrap();
            }
        }
        copy
    }
}

fn put(raw: &Raw, id: i64) -> Result<(), Failure> {
    let mut insert = raw.prepare("INSERT INTO rows VALUES (?1, ?2)").unwrap();
    insert.execute(&[Value::Integer(id), Value::Text("text ".repeat(300))])
}

/// How many rows there are, if the database is whole.
fn count(raw: &Raw) -> Result<i64, Failure> {
    let found = raw.rows("PRAGMA integrity_check")?;
    assert_eq!(found, [[Value::Text("ok".into())]]);
    raw.number("SELECT count(*) FROM rows")
}

#[test]
fn a_power_cut_takes_what_was_not_synced_and_nothing_else() {
    let set = Set::new("power");
    let raw = set.open();
    for id in 0..50 {
        put(&raw, id).unwrap();
    }
    raw.run("PRAGMA synchronous = OFF").unwrap();
    for id in 50..60 {
        put(&raw, id).unwrap();
    }
    assert_eq!(count(&set.open()), Ok(60), "another connection sees all of them");
    assert_eq!(count(&Raw::open(&set.left("copy"), None).unwrap()), Ok(50));
    raw.run("PRAGMA synchronous = FULL").unwrap();
    put(&raw, 60).unwrap();
    assert_eq!(count(&Raw::open(&set.left("later"), None).unwrap()), Ok(61), "one sync is for all before it");
}

#[test]
fn what_shrinks_grows_and_is_folded_back_stays_whole() {
    let set = Set::new("shrinking");
    let raw = set.open();
    for round in 0..4 {
        for id in 0..300 {
            put(&raw, round * 1000 + id).unwrap();
        }
        raw.run("DELETE FROM rows WHERE id % 3 > 0; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        assert_eq!(count(&raw), Ok(100 * (round + 1)));
        assert_eq!(
            count(&Raw::open(&set.left(&format!("copy {round}")), None).unwrap()),
            Ok(100 * (round + 1))
        );
    }
    drop(raw);
    assert!(!set.file.with_extension("db-wal").exists(), "the last one to close folds the log in");
    assert_eq!(count(&Raw::open(&set.file, None).unwrap()), Ok(400));
}

#[test]
fn a_disk_that_lies_loses_something() {
    let set = Set::new("lying");
    let raw = set.open();
    put(&raw, 0).unwrap();
    set.disk.lie();
    for id in 1..50 {
        put(&raw, id).unwrap();
    }
    assert_eq!(count(&set.open()), Ok(50), "nobody notices before the power cut");
    let left = Raw::open(&set.left("copy"), None).unwrap();
    let whole = left.number("SELECT count(*) FROM rows").is_ok_and(|rows| rows == 50);
    assert!(!whole);
}

#[test]
fn a_full_or_broken_disk_refuses_and_goes_on_when_it_is_mended() {
    let set = Set::new("breaking");
    let (raw, reader) = (set.open(), set.open());
    let mut rows = 0;
    for (fault, code) in [
        (Fault::Full, ffi::SQLITE_FULL),
        (Fault::Write, ffi::SQLITE_IOERR_WRITE),
        (Fault::Sync, ffi::SQLITE_IOERR_FSYNC),
    ] {
        for after in [0, 1] {
            let failed = set.disk.failed();
            set.disk.fail(fault, after);
            let refused = (0..10).find_map(|_| {
                rows += 1;
                put(&raw, rows).err()
            });
            assert_eq!(refused.map(|failure| failure.code), Some(code), "{fault:?} after {after}");
            rows -= 1;
            assert!(set.disk.failed() > failed);
            assert_eq!(count(&reader), Ok(rows));
            set.disk.heal();
            rows += 1;
            put(&raw, rows).unwrap();
            assert_eq!(count(&reader), Ok(rows));
            let left = set.left(&format!("{fault:?} {after}"));
            assert_eq!(count(&Raw::open(&left, None).unwrap()), Ok(rows));
        }
    }
}

#[test]
fn a_name_is_taken_once() {
    Disk::register("once", 1).unwrap();
    assert!(Disk::register("once", 1).is_err());
    let disk = Disk::register("by-address", 1).unwrap();
    assert_eq!(disk.url(Path::new("/a/b.db")), "sqlite:///a/b.db?vfs=by-address");
}
