//! The client in parts: a main module that every page needs, and files with the code of some pages only.

use crate::{
    site::{Files, hash},
    size::FIRST_PARTS,
};
use anyhow::{Context, Result, anyhow, ensure};
use serde_json::json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    ops::Range,
    path::{Path, PathBuf},
};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// What the loader and the glue call each other until their hash is known.
const LOADER: &str = "./parts.js";
const GLUE: &str = "./millrace.js";
/// How the splitter's loader gets a module, which stands in a file of its own there.
const FETCH: [&str; 2] = ["fetch(new URL(\"./", ".wasm\", import.meta.url))"];
const COMPILE: &str = "WebAssembly.instantiateStreaming(src, imports)";
const EXPORT: &str = "export const __wasm_split_load_";

/// What is in the main module for no other reason than that most parts need it is exported under this name and its number.
pub(crate) const SHARED: &str = "__shared_";

/// A module taken apart; its main module still has to go through wasm-bindgen.
pub(crate) struct Parts {
    pub(crate) main: PathBuf,
    loader: String,
    files: Files,
    /// The file of each part.
    pub(crate) names: BTreeMap<String, String>,
}

/// The scripts under their final names.
pub(crate) struct Scripts {
    pub(crate) glue: String,
    pub(crate) loader: String,
}

/// Takes the module apart at the functions which `app/src/pages.rs` and `app/src/settings/sections.rs` mark. The module carries its
/// relocations.
///
/// The splitter makes a module of what each part alone needs, and one of what each set of parts shares: hundreds, most of them tiny.
/// So it is run twice. What most pages need in the first run is exported, which puts it into the main module in the second;
/// the rest goes into one file for each part, also where several parts share it.
pub(crate) fn split(module: &Path, scratch: &Path) -> Result<Parts> {
    let input = fs::read(module).with_context(|| format!("reading {}", module.display()))?;
    let first = take_apart(&input, scratch)?;
    let shared = first.common().map(functions).collect::<Result<Vec<_>>>()?;
    let input = exporting(&input, &shared.into_iter().flatten().collect())?;
    let last = take_apart(&input, scratch)?;
    let packed = pack(&last)?;
    let loader = rewired(&fs::read_to_string(scratch.join(LOADER))?, &packed)?;
    Ok(Parts { main: last.main, loader, files: packed.files, names: packed.names })
}

/// What the splitter made.
struct Apart {
    main: PathBuf,
    /// The modules which each part needs, by the part's name.
    parts: BTreeMap<String, Vec<String>>,
    modules: BTreeMap<String, Vec<u8>>,
}

fn take_apart(input: &[u8], scratch: &Path) -> Result<Apart> {
    if scratch.exists() {
        fs::remove_dir_all(scratch)?;
    }
    let main = scratch.join("main.wasm");
    let mut options = Options::new(input);
    options.output_dir = scratch;
    options.main_out_path = &main;
    options.link_name = LOADER;
    options.main_module = GLUE;
    let split = transform(options).map_err(|error| anyhow!("{error:#}"))?;
    let mut modules = BTreeMap::new();
    for path in &split.split_modules {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).context("a part without a name")?;
        modules.insert(stem.to_owned(), fs::read(path)?);
    }
    Ok(Apart { main, parts: split.prefetch_map.into_iter().collect(), modules })
}

/// The page that a part is of: `settings_forms` is fetched by `settings`. A page counts once, however it is taken apart.
fn page(part: &str) -> &str {
    part.split_once('_').map_or(part, |(page, _)| page)
}

impl Apart {
    /// The modules that more than half of the pages need; three quarters of them where none needs it that people begin with, which
    /// would load it with the main module for nothing.
    fn common(&self) -> impl Iterator<Item = &[u8]> {
        let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (part, stems) in &self.parts {
            for stem in stems {
                users.entry(stem).or_default().insert(page(part));
            }
        }
        let pages = self.parts.keys().map(|part| page(part)).collect::<BTreeSet<_>>().len();
        users
            .into_iter()
            .filter(move |(_, users)| {
                let begins = FIRST_PARTS.iter().any(|part| users.contains(part));
                if begins { 2 * users.len() > pages } else { 4 * users.len() > 3 * pages }
            })
            .filter_map(|(stem, _)| self.modules.get(stem).map(Vec::as_slice))
    }
}

/// The names of the functions that a module defines.
fn functions(module: &[u8]) -> Result<Vec<String>> {
    let (mut imported, mut names) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(map) = subsection? else { continue };
                    for name in map {
                        let name = name?;
                        if name.index >= imported {
                            names.push(name.name.to_owned());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

/// The module with the functions of these names exported.
fn exporting(module: &[u8], wanted: &BTreeSet<String>) -> Result<Vec<u8>> {
    let mut found = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(subsections) = section.as_known()
        {
            for subsection in subsections {
                let Name::Function(map) = subsection? else { continue };
                for name in map {
                    let name = name?;
                    if wanted.contains(name.name) {
                        found.insert(name.index);
                    }
                }
            }
        }
    }
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ExportSection(section) = payload {
            let mut exports = wasm_encoder::ExportSection::new();
            for export in section {
                let export = export?;
                exports.export(export.name, export.kind.into(), export.index);
            }
            for index in &found {
                exports.export(&format!("{SHARED}{index}"), wasm_encoder::ExportKind::Func, *index);
            }
            out.section(&exports);
        } else if let Some((id, range)) = payload.as_section() {
            out.section(&wasm_encoder::RawSection { id, data: bytes(module, range)? });
        }
    }
    Ok(out.finish())
}

fn bytes(module: &[u8], range: Range<u64>) -> Result<&[u8]> {
    module.get(usize::try_from(range.start)?..usize::try_from(range.end)?).context("a module is cut off")
}

/// The modules in one file for each part.
#[derive(Default)]
struct Packed {
    files: Files,
    names: BTreeMap<String, String>,
}

fn pack(apart: &Apart) -> Result<Packed> {
    let mut packed = Packed::default();
    for (part, stems) in &apart.parts {
        let (mut modules, mut places) = (Vec::new(), Vec::new());
        for stem in stems {
            let module = apart.modules.get(stem).with_context(|| format!("no module {stem}"))?;
            let module = without_custom_sections(module)?;
            places.push((stem, module.len()));
            modules.extend_from_slice(&module);
        }
        // The loader, which every page fetches, does not have to know what is in which part.
        let head = json!(places).to_string();
        let length = u32::try_from(head.len())?.to_be_bytes();
        let file = [length.as_slice(), head.as_bytes(), &modules].concat();
        let name = format!("{part}.{}.bin", hash(&file));
        packed.files.insert(name.clone(), file);
        packed.names.insert(part.clone(), name);
    }
    Ok(packed)
}

/// The splitter's loader, taking its modules from the packed files.
fn rewired(loader: &str, packed: &Packed) -> Result<String> {
    let [before, after] = FETCH;
    ensure!(
        [before, after, COMPILE, EXPORT].iter().all(|wanted| loader.contains(wanted)),
        "the splitter writes its loader in another way than this build knows"
    );
    let mut script = loader
        .replace(before, "piece(\"")
        .replace(after, "\")")
        .replace(COMPILE, "WebAssembly.instantiate(await src, imports)")
        .replace(EXPORT, "const load_");
    script.push_str(&include_str!("parts.js").replace("{/* names */}", &json!(packed.names).to_string()));
    for part in packed.names.keys() {
        script.push_str(&format!("{EXPORT}{part} = from(\"{part}\", load_{part});\n"));
    }
    Ok(script)
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
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Some((id, range)) = payload?.as_section().filter(|(id, _)| *id != 0) {
            out.section(&wasm_encoder::RawSection { id, data: bytes(module, range)? });
        }
    }
    Ok(out.finish())
}

#[cfg(test)]
mod tests {
    use super::{Apart, SHARED, exporting, functions, pack, rewired, without_custom_sections};
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::PathBuf;
    use wasm_encoder::{CodeSection, Function, FunctionSection, Module, NameMap, NameSection, TypeSection};

    /// A module of functions with these names.
    fn module(names: &[&str]) -> Vec<u8> {
        let (mut types, mut functions, mut code, mut map) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new(), NameMap::new());
        types.ty().function([], []);
        let exports = wasm_encoder::ExportSection::new();
        for (at, name) in (0..).zip(names) {
            functions.function(0);
            let mut function = Function::new([]);
            function.instructions().end();
            code.function(&function);
            map.append(at, name);
        }
        let mut custom = NameSection::new();
        custom.functions(&map);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code).section(&custom);
        module.finish()
    }

    fn apart() -> Apart {
        let list = |stems: &[&str]| stems.iter().map(|stem| (*stem).to_owned()).collect::<Vec<_>>();
        let parts = BTreeMap::from([
            ("deals".to_owned(), list(&["all", "two", "split_deals"])),
            ("leads".to_owned(), list(&["all", "two", "split_leads"])),
            ("offers".to_owned(), list(&["all", "split_offers"])),
            ("today".to_owned(), list(&["all", "split_today"])),
        ]);
        let modules = parts.values().flatten().map(|stem| (stem.clone(), module(&[stem]))).collect();
        Apart { main: PathBuf::new(), parts, modules }
    }

    #[test]
    fn what_most_parts_need_goes_to_the_main_module() {
        let apart = apart();
        let all: Vec<_> = apart.common().map(|module| functions(module).unwrap()).collect();
        assert_eq!(all, [["all"]]);
        let mut taken_apart = apart;
        for section in ["settings_forms", "settings_people", "settings_rights"] {
            taken_apart.parts.insert(section.to_owned(), vec!["two".to_owned()]);
        }
        let common = |apart: &Apart| -> Vec<_> {
            apart.common().flat_map(|module| functions(module).unwrap()).collect()
        };
        // Three of five pages, but nobody begins with any of them.
        assert_eq!(common(&taken_apart), ["all"]);
        taken_apart.parts.get_mut("today").unwrap().push("two".to_owned());
        assert_eq!(common(&taken_apart), ["all", "two"]);
        // Two of four, though four of six parts.
        taken_apart.parts.remove("leads");
        taken_apart.parts.remove("deals");
        taken_apart.parts.insert("acts".to_owned(), vec!["all".to_owned()]);
        assert_eq!(common(&taken_apart), ["all"]);
        let wanted = BTreeSet::from(["all".to_owned()]);
        let main = exporting(&module(&["start", "all"]), &wanted).unwrap();
        let exported =
            wasmparser::Parser::new(0).parse_all(&main).find_map(|payload| match payload.unwrap() {
                wasmparser::Payload::ExportSection(section) => Some(
                    section.into_iter().map(|export| export.unwrap().name.to_owned()).collect::<Vec<_>>(),
                ),
                _ => None,
            });
        assert_eq!(exported.unwrap(), [format!("{SHARED}1")]);
        assert_eq!(functions(&main).unwrap(), ["start", "all"]);
    }

    #[test]
    fn each_part_is_one_file_that_the_loader_knows_its_way_in() {
        let packed = pack(&apart()).unwrap();
        let bare = without_custom_sections(&module(&["two"])).unwrap();
        assert!(bare.len() < module(&["two"]).len());
        let file = &packed.files[&packed.names["deals"]];
        let (length, rest) = file.split_at(4);
        let (head, modules) = rest.split_at(u32::from_be_bytes(length.try_into().unwrap()) as usize);
        let places: Vec<(String, usize)> = serde_json::from_slice(head).unwrap();
        assert_eq!(places[1], ("two".to_owned(), bare.len()));
        let at = places[0].1;
        assert_eq!(&modules[at..at + bare.len()], bare);
        assert_eq!(modules.len(), places.iter().map(|(_, length)| length).sum::<usize>());

        let written = "const src = fetch(new URL(\"./two.wasm\", import.meta.url));\n\
            return async (imports) => (WebAssembly.instantiateStreaming(src, imports));\n\
            export const __wasm_split_load_deals = wrapAsyncCb();\n";
        let script = rewired(written, &packed).unwrap();
        assert!(script.starts_with(
            "const src = piece(\"two\");\n\
             return async (imports) => (WebAssembly.instantiate(await src, imports));\n\
             const load_deals = wrapAsyncCb();\n"
        ));
        assert!(script.ends_with("export const __wasm_split_load_today = from(\"today\", load_today);\n"));
        assert!(rewired("another way", &packed).is_err());
    }
}
