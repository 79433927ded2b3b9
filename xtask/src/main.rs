//! The project's own build: `cargo xtask help` lists what it can do.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a build tool talks to its terminal")]

mod client;
mod compress;
mod css;
mod inputs;
mod law;
mod parts;
mod script;
mod server;
mod site;
mod size;
mod toolchain;
mod workspace;

use anyhow::{Result, bail};
use std::process::ExitCode;
use workspace::Workspace;

const HELP: &str = "\
cargo xtask client         build the browser's side into $CARGO_TARGET_DIR/site
cargo xtask build          the client, then the release server; the last line is the binary's path
cargo xtask check-client   lint the code that the browser runs, warnings denied
cargo xtask check-size     fail when the first route weighs more than its budget
cargo xtask check-law      fail when a crate depends on what ARCHITECTURE.md forbids it
cargo xtask test           every check (scripts/test.sh)";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let workspace = Workspace::find();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["client"] => client::build(&workspace),
        ["build"] => {
            let begun = client::build_beside(&workspace, || server::begin(&workspace))?;
            let binary = server::build(&workspace, begun)?;
            println!("{}", binary.display());
            Ok(())
        }
        ["check-client"] => client::check(&workspace),
        ["check-size"] => size::check(&workspace.site()),
        ["check-law"] => law::check(&workspace),
        ["test"] => workspace::run(workspace.command("scripts/test.sh")),
        ["help" | "--help" | "-h"] | [] => {
            println!("{HELP}");
            Ok(())
        }
        _ => bail!("there is no such task: {}\n\n{HELP}", arguments.join(" ")),
    }
}
