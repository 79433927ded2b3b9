//! The client in parts: a main module that every page needs, and files with the code of some pages only.

use crate::site::{Files, hash};
use anyhow::{Context, Result, anyhow, ensure};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};

/// What the loader and the glue call each other until their hash is known.
const LOADER: &str = "./parts.js";
const GLUE: &str = "./millrace.js";

/// A module taken apart; its main module still has to go through wasm-bindgen.
pub(crate) struct Parts {
    pub(crate) main: PathBuf,
    loader: String,
    files: Files,
    /// The files which each part needs, by the part's name.
    pub(crate) needs: BTreeMap<String, Vec<String>>,
}

/// The scripts under their final names.
pub(crate) struct Scripts {
    pub(crate) glue: String,
    pub(crate) loader: String,
}

/// Takes the module apart at the functions which `app/src/pages.rs` marks. The module carries its relocations.
pub(crate) fn split(module: &Path, scratch: &Path) -> Result<Parts> {
    let input = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let main = scratch.join("main.wasm");
    let mut options = Options::new(&input);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = GLUE;
    let split = transform(options).map_err(|error| anyhow!("{error:#}"))?;

    let mut loader = fs::read_to_string(scratch.join(LOADER))?;
    let (mut files, mut names) = (Files::new(), BTreeMap::new());
    for path in split.split_modules {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).context("a part without a name")?;
        let bytes = without_custom_sections(&fs::read(&path)?)?;
        let name = format!("{stem}.{}.wasm", hash(&bytes));
        loader = loader.replace(&format!("\"./{stem}.wasm\""), &format!("\"./{name}\""));
        names.insert(stem.to_owned(), name.clone());
        files.insert(name, bytes);
    }
    let named = |stem: &String| names.get(stem).cloned().with_context(|| format!("no file for {stem}"));
    let needs = split
        .prefetch_map
        .iter()
        .map(|(part, stems)| Ok((part.clone(), stems.iter().map(named).collect::<Result<Vec<_>>>()?)))
        .collect::<Result<_>>()?;
    Ok(Parts { main, loader, files, needs })
}

impl Parts {
    /// Adds the parts and the scripts to the site. Glue and loader import each other, so one hash over both is in
    /// both names; the main module goes on calling the loader by its first name, which the glue translates.
    pub(crate) fn publish(
        self,
        glue: &str,
        prepare: impl Fn(&str) -> String,
        files: &mut Files,
    ) -> Result<Scripts> {
        let (glue, loader) = (prepare(glue), prepare(&self.loader));
        let hash = hash(format!("{glue}{loader}").as_bytes());
        let names = Scripts { glue: format!("millrace.{hash}.js"), loader: format!("parts.{hash}.js") };
        files.extend(self.files);
        files.insert(names.glue.clone(), importing(&glue, LOADER, &names.loader)?.into_bytes());
        files.insert(names.loader.clone(), importing(&loader, GLUE, &names.glue)?.into_bytes());
        Ok(names)
    }
}

/// The script with its imports of `old` taken from the file `new` beside it.
fn importing(script: &str, old: &str, new: &str) -> Result<String> {
    let from = format!("from \"{old}\"");
    ensure!(script.contains(&from), "a script does not import {old}");
    Ok(script.replace(&from, &format!("from \"./{new}\"")))
}

/// Function names and the like, which a browser has no use for.
fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    let cut = || anyhow!("a part is cut off");
    let (mut kept, mut rest) =
        module.split_at_checked(8).map(|(head, rest)| (head.to_vec(), rest)).ok_or_else(cut)?;
    while let Some(&id) = rest.first() {
        let (mut size, mut at) = (0_usize, 1);
        loop {
            let byte = *rest.get(at).ok_or_else(cut)?;
            size |= usize::from(byte & 127) << (7 * (at - 1));
            at += 1;
            if byte < 128 {
                break;
            }
        }
        let (section, after) = rest.split_at_checked(at + size).ok_or_else(cut)?;
        if id != 0 {
            kept.extend_from_slice(section);
        }
        rest = after;
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::without_custom_sections;

    #[test]
    fn only_custom_sections_go() {
        let module = |sections: &[&[u8]]| [b"\0asm\x01\0\0\0".as_slice(), &sections.concat()].concat();
        let (custom, long, code) =
            ([0, 3, 1, b'x', 9], [&[0, 0x81, 1][..], &[7; 129]].concat(), [10, 2, 1, 0]);
        assert_eq!(without_custom_sections(&module(&[&custom, &code, &long])).unwrap(), module(&[&code]));
        assert!(without_custom_sections(&module(&[&[10, 9, 1]])).is_err());
    }
}
