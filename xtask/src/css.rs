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

#[cfg(test)]
mod tests {
    use super::bundle;
    use std::fs;

    #[test]
    fn imports_are_joined_in_their_layers_and_modern_css_stays() {
        let folder = std::env::temp_dir().join(format!("millrace-xtask-css-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("main.css"),
            "@layer base, ui;\n@import 'ui.css' layer(ui);\n@import 'base.css' layer(base);\n",
        )
        .unwrap();
        fs::write(folder.join("base.css"), "b { color: red }").unwrap();
        let ui =
            "a { color: light-dark(oklch(40% .1 200), #fff); &:hover { inset-inline: 1rem } } /* gone */";
        fs::write(folder.join("ui.css"), ui).unwrap();

        let css = String::from_utf8(bundle(&folder.join("main.css")).unwrap()).unwrap();

        for kept in ["@layer ui{", "@layer base{", "light-dark(oklch(", "&:hover{", "inset-inline:1rem"] {
            assert!(css.contains(kept), "{kept} is not in {css}");
        }
        assert!(css.starts_with("@layer base"), "the order of the layers is lost: {css}");
        assert!(!css.contains("import") && !css.contains("gone"), "{css}");
        fs::remove_dir_all(folder).unwrap();
    }
}
