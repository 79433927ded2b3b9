//! The built client as a set of files: their names, and their way to the disk.

use anyhow::{Context, Result};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Tells the server which names to write into its pages.
pub(crate) const MANIFEST: &str = "assets.json";

/// File contents by their path inside the site folder, with `/` between folders.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The first twelve hexadecimal digits of the content's SHA-256: enough to tell versions of one file apart.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Makes `folder` hold exactly `files`. What is there and equal is not touched, so that cargo sees no change; what
/// is new is moved in whole; the manifest comes last, when every name in it exists.
pub(crate) fn publish(files: &Files, folder: &Path, scratch: &Path) -> Result<()> {
    let (manifest, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| *name == MANIFEST);
    for (name, bytes) in others.into_iter().chain(manifest) {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|present| present == *bytes) {
            continue;
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(scratch, bytes).with_context(|| format!("writing {}", scratch.display()))?;
        fs::rename(scratch, &path).with_context(|| format!("writing {}", path.display()))?;
    }
    for path in walk(folder)? {
        if !files.contains_key(&relative(&path, folder)) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Reads the manifest of a built client.
pub(crate) fn manifest(folder: &Path) -> Result<Value> {
    let path = folder.join(MANIFEST);
    let text =
        fs::read(&path).with_context(|| format!("{} is not built: cargo xtask client", path.display()))?;
    Ok(serde_json::from_slice(&text)?)
}

/// Every file under a folder, in the order of their paths.
pub(crate) fn walk(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { folders.push(entry.path()) } else { found.push(entry.path()) }
        }
    }
    found.sort();
    Ok(found)
}

/// The path of a file inside `folder`, with `/` between folders on every system.
pub(crate) fn relative(path: &Path, folder: &Path) -> String {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn publishing_touches_only_what_changed_and_removes_what_is_gone() {
        let base = std::env::temp_dir().join(format!("millrace-xtask-{}", std::process::id()));
        let (folder, scratch) = (base.join("site"), base.join("partial"));
        publish(&files(&[("a.css", "1"), ("fonts/b.txt", "2"), (MANIFEST, "{}")]), &folder, &scratch)
            .unwrap();
        let before = fs::metadata(folder.join("a.css")).unwrap().modified().unwrap();

        publish(&files(&[("a.css", "1"), ("c.css", "3"), (MANIFEST, "{}")]), &folder, &scratch).unwrap();

        let names: Vec<_> = walk(&folder).unwrap().iter().map(|path| relative(path, &folder)).collect();
        assert_eq!(names, ["a.css", MANIFEST, "c.css"]);
        assert_eq!(fs::metadata(folder.join("a.css")).unwrap().modified().unwrap(), before);
        fs::remove_dir_all(base).unwrap();
    }

    #[test]
    fn the_hash_follows_the_content() {
        assert_eq!(hash(b"").len(), 12);
        assert_ne!(hash(b"a"), hash(b"b"));
    }
}
