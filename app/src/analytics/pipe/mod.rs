//! `/analytics/pipe`: the process as a straight pipe, each manager's deals in it, and where they leak.

pub mod api;
mod bore;
mod chosen;
#[cfg(feature = "ssr")]
pub mod csv;
mod drops;
mod flow;
mod narrow;
mod records;
mod scene;
mod shape;
mod tables;
mod wide;
mod words;

use domain::pipe::{LeakKind, Pipe, PipeFilter};
use domain::zone::date;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use self::api::Report;
use self::records::Records;
use self::scene::Scene;
use crate::ctx::{use_format, use_lang, use_me};
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

pub(crate) use self::records::told;

/// Filters live in the address: `?from=2026-09-01&until=2026-10-31&pipeline=…&team=…&owner=…`.
#[component]
pub fn PipePage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let format = use_format();
    let today = format.zone().day(format.now());
    let chosen = Memo::new(move |_| chosen::of(|name| query.read().get(name), today));
    let source = move || (chosen.get(), live.leads.get(), live.deals.get());
    let report = Resource::new(source, |(filter, _, _)| api::open(filter));
    view! {
        <Title text=tr!(lang, pipe.title)/>
        <Frame here="pipe">
            <header class="topbar">
                <h1>{tr!(lang, pipe.title)}</h1>
                <span class="muted clip wide-only">{tr!(lang, pipe.subtitle)}</span>
                <a class="button small push" href=move || chosen::file(&chosen.get()) rel="external">
                    <Icon name="download"/>{tr!(lang, pipe.export)}
                </a>
            </header>
            <main class="pipe-page">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let filter = chosen.get();
                        Suspend::new(async move { page(report.await, &filter) })
                    }}
                </Transition>
            </main>
        </Frame>
    }
}

fn page(report: Answer<Report>, filter: &PipeFilter) -> AnyView {
    let lang = use_lang();
    let report = match report {
        Ok(report) => report,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let own = use_me().map(|me| me.user.id).filter(|_| !report.sees_others);
    let pipe = &report.pipe;
    let records = Records::new(pipe, filter, own);
    let scene = Scene::new(lang, pipe, &records);
    let body = if scene.most() == 0 {
        view! {
            <div class="empty">
                <Icon name="pipe"/>
                <h2>{tr!(lang, pipe.empty_title)}</h2>
                <p>{tr!(lang, pipe.empty_text)}</p>
                <A href="/analytics/pipe?from=" attr:class="button">{tr!(lang, pipe.everything)}</A>
            </div>
        }
        .into_any()
    } else {
        let more = (scene.more > 0).then(|| {
            view! { <p class="muted pipe-more">{tr!(lang, pipe.managers_more, n = scene.more)}</p> }
        });
        view! {
            <section class="card pipe-card" aria-labelledby="pipe-title">
                {head(pipe)}
                {wide::picture(&scene)}
                {narrow::picture(&scene)}
                {more}
            </section>
            <div class="pipe-below">
                {flow::card(&scene)}
                {tables::figures(&scene, pipe, &records)}
            </div>
            {tables::leaks(&scene, pipe, &records)}
        }
        .into_any()
    };
    view! { {filters(&report, filter)} {body} }.into_any()
}

/// What the picture says, in two sentences, and its legend.
fn head(pipe: &Pipe) -> AnyView {
    let lang = use_lang();
    let title = match pipe.run.percent() {
        Some(n) => tr!(lang, pipe.headline, n = n),
        None => tr!(lang, pipe.headline_none),
    };
    let text: Vec<String> = [compared(pipe), Some(largest(pipe))].into_iter().flatten().collect();
    let legend = pipe.kinds.iter().map(|(kind, _)| {
        view! { <li class=words::class(*kind)>{words::kind(lang, *kind)}</li> }
    });
    view! {
        <header>
            <div>
                <h2 id="pipe-title">{title}</h2>
                <p class="soft">{text.join(" ")}</p>
            </div>
            <ul class="legend push" aria-label=tr!(lang, pipe.kinds)>{legend.collect_view()}</ul>
        </header>
    }
    .into_any()
}

fn compared(pipe: &Pipe) -> Option<String> {
    let lang = use_lang();
    let (from, until, run) = pipe.before?;
    let (now, n) = (pipe.run.percent()?, run.percent()?);
    let (from, until) = (date(from, lang), date(until, lang));
    Some(match now.cmp(&n) {
        std::cmp::Ordering::Greater => tr!(lang, pipe.up, n = n, from = from, until = until),
        std::cmp::Ordering::Less => tr!(lang, pipe.down, n = n, from = from, until = until),
        std::cmp::Ordering::Equal => tr!(lang, pipe.same, n = n, from = from, until = until),
    })
}

/// The kind that most deals leaked in, and whose most of them are.
fn largest(pipe: &Pipe) -> String {
    let lang = use_lang();
    let Some((kind, n)) = pipe.kinds.iter().copied().max_by_key(|(_, deals)| *deals) else {
        return if pipe.run.deals > 0 { tr!(lang, pipe.no_leaks) } else { tr!(lang, pipe.no_deals) };
    };
    let of =
        |kinds: &[(LeakKind, u64)]| kinds.iter().find(|(known, _)| *known == kind).map(|(_, deals)| *deals);
    let whose = pipe.managers.iter().filter_map(|manager| Some((of(&manager.kinds)?, manager)));
    let most = whose.max_by_key(|(deals, _)| *deals).filter(|_| pipe.managers.len() > 1);
    let name = words::kind(lang, kind);
    match most {
        None => tr!(lang, pipe.most_one, kind = name, n = n),
        Some((m, manager)) => {
            let person = manager.person.as_ref().map(|person| person.name.clone());
            let person = person.unwrap_or_else(|| tr!(lang, pipe.most_nobody));
            tr!(lang, pipe.most, kind = name, n = n, name = person, m = m)
        }
    }
}

fn filters(report: &Report, filter: &PipeFilter) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let today = format.zone().day(format.now());
    let names = [
        tr!(lang, pipe.this_month),
        tr!(lang, pipe.days_30),
        tr!(lang, pipe.days_90),
        tr!(lang, pipe.year),
        tr!(lang, pipe.everything),
    ];
    let presets = names.into_iter().zip(chosen::beginnings(today)).map(|(name, from)| {
        let here = filter.until.is_none() && filter.from == from;
        view! { <a href=chosen::since(filter, from) aria-current=here.then_some("true")>{name}</a> }
    });
    let pipelines = report.pipelines.iter().map(|(id, name)| (id.to_string(), name.get(lang).to_owned()));
    let teams = report.teams.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let people = report.people.iter().map(|person| (person.id.to_string(), person.name.clone()));
    let pipeline = Some(report.pipe.pipeline.to_string());
    let (team, owner) = (filter.team.map(|id| id.to_string()), filter.owner.map(|id| id.to_string()));
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    view! {
        <div class="pipe-filters">
            <nav class="segmented" aria-label=tr!(lang, pipe.presets)>{presets.collect_view()}</nav>
            <form class="row wrap" method="get" action="/analytics/pipe">
                <label class="row"><span class="muted">{tr!(lang, pipe.from)}</span>
                    <input class="input" type="date" name="from" value=day(filter.from)/></label>
                <label class="row"><span class="muted">{tr!(lang, pipe.until)}</span>
                    <input class="input" type="date" name="until" value=day(filter.until)/></label>
                {choice("pipeline", tr!(lang, pipe.pipeline), None, pipelines.collect(), pipeline)}
                {choice("team", tr!(lang, pipe.team), Some(tr!(lang, common.all)), teams.collect(), team)}
                {choice("owner", tr!(lang, pipe.person), Some(tr!(lang, common.all)), people.collect(), owner)}
                <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.apply)}</button>
            </form>
            <p class="muted">
                {chosen::period(lang, filter)}
                {(!report.sees_others).then(|| format!(". {}", tr!(lang, pipe.own)))}
            </p>
        </div>
    }
    .into_any()
}

/// A select; nothing where there is nothing to choose. `any` stands first and chooses none of them.
fn choice(
    name: &'static str,
    label: String,
    any: Option<String>,
    options: Vec<(String, String)>,
    chosen: Option<String>,
) -> Option<AnyView> {
    if options.is_empty() || (any.is_none() && options.len() < 2) {
        return None;
    }
    let options = options.into_iter().map(|(value, text)| {
        let selected = chosen.as_ref() == Some(&value);
        view! { <option value=value selected=selected>{text}</option> }
    });
    let options = options.collect_view();
    let any = any.map(|any| view! { <option value="">{any}</option> });
    let field = view! {
        <label class="row"><span class="muted">{label}</span>
            <select class="select" name=name>{any}{options}</select></label>
    };
    Some(field.into_any())
}
