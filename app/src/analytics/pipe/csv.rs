//! The pipe as the rows of a file, in the reader's language.

use domain::Lang;
use domain::id::StageId;
use domain::pipe::{LeakKind, Pipe, Run, Spot};

use super::words;

pub use super::chosen::of as filter;

/// A header, and for each manager and for all together: a row with the deals, one for each kind of leak with the deals that leaked so,
/// and one for each place where they did. A deal that leaked at two places stands in both.
pub fn rows(lang: Lang, pipe: &Pipe) -> Vec<Vec<String>> {
    let header = vec![
        tr!(lang, pipe.manager),
        tr!(lang, pipe.file_leak),
        tr!(lang, pipe.place),
        tr!(lang, pipe.deals),
        tr!(lang, pipe.file_without),
    ];
    let mut rows = vec![header];
    for manager in &pipe.managers {
        let person = manager.person.as_ref();
        let name = person.map_or_else(|| tr!(lang, pipe.nobody), |person| person.name.clone());
        rows.extend(block(lang, pipe, &name, manager.run, &manager.kinds, &manager.spots));
    }
    rows.extend(block(lang, pipe, &tr!(lang, pipe.all), pipe.run, &pipe.kinds, &pipe.spots));
    rows
}

fn block(
    lang: Lang,
    pipe: &Pipe,
    name: &str,
    run: Run,
    kinds: &[(LeakKind, u64)],
    spots: &[Spot],
) -> Vec<Vec<String>> {
    let row = |kind: String, place: String, deals: u64, without: String| {
        vec![name.to_owned(), kind, place, deals.to_string(), without]
    };
    let without = run.percent().map(|percent| percent.to_string()).unwrap_or_default();
    let mut rows = vec![row(String::new(), String::new(), run.deals, without)];
    for (kind, deals) in kinds {
        let told = words::kind(lang, *kind);
        rows.push(row(told.clone(), String::new(), *deals, String::new()));
        for spot in spots.iter().filter(|spot| spot.kind == *kind) {
            rows.push(row(told.clone(), place(lang, pipe, spot.stage), spot.deals, String::new()));
        }
    }
    rows
}

/// What the page's tables call it.
fn place(lang: Lang, pipe: &Pipe, stage: Option<StageId>) -> String {
    let Some(id) = stage else { return tr!(lang, pipe.first_contact) };
    let known = pipe.stages.iter().find(|stage| stage.id == id);
    known.map_or_else(|| tr!(lang, pipe.retired), |stage| stage.name.get(lang).to_owned())
}
