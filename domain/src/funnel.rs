//! The funnel: how many of those who entered got how far.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{LossReasonId, PipelineId, ServiceId, StageId, TeamId, UserId};
use crate::input::Checks;
use crate::{Fault, Label, Money, Outcome};

/// Which cohort a funnel counts: leads registered, and deals opened, on the days of the period. The days are the company's, whoever
/// looks: everybody reads the same figures for the same dates.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FunnelFilter {
    /// The first day …
    pub from: Option<NaiveDate>,
    /// … and the last one.
    pub until: Option<NaiveDate>,
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
    pub channel: String,
    /// The main service of deals; leads have none.
    pub service: Option<ServiceId>,
    /// `None`: the default pipeline.
    pub pipeline: Option<PipelineId>,
}

impl FunnelFilter {
    /// The filter that an address says; what cannot be read asks for nothing.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> FunnelFilter {
        fn parsed<T: FromStr>(text: Option<String>) -> Option<T> {
            text?.parse().ok()
        }
        FunnelFilter {
            from: parsed(get("from")),
            until: parsed(get("until")),
            owner: parsed(get("owner")),
            team: parsed(get("team")),
            channel: get("channel").unwrap_or_default(),
            service: parsed(get("service")),
            pipeline: parsed(get("pipeline")),
        }
    }

    /// Days that neither databases nor calendars hold are slips of the hand.
    pub fn check(&self) -> Outcome<()> {
        let mut checks = Checks::new();
        for (field, day) in [("from", self.from), ("until", self.until)] {
            if day.is_some_and(|day| !(1900..=9999).contains(&day.year())) {
                checks.fail(field, Fault::OutOfRange);
            }
        }
        checks.finish()
    }

    /// As many days as the period has, just before it; `today` ends what has no end. There is none before all time.
    pub fn before(&self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let from = self.from?;
        let days = (self.until.unwrap_or(today) - from).num_days();
        let days = u64::try_from(days).ok()?;
        let last = from.pred_opt()?;
        Some((last.checked_sub_days(Days::new(days))?, last))
    }
}

/// A step of the funnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", content = "id", rename_all = "snake_case")]
pub enum Step {
    Leads,
    /// Leads that became contacts.
    Contacts,
    Stage(StageId),
    Won,
}

/// A number of deals and what they are worth.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Total {
    pub count: u64,
    /// One sum per currency.
    pub sums: Vec<Money>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FunnelRow {
    pub step: Step,
    /// Name of a stage; empty for the other steps.
    pub name: Label,
    /// How many reached this step, those included that got further or were lost later.
    pub count: u64,
    /// Amounts of the deals among them, one sum per currency.
    pub sums: Vec<Money>,
    /// How many were lost or disqualified at this step.
    pub lost: u64,
    pub lost_sums: Vec<Money>,
    /// Why deals were lost out of this stage, the most frequent reason first.
    pub losses: Vec<Loss>,
    /// See [`median`].
    pub stay: Option<i64>,
    /// The same step in the period before.
    pub before: Option<Before>,
}

/// Deals lost for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// `None`: nobody said why.
    pub reason: Option<LossReasonId>,
    pub name: Label,
    pub total: Total,
}

/// What a row is compared with.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Before {
    pub count: u64,
    pub sums: Vec<Money>,
    pub lost: u64,
    pub stay: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    pub pipeline: PipelineId,
    pub rows: Vec<FunnelRow>,
    /// What became of all deals of the cohort.
    pub won: Total,
    pub lost: Total,
    pub open: Total,
    /// The days that it is compared with.
    pub before: Option<(NaiveDate, NaiveDate)>,
    /// The period in instants, from one up to another: leads are listed by these.
    pub span: (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

impl Funnel {
    /// Share of the row before that reached row `index`, in tenths of a percent; `None` for the first row and after an empty one.
    /// Deals opened without a lead can make a stage larger than the row of contacts.
    pub fn conversion(&self, index: usize) -> Option<i64> {
        let before = self.rows.get(index.checked_sub(1)?)?.count;
        let here = self.rows.get(index)?.count;
        (before > 0).then(|| crate::money::half_up(i128::from(here) * 1000, i128::from(before)))
    }
}

/// Days since 1970, as cohorts are kept. Nobody opened a deal before.
pub fn day_number(day: NaiveDate) -> i32 {
    const OF_1970: i32 = 719_163;
    (day.num_days_from_ce() - OF_1970).max(0)
}

const FIVE_MINUTES: i64 = 300;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// The step of the first hour, and that of the first day.
const HOURS: i64 = HOUR / FIVE_MINUTES;
const DAYS: i64 = HOURS + DAY / HOUR - 1;

/// The step that a stay of so many seconds counts at: five minutes each within the first hour, hours within the first day, days
/// from then on. A clock that was set back makes no stay shorter than none.
pub fn stay_step(seconds: i64) -> i64 {
    match seconds.max(0) {
        short if short < HOUR => short / FIVE_MINUTES,
        hours if hours < DAY => HOURS - 1 + hours / HOUR,
        days => DAYS - 1 + days / DAY,
    }
}

/// The seconds that a step begins with.
fn begins(step: i64) -> i64 {
    match step {
        short if short < HOURS => short * FIVE_MINUTES,
        hours if hours < DAYS => (hours - HOURS + 1) * HOUR,
        days => (days - DAYS + 1) * DAY,
    }
}

/// How long deals stayed in a stage, in seconds: of the stays that ended, given as numbers of stays by step ([`stay_step`]), half were
/// not longer. Each coming back is a stay of its own. The figure is that of the step, which is why it can be counted beforehand and
/// is the same however it is counted.
pub fn median(stays: &BTreeMap<i64, u64>) -> Option<i64> {
    let all: u64 = stays.values().sum();
    let mut so_far = 0;
    stays
        .iter()
        .find(|(_, count)| {
            so_far += *count;
            all > 0 && so_far * 2 >= all
        })
        .map(|(step, _)| begins(*step))
}

/// What won deals are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    Owner,
    /// The main service of the deal.
    Service,
}

/// The won deals of one owner or service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WonRow {
    /// Empty: those without an owner or service.
    pub name: Label,
    pub count: u64,
    /// One sum per currency.
    pub sums: Vec<Money>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn conversion_is_from_the_step_before() {
        let row = |count| FunnelRow {
            step: Step::Leads,
            name: Label::default(),
            count,
            sums: vec![],
            lost: 0,
            lost_sums: vec![],
            losses: vec![],
            stay: None,
            before: None,
        };
        let funnel = Funnel {
            pipeline: PipelineId(uuid::Uuid::nil()),
            rows: vec![row(60), row(41), row(0), row(0)],
            won: Total::default(),
            lost: Total::default(),
            open: Total::default(),
            before: None,
            span: (None, None),
        };
        assert_eq!(funnel.conversion(0), None);
        assert_eq!(funnel.conversion(1), Some(683));
        assert_eq!(funnel.conversion(2), Some(0));
        assert_eq!(funnel.conversion(3), None);
    }

    #[test]
    fn a_period_is_compared_with_as_many_days_before() {
        let period = |from, until| FunnelFilter { from, until, ..FunnelFilter::default() };
        let today = day("2026-11-24");
        let before = |from: &str, until: Option<&str>| period(Some(day(from)), until.map(day)).before(today);
        assert_eq!(before("2026-11-01", Some("2026-11-30")), Some((day("2026-10-02"), day("2026-10-31"))));
        assert_eq!(before("2026-11-23", None), Some((day("2026-11-21"), day("2026-11-22"))));
        assert_eq!(before("2026-11-24", Some("2026-11-23")), None, "it ends before it begins");
        assert_eq!(period(None, Some(today)).before(today), None);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!([day_number(day("1970-01-01")), day_number(day("1970-02-01"))], [0, 31]);
        assert_eq!(day_number(day("1969-12-31")), 0);
    }

    #[test]
    fn steps_of_stays_join_without_gaps() {
        assert_eq!([-5, 0, 299, 300, 3_599, 3_600].map(stay_step), [0, 0, 0, 1, 11, 12]);
        assert_eq!([7_199, 7_200, 86_399, 86_400, 172_800].map(stay_step), [12, 13, 34, 35, 36]);
        let mut last = -1;
        for step in 0..200 {
            let seconds = begins(step);
            assert_eq!((stay_step(seconds), stay_step(seconds - 1).max(0)), (step, (step - 1).max(0)));
            assert!(seconds > last);
            last = seconds;
        }
    }

    #[test]
    fn the_median_stay_is_one_that_half_do_not_exceed() {
        let stays = |steps: &[(i64, u64)]| median(&steps.iter().copied().collect());
        assert_eq!(stays(&[]), None);
        assert_eq!(stays(&[(35, 0)]), None);
        assert_eq!(stays(&[(12, 1), (35, 1)]), Some(3_600));
        assert_eq!(stays(&[(12, 1), (35, 2)]), Some(86_400));
        assert_eq!(stays(&[(0, 3), (40, 2), (41, 1)]), Some(0));
    }
}
