//! The command line as a script calls it.

mod audit;
mod backup;
mod import;
mod person;
mod pipe;
mod process;
mod report;
mod seal;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs a command on the data folder, with nothing of the machine's own settings.
fn millrace(data: &Path, arguments: &[&str]) -> Output {
    typed(data, arguments, "")
}

/// The same with something typed.
fn typed(data: &Path, arguments: &[&str], text: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MILLRACE_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .args(arguments)
        .arg("--data-dir")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
