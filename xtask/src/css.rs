//! Style sheets: every `@import` in one file, without spaces and comments.

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    printer::PrinterOptions,
    stylesheet::{MinifyOptions, ParserOptions},
};
use std::path::Path;

/// Bundles the style sheet at `entry`. Nothing is rewritten for older browsers: no targets are set, so nesting,
/// `light-dark()` and `oklch()` stay as they are.
pub(crate) fn bundle(entry: &Path) -> Result<Vec<u8>> {
    let files = FileProvider::new();
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(entry)
        .map_err(|error| anyhow!("{error} (bundling {})", entry.display()))?;
    sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("{error} ({})", entry.display()))?;
    let printed = sheet
        .to_css(PrinterOptions { minify: true, ..PrinterOptions::default() })
        .map_err(|error| anyhow!("{error} ({})", entry.display()))?;
    Ok(printed.code.into_bytes())
}
