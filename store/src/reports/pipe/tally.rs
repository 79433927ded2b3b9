//! Adds up what the deals of a cohort did.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::access::{Actor, Field};
use domain::deal::DealStatus;
use domain::funnel::{median, stay_step};
use domain::id::{LossReasonId, StageId};
use domain::lead::LeadStatus;
use domain::pipe::{FirstContact, Leak, LeakKind, Manager, Pipe, PipeStage, Run, Span, Spot};
use domain::pipeline::{Pipeline, Stage, StageKind};
use domain::{Currency, Money};
use uuid::Uuid;

use super::cases::{Case, Facts};
use super::{is_default, person};
use crate::reference::Reference;

/// Some leads of the same story.
pub(super) struct Leads {
    pub(super) owner: Option<Uuid>,
    pub(super) channel: String,
    pub(super) status: LeadStatus,
    pub(super) count: u64,
}

/// Everything that is counted, whose size grows with stages and people but not with deals.
pub(super) struct Tally<'a> {
    actor: &'a Actor,
    pipeline: &'a Pipeline,
    before: Run,
    run: Run,
    stretches: Vec<Stretch>,
    won: Sum,
    lost_for: BTreeMap<Uuid, u64>,
    drops: Drops,
    contact: FirstContact,
    /// Of deals, and of leads.
    channels: [BTreeMap<String, u64>; 2],
    managers: BTreeMap<Option<Uuid>, Own>,
}

/// Deals and their amounts.
#[derive(Default)]
struct Sum {
    count: u64,
    sums: BTreeMap<Currency, i64>,
}

/// One open stage.
#[derive(Default)]
struct Stretch {
    reached: Sum,
    here: u64,
    lost: u64,
    /// Stays that ended, by the step of their length.
    stays: BTreeMap<i64, u64>,
}

#[derive(Default)]
struct Drops {
    spots: BTreeMap<(LeakKind, Option<StageId>), u64>,
    kinds: BTreeMap<LeakKind, u64>,
}

/// One person's part.
#[derive(Default)]
struct Own {
    leads: u64,
    run: Run,
    reached: Vec<u64>,
    won: Sum,
    drops: Drops,
}

impl<'a> Tally<'a> {
    pub(super) fn new(actor: &'a Actor, pipeline: &'a Pipeline) -> Self {
        Tally {
            actor,
            pipeline,
            before: Run::default(),
            run: Run::default(),
            stretches: pipeline.open_stages().map(|_| Stretch::default()).collect(),
            won: Sum::default(),
            lost_for: BTreeMap::new(),
            drops: Drops::default(),
            contact: FirstContact::default(),
            channels: [BTreeMap::new(), BTreeMap::new()],
            managers: BTreeMap::new(),
        }
    }

    /// A deal of the time before.
    pub(super) fn add_before(&mut self, leaks: &[Leak]) {
        self.before.add(leaks.is_empty());
    }

    pub(super) fn add(&mut self, case: &Case, leaks: &[Leak]) {
        let Facts { owner, stage, status, ref channel, amount, lost_for, lost_from, .. } = case.facts;
        let amount = self.actor.seen(Field::DealAmount, amount);
        let pipeline = self.pipeline;
        let place = |id: StageId| pipeline.open_stages().position(|stage| stage.id == id);
        let own = self.managers.entry(owner).or_default();
        own.reached.resize(self.stretches.len(), 0);
        self.run.add(leaks.is_empty());
        own.run.add(leaks.is_empty());
        self.drops.add(leaks);
        own.drops.add(leaks);
        *self.channels[0].entry(channel.clone()).or_default() += 1;

        let far = reached(pipeline, case);
        for (stretch, count) in self.stretches.iter_mut().zip(&mut own.reached).take(far) {
            stretch.reached.add(amount);
            *count += 1;
        }
        match status {
            Some(DealStatus::Won) => {
                self.won.add(amount);
                own.won.add(amount);
            }
            Some(DealStatus::Lost) => {
                if let Some(reason) = lost_for {
                    *self.lost_for.entry(reason).or_default() += 1;
                }
                if let Some(at) = lost_from.and_then(place) {
                    self.stretches[at].lost += 1;
                }
            }
            _ => {
                if let Some(at) = stage.and_then(place) {
                    self.stretches[at].here += 1;
                }
            }
        }
        let entered = case.entered();
        for ((from, stage), (until, _)) in entered.iter().zip(entered.iter().skip(1)) {
            if let Some(at) = place(*stage) {
                let step = stay_step(until.timestamp() - from.timestamp());
                *self.stretches[at].stays.entry(step).or_default() += 1;
            }
        }
    }

    pub(super) fn add_leads(&mut self, leads: Leads) {
        let Leads { owner, channel, status, count } = leads;
        self.contact.leads += count;
        match status {
            LeadStatus::Converted => self.contact.converted += count,
            LeadStatus::Disqualified => self.contact.disqualified += count,
            LeadStatus::New | LeadStatus::Working => {}
        }
        *self.channels[1].entry(channel).or_default() += count;
        self.managers.entry(owner).or_default().leads += count;
    }

    /// `before` are the days that the deals of the time before were opened on.
    pub(super) fn told(
        self,
        reference: &Reference,
        before: Option<(NaiveDate, NaiveDate)>,
        span: Span,
    ) -> Pipe {
        let first_contact = is_default(reference, self.pipeline).then_some(self.contact);
        let stages = self.pipeline.open_stages().zip(self.stretches).map(|(stage, sum)| sum.told(stage));
        let stages: Vec<PipeStage> = stages.collect();
        let reason = |id| reference.loss_reason(LossReasonId(id)).map(|reason| reason.name.clone());
        let lost_for = self.lost_for.into_iter().map(|(id, deals)| (reason(id).unwrap_or_default(), deals));
        let [of_deals, of_leads] = self.channels;
        let channels = if of_leads.is_empty() { of_deals } else { of_leads };
        let managers = self.managers.into_iter().map(|(owner, own)| {
            let Own { leads, run, mut reached, won, drops } = own;
            reached.resize(stages.len(), 0);
            let (won, won_sums) = won.told();
            let (spots, kinds) = drops.told();
            let person = person(reference, owner);
            Manager { person, leads, run, reached, won, won_sums, spots, kinds }
        });
        let mut managers: Vec<Manager> = managers.collect();
        let size = |manager: &Manager| manager.run.deals + manager.leads;
        let name = |manager: &Manager| manager.person.clone().map(|person| person.name);
        managers.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| name(a).cmp(&name(b))));
        let (won, won_sums) = self.won.told();
        let (spots, kinds) = self.drops.told();
        Pipe {
            pipeline: self.pipeline.id,
            name: self.pipeline.name.clone(),
            first_contact,
            won,
            won_sums,
            lost_for: most_first(lost_for),
            channels: most_first(channels),
            managers,
            run: self.run,
            before: before.map(|(from, until)| (from, until, self.before)),
            span,
            spots,
            kinds,
            stages,
        }
    }
}

/// How many open stages the deal has passed or stands in: up to the furthest that it ever entered. Being lost is not a place one gets
/// to; whoever skips a stage has passed it all the same.
fn reached(pipeline: &Pipeline, case: &Case) -> usize {
    let open = pipeline.open_stages().count();
    let place = |id: StageId| {
        let known: &Stage = pipeline.stage(id)?;
        match known.kind {
            StageKind::Open => pipeline.open_stages().position(|stage| stage.id == id).map(|at| at + 1),
            StageKind::Won => Some(open),
            StageKind::Lost => None,
        }
    };
    case.entered().into_iter().filter_map(|(_, id)| place(id)).max().unwrap_or(0)
}

fn most_first<T>(counted: impl IntoIterator<Item = (T, u64)>) -> Vec<(T, u64)> {
    let mut all: Vec<(T, u64)> = counted.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all
}

impl Sum {
    fn add(&mut self, amount: Option<Money>) {
        self.count += 1;
        if let Some(amount) = amount {
            let sum = self.sums.entry(amount.currency).or_default();
            *sum = sum.saturating_add(amount.minor);
        }
    }

    fn told(self) -> (u64, Vec<Money>) {
        (self.count, self.sums.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect())
    }
}

impl Stretch {
    fn told(self, stage: &Stage) -> PipeStage {
        let (reached, sums) = self.reached.told();
        PipeStage {
            id: stage.id,
            name: stage.name.clone(),
            limit_days: stage.limit_days,
            reached,
            sums,
            here: self.here,
            lost: self.lost,
            stay: median(&self.stays),
        }
    }
}

impl Drops {
    /// A deal counts once at each place, and once for each kind, however often it leaked there.
    fn add(&mut self, leaks: &[Leak]) {
        let spots: BTreeSet<_> = leaks.iter().map(|leak| (leak.kind, leak.stage)).collect();
        for spot in spots {
            *self.spots.entry(spot).or_default() += 1;
        }
        let kinds: BTreeSet<_> = leaks.iter().map(|leak| leak.kind).collect();
        for kind in kinds {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    fn told(self) -> (Vec<Spot>, Vec<(LeakKind, u64)>) {
        let spots = self.spots.into_iter().map(|((kind, stage), deals)| Spot { kind, stage, deals });
        let mut spots: Vec<Spot> = spots.collect();
        spots.sort_by_key(|spot| std::cmp::Reverse(spot.deals));
        (spots, self.kinds.into_iter().collect())
    }
}
