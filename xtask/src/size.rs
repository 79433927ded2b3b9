//! The byte budget of the first route.

use crate::site;
use anyhow::{Context, Result, bail};
use std::{collections::BTreeMap, fs, path::Path};

/// What a browser may have to load for its first page, compressed.
const FIRST_ROUTE: u64 = 350_000;
/// The part of it that is kept for the page itself.
const HTML: u64 = 20_000;
/// What a page's own part may weigh, the pages that people begin with aside. The goal is 80 000; until it is reached this holds what
/// was, so that it does not grow unnoticed.
const PART: u64 = 290_000;
/// The parts that people begin with: they count to the first route.
pub(crate) const FIRST_PARTS: [&str; 2] = ["door", "today"];
/// The form that other sites embed.
const WIDGET: u64 = 6_000;

/// Prints what the built files weigh.
pub(crate) fn report(folder: &Path) -> Result<()> {
    measure(folder).map(|_| ())
}

/// Prints what the built files weigh and fails when that is over the budget.
pub(crate) fn check(folder: &Path) -> Result<()> {
    let Weights { first_route, widget, parts } = measure(folder)?;
    if first_route > FIRST_ROUTE {
        bail!("the first route weighs {first_route} bytes, over its budget of {FIRST_ROUTE}");
    }
    for (part, weight) in parts {
        if weight > PART {
            bail!("the part {part} weighs {weight} bytes, over its budget of {PART}");
        }
    }
    if widget > WIDGET {
        bail!("the widget weighs {widget} bytes, over its budget of {WIDGET}");
    }
    Ok(())
}

/// Bytes in brotli.
struct Weights {
    first_route: u64,
    widget: u64,
    parts: BTreeMap<String, u64>,
}

fn measure(folder: &Path) -> Result<Weights> {
    let manifest = site::manifest(folder)?;
    let line =
        |name: &str, [plain, gzip, brotli]: [u64; 3]| println!("{name:<32}{plain:>10}{gzip:>10}{brotli:>10}");
    println!("{:<32}{:>10}{:>10}{:>10}", "file", "bytes", "gzip", "brotli");
    let sizes = |name: &str| -> Result<[u64; 3]> {
        let size = |suffix: &str| fs::metadata(folder.join(format!("{name}{suffix}"))).map(|file| file.len());
        let plain = size("").with_context(|| format!("{name} is not there"))?;
        Ok([plain, size(".gz").unwrap_or(plain), size(".br").unwrap_or(plain)])
    };
    let row = |key: &str| -> Result<u64> {
        let name = manifest[key].as_str().with_context(|| format!("the manifest names no {key}"))?;
        let sizes = sizes(name)?;
        line(name, sizes);
        Ok(sizes[2])
    };
    let main = row("js")? + row("loader")? + row("wasm")? + row("css")? + HTML;

    let mut parts = BTreeMap::new();
    for (part, file) in manifest["parts"].as_object().context("the manifest names no parts")? {
        let name = file.as_str().with_context(|| format!("the part {part} names no file"))?;
        let sizes = sizes(name)?;
        line(name, sizes);
        parts.insert(part.clone(), sizes[2]);
    }
    let first_part = FIRST_PARTS.iter().filter_map(|part| parts.get(*part)).max().copied();
    let first_route = main + first_part.unwrap_or_default();
    row("desk_css")?;
    row("landing_css")?;
    let widget = row("widget")?;
    println!("first route: {first_route} of {FIRST_ROUTE} bytes in brotli, {HTML} of them kept for the page");
    Ok(Weights { first_route, widget, parts })
}
