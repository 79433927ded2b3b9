//! Offers and acts typeset to PDF in this process by typst.
//!
//! The crate knows no money, dates or languages: the caller hands over finished texts. They reach the template as
//! one JSON value, so what users wrote is never evaluated as markup, and the engine is given no way to files,
//! packages or the network.

mod paper;

use std::sync::LazyLock;

use typst::foundations::{Dict, IntoValue, Smart};
use typst_as_lib::{TypstAsLibError, TypstEngine, TypstTemplateMainFile};
use typst_pdf::PdfOptions;

pub use paper::{Headings, Paper, PaperLine, Party};

static TEMPLATE: &str = include_str!("../templates/document.typ");

/// PT Serif has Cyrillic and the rouble sign; DejaVu Serif stands in for what it lacks (arrows, Greek, Georgian).
static FONTS: [&[u8]; 3] = [
    include_bytes!("../fonts/PTSerif-Regular.ttf"),
    include_bytes!("../fonts/PTSerif-Bold.ttf"),
    include_bytes!("../fonts/DejaVuSerif.ttf"),
];

type Engine = TypstEngine<TypstTemplateMainFile>;

/// Parsing fonts and template once leaves only the layout to each document.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine(TEMPLATE));

/// Why a paper could not be typeset.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The paper could not be handed to the template.
    #[error("the paper cannot be written as JSON: {0}")]
    Data(#[from] serde_json::Error),
    /// The layout failed.
    #[error("the paper cannot be laid out: {0}")]
    Layout(String),
    /// The pages could not be written as PDF.
    #[error("the pages cannot be written as PDF: {0}")]
    Pdf(String),
}

/// Typesets the paper and returns the bytes of the PDF; the same paper gives the same bytes.
///
/// This is tens of milliseconds of pure computing: asynchronous callers wrap it in `spawn_blocking`.
pub fn render(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    let mut inputs = Dict::new();
    inputs.insert("paper".into(), serde_json::to_string(paper)?.into_value());
    let document =
        ENGINE.compile_with_input(inputs).output.map_err(|error| RenderError::Layout(describe(error)))?;
    let options = PdfOptions {
        ident: Smart::Custom(format!("{} {} {}", paper.kind, paper.number, paper.date)),
        creator: Smart::Custom(Some("Millrace".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| RenderError::Pdf(messages(errors.iter())))
}

fn engine(template: &str) -> Engine {
    TypstEngine::builder().main_file(template).fonts(FONTS).build()
}

fn describe(error: TypstAsLibError) -> String {
    match error {
        TypstAsLibError::TypstSource(errors) => messages(errors.iter()),
        other => other.to_string(),
    }
}

fn messages<'a>(errors: impl Iterator<Item = &'a typst::diag::SourceDiagnostic>) -> String {
    errors.map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_of(template: &str) -> String {
        let compiled = engine(template)
            .compile()
            .output
            .map(|document| typst_pdf::pdf(&document, &PdfOptions::default()).map_or(0, |pdf| pdf.len()));
        describe(compiled.expect_err("the template must not compile"))
    }

    #[test]
    fn a_template_reaches_neither_files_nor_packages() {
        for template in [
            "#read(\"/etc/passwd\")",
            "#read(\"../../../../etc/passwd\")",
            "#read(\"Cargo.toml\")",
            "#import \"@preview/tablex:0.0.9\": tablex",
        ] {
            let error = error_of(template);
            assert!(!error.is_empty(), "{template}");
        }
    }
}
