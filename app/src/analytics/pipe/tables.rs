//! The pipe's figures as tables: every number opens its records.

use domain::Lang;
use domain::id::StageId;
use domain::pipe::{LeakKind, Pipe};
use leptos::prelude::*;

use super::records::{Records, Whose};
use super::scene::{Scene, Stretch};
use super::words::{class, kind, meaning, percent};

/// A number that leads to its records, where it counts any and they can be listed.
fn figure(count: u64, href: Option<String>) -> AnyView {
    match href.filter(|_| count > 0) {
        Some(href) => view! { <a href=href>{count}</a> }.into_any(),
        None if count > 0 => view! { <span>{count}</span> }.into_any(),
        None => view! { <span class="muted">"0"</span> }.into_any(),
    }
}

/// "The same in figures", and why deals were lost.
pub(super) fn figures(scene: &Scene, pipe: &Pipe, records: &Records) -> AnyView {
    let lang = scene.lang;
    let rows = scene.stretches.iter().map(|stretch| stage_row(lang, stretch, records));
    let won = view! {
        <tr>
            <th scope="row">{tr!(lang, pipe.won)}</th>
            <td class="num" data-label=tr!(lang, pipe.entered)>{figure(pipe.won, Some(records.won()))}</td>
            <td class="num wide-only">"—"</td>
            <td class="num wide-only">"—"</td>
            <td class="num wide-only">"—"</td>
            <td class="num wide-only">"—"</td>
            <td class="num" data-label=tr!(lang, pipe.sum)>{scene.won_sums.clone()}</td>
            <td class="num wide-only">"—"</td>
        </tr>
    };
    view! {
        <section class="card" aria-labelledby="figures-title">
            <header>
                <h2 id="figures-title">{tr!(lang, pipe.figures)}</h2>
                <span class="muted push">{tr!(lang, pipe.opens)}</span>
            </header>
            <div class="scroll-x">
                <table class="table rows funnel-table">
                    <caption class="sr-only">{tr!(lang, pipe.figures)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, pipe.stage)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.entered)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.col_went_on)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.col_here)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.col_lost)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.conversion)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.sum)}</th>
                            <th scope="col" class="num">{tr!(lang, pipe.stay)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}{won}</tbody>
                </table>
            </div>
            {losses(lang, pipe)}
        </section>
    }
    .into_any()
}

fn stage_row(lang: Lang, stretch: &Stretch, records: &Records) -> AnyView {
    let (entered, here, lost) = match stretch.stage {
        Some(id) => (records.reached(id), records.here(id), records.lost(id)),
        None => (records.leads("all"), records.leads(""), records.leads("disqualified")),
    };
    let went_on = stretch.stage.is_none().then(|| records.leads("converted"));
    view! {
        <tr>
            <th scope="row">{stretch.name.clone()}</th>
            <td class="num" data-label=tr!(lang, pipe.entered)>{figure(stretch.came, Some(entered))}</td>
            <td class="num" data-label=tr!(lang, pipe.col_went_on)>{figure(stretch.went_on, went_on)}</td>
            <td class="num" data-label=tr!(lang, pipe.col_here)>{figure(stretch.here, Some(here))}</td>
            <td class="num" data-label=tr!(lang, pipe.col_lost)>{figure(stretch.lost, Some(lost))}</td>
            <td class="num" data-label=tr!(lang, pipe.conversion)>{percent(lang, stretch.conversion)}</td>
            <td class="num" data-label=tr!(lang, pipe.sum)>{stretch.sums.clone()}</td>
            <td class="num" data-label=tr!(lang, pipe.stay)>{stretch.stay.clone()}</td>
        </tr>
    }
    .into_any()
}

fn losses(lang: Lang, pipe: &Pipe) -> Option<AnyView> {
    let count: u64 = pipe.lost_for.iter().map(|(_, deals)| deals).sum();
    let reasons = pipe.lost_for.iter().map(|(reason, deals)| {
        let name = if reason.is_empty() { tr!(lang, pipe.unnamed) } else { reason.get(lang).to_owned() };
        view! { <div><dt>{name}</dt><dd class="num">{*deals}</dd></div> }
    });
    (count > 0).then(|| {
        view! {
            <div class="loss">
                <h3 class="fold-title">{tr!(lang, pipe.lost_for, n = count)}</h3>
                <dl>{reasons.collect_view()}</dl>
            </div>
        }
        .into_any()
    })
}

/// Leaks by manager and by stage, and what each kind means.
pub(super) fn leaks(scene: &Scene, pipe: &Pipe, records: &Records) -> AnyView {
    let lang = scene.lang;
    let kinds: Vec<LeakKind> = pipe.kinds.iter().map(|(kind, _)| *kind).collect();
    if kinds.is_empty() {
        return meanings(lang);
    }
    view! {
        {by_manager(lang, pipe, records, &kinds)}
        {by_stage(scene, pipe, records, &kinds)}
        {meanings(lang)}
    }
    .into_any()
}

/// A table of counts by kind, each with a heading of its own.
fn table(
    id: &'static str,
    title: String,
    note: String,
    first: Vec<String>,
    kinds: Vec<String>,
    rows: AnyView,
) -> AnyView {
    let caption = title.clone();
    let heads = first.into_iter().enumerate().map(|(place, name)| {
        view! { <th scope="col" class=if place == 0 { "" } else { "num" }>{name}</th> }
    });
    let kinds = kinds.into_iter().map(|name| view! { <th scope="col" class="num">{name}</th> });
    view! {
        <section class="card" aria-labelledby=id>
            <header>
                <h2 id=id>{title}</h2>
                <span class="muted push">{note}</span>
            </header>
            <div class="scroll-x">
                <table class="table rows funnel-table leak-table">
                    <caption class="sr-only">{caption}</caption>
                    <thead><tr>{heads.collect_view()}{kinds.collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// The cells of a row: deals of each kind.
fn cells(lang: Lang, kinds: &[LeakKind], cell: impl Fn(LeakKind) -> (u64, String)) -> AnyView {
    let cells = kinds.iter().map(|each| {
        let (count, href) = cell(*each);
        view! { <td class="num" data-label=kind(lang, *each)>{figure(count, Some(href))}</td> }
    });
    cells.collect_view().into_any()
}

fn by_manager(lang: Lang, pipe: &Pipe, records: &Records, kinds: &[LeakKind]) -> AnyView {
    let count_of = |counted: &[(LeakKind, u64)], kind: LeakKind| {
        counted.iter().find(|(known, _)| *known == kind).map_or(0, |(_, deals)| *deals)
    };
    let managers = pipe.managers.iter().map(|manager| {
        let person = manager.person.as_ref();
        let name = person.map_or_else(|| tr!(lang, pipe.nobody), |person| person.name.clone());
        let whose = Whose::Of(person.map(|person| person.id));
        let cell = |kind| (count_of(&manager.kinds, kind), records.leak(kind, None, whose));
        (name, manager.run, cells(lang, kinds, cell))
    });
    let cell = |kind| (count_of(&pipe.kinds, kind), records.leak(kind, None, Whose::All));
    let all = (tr!(lang, pipe.all), pipe.run, cells(lang, kinds, cell));
    let rows = managers.chain([all]).map(|(name, run, cells)| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="num" data-label=tr!(lang, pipe.deals)>{run.deals}</td>
                <td class="num" data-label=tr!(lang, pipe.without)>{percent(lang, run.percent())}</td>
                {cells}
            </tr>
        }
    });
    let rows = rows.collect_view().into_any();
    let first = vec![tr!(lang, pipe.manager), tr!(lang, pipe.deals), tr!(lang, pipe.without)];
    let kinds = kinds.iter().map(|each| kind(lang, *each)).collect();
    table("by-manager", tr!(lang, pipe.by_manager), tr!(lang, pipe.by_note), first, kinds, rows)
}

fn by_stage(scene: &Scene, pipe: &Pipe, records: &Records, kinds: &[LeakKind]) -> AnyView {
    let lang = scene.lang;
    let known = |stage: Option<StageId>| scene.stretches.iter().find(|stretch| stretch.stage == stage);
    let mut places: Vec<Option<StageId>> = scene.stretches.iter().map(|stretch| stretch.stage).collect();
    for spot in &pipe.spots {
        if !places.contains(&spot.stage) {
            places.push(spot.stage);
        }
    }
    let leaks = |stage| pipe.spots.iter().any(move |spot| spot.stage == stage);
    let rows = places.into_iter().filter(|stage| leaks(*stage)).map(|stage| {
        let name = match (known(stage), stage) {
            (Some(stretch), _) => stretch.name.clone(),
            (None, None) => tr!(lang, pipe.first_contact),
            (None, Some(_)) => tr!(lang, pipe.retired),
        };
        let cell = |kind| {
            let spot = pipe.spots.iter().find(|spot| spot.stage == stage && spot.kind == kind);
            (spot.map_or(0, |spot| spot.deals), records.leak(kind, stage, Whose::All))
        };
        view! { <tr><th scope="row">{name}</th>{cells(lang, kinds, cell)}</tr> }
    });
    let rows = rows.collect_view().into_any();
    let kinds = kinds.iter().map(|each| kind(lang, *each)).collect();
    let first = vec![tr!(lang, pipe.place)];
    table("by-stage", tr!(lang, pipe.by_stage), tr!(lang, pipe.by_note), first, kinds, rows)
}

fn meanings(lang: Lang) -> AnyView {
    let kinds = LeakKind::ALL.into_iter().map(|each| {
        view! {
            <dt><span class=format!("leak-mark {}", class(each))>{kind(lang, each)}</span></dt>
            <dd>{meaning(lang, each)}</dd>
        }
    });
    view! {
        <details class="card leak-meanings">
            <summary>{tr!(lang, pipe.meaning)}</summary>
            <dl>{kinds.collect_view()}</dl>
            <p class="muted">{tr!(lang, pipe.about_versions)}</p>
        </details>
    }
    .into_any()
}
