//! The release build of the server, with the client inside.

use crate::workspace::{Workspace, run, timed};
use anyhow::Result;
use std::path::PathBuf;

/// Builds the server around the client that is in the site folder, and names the binary.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    timed("server: compile and link", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "server"]).env("MILLRACE_SITE", workspace.site());
        run(cargo)
    })?;
    Ok(workspace.binary())
}
