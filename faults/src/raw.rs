//! A connection with nothing between it and SQLite: what the disk is tested with, and what benchmarks measure Millrace against.

use std::ffi::{CStr, CString, c_int};
use std::path::Path;
use std::ptr::{null, null_mut};

use libsqlite3_sys as ffi;

use crate::Disk;

/// What SQLite answered instead of doing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The extended result code.
    pub code: i32,
    pub message: String,
}

impl Failure {
    pub(crate) fn of(code: c_int) -> Failure {
        // SAFETY: SQLite answers a C string that lasts for ever, for unknown codes too.
        let message = unsafe { CStr::from_ptr(ffi::sqlite3_errstr(code)) };
        Failure { code, message: message.to_string_lossy().into_owned() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SQLite {}: {}", self.code, self.message)
    }
}

impl std::error::Error for Failure {}

/// A value as SQLite keeps it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Value {
    /// The number, if it is a whole one.
    pub fn integer(&self) -> Option<i64> {
        if let Value::Integer(number) = self { Some(*number) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }
}

/// A connection for reading and writing.
pub struct Raw(*mut ffi::sqlite3);

impl Raw {
    /// Opens or makes the database; on `disk`, if one is named, else on the system's.
    pub fn open(file: &Path, disk: Option<Disk>) -> Result<Raw, Failure> {
        let misuse = |_| Failure::of(ffi::SQLITE_MISUSE);
        let name = CString::new(file.as_os_str().as_encoded_bytes()).map_err(misuse)?;
        let vfs = disk.map_or(null(), |disk| disk.0.name.as_ptr());
        let flags = ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | ffi::SQLITE_OPEN_NOMUTEX;
        let mut db = null_mut();
        // SAFETY: both names are C strings, or null for the default; there is room for the answer.
        let code = unsafe { ffi::sqlite3_open_v2(name.as_ptr(), &mut db, flags, vfs) };
        let raw = Raw(db);
        raw.done(code)?;
        // SAFETY: the connection is open.
        unsafe {
            ffi::sqlite3_extended_result_codes(raw.0, 1);
            ffi::sqlite3_busy_timeout(raw.0, 10_000);
        }
        Ok(raw)
    }

    /// Runs statements whose rows nobody wants.
    pub fn run(&self, sql: &str) -> Result<(), Failure> {
        let sql = CString::new(sql).map_err(|_| Failure::of(ffi::SQLITE_MISUSE))?;
        // SAFETY: the connection is open and the text a C string; without a callback nothing is handed out.
        self.done(unsafe { ffi::sqlite3_exec(self.0, sql.as_ptr(), None, null_mut(), null_mut()) })
    }

    /// All rows of a query.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<Value>>, Failure> {
        self.prepare(sql)?.rows(&[])
    }

    /// The whole number that a query answers with.
    pub fn number(&self, sql: &str) -> Result<i64, Failure> {
        let rows = self.rows(sql)?;
        let value = rows.first().and_then(|row| row.first()).and_then(Value::integer);
        value.ok_or_else(|| Failure::of(ffi::SQLITE_MISMATCH))
    }

    /// A statement to be run again and again.
    pub fn prepare(&self, sql: &str) -> Result<Statement<'_>, Failure> {
        let text = CString::new(sql).map_err(|_| Failure::of(ffi::SQLITE_MISUSE))?;
        let mut statement = null_mut();
        // SAFETY: the connection is open, the text a C string, and there is room for the answer.
        self.done(unsafe { ffi::sqlite3_prepare_v2(self.0, text.as_ptr(), -1, &mut statement, null_mut()) })?;
        Ok(Statement { statement, connection: self })
    }

    fn done(&self, code: c_int) -> Result<(), Failure> {
        if code == ffi::SQLITE_OK || code == ffi::SQLITE_DONE || code == ffi::SQLITE_ROW {
            return Ok(());
        }
        if self.0.is_null() {
            return Err(Failure::of(code));
        }
        // SAFETY: the connection is open; the message lasts until its next call.
        unsafe {
            let message = CStr::from_ptr(ffi::sqlite3_errmsg(self.0)).to_string_lossy().into_owned();
            Err(Failure { code: ffi::sqlite3_extended_errcode(self.0), message })
        }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: its statements borrow it, so there are none left. Null is nothing to close.
        unsafe { ffi::sqlite3_close(self.0) };
    }
}

/// A statement of a connection.
pub struct Statement<'a> {
    statement: *mut ffi::sqlite3_stmt,
    connection: &'a Raw,
}

impl Statement<'_> {
    /// The columns of its rows.
    pub fn columns(&self) -> Vec<String> {
        // SAFETY: the statement is prepared; the name is null or a C string.
        let name = |column| unsafe {
            let name = ffi::sqlite3_column_name(self.statement, column);
            if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into_owned() }
        };
        (0..self.width()).map(name).collect()
    }

    /// Runs it with `values` for `?1`, `?2` …
    pub fn execute(&mut self, values: &[Value]) -> Result<(), Failure> {
        self.bind(values)?;
        // SAFETY: the statement is prepared, and what is bound to it lasts until it is reset.
        let code = unsafe { ffi::sqlite3_step(self.statement) };
        let done = self.connection.done(code);
        self.reset();
        done
    }

    /// The rows that it answers with.
    pub fn rows(&mut self, values: &[Value]) -> Result<Vec<Vec<Value>>, Failure> {
        self.bind(values)?;
        let mut rows = Vec::new();
        let done = loop {
            // SAFETY: as in `execute`.
            match unsafe { ffi::sqlite3_step(self.statement) } {
                ffi::SQLITE_ROW => rows.push((0..self.width()).map(|column| self.value(column)).collect()),
                code => break self.connection.done(code),
            }
        };
        self.reset();
        done.map(|()| rows)
    }

    fn width(&self) -> c_int {
        // SAFETY: the statement is prepared.
        unsafe { ffi::sqlite3_column_count(self.statement) }
    }

    fn value(&self, column: c_int) -> Value {
        // SAFETY: the statement stands on a row that has this column; what it points to is copied before anything else is asked.
        unsafe {
            let bytes = |from: *const u8| {
                let len = ffi::sqlite3_column_bytes(self.statement, column) as usize;
                if from.is_null() { Vec::new() } else { std::slice::from_raw_parts(from, len).to_vec() }
            };
            match ffi::sqlite3_column_type(self.statement, column) {
                ffi::SQLITE_INTEGER => Value::Integer(ffi::sqlite3_column_int64(self.statement, column)),
                ffi::SQLITE_FLOAT => Value::Real(ffi::sqlite3_column_double(self.statement, column)),
                ffi::SQLITE_TEXT => {
                    let text = bytes(ffi::sqlite3_column_text(self.statement, column));
                    Value::Text(String::from_utf8_lossy(&text).into_owned())
                }
                ffi::SQLITE_BLOB => {
                    Value::Blob(bytes(ffi::sqlite3_column_blob(self.statement, column).cast()))
                }
                _ => Value::Null,
            }
        }
    }

    fn bind(&self, values: &[Value]) -> Result<(), Failure> {
        for (place, value) in (1..).zip(values) {
            let statement = self.statement;
            // SAFETY: the statement is prepared and not running; texts and blobs are borrowed until it is reset, which their
            // callers do before they answer.
            let code = unsafe {
                match value {
                    Value::Null => ffi::sqlite3_bind_null(statement, place),
                    Value::Integer(number) => ffi::sqlite3_bind_int64(statement, place, *number),
                    Value::Real(number) => ffi::sqlite3_bind_double(statement, place, *number),
                    Value::Text(text) => ffi::sqlite3_bind_text(
                        statement,
                        place,
                        text.as_ptr().cast(),
                        text.len() as c_int,
                        ffi::SQLITE_STATIC(),
                    ),
                    Value::Blob(bytes) => ffi::sqlite3_bind_blob(
                        statement,
                        place,
                        bytes.as_ptr().cast(),
                        bytes.len() as c_int,
                        ffi::SQLITE_STATIC(),
                    ),
                }
            };
            if let Err(failure) = self.connection.done(code) {
                self.reset();
                return Err(failure);
            }
        }
        Ok(())
    }

    fn reset(&self) {
        // SAFETY: the statement is prepared.
        unsafe {
            ffi::sqlite3_reset(self.statement);
            ffi::sqlite3_clear_bindings(self.statement);
        }
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        // SAFETY: nobody uses it any more.
        unsafe { ffi::sqlite3_finalize(self.statement) };
    }
}
