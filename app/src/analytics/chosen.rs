//! Which cohort a funnel shows, as its address says it.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, SecondsFormat, Utc};
use domain::funnel::FunnelFilter;
use domain::id::{PipelineId, UserId};
use domain::zone::Zone;
use leptos_router::params::ParamsMap;

/// `from` and `until` are days of the reader, both included.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub owner: Option<UserId>,
    pub pipeline: Option<PipelineId>,
}

impl Chosen {
    pub fn of(query: &ParamsMap) -> Self {
        let day = |key| query.get(key).and_then(|text| text.parse().ok());
        Chosen {
            from: day("from"),
            until: day("until"),
            owner: query.get("owner").and_then(|text| text.parse().ok()),
            pipeline: query.get("pipeline").and_then(|text| text.parse().ok()),
        }
    }

    pub fn filter(&self, zone: &Zone) -> FunnelFilter {
        let after = self.until.and_then(|day| day.checked_add_days(Days::new(1)));
        FunnelFilter {
            from: self.from.map(|day| zone.start_of(day)),
            until: after.map(|day| zone.start_of(day)),
            owner: self.owner,
            pipeline: self.pipeline,
        }
    }

    /// The same cohort in the address of a list: `&from=…&until=…&owner=…`.
    pub fn of_records(&self, zone: &Zone) -> String {
        let filter = self.filter(zone);
        let instant = |key: &str, at: Option<DateTime<Utc>>| {
            at.map(|at| format!("&{key}={}", at.to_rfc3339_opts(SecondsFormat::Secs, true)))
                .unwrap_or_default()
        };
        let owner = self.owner.map(|id| format!("&owner={id}")).unwrap_or_default();
        format!("{}{}{owner}", instant("from", filter.from), instant("until", filter.until))
    }

    /// The funnel's own address with another beginning and no end.
    pub fn since(&self, from: Option<NaiveDate>) -> String {
        let from = from.map(|day| format!("from={day}"));
        let owner = self.owner.map(|id| format!("owner={id}"));
        let pipeline = self.pipeline.map(|id| format!("pipeline={id}"));
        let query: Vec<String> = from.into_iter().chain(owner).chain(pipeline).collect();
        format!("/analytics/funnel?{}", query.join("&"))
    }
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
    use super::*;

    #[test]
    fn days_of_the_reader_become_instants() {
        let zone = Zone { name: "Europe/Moscow".into(), offsets: vec![(0, 10_800)] };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let chosen =
            Chosen { from: Some(day("2026-11-01")), until: Some(day("2026-11-30")), ..Chosen::default() };
        assert_eq!(chosen.of_records(&zone), "&from=2026-10-31T21:00:00Z&until=2026-11-30T21:00:00Z");
        assert_eq!(Chosen::default().of_records(&zone), "");
        assert_eq!(chosen.since(beginnings(day("2026-11-24"))[0]), "/analytics/funnel?from=2026-11-01");
        assert_eq!(chosen.since(None), "/analytics/funnel?");
    }
}
