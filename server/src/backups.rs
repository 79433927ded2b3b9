//! Backup files: written beside their final name, read back, then named; the newest few are kept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::access::Actor;
use domain::backup::Good;
use store::Db;
use store::backup::{self, BackupError};

const PREFIX: &str = "millrace-";
const SUFFIX: &str = ".jsonl.gz";
const PART: &str = ".part";

/// The name of a backup begun at `at`; names sort by time.
pub fn name(at: DateTime<Utc>) -> String {
    format!("{PREFIX}{}{SUFFIX}", at.format("%Y%m%dT%H%M%SZ"))
}

/// Makes a backup at `path`, for the owner's eyes only, and keeps in the database how it went. Nothing stands at `path` unless
/// the file was synced and read back to its end; on failure what was begun is removed.
pub async fn make(db: &Db, path: &Path, key: Option<[u8; 32]>) -> Result<Good, BackupError> {
    let made = write(db, path, key).await;
    let kept = match &made {
        Ok(good) => backup::succeeded(db, &Actor::SYSTEM, good.clone()).await,
        Err(error) => backup::failed(db, &Actor::SYSTEM, &error.to_string()).await,
    };
    if let Err(problem) = kept {
        tracing::error!(%problem, "the outcome of a backup could not be kept");
    }
    made
}

async fn write(db: &Db, path: &Path, key: Option<[u8; 32]>) -> Result<Good, BackupError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let part = Part::beside(path);
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part.0)?;
    let (written, file) = backup::write(db, &Actor::SYSTEM, key, file).await?;
    file.sync_all()?;
    let bytes = file.metadata()?.len();
    let from = part.0.clone();
    let read = tokio::task::spawn_blocking(move || backup::check(BufReader::new(File::open(from)?)))
        .await
        .map_err(io::Error::other)??;
    if read != written {
        return Err(BackupError::Damaged("it reads differently than it was written".into()));
    }
    fs::rename(&part.0, path)?;
    // The name is as durable as the content only once the folder is synced.
    File::open(folder)?.sync_all()?;
    let file = fs::canonicalize(path)?.display().to_string();
    Ok(Good { at: written.header.made_at, file, rows: written.rows(), bytes })
}

/// A file that is not yet a backup; gone when it is dropped before it was renamed.
struct Part(PathBuf);

impl Part {
    fn beside(path: &Path) -> Part {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{}{PART}", std::process::id()));
        Part(name.into())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, file = %self.0.display(), "an unfinished backup could not be removed");
        }
    }
}

/// Removes all but the newest `keep` backups of `folder`; never the last one, never `newest`, never a file of another name. To be
/// called only after a good backup, so that a good one always stays.
pub fn prune(folder: &Path, keep: usize, newest: &Path) -> io::Result<()> {
    let mut there = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().and_then(|name| name.to_str()).is_some_and(is_ours) && path != newest {
            there.push(path);
        }
    }
    there.sort();
    there.reverse();
    for old in there.iter().skip(keep.max(1) - 1) {
        fs::remove_file(old)?;
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX)).is_some_and(|stamp| {
        stamp.len() == 16 && stamp.bytes().all(|c| c.is_ascii_digit() || c == b'T' || c == b'Z')
    })
}

/// Removes what servers left that died while they made a backup. One server at a time uses a folder.
pub fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(PREFIX) && name.ends_with(PART) {
            drop(Part(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        fs::write(&path, name).unwrap();
        path
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_newest_few_are_kept_and_nothing_of_others_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        for day in 1..=5 {
            put(folder.path(), &format!("millrace-2026110{day}T000000Z.jsonl.gz"));
        }
        put(folder.path(), "millrace-before-the-move.jsonl.gz");
        put(folder.path(), "notes.txt");
        let newest = folder.path().join("millrace-20261105T000000Z.jsonl.gz");
        prune(folder.path(), 2, &newest).unwrap();
        assert_eq!(
            names(folder.path()),
            [
                "millrace-20261104T000000Z.jsonl.gz",
                "millrace-20261105T000000Z.jsonl.gz",
                "millrace-before-the-move.jsonl.gz",
                "notes.txt"
            ]
        );
    }

    #[test]
    fn the_one_just_made_stays_even_when_the_clock_went_back() {
        let folder = tempfile::tempdir().unwrap();
        put(folder.path(), "millrace-20271101T000000Z.jsonl.gz");
        let newest = put(folder.path(), "millrace-20261101T000000Z.jsonl.gz");
        prune(folder.path(), 0, &newest).unwrap();
        assert_eq!(names(folder.path()), ["millrace-20261101T000000Z.jsonl.gz"]);
    }
}
