//! The list of erasures beside the backups: hashes of records, one a line. Backups made before an erasure still hold the person; after
//! such a one is restored, the list says whom to erase again.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use domain::access::Actor;
use store::{Db, privacy};

/// The list's name in the folder of backups.
pub const LIST: &str = "erased.list";

/// What the folder's list holds; without one, nothing.
pub fn read(folder: &Path) -> io::Result<BTreeSet<String>> {
    match fs::read_to_string(folder.join(LIST)) {
        Ok(text) => Ok(text.lines().map(str::to_owned).filter(|line| !line.is_empty()).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(error),
    }
}

/// Adds to the folder's list what the database erased; what the list had stays.
pub async fn write(db: &Db, folder: &Path) -> anyhow::Result<()> {
    let erased = privacy::erasures(db, &Actor::SYSTEM).await.context("the erasures cannot be read")?;
    let mut all = read(folder)?;
    let known = all.len();
    all.extend(erased);
    if all.len() == known {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let part = folder.join(format!("{LIST}.part"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    for hash in &all {
        writeln!(file, "{hash}")?;
    }
    file.sync_all()?;
    fs::rename(&part, folder.join(LIST))?;
    fs::File::open(folder)?.sync_all()?;
    Ok(())
}
