//! Writes the samples as PDF files into the folder given, for looking at and for timing:
//! `cargo run --release -p documents --example samples -- FOLDER`.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use documents::{Paper, render};

const TIMED: u32 = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder for the PDF files")?);
    std::fs::create_dir_all(&folder)?;
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    for name in ["offer-ru", "offer-en", "act-ru"] {
        let text = std::fs::read_to_string(samples.join(name).with_extension("json"))?;
        write(&folder, name, &serde_json::from_str(&text)?)?;
        if name == "offer-ru" {
            let mut long: Paper = serde_json::from_str(&text)?;
            long.lines = long.lines.iter().cycle().take(100).cloned().collect();
            write(&folder, "offer-ru-100-lines", &long)?;
        }
    }
    Ok(())
}

fn write(folder: &Path, name: &str, paper: &Paper) -> Result<(), Box<dyn Error>> {
    let pdf = render(paper)?;
    let start = Instant::now();
    for _ in 0..TIMED {
        render(paper)?;
    }
    println!(
        "{name}: {} KB, {:.1} ms",
        pdf.len() / 1024,
        start.elapsed().as_secs_f64() * 1000.0 / f64::from(TIMED)
    );
    std::fs::write(folder.join(name).with_extension("pdf"), pdf)?;
    Ok(())
}
