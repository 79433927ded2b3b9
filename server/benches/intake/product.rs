//! The server as people run it.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, ensure};

/// Everybody's.
pub const PASSWORD: &str = "four quiet herons";
/// What the server says when it is ready, before its address.
const READY: &str = "Millrace listens on http://";

/// A running server; killed when it is dropped, without a word.
pub struct Product {
    process: Child,
    pub address: SocketAddr,
    /// Open as long as it runs: it may write there.
    _said: BufReader<ChildStdout>,
}

/// A command of the binary, with nothing of the machine's own settings.
fn command(data: &Path, database: Option<&str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MILLRACE_") {
            command.env_remove(name);
        }
    }
    command.arg("--data-dir").arg(data);
    if let Some(url) = database {
        command.args(["--database-url", url]);
    }
    command
}

impl Product {
    pub fn start(data: &Path, database: Option<&str>) -> anyhow::Result<Product> {
        let mut process = command(data, database)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("MILLRACE_INTAKE_RATE_PER_IP", "off")
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the server")?;
        let mut said = BufReader::new(process.stdout.take().context("the server has no output")?);
        let mut line = String::new();
        let address = loop {
            line.clear();
            ensure!(said.read_line(&mut line)? > 0, "the server did not start");
            if let Some(address) = line.trim().strip_prefix(READY) {
                break address.parse().with_context(|| format!("no address: {address}"))?;
            }
        };
        Ok(Product { process, address, _said: said })
    }

    /// Adds a person, whose address is their name at `example.com`; makes the database if there is none.
    pub fn add(data: &Path, database: Option<&str>, name: &str, role: &str) -> anyhow::Result<()> {
        let mut adding = command(data, database)
            .args(["user", "add", "--email", &format!("{name}@example.com"), "--name", name])
            .args(["--role", role, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        adding.stdin.take().context("no input")?.write_all(format!("{PASSWORD}\n").as_bytes())?;
        ensure!(adding.wait()?.success(), "cannot add {name}");
        Ok(())
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        // One that ended by itself cannot be killed any more, which is all that can fail here.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
