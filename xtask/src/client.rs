//! The browser's side: WebAssembly with its glue, style sheets, the widget and public files.

use crate::{
    compress, css, inputs,
    parts::{self, Parts},
    script,
    site::{self, Files, MANIFEST, hash},
    size,
    toolchain::WasmToolchain,
    workspace::{RUSTFLAGS, Workspace, run, timed},
};
use anyhow::{Context, Result, bail};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "wasm-release";

/// Builds the client into the site folder, unless it is there and nothing it is made of has changed.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    build_beside(workspace, || Ok(()))?;
    Ok(())
}

/// The same; when there is something to build, other work is begun beside it: a core is idle for minutes. Gives what `begin` gave.
pub(crate) fn build_beside<T>(workspace: &Workspace, begin: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    let toolchain = WasmToolchain::find(workspace)?;
    let digest = inputs::digest(workspace, &[&toolchain.version, RUSTFLAGS, PROFILE])?;
    let site = workspace.site();
    if fs::read_to_string(workspace.site_inputs()).is_ok_and(|built| built == digest)
        && size::report(&site).is_ok()
    {
        eprintln!("client: nothing has changed");
        return Ok(None);
    }

    let beside = begin()?;
    let module = timed("client: compile", || compile(workspace, &toolchain))?;
    let parts = timed("client: split", || parts::split(&module, &workspace.wasm_target().join("parts")))?;
    let (glue, wasm) = timed("client: bind", || bind(&parts.main))?;
    let mut files =
        timed("client: styles, widget, public files", || assemble(workspace, &glue, wasm, parts))?;
    timed("client: compress", || compress::compress(&mut files))?;
    site::publish(&files, &site, &workspace.scratch())?;
    size::report(&site)?;
    fs::write(workspace.site_inputs(), digest)?;
    Ok(Some(beside))
}

/// Lints what the browser runs as the browser will see it, which a native check does not; denies warnings. Compiles in the client's
/// profile: what it depends on is then compiled once for this and for the client, and not checked as well.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let toolchain = WasmToolchain::find(workspace)?;
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["rustc", "--package", "frontend", "--lib", "--crate-type", "rlib", "--target", TARGET]);
    cargo.args(["--profile", PROFILE]);
    if toolchain.has_clippy(workspace) {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver");
        cargo.env("CLIPPY_ARGS", "-Dwarnings__CLIPPY_HACKERY__");
    } else {
        cargo.env("RUSTC_WORKSPACE_WRAPPER", workspace.root.join("scripts").join("deny-warnings.sh"));
    }
    run(cargo)
}

fn compile(workspace: &Workspace, toolchain: &WasmToolchain) -> Result<PathBuf> {
    let mut cargo = toolchain.cargo(workspace);
    cargo.args(["rustc", "--package", "frontend", "--lib", "--target", TARGET, "--profile", PROFILE]);
    // Taking the module apart moves functions and data: it has to know who refers to them.
    cargo.args(["--", "-Clink-arg=--emit-relocs"]);
    run(cargo)?;
    Ok(workspace.wasm_target().join(TARGET).join(PROFILE).join("frontend.wasm"))
}

/// Makes the module and its glue what a browser loads. Binaryen's `wasm-opt -Oz` is left out: it made the module 17 %
/// smaller to parse, but 3 % larger on the wire, for half a minute of every build.
fn bind(module: &Path) -> Result<(String, Vec<u8>)> {
    let mut output = Bindgen::new()
        .input_path(module)
        .out_name("millrace")
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The page tells the glue where the module is: its name carries a hash that the glue cannot know.
        .omit_default_module_path(true)
        // The parts share its stack and its table of functions.
        .keep_lld_exports(true)
        .generate_output()?;
    let parts = output.snippets().values().map(Vec::len).sum::<usize>() + output.local_modules().len();
    if parts > 0 {
        bail!("a dependency brings JavaScript of its own, which this build does not carry along");
    }
    let script = output.js().to_owned();
    let module = output.wasm_mut();
    // They have done their work when the module was taken apart.
    let mut shared = Vec::new();
    for export in module.exports.iter() {
        if export.name.starts_with(parts::SHARED) {
            shared.push(export.id());
        }
    }
    for export in shared {
        module.exports.delete(export);
    }
    Ok((script, module.emit_wasm()))
}

fn assemble(workspace: &Workspace, glue: &str, wasm: Vec<u8>, parts: Parts) -> Result<Files> {
    let mut files = public_files(workspace)?;
    let names = parts.names.clone();
    let scripts = parts.publish(glue, script::strip, &mut files)?;
    let mut add = |stem: &str, extension: &str, bytes: Vec<u8>| {
        let name = format!("{stem}.{}.{extension}", hash(&bytes));
        files.insert(name.clone(), bytes);
        name
    };
    let style = |name: &str| css::bundle(&workspace.root.join("style").join(name));
    let manifest = json!({
        "wasm": add("millrace", "wasm", wasm),
        "js": scripts.glue,
        "loader": scripts.loader,
        "parts": names,
        "css": add("app", "css", style("main.css")?),
        "desk_css": add("desk", "css", style("desk.css")?),
        "landing_css": add("landing", "css", style("landing.css")?),
        // Other sites carry this name in their pages, so it never changes.
        "widget": "widget.js",
    });
    let widget = workspace.root.join("widget").join("widget.js");
    let widget = fs::read_to_string(&widget).with_context(|| format!("reading {}", widget.display()))?;
    files.insert("widget.js".to_owned(), script::strip(&widget).into_bytes());
    files.insert(MANIFEST.to_owned(), serde_json::to_vec_pretty(&manifest)?);
    Ok(files)
}

fn public_files(workspace: &Workspace) -> Result<Files> {
    let folder = workspace.root.join("app").join("public");
    let mut files = Files::new();
    if folder.is_dir() {
        for path in site::walk(&folder)? {
            files.insert(site::relative(&path, &folder), fs::read(&path)?);
        }
    }
    Ok(files)
}
