//! The compiler that can make WebAssembly.

use crate::workspace::{Workspace, output};
use anyhow::{Result, bail};
use std::{env, path::Path, process::Command};

/// The name under which `scripts/setup.sh` registers Debian's compiler where rustup has no wasm target.
const FALLBACK: &str = "millrace-wasm";
/// The linker that belongs to it; rustup's own compilers bring theirs along.
const FALLBACK_LINKER: &str = "wasm-ld-19";

/// A Rust toolchain with the standard library for `wasm32-unknown-unknown`.
pub(crate) struct WasmToolchain {
    name: Option<String>,
    /// What `rustc -vV` says: another compiler makes other files.
    pub(crate) version: String,
}

impl WasmToolchain {
    /// The toolchain in `MILLRACE_WASM_TOOLCHAIN`, or else the active one, or else the fallback.
    pub(crate) fn find(workspace: &Workspace) -> Result<Self> {
        let candidates = match env::var("MILLRACE_WASM_TOOLCHAIN") {
            Ok(name) if !name.is_empty() => vec![Some(name)],
            _ => vec![None, Some(FALLBACK.to_owned())],
        };
        for name in candidates {
            let mut toolchain = Self { name, version: String::new() };
            let mut question = toolchain.command(workspace, "rustc");
            question.args(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
            if output(question).is_ok_and(|folder| Path::new(folder.trim()).is_dir()) {
                let mut question = toolchain.command(workspace, "rustc");
                question.arg("-vV");
                toolchain.version = output(question)?;
                return Ok(toolchain);
            }
        }
        bail!("no compiler here has the target wasm32-unknown-unknown; ./scripts/setup.sh gets it")
    }

    /// Cargo of this toolchain, with the settings and the target folder of the client.
    pub(crate) fn cargo(&self, workspace: &Workspace) -> Command {
        let mut command = self.command(workspace, "cargo");
        command
            .env("CARGO_TARGET_DIR", workspace.wasm_target())
            .env("RUSTFLAGS", crate::workspace::RUSTFLAGS)
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        if self.name.as_deref() == Some(FALLBACK) {
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", FALLBACK_LINKER);
        }
        command
    }

    /// Whether it has clippy; Debian's does not.
    pub(crate) fn has_clippy(&self, workspace: &Workspace) -> bool {
        let mut question = self.command(workspace, "cargo");
        question.args(["clippy", "--version"]);
        output(question).is_ok()
    }

    fn command(&self, workspace: &Workspace, program: &str) -> Command {
        let mut command = workspace.command(program);
        command.env_remove("CARGO").env_remove("RUSTC");
        if let Some(name) = &self.name {
            command.env("RUSTUP_TOOLCHAIN", name);
        }
        command
    }
}
