//! `/analytics/funnel`: how many of those who entered got how far.

use domain::zone::date;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::api::Report;
use super::chosen::{Chosen, beginnings};
use super::drawing::{self, Bar, bars};
use crate::ctx::{use_format, use_lang};
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
    let zone = use_format().zone();
    let query = use_query_map();
    let live = use_live();
    let chosen = Memo::new(move |_| Chosen::of(&query.read()));
    let source = move || (chosen.get().filter(&zone), live.leads.get(), live.deals.get());
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
                        let chosen = chosen.get();
                        Suspend::new(async move { page(report.await, &chosen) })
                    }}
                </Transition>
            </main>
        </Frame>
    }
}

fn page(report: Answer<Report>, chosen: &Chosen) -> AnyView {
    let lang = use_lang();
    let report = match report {
        Ok(report) => report,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    let bars = bars(lang, &report.funnel, &chosen.of_records(&use_format().zone()));
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
                <section class="card" aria-labelledby="table-title">
                    <header>
                        <h2 id="table-title">{tr!(lang, analytics.figures)}</h2>
                        <span class="muted push wide-only">{tr!(lang, analytics.opens)}</span>
                    </header>
                    {table(&bars)}
                </section>
            </div>
        }
        .into_any()
    };
    view! { {filters(&report, chosen)} {body} }.into_any()
}

fn filters(report: &Report, chosen: &Chosen) -> impl IntoView + use<> {
    let lang = use_lang();
    let format = use_format();
    let today = format.zone().day(format.now());
    let names = [
        tr!(lang, analytics.this_month),
        tr!(lang, analytics.days_30),
        tr!(lang, analytics.days_90),
        tr!(lang, analytics.year),
    ];
    let all = (tr!(lang, analytics.everything), None);
    let presets = names.into_iter().zip(beginnings(today)).chain([all]).map(|(name, from)| {
        let here = chosen.until.is_none() && chosen.from == from;
        view! { <a href=chosen.since(from) aria-current=here.then_some("true")>{name}</a> }
    });
    let owner = chosen.owner;
    let people = report.people.iter().map(|person| {
        view! { <option value=person.id.to_string() selected=owner == Some(person.id)>{person.name.clone()}</option> }
    });
    let pipeline = chosen.pipeline;
    let pipelines = report.pipelines.iter().map(|(id, name)| {
        view! { <option value=id.to_string() selected=pipeline == Some(*id)>{name.get(lang).to_owned()}</option> }
    });
    let pipelines = pipelines.collect_view();
    let pipelines = (report.pipelines.len() > 1).then(|| {
        view! {
            <label class="row"><span class="muted">{tr!(lang, analytics.pipeline)}</span>
                <select class="select" name="pipeline">{pipelines}</select></label>
        }
    });
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let period = match (chosen.from, chosen.until) {
        (None, None) => tr!(lang, analytics.period_all),
        (Some(from), None) => tr!(lang, analytics.period_since, from = date(from, lang)),
        (None, Some(until)) => tr!(lang, analytics.period_until, until = date(until, lang)),
        (Some(from), Some(until)) => {
            tr!(lang, analytics.period, from = date(from, lang), until = date(until, lang))
        }
    };
    view! {
        <div class="funnel-filters">
            <nav class="segmented" aria-label=tr!(lang, analytics.presets)>{presets.collect_view()}</nav>
            <form class="row wrap" method="get" action="/analytics/funnel">
                <label class="row"><span class="muted">{tr!(lang, analytics.from)}</span>
                    <input class="input" type="date" name="from" value=day(chosen.from)/></label>
                <label class="row"><span class="muted">{tr!(lang, analytics.until)}</span>
                    <input class="input" type="date" name="until" value=day(chosen.until)/></label>
                <label class="row"><span class="muted">{tr!(lang, common.owner)}</span>
                    <select class="select" name="owner">
                        <option value="">{tr!(lang, common.all)}</option>
                        {people.collect_view()}
                    </select></label>
                {pipelines}
                <button class="button" type="submit"><Icon name="filter"/>{tr!(lang, common.apply)}</button>
            </form>
            <p class="muted">{period}</p>
        </div>
    }
}

fn table(bars: &[Bar]) -> impl IntoView + use<> {
    let lang = use_lang();
    let rows = bars.iter().cloned().map(|bar| {
        let lost = if bar.lost > 0 {
            view! { <a href=bar.lost_href.clone()>{bar.lost}</a> }.into_any()
        } else {
            view! { <span class="muted">"0"</span> }.into_any()
        };
        view! {
            <tr>
                <td class="first" data-label=tr!(lang, analytics.stage)><b>{bar.name}</b></td>
                <td class="num" data-label=tr!(lang, analytics.reached)><a href=bar.href>{bar.count}</a></td>
                <td class="num" data-label=tr!(lang, analytics.conversion)>{bar.conversion.unwrap_or_else(|| "—".to_owned())}</td>
                <td class="num" data-label=tr!(lang, analytics.sum)>{bar.sums}</td>
                <td class="num" data-label=tr!(lang, analytics.lost)>{lost}</td>
                <td class="num" data-label=tr!(lang, analytics.lost_sum)>{bar.lost_sums}</td>
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
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}
