//! Addresses: of the funnel, its file, and the records behind its figures.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, SecondsFormat, Utc};
use domain::funnel::{Funnel, FunnelFilter};
use leptos_router::params::ParamsMap;

use crate::ctx::in_query;

const PAGE: &str = "/analytics/funnel";
const FILE: &str = "/analytics/funnel.csv";

/// The cohort of an address: `?from=2026-11-01&until=2026-11-30&owner=…`.
pub fn of(query: &ParamsMap) -> FunnelFilter {
    FunnelFilter::read(|key| query.get(key))
}

/// The funnel as a file.
pub fn file(filter: &FunnelFilter) -> String {
    let mut pairs = days(["from", "until"], filter);
    pairs.extend(narrowed(filter));
    pairs.extend(pipeline(filter));
    format!("{FILE}?{}", written(&pairs))
}

/// The funnel's page with another beginning and no end.
pub fn since(filter: &FunnelFilter, from: Option<NaiveDate>) -> String {
    let mut pairs: Vec<_> = from.map(|day| ("from", day.to_string())).into_iter().collect();
    pairs.extend(narrowed(filter));
    pairs.extend(pipeline(filter));
    format!("{PAGE}?{}", written(&pairs))
}

/// The funnel's deals in the address of a list: `&pipeline=…&opened_from=…`.
pub fn of_deals(funnel: &Funnel, filter: &FunnelFilter) -> String {
    let mut pairs = vec![("pipeline", funnel.pipeline.to_string())];
    pairs.extend(days(["opened_from", "opened_until"], filter));
    pairs.extend(narrowed(filter));
    format!("&{}", written(&pairs))
}

/// The funnel's leads in the address of a list: these know instants.
pub fn of_leads(funnel: &Funnel, filter: &FunnelFilter) -> String {
    let instant =
        |key, at: Option<DateTime<Utc>>| at.map(|at| (key, at.to_rfc3339_opts(SecondsFormat::Secs, true)));
    let (from, until) = funnel.span;
    let mut pairs: Vec<_> = instant("from", from).into_iter().chain(instant("until", until)).collect();
    pairs.extend(narrowed(filter));
    if pairs.is_empty() { String::new() } else { format!("&{}", written(&pairs)) }
}

fn days([first, last]: [&'static str; 2], filter: &FunnelFilter) -> Vec<(&'static str, String)> {
    let from = filter.from.map(|day| (first, day.to_string()));
    from.into_iter().chain(filter.until.map(|day| (last, day.to_string()))).collect()
}

/// What lists of deals and leads are narrowed by alike.
fn narrowed(filter: &FunnelFilter) -> Vec<(&'static str, String)> {
    let owner = filter.owner.map(|id| ("owner", id.to_string()));
    let team = filter.team.map(|id| ("team", id.to_string()));
    let channel = Some(filter.channel.trim()).filter(|channel| !channel.is_empty());
    let channel = channel.map(|channel| ("channel", channel.to_owned()));
    let service = filter.service.map(|id| ("service", id.to_string()));
    [owner, team, channel, service].into_iter().flatten().collect()
}

fn pipeline(filter: &FunnelFilter) -> Option<(&'static str, String)> {
    filter.pipeline.map(|id| ("pipeline", id.to_string()))
}

fn written(pairs: &[(&str, String)]) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key}={}", in_query(value))).collect();
    pairs.join("&")
}

/// The beginnings of this month, of 30 and 90 days, of a year, counted from `today`.
pub fn beginnings(today: NaiveDate) -> [Option<NaiveDate>; 4] {
    [
        today.with_day(1),
        today.checked_sub_days(Days::new(29)),
        today.checked_sub_days(Days::new(89)),
        today.checked_sub_months(Months::new(12)),
    ]
}

#[cfg(test)]
mod tests {
    use domain::funnel::Total;
    use domain::id::PipelineId;

    use super::*;

    #[test]
    fn figures_lead_to_their_records() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let filter = FunnelFilter {
            from: Some(day("2026-11-01")),
            until: Some(day("2026-11-30")),
            channel: "Yandex & Co".into(),
            ..FunnelFilter::default()
        };
        let funnel = Funnel {
            pipeline: PipelineId(uuid::Uuid::nil()),
            rows: Vec::new(),
            won: Total::default(),
            lost: Total::default(),
            open: Total::default(),
            before: None,
            span: ("2026-10-31T21:00:00Z".parse().ok(), "2026-11-30T21:00:00Z".parse().ok()),
        };
        assert_eq!(
            of_deals(&funnel, &filter),
            "&pipeline=00000000-0000-0000-0000-000000000000&opened_from=2026-11-01&opened_until=2026-11-30\
             &channel=Yandex%20%26%20Co"
        );
        assert_eq!(
            of_leads(&funnel, &filter),
            "&from=2026-10-31T21%3A00%3A00Z&until=2026-11-30T21%3A00%3A00Z&channel=Yandex%20%26%20Co"
        );
        let all = FunnelFilter::default();
        assert_eq!(of_leads(&Funnel { span: (None, None), ..funnel }, &all), "");
        assert_eq!(since(&all, beginnings(day("2026-11-24"))[0]), "/analytics/funnel?from=2026-11-01");
        assert_eq!(since(&all, None), "/analytics/funnel?");
        assert_eq!(
            file(&filter),
            "/analytics/funnel.csv?from=2026-11-01&until=2026-11-30&channel=Yandex%20%26%20Co"
        );
    }
}
