//! The law of dependencies: which crate may lean on which. ARCHITECTURE.md gives the reasons.

use crate::workspace::{Workspace, output};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The members of the workspace, and which other members each may depend on.
const EDGES: [(&str, &[&str]); 8] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("documents", &["domain"]),
    ("app", &["domain", "store"]),
    ("frontend", &["app"]),
    ("server", &["app", "store", "domain", "documents"]),
    ("faults", &[]),
    ("xtask", &[]),
];
/// Families of outside crates, and the only members that may name them.
const OUTSIDE: [(&str, &[&str]); 7] = [
    ("sea-orm", &["store"]),
    ("sqlx", &[]),
    ("libsqlite3-sys", &["faults"]),
    ("typst", &["documents"]),
    ("leptos", &["app", "frontend", "server"]),
    ("axum", &["server", "app"]),
    ("lettre", &["server"]),
];
/// The only member with lints of its own: those of the workspace forbid `unsafe`. As no other may depend on it but for its tests, no
/// released binary holds it.
const UNSAFE: &str = "faults";
/// What the browser must never be sent.
const NOT_IN_THE_CLIENT: [&str; 8] =
    ["sea-orm", "sqlx", "axum", "store", "documents", "typst", "tokio", "hyper"];

/// Checks every manifest, and the resolved tree of the client.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut broken = manifests(workspace)?;
    broken.extend(client(workspace)?);
    if !broken.is_empty() {
        bail!("the law of dependencies is broken:\n  {}", broken.join("\n  "));
    }
    println!("the law of dependencies holds");
    Ok(())
}

fn manifests(workspace: &Workspace) -> Result<Vec<String>> {
    let mut cargo = workspace.cargo();
    cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&output(cargo)?)?;
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let mut broken = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = EDGES.iter().find(|(member, _)| *member == name) else {
            broken.push(format!("{name} is a new crate: say in xtask/src/law.rs what it may depend on"));
            continue;
        };
        let manifest = package["manifest_path"].as_str().context("a package without a manifest")?;
        let manifest =
            std::fs::read_to_string(manifest).with_context(|| format!("cannot read {manifest}"))?;
        if name != UNSAFE && !forbids_unsafe(&manifest) {
            broken.push(format!("{name} does not take the workspace's lints, which forbid unsafe code"));
        }
        let dependencies = package["dependencies"].as_array().context("a package lists no dependencies")?;
        let shipped = dependencies.iter().filter(|dependency| dependency["kind"] != "dev");
        for dependency in shipped.filter_map(|dependency| dependency["name"].as_str()) {
            if !may_depend(name, allowed, dependency) {
                broken.push(format!("{name} depends on {dependency}"));
            }
        }
    }
    Ok(broken)
}

fn may_depend(member: &str, members_allowed: &[&str], dependency: &str) -> bool {
    if EDGES.iter().any(|(name, _)| *name == dependency) {
        return members_allowed.contains(&dependency);
    }
    OUTSIDE.iter().all(|(family, owners)| !belongs(dependency, family) || owners.contains(&member))
}

/// Whether a manifest takes the workspace's lints.
fn forbids_unsafe(manifest: &str) -> bool {
    let from_there = manifest.lines().map(str::trim).skip_while(|line| *line != "[lints]").skip(1);
    from_there.take_while(|line| !line.starts_with('[')).any(|line| line == "workspace = true")
}

/// Whether a crate is the named one or one of its family, as `axum-extra` is of `axum`.
fn belongs(name: &str, family: &str) -> bool {
    name.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

fn client(workspace: &Workspace) -> Result<Vec<String>> {
    let mut cargo = workspace.cargo();
    cargo.args(["tree", "--package", "frontend", "--target", "wasm32-unknown-unknown"]);
    cargo.args(["--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
    let tree = output(cargo)?;
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| NOT_IN_THE_CLIENT.iter().any(|banned| belongs(name, banned)))
        .collect();
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(|name| format!("the client carries {name}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_its_name_and_what_is_joined_to_it() {
        assert!(belongs("axum", "axum") && belongs("axum-extra", "axum") && belongs("leptos_axum", "leptos"));
        assert!(!belongs("storekit", "store"));
    }

    #[test]
    fn only_the_named_members_may_reach_the_database() {
        assert!(may_depend("store", &["domain"], "sea-orm-migration"));
        assert!(!may_depend("server", &["app", "store"], "sea-orm"));
        assert!(!may_depend("domain", &[], "store"));
        assert!(may_depend("domain", &[], "serde"));
        assert!(!may_depend("server", &["app", "store"], "faults"));
    }

    #[test]
    fn lints_of_its_own_are_seen() {
        assert!(forbids_unsafe("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"));
        assert!(!forbids_unsafe("[lints.rust]\nunsafe_code = \"allow\"\n"));
        assert!(!forbids_unsafe("[lints]\n[dependencies]\nworkspace = true\n"));
    }
}
