//! The file system as SQLite sees it: files are opened, looked for and removed here.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::{Arc, Mutex, MutexGuard};

use libsqlite3_sys as ffi;

use crate::content::Content;
use crate::file::{self, Handle};
use crate::{Failure, State, lock};

/// Files whose writes wait for a sync. Temporary ones do not: nobody misses them after a crash.
const KEPT: c_int = ffi::SQLITE_OPEN_MAIN_DB | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_WAL;

/// What is behind a disk; never freed, because SQLite may call it as long as there are connections.
pub(crate) struct Vfs {
    pub(crate) name: CString,
    /// The system's own.
    real: *mut ffi::sqlite3_vfs,
    /// By their full paths, all that were opened and not removed: what nobody has open is still in memory.
    files: Mutex<HashMap<CString, Arc<Mutex<Content>>>>,
    state: Mutex<State>,
}

// SAFETY: `real` is SQLite's and made to be called from any thread; everything else is behind a lock.
unsafe impl Send for Vfs {}
// SAFETY: as above.
unsafe impl Sync for Vfs {}

impl Vfs {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

pub(crate) fn register(name: &str, seed: u64) -> Result<&'static Vfs, Failure> {
    let name = CString::new(name).map_err(|_| Failure::of(ffi::SQLITE_MISUSE))?;
    // SAFETY: the name is a C string; a null pointer asks for the default file system.
    let (taken, real) =
        unsafe { (ffi::sqlite3_vfs_find(name.as_ptr()), ffi::sqlite3_vfs_find(std::ptr::null())) };
    if !taken.is_null() || real.is_null() {
        return Err(Failure::of(ffi::SQLITE_MISUSE));
    }
    // SAFETY: SQLite's default file system is there for the whole life of the process.
    let methods = unsafe { *real };
    let vfs: &'static Vfs =
        Box::leak(Box::new(Vfs { name, real, files: Mutex::default(), state: Mutex::new(State::new(seed)) }));
    // What is not named here asks for time, randomness and the like, and does not look at the file system it is called with.
    let ours = Box::leak(Box::new(ffi::sqlite3_vfs {
        szOsFile: methods.szOsFile + size_of::<Handle>() as c_int,
        pNext: std::ptr::null_mut(),
        zName: vfs.name.as_ptr(),
        pAppData: std::ptr::from_ref(vfs).cast_mut().cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        ..methods
    }));
    // SAFETY: the structure and everything it points to are never freed.
    match unsafe { ffi::sqlite3_vfs_register(ours, 0) } {
        ffi::SQLITE_OK => Ok(vfs),
        code => Err(Failure::of(code)),
    }
}

/// What is behind the file system that SQLite calls.
///
/// # Safety
///
/// `vfs` is one that [`register`] made.
unsafe fn behind(vfs: *mut ffi::sqlite3_vfs) -> &'static Vfs {
    // SAFETY: `register` put a reference that lasts for ever there.
    unsafe { &*(*vfs).pAppData.cast::<Vfs>() }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls what was registered, with `szOsFile` bytes at `file`: ours, then those of the real one. Without
    // methods it does not close what could not be opened.
    let (vfs, real) = unsafe {
        (*file).pMethods = std::ptr::null();
        (behind(vfs), file::real(file))
    };
    // SAFETY: the real file system is called as SQLite would.
    let code = unsafe {
        match (*vfs.real).xOpen {
            Some(open) => open(vfs.real, name, real, flags, out),
            None => ffi::SQLITE_CANTOPEN,
        }
    };
    if code != ffi::SQLITE_OK {
        return code;
    }
    let is_kept = flags & KEPT != 0 && flags & ffi::SQLITE_OPEN_DELETEONCLOSE == 0 && !name.is_null();
    let content = is_kept.then(|| {
        // SAFETY: the name is a C string, and the real file was just opened.
        let (name, len) = unsafe { (CStr::from_ptr(name).to_owned(), file::real_len(file)) };
        let mut files = lock(&vfs.files);
        files.entry(name).or_insert_with(|| Arc::new(Mutex::new(Content::of(len)))).clone()
    });
    // SAFETY: SQLite gave the room for it, aligned for any type.
    unsafe { file.cast::<Handle>().write(Handle::new(content, vfs)) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: SQLite calls what was registered, with a C string.
    let (vfs, path) = unsafe { (behind(vfs), CStr::from_ptr(name)) };
    // SAFETY: the real file system is called as SQLite would.
    let code = unsafe {
        match (*vfs.real).xDelete {
            Some(delete) => delete(vfs.real, name, sync),
            None => ffi::SQLITE_IOERR_DELETE,
        }
    };
    lock(&vfs.files).remove(path);
    code
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls what was registered, with a C string.
    let (vfs, path) = unsafe { (behind(vfs), CStr::from_ptr(name)) };
    let known = lock(&vfs.files).get(path).cloned();
    if let (ffi::SQLITE_ACCESS_EXISTS, Some(content)) = (flags, known) {
        // An empty file counts as none, as in the real one.
        let exists = lock(&content).len() > 0;
        // SAFETY: SQLite gave the room for the answer.
        unsafe { *out = c_int::from(exists) };
        return ffi::SQLITE_OK;
    }
    // SAFETY: the real file system is called as SQLite would.
    unsafe {
        match (*vfs.real).xAccess {
            Some(access) => access(vfs.real, name, flags, out),
            None => ffi::SQLITE_IOERR_ACCESS,
        }
    }
}
