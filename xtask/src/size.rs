//! The byte budget of the first route.

use crate::site;
use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

/// What a browser may have to load for its first page, compressed. The goal is 350 000: it needs the client split by route, because
/// all pages are in one module yet. Until then this holds what was reached, so that it does not grow unnoticed.
const FIRST_ROUTE: u64 = 690_000;
/// The part of it that is kept for the page itself.
const HTML: u64 = 20_000;
/// The form that other sites embed.
const WIDGET: u64 = 6_000;

/// Prints what the built files weigh.
pub(crate) fn report(folder: &Path) -> Result<()> {
    measure(folder).map(|_| ())
}

/// Prints what the built files weigh and fails when that is over the budget.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let (first_route, widget) = measure(folder)?;
    if first_route > FIRST_ROUTE {
        bail!("the first route weighs {first_route} bytes, over its budget of {FIRST_ROUTE}");
    }
    if widget > WIDGET {
        bail!("the widget weighs {widget} bytes, over its budget of {WIDGET}");
    }
    Ok(())
}

fn measure(folder: &Path) -> Result<(u64, u64)> {
    let manifest = site::manifest(folder)?;
    println!("{:<28}{:>10}{:>10}{:>10}", "file", "bytes", "gzip", "brotli");
    let row = |part: &str| -> Result<u64> {
        let name = manifest[part].as_str().with_context(|| format!("the manifest names no {part}"))?;
        let size = |suffix: &str| fs::metadata(folder.join(format!("{name}{suffix}"))).map(|file| file.len());
        let plain = size("")?;
        let (gzip, brotli) = (size(".gz").unwrap_or(plain), size(".br").unwrap_or(plain));
        println!("{name:<28}{plain:>10}{gzip:>10}{brotli:>10}");
        Ok(brotli)
    };
    let first_route = row("js")? + row("wasm")? + row("css")? + HTML;
    row("landing_css")?;
    let widget = row("widget")?;
    println!("first route: {first_route} of {FIRST_ROUTE} bytes in brotli, {HTML} of them kept for the page");
    Ok((first_route, widget))
}
