//! `/analytics/funnel`: how many of those who entered got how far.

use domain::Label;
use domain::funnel::FunnelFilter;
use domain::zone::date;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::Report;
use super::chosen::{self, beginnings};
use super::drawing::{self, Bar, bars};
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::live::use_live;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// Filters live in the address: `?from=2026-11-01&until=2026-11-30&owner=…`.
#[component]
pub fn FunnelPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let live = use_live();
    let filter = Memo::new(move |_| chosen::of(&query.read()));
    let source = move || (filter.get(), live.leads.get(), live.deals.get());
    let report = Resource::new(source, |(filter, _, _)| super::api::open(filter));
    view! {
        <Title text=tr!(lang, analytics.funnel)/>
        <Frame here="funnel">
            <header class="topbar">
                <h1>{tr!(lang, analytics.funnel)}</h1>
                <span class="muted clip wide-only">{tr!(lang, analytics.subtitle)}</span>
            </header>
            <main class="funnel-page">
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || {
                        let filter = filter.get();
                        Suspend::new(async move { page(report.await, &filter) })
                    }}
                </Transition>
            </main>
        </Frame>
    }
}

fn page(report: Answer<Report>, filter: &FunnelFilter) -> AnyView {
    let lang = use_lang();
    let report = match report {
        Ok(report) => report,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let bars = bars(lang, &report.funnel, filter);
    let body = if bars.iter().all(|bar| bar.count == 0) {
        view! {
            <div class="empty">
                <Icon name="chart"/>
                <h2>{tr!(lang, analytics.empty_title)}</h2>
                <p>{tr!(lang, analytics.empty_text)}</p>
                <A href="/analytics/funnel" attr:class="button">{tr!(lang, analytics.everything)}</A>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="funnel-cards">
                <section class="card" aria-labelledby="funnel-title">
                    <header>
                        <h2 id="funnel-title">{tr!(lang, analytics.cohort)}</h2>
                        <ul class="legend push">
                            <li class="b-on">{tr!(lang, analytics.went_on)}</li>
                            <li class="b-lost">{tr!(lang, analytics.lost)}</li>
                        </ul>
                    </header>
                    <div class="pad">{drawing::funnel(lang, &bars)}</div>
                </section>
                {losses(&bars)}
                <section class="card funnel-figures" aria-labelledby="table-title">
                    <header>
                        <h2 id="table-title">{tr!(lang, analytics.figures)}</h2>
                        <span class="muted wide-only">{tr!(lang, analytics.opens)}</span>
                        <a class="button quiet small push" href=chosen::file(filter) rel="external">
                            <Icon name="download"/>"CSV"
                        </a>
                    </header>
                    {table(&bars)}
                    {totals(&report, filter)}
                </section>
            </div>
        }
        .into_any()
    };
    view! { {filters(&report, filter)} {body} }.into_any()
}

/// Where deals were lost, and why.
fn losses(bars: &[Bar]) -> Option<impl IntoView + use<>> {
    let lang = use_lang();
    let rows =
        bars.iter().flat_map(|bar| bar.losses.iter().map(move |cause| (bar.name.clone(), cause.clone())));
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(|(stage, cause)| {
            view! {
                <tr>
                    <td class="first" data-label=tr!(lang, analytics.stage)>{stage}</td>
                    <td data-label=tr!(lang, analytics.reason)><b>{cause.name}</b></td>
                    <td class="num" data-label=tr!(lang, analytics.lost)><a href=cause.href>{cause.count}</a></td>
                    <td class="num" data-label=tr!(lang, analytics.lost_sum)>{cause.sums}</td>
                </tr>
            }
        });
        view! {
            <section class="card" aria-labelledby="losses-title">
                <header><h2 id="losses-title">{tr!(lang, analytics.losses)}</h2></header>
                <div class="scroll-x">
                    <table class="table rows funnel-table">
                        <caption class="sr-only">{tr!(lang, analytics.losses)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(lang, analytics.stage)}</th>
                                <th scope="col">{tr!(lang, analytics.reason)}</th>
                                <th scope="col" class="num">{tr!(lang, analytics.lost)}</th>
                                <th scope="col" class="num">{tr!(lang, analytics.lost_sum)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    })
}

/// What became of all deals of the cohort.
fn totals(report: &Report, filter: &FunnelFilter) -> impl IntoView + use<> {
    let lang = use_lang();
    let funnel = &report.funnel;
    let deals = chosen::of_deals(funnel, filter);
    let totals = [
        ("won", tr!(lang, analytics.total_won, n = funnel.won.count), &funnel.won),
        ("lost", tr!(lang, analytics.total_lost, n = funnel.lost.count), &funnel.lost),
        ("open", tr!(lang, analytics.total_open, n = funnel.open.count), &funnel.open),
    ];
    let totals = totals.map(|(status, text, total)| {
        let href = format!("/deals?view=list&status={status}{deals}");
        view! { <li><a href=href>{text}</a>" "<span class="muted">{drawing::sums(lang, &total.sums)}</span></li> }
    });
    view! { <ul class="funnel-totals" aria-label=tr!(lang, analytics.totals)>{totals.into_iter().collect_view()}</ul> }
}

fn filters(report: &Report, filter: &FunnelFilter) -> impl IntoView + use<> {
    let lang = use_lang();
    let names = [
        tr!(lang, analytics.this_month),
        tr!(lang, analytics.days_30),
        tr!(lang, analytics.days_90),
        tr!(lang, analytics.year),
    ];
    let all = (tr!(lang, analytics.everything), None);
    let presets = names.into_iter().zip(beginnings(report.today)).chain([all]).map(|(name, from)| {
        let here = filter.until.is_none() && filter.from == from;
        view! { <a href=chosen::since(filter, from) aria-current=here.then_some("true")>{name}</a> }
    });
    let presets = presets.collect_view();
    let told = |label: &Label| label.get(lang).to_owned();
    let people = report.people.iter().map(|person| (person.id.to_string(), person.name.clone()));
    let teams = report.teams.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let pipelines = report.pipelines.iter().map(|(id, name)| (id.to_string(), told(name)));
    let services = report.services.iter().map(|(id, name)| (id.to_string(), told(name)));
    // One that the newest deals did not come by is chosen all the same.
    let channel = Some(filter.channel.clone()).filter(|channel| !channel.is_empty());
    let unknown = channel.iter().filter(|channel| !report.channels.contains(channel));
    let channels = report.channels.iter().chain(unknown).map(|channel| (channel.clone(), channel.clone()));
    let pipeline = filter.pipeline.unwrap_or(report.funnel.pipeline).to_string();
    let choices = [
        choice("pipeline", tr!(lang, analytics.pipeline), pipelines.collect(), Some(pipeline), false),
        choice(
            "owner",
            tr!(lang, common.owner),
            people.collect(),
            filter.owner.map(|id| id.to_string()),
            true,
        ),
        choice(
            "team",
            tr!(lang, analytics.team),
            teams.collect(),
            filter.team.map(|id| id.to_string()),
            true,
        ),
        choice("channel", tr!(lang, common.channel), channels.collect(), channel, true),
        choice(
            "service",
            tr!(lang, analytics.service),
            services.collect(),
            filter.service.map(|id| id.to_string()),
            true,
        ),
    ];
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let period = match (filter.from, filter.until) {
        (None, None) => tr!(lang, analytics.period_all),
        (Some(from), None) => tr!(lang, analytics.period_since, from = date(from, lang)),
        (None, Some(until)) => tr!(lang, analytics.period_until, until = date(until, lang)),
        (Some(from), Some(until)) => {
            tr!(lang, analytics.period, from = date(from, lang), until = date(until, lang))
        }
    };
    let before = report.funnel.before.map(|(from, until)| {
        tr!(lang, analytics.compared, from = date(from, lang), until = date(until, lang))
    });
    view! {
        <div class="funnel-filters">
            <nav class="segmented" aria-label=tr!(lang, analytics.presets)>{presets}</nav>
            <form class="row wrap" method="get" action="/analytics/funnel">
                <label class="row"><span class="muted">{tr!(lang, analytics.from)}</span>
                    <input class="input" type="date" name="from" value=day(filter.from)/></label>
                <label class="row"><span class="muted">{tr!(lang, analytics.until)}</span>
                    <input class="input" type="date" name="until" value=day(filter.until)/></label>
                {choices.into_iter().collect_view()}
                <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.apply)}</button>
            </form>
            <p class="muted">{period}" "{before}</p>
        </div>
    }
}

/// A choice of one, or of all where there may be more; none where there is nothing to choose from.
fn choice(
    name: &'static str,
    label: String,
    options: Vec<(String, String)>,
    chosen: Option<String>,
    or_all: bool,
) -> Option<AnyView> {
    let lang = use_lang();
    let least = if or_all { 1 } else { 2 };
    (options.len() >= least).then(|| {
        let options = options.into_iter().map(|(key, text)| {
            let selected = chosen.as_ref() == Some(&key);
            view! { <option value=key selected=selected>{text}</option> }
        });
        view! {
            <label class="row"><span class="muted">{label}</span>
                <select class="select" name=name>
                    {or_all.then(|| view! { <option value="">{tr!(lang, common.all)}</option> })}
                    {options.collect_view()}
                </select></label>
        }
        .into_any()
    })
}

fn table(bars: &[Bar]) -> impl IntoView + use<> {
    let lang = use_lang();
    let rows = bars.iter().cloned().map(|bar| {
        let lost = if bar.lost > 0 {
            view! { <a href=bar.lost_href.clone()>{bar.lost}</a> }.into_any()
        } else {
            view! { <span class="muted">"0"</span> }.into_any()
        };
        let before = bar.before.map_or_else(
            || view! { <span class="muted">"—"</span> }.into_any(),
            |(count, change)| view! { {count}" "<span class="muted">{change}</span> }.into_any(),
        );
        view! {
            <tr>
                <td class="first" data-label=tr!(lang, analytics.stage)><b>{bar.name}</b></td>
                <td class="num" data-label=tr!(lang, analytics.reached)><a href=bar.href>{bar.count}</a></td>
                <td class="num" data-label=tr!(lang, analytics.conversion)>{bar.conversion.unwrap_or_else(|| "—".to_owned())}</td>
                <td class="num" data-label=tr!(lang, analytics.sum)>{bar.sums}</td>
                <td class="num" data-label=tr!(lang, analytics.lost)>{lost}</td>
                <td class="num" data-label=tr!(lang, analytics.lost_sum)>{bar.lost_sums}</td>
                <td class="num" data-label=tr!(lang, analytics.stay)>{bar.stay.unwrap_or_else(|| "—".to_owned())}</td>
                <td class="num" data-label=tr!(lang, analytics.before)>{before}</td>
            </tr>
        }
    });
    view! {
        <div class="scroll-x">
            <table class="table rows funnel-table">
                <caption class="sr-only">{tr!(lang, analytics.figures)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, analytics.stage)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.reached)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.conversion)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.sum)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.lost)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.lost_sum)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.stay)}</th>
                        <th scope="col" class="num">{tr!(lang, analytics.before)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
