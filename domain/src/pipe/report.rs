//! What the pipe of many deals adds up to.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::LeakKind;
use crate::funnel::FunnelFilter;
use crate::id::{PipelineId, StageId, TeamId, UserId};
use crate::user::Person;
use crate::{Label, Money, Outcome};

/// Whose work a pipe shows: deals opened, and leads registered, on the days of the period. The days are the company's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PipeFilter {
    /// The first day …
    pub from: Option<NaiveDate>,
    /// … and the last one.
    pub until: Option<NaiveDate>,
    /// `None`: the default pipeline.
    pub pipeline: Option<PipelineId>,
    pub owner: Option<UserId>,
    pub team: Option<TeamId>,
}

impl PipeFilter {
    /// As [`FunnelFilter::check`].
    pub fn check(&self) -> Outcome<()> {
        self.days().check()
    }

    /// The days that it is compared with, as [`FunnelFilter::before`].
    pub fn before(&self, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        self.days().before(today)
    }

    fn days(&self) -> FunnelFilter {
        FunnelFilter { from: self.from, until: self.until, ..FunnelFilter::default() }
    }
}

/// From one instant up to another.
pub type Span = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Which leak's deals a list shows; period, pipeline, team and owner are the list's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaky {
    pub kind: LeakKind,
    /// Only what leaked there.
    pub stage: Option<StageId>,
    /// Only deals that belong to nobody.
    pub unowned: bool,
}

/// How much of the work went as the process says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Run {
    pub deals: u64,
    /// Those without a leak.
    pub straight: u64,
}

impl Run {
    pub fn add(&mut self, is_straight: bool) {
        self.deals += 1;
        self.straight += u64::from(is_straight);
    }

    /// Percent, rounded down: nothing with a leak is wholly straight. `None` where there is no deal.
    pub fn percent(self) -> Option<u64> {
        (self.straight * 100).checked_div(self.deals)
    }
}

/// The leaks of one kind at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    pub kind: LeakKind,
    /// `None`: at the first contact.
    pub stage: Option<StageId>,
    /// How many deals leaked there, each counted once.
    pub deals: u64,
}

/// A stretch of the pipe: an open stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeStage {
    pub id: StageId,
    pub name: Label,
    pub limit_days: Option<i32>,
    /// Deals that entered it or a later one.
    pub reached: u64,
    /// Amounts of these, one sum per currency.
    pub sums: Vec<Money>,
    /// Those that stand in it now.
    pub here: u64,
    /// Those that were lost out of it.
    pub lost: u64,
    /// How long deals stayed, in seconds: [`crate::funnel::median`].
    pub stay: Option<i64>,
}

impl PipeStage {
    /// Those that got further.
    pub fn went_on(&self) -> u64 {
        self.reached.saturating_sub(self.here + self.lost)
    }
}

/// The stretch before the first stage: leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FirstContact {
    pub leads: u64,
    pub converted: u64,
    pub disqualified: u64,
}

impl FirstContact {
    /// Those about which nobody has decided yet.
    pub fn here(self) -> u64 {
        self.leads.saturating_sub(self.converted + self.disqualified)
    }
}

/// Somebody's deals in the pipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manager {
    /// `None`: deals that belong to nobody.
    pub person: Option<Person>,
    /// Leads of theirs; 0 in a pipeline that leads do not become deals of.
    pub leads: u64,
    pub run: Run,
    /// Deals that reached each stage of the pipe.
    pub reached: Vec<u64>,
    pub won: u64,
    pub won_sums: Vec<Money>,
    /// Per kind and place, most deals first.
    pub spots: Vec<Spot>,
    /// Deals per kind, each counted once.
    pub kinds: Vec<(LeakKind, u64)>,
}

/// The process as a pipe, with what flowed through it and where it leaked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipe {
    pub pipeline: PipelineId,
    pub name: Label,
    /// Only of the pipeline that leads become deals of.
    pub first_contact: Option<FirstContact>,
    /// Open stages, in order.
    pub stages: Vec<PipeStage>,
    pub won: u64,
    pub won_sums: Vec<Money>,
    /// Why deals were lost, the most frequent reason first.
    pub lost_for: Vec<(Label, u64)>,
    /// What the leads, or without them the deals, came by, most first.
    pub channels: Vec<(String, u64)>,
    /// Most deals first.
    pub managers: Vec<Manager>,
    pub run: Run,
    /// As many days before, which these are; only for a period that has a beginning.
    pub before: Option<(NaiveDate, NaiveDate, Run)>,
    /// The period in instants, from one up to another: leads are listed by these.
    pub span: Span,
    pub spots: Vec<Spot>,
    pub kinds: Vec<(LeakKind, u64)>,
}

impl Pipe {
    /// How many times a deal leaked: the sum of all drops.
    pub fn drops(&self) -> u64 {
        self.spots.iter().map(|spot| spot.deals).sum()
    }
}

/// The deals of one manager that leaked in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeakRow {
    /// `None`: deals that belong to nobody.
    pub manager: Option<Person>,
    pub kind: LeakKind,
    /// Their numbers, ascending.
    pub deals: Vec<i64>,
}
