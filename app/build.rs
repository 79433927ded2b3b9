//! Turns `locales/` into typed keys: a missing translation does not compile.

use std::error::Error;
use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

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
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    translations.rerun_if_locales_changed();
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    translations.generate_i18n_module(out.join("i18n"))?;
    Ok(())
}
