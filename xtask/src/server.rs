//! The release build of the server, with the client inside.

use crate::workspace::{Workspace, run, timed};
use anyhow::{Context, Result};
use std::{
    path::PathBuf,
    process::{Child, Stdio},
};

/// Cargo at work on what the server is made of; ended when it is dropped.
pub(crate) struct Begun(Child);

impl Drop for Begun {
    fn drop(&mut self) {
        // One that has ended cannot be killed any more, which is all that can fail here.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Begins to compile everything but the server itself, which has to wait for the client.
pub(crate) fn begin(workspace: &Workspace) -> Result<Begun> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--release", "--package", "server", "--keep-going", "--quiet"]);
    cargo.env("MILLRACE_SITE", "").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    cargo.spawn().map(Begun).context("cannot start cargo")
}

/// Builds the server around the client that is in the site folder, and names the binary.
pub(crate) fn build(workspace: &Workspace, begun: Option<Begun>) -> Result<PathBuf> {
    timed("server: compile and link", || {
        if let Some(mut begun) = begun {
            // It fails at the server itself, for want of the client; whatever else is wrong comes up again.
            begun.0.wait()?;
        }
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "server"]).env("MILLRACE_SITE", workspace.site());
        run(cargo)
    })?;
    Ok(workspace.binary())
}
