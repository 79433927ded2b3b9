//! An open file as SQLite sees it.

use std::ffi::{c_int, c_void};
use std::sync::{Arc, Mutex};

use libsqlite3_sys as ffi;

use crate::content::{Base, Code, Content};
use crate::lock;
use crate::vfs::Vfs;

/// What SQLite holds; the real file's handle stands behind it in the same piece of memory.
#[repr(C)]
pub(crate) struct Handle {
    /// SQLite finds the methods here, so it is the first.
    base: ffi::sqlite3_file,
    /// Shared by all handles of the file; `None`: written through at once.
    content: Option<Arc<Mutex<Content>>>,
    vfs: &'static Vfs,
}

impl Handle {
    pub(crate) fn new(content: Option<Arc<Mutex<Content>>>, vfs: &'static Vfs) -> Handle {
        Handle { base: ffi::sqlite3_file { pMethods: &METHODS }, content, vfs }
    }
}

/// Version 2: without memory-mapped reading, which would see the disk and not what waits for it.
static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock_file),
    xUnlock: Some(unlock_file),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The real file behind one of ours.
///
/// # Safety
///
/// `file` points to the memory that SQLite gave for opening it.
pub(crate) unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: the memory is as large as both together.
    unsafe { file.cast::<Handle>().add(1).cast() }
}

/// Calls the real file's method of that name.
macro_rules! forward {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: SQLite calls methods of open files only, whose real files are open as well; the arguments are SQLite's.
        unsafe {
            let real = real($file);
            match (*(*real).pMethods).$method {
                Some(method) => method(real $(, $argument)*),
                None => ffi::SQLITE_IOERR,
            }
        }
    }};
}

/// The real file's length, 0 if it does not tell.
///
/// # Safety
///
/// As for [`real`], and the real file is open.
pub(crate) unsafe fn real_len(file: *mut ffi::sqlite3_file) -> u64 {
    let mut len: ffi::sqlite3_int64 = 0;
    match forward!(file, xFileSize, &mut len) {
        ffi::SQLITE_OK => u64::try_from(len).unwrap_or_default(),
        _ => 0,
    }
}

/// Our part of an open file.
///
/// # Safety
///
/// `file` is open, and nobody closes it meanwhile.
unsafe fn handle<'a>(file: *mut ffi::sqlite3_file) -> &'a Handle {
    // SAFETY: opening wrote it there.
    unsafe { &*file.cast::<Handle>() }
}

/// The disk, reached through an open file.
struct Real(*mut ffi::sqlite3_file);

impl Base for Real {
    fn read(&mut self, at: u64, into: &mut [u8]) -> Result<(), Code> {
        if into.is_empty() {
            return Ok(());
        }
        match forward!(self.0, xRead, into.as_mut_ptr().cast(), into.len() as c_int, at as i64) {
            // What is missing was filled with zeros.
            ffi::SQLITE_IOERR_SHORT_READ => Ok(()),
            code => done(code),
        }
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<(), Code> {
        done(forward!(self.0, xWrite, bytes.as_ptr().cast(), bytes.len() as c_int, at as i64))
    }

    fn resize(&mut self, len: u64) -> Result<(), Code> {
        done(forward!(self.0, xTruncate, len as i64))
    }
}

fn done(code: c_int) -> Result<(), Code> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

fn code(result: Result<(), Code>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    let code = forward!(file, xClose);
    // SAFETY: the file was open until now, and SQLite does not call it again.
    unsafe { file.cast::<Handle>().drop_in_place() };
    code
}

unsafe extern "C" fn read(file: *mut ffi::sqlite3_file, into: *mut c_void, n: c_int, at: i64) -> c_int {
    // SAFETY: the file is open.
    let handle = unsafe { handle(file) };
    let Some(content) = &handle.content else { return forward!(file, xRead, into, n, at) };
    // SAFETY: SQLite gave room for so many bytes; they are set before they are looked at as such.
    let into = unsafe {
        into.cast::<u8>().write_bytes(0, n as usize);
        std::slice::from_raw_parts_mut(into.cast::<u8>(), n as usize)
    };
    match lock(content).read(&mut Real(file), at as u64, into) {
        Ok(there) if there == into.len() => ffi::SQLITE_OK,
        Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(code) => code,
    }
}

unsafe extern "C" fn write(file: *mut ffi::sqlite3_file, bytes: *const c_void, n: c_int, at: i64) -> c_int {
    // SAFETY: the file is open.
    let handle = unsafe { handle(file) };
    let Some(content) = &handle.content else { return forward!(file, xWrite, bytes, n, at) };
    if let Some(code) = handle.vfs.state().refusal(false) {
        return code;
    }
    // SAFETY: SQLite gave so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), n as usize) };
    code(lock(content).write(&mut Real(file), at as u64, bytes))
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, len: i64) -> c_int {
    // SAFETY: the file is open.
    let handle = unsafe { handle(file) };
    let Some(content) = &handle.content else { return forward!(file, xTruncate, len) };
    lock(content).resize(len as u64);
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: the file is open.
    let handle = unsafe { handle(file) };
    let Some(content) = &handle.content else { return forward!(file, xSync, flags) };
    let (refusal, lies, slow, mut chance) = {
        let mut state = handle.vfs.state();
        let seed = state.chance.draw();
        (state.refusal(true), state.lies, state.slow, crate::Chance::new(seed))
    };
    let mut content = lock(content);
    if let Some(code) = refusal {
        content.lose();
        return code;
    }
    let mut real = Real(file);
    code(if lies { content.tear(&mut real, &mut chance) } else { content.sync(&mut real, &mut chance, slow) })
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, len: *mut i64) -> c_int {
    // SAFETY: the file is open.
    let handle = unsafe { handle(file) };
    let Some(content) = &handle.content else { return forward!(file, xFileSize, len) };
    // SAFETY: SQLite gave the room for the answer.
    unsafe { *len = lock(content).len() as i64 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn lock_file(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    forward!(file, xLock, kind)
}

unsafe extern "C" fn unlock_file(file: *mut ffi::sqlite3_file, kind: c_int) -> c_int {
    forward!(file, xUnlock, kind)
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    forward!(file, xCheckReservedLock, out)
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    forward!(file, xFileControl, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    forward!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    forward!(file, xDeviceCharacteristics)
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    forward!(file, xShmMap, region, size, extend, out)
}

unsafe extern "C" fn shm_lock(file: *mut ffi::sqlite3_file, offset: c_int, n: c_int, flags: c_int) -> c_int {
    forward!(file, xShmLock, offset, n, flags)
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: the file is open, and so is the real one.
    unsafe {
        let real = real(file);
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    forward!(file, xShmUnmap, delete)
}
