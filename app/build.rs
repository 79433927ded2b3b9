//! Turns `locales/` into typed keys: a missing translation does not compile. `leptos_i18n_build` would do the same, but it brings along what
//! downloads and compiles locale data: a tenth of a first build.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::options::{Config, ParseOptions};
use leptos_i18n_parser::parse_locales::parse_locales;

const NAMESPACES: [&str; 24] = [
    "common",
    "leads",
    "deals",
    "offers",
    "today",
    "analytics",
    "settings",
    "public",
    "timeline",
    "papers",
    "clients",
    "audit",
    "people",
    "access",
    "privacy",
    "second",
    "channels",
    "forms",
    "losses",
    "boards",
    "record",
    "drawing",
    "process",
    "pipe",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let config = Config::new("en")?
        .add_locale("ru")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = parse_locales(None, config)?;
    for warning in translations.diag.warnings().iter() {
        println!("cargo::warning={warning}");
    }
    for error in translations.diag.errors().iter() {
        println!("cargo::error={error}");
    }
    for path in translations.tracked_files.iter().flatten() {
        println!("cargo::rerun-if-changed={path}");
    }
    let code = gen_code(&translations, None, false, None, false)?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    std::fs::write(out.join("i18n.rs"), code.to_string())?;
    Ok(())
}
