//! What the client is made of, as one number: when it is the same, there is nothing to build.

use crate::{site, workspace::Workspace};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::fs;

const SOURCES: [&str; 6] = ["domain", "app", "frontend", "style", "widget", "xtask/src"];
const FILES: [&str; 2] = ["Cargo.toml", "Cargo.lock"];

/// A digest over every source of the client and over `settings`, which names the tools and their options.
pub(crate) fn digest(workspace: &Workspace, settings: &[&str]) -> Result<String> {
    let mut digest = Sha256::new();
    let mut add = |part: &[u8]| {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    };
    for setting in settings {
        add(setting.as_bytes());
    }
    let mut paths = Vec::new();
    for folder in SOURCES.map(|name| workspace.root.join(name)) {
        if folder.is_dir() {
            paths.extend(site::walk(&folder)?);
        }
    }
    paths.extend(FILES.map(|name| workspace.root.join(name)));
    for path in paths {
        add(site::relative(&path, &workspace.root).as_bytes());
        add(&fs::read(&path)?);
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
