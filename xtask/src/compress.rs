//! Files compressed once, at build time, as hard as it goes.

use crate::site::{Files, MANIFEST};
use anyhow::{Result, anyhow};
use std::{io::Write, thread};

const COMPRESSIBLE: [&str; 10] =
    ["js", "wasm", "bin", "css", "svg", "html", "json", "txt", "xml", "webmanifest"];

/// Adds a `.br` and a `.gz` beside every file that gets smaller by it; pictures and fonts are compressed already,
/// and the manifest is for the server alone.
pub(crate) fn compress(files: &mut Files) -> Result<()> {
    let packed = thread::scope(|scope| {
        let loose = files.iter().filter(|(name, _)| is_compressible(name) && *name != MANIFEST);
        let threads: Vec<_> = loose
            .flat_map(|(name, bytes)| {
                [
                    scope.spawn(move || {
                        brotli(bytes).map(|packed| (format!("{name}.br"), packed, bytes.len()))
                    }),
                    scope
                        .spawn(move || gzip(bytes).map(|packed| (format!("{name}.gz"), packed, bytes.len()))),
                ]
            })
            .collect();
        let ended =
            threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a compressor failed"))?);
        ended.collect::<Result<Vec<_>>>()
    })?;
    let smaller = packed.into_iter().filter(|(_, packed, original)| packed.len() < *original);
    files.extend(smaller.map(|(name, packed, _)| (name, packed)));
    Ok(())
}

fn is_compressible(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

fn brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let settings = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        size_hint: bytes.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}
