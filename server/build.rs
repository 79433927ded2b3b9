//! The client's files are embedded from the folder named by `MILLRACE_SITE`; without one (checks, tests of the server alone) the
//! binary carries none and says so at start. An empty name says that the client is still being built: then the server is not.

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-env-changed=MILLRACE_SITE");
    if std::env::var_os("MILLRACE_SITE").is_some_and(|site| site.is_empty()) {
        println!("cargo::error=the client is not built yet");
        return;
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let site = std::env::var_os("MILLRACE_SITE").map_or_else(|| out.join("no-site"), PathBuf::from);
    if let Err(error) = std::fs::create_dir_all(&site) {
        println!("cargo::warning=cannot make {}: {error}", site.display());
    }
    println!("cargo::rerun-if-changed={}", site.display());
    println!("cargo::rustc-env=MILLRACE_SITE_FOLDER={}", site.display());
}
