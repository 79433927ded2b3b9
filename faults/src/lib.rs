//! A disk that fails, for tests of what must survive it.
//!
//! [`Disk::register`] gives SQLite one more file system, by whose name a database is opened (`sqlite://…?vfs=NAME`, see
//! [`Disk::url`]). It stands on the real one and differs from it in this:
//!
//! - What is written to a database, its write-ahead log or its journal stays in this process's memory until SQLite asks for a sync.
//!   All connections of the process see it, as all programs see what the operating system keeps for a disk. So SIGKILL takes away
//!   what was not synced, which without this only a power cut does: the operating system finishes the writes of a killed process.
//! - A sync gives it to the operating system, which is the disk here (SIGKILL takes nothing away from it). It writes in any
//!   order and can take a moment ([`Disk::slow`]), so that being killed meanwhile tears what was to be written.
//! - The disk can lie ([`Disk::lie`]): it says that it has synced and keeps any third of the written sectors. A test of durability
//!   that finds nothing then finds nothing ever.
//! - It can be full or break ([`Disk::fail`]) and be mended ([`Disk::heal`]), while reading goes on.
//!
//! Locks, shared memory and temporary files are the real ones. Removing a file is durable at once.

mod chance;
mod content;
mod file;
mod raw;
mod vfs;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use libsqlite3_sys as ffi;

pub use chance::Chance;
pub use raw::{Failure, Raw, Statement, Value};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// There is no room for a write (`SQLITE_FULL`).
    Full,
    /// A write fails (`SQLITE_IOERR_WRITE`).
    Write,
    /// A sync fails (`SQLITE_IOERR_FSYNC`); what it was for never reaches the disk.
    Sync,
}

/// A disk, or rather all files that are opened by its name. It lasts as long as the process.
#[derive(Clone, Copy)]
pub struct Disk(&'static vfs::Vfs);

impl Disk {
    /// A new disk by a name that no other one in the process has; `seed` decides what chance decides.
    pub fn register(name: &str, seed: u64) -> Result<Disk, Failure> {
        vfs::register(name, seed).map(Disk)
    }

    /// The address of a database on it.
    pub fn url(&self, file: &Path) -> String {
        format!("sqlite://{}?vfs={}", file.display(), self.0.name.to_string_lossy())
    }

    /// From now on each sync takes that long.
    pub fn slow(&self, time: Duration) {
        self.0.state().slow = time;
    }

    /// From now on nothing that is written is sure to be kept, whatever the disk says.
    pub fn lie(&self) {
        self.0.state().lies = true;
    }

    /// After so many more calls of the kind that it hits, `fault` hits every one.
    pub fn fail(&self, fault: Fault, after: u64) {
        self.0.state().fault = Some((fault, after));
    }

    /// Everything works again.
    pub fn heal(&self) {
        self.0.state().fault = None;
    }

    /// How many calls have failed on purpose.
    pub fn failed(&self) -> u64 {
        self.0.state().failed
    }
}

/// What a test has set.
#[derive(Debug)]
struct State {
    /// With the number of calls that go well before it.
    fault: Option<(Fault, u64)>,
    failed: u64,
    lies: bool,
    slow: Duration,
    chance: Chance,
}

impl State {
    fn new(seed: u64) -> State {
        State { fault: None, failed: 0, lies: false, slow: Duration::ZERO, chance: Chance::new(seed) }
    }

    /// The result of one more call, if it is to fail.
    fn refusal(&mut self, is_sync: bool) -> Option<content::Code> {
        let (fault, left) = self.fault.as_mut()?;
        let code = match (*fault, is_sync) {
            (Fault::Full, false) => ffi::SQLITE_FULL,
            (Fault::Write, false) => ffi::SQLITE_IOERR_WRITE,
            (Fault::Sync, true) => ffi::SQLITE_IOERR_FSYNC,
            _ => return None,
        };
        if *left > 0 {
            *left -= 1;
            return None;
        }
        self.failed += 1;
        Some(code)
    }
}

/// A panic elsewhere leaves nothing half-done that the next one could not go on with.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
