//! Generated logs that keep to a generated process.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use crate::Label;
use crate::id::{CheckItemId, PipelineId, StageId};
use crate::pipe::{Arrival, Event, LeakKind, Log, Versions, What, check};
use crate::pipeline::{
    About, CheckItem, DealField, Logging, Pipeline, Requirement, Stage, StageKind, wanted,
};
use crate::task::TaskKind;

const TICKED: CheckItemId = CheckItemId(Uuid::from_u128(99));

/// What the stages of a story may ask for; the talk itself is never asked for.
fn items(talk: Logging) -> [Requirement; 9] {
    let other = if talk == Logging::Call { Logging::Meeting } else { Logging::Call };
    [
        Requirement::OfferAccepted,
        Requirement::ActsSigned,
        Requirement::FeedbackAsked,
        Requirement::Field(DealField::Amount),
        Requirement::Task(TaskKind::Call),
        Requirement::Task(TaskKind::Document),
        Requirement::Item(TICKED),
        Requirement::Activity(Logging::Note),
        Requirement::Activity(other),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Open,
    Won,
    Lost,
}

/// What a generated story is made of.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) open: usize,
    /// Where each of the items is asked for: modulo the places there are.
    pub(super) places: Vec<usize>,
    pub(super) limits: Vec<Option<i32>>,
    /// Hours in each stage.
    pub(super) hours: Vec<i64>,
    pub(super) walked: usize,
    pub(super) end: End,
    pub(super) talk: Logging,
    pub(super) from_lead: bool,
}

pub(super) fn plan(
    open: impl Strategy<Value = usize>,
    end: impl Strategy<Value = End>,
) -> impl Strategy<Value = Plan> {
    let talk = prop_oneof![Just(Logging::Call), Just(Logging::Meeting)];
    let limits = vec(option::of(1..=20_i32), 6);
    (open, vec(any::<usize>(), 9), limits, vec(1..=900_i64, 6), any::<usize>(), end, talk, any::<bool>())
        .prop_map(|(open, places, limits, hours, walked, end, talk, from_lead)| {
            let walked = if end == End::Won { open } else { 1 + walked % open };
            Plan { open, places, limits, hours, walked, end, talk, from_lead }
        })
}

pub(super) fn any_end() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::Open), Just(End::Won), Just(End::Lost)]
}

pub(super) fn id(place: usize) -> StageId {
    StageId(Uuid::from_u128(place as u128 + 1))
}

pub(super) fn start() -> DateTime<Utc> {
    "2026-09-01T09:00:00Z".parse().unwrap()
}

/// A deal's log with the process that it is held against.
#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) process: Pipeline,
    pub(super) log: Log,
    pub(super) now: DateTime<Utc>,
}

fn process(plan: &Plan) -> Pipeline {
    let stage = |place: usize| {
        let kind = match place.checked_sub(plan.open) {
            None => StageKind::Open,
            Some(0) => StageKind::Won,
            Some(_) => StageKind::Lost,
        };
        let mut about = About::default();
        for (item, chosen) in items(plan.talk).into_iter().zip(&plan.places) {
            // The first stage asks for nothing to enter, the last ones for nothing to leave; some items nobody asks for.
            match chosen % (2 * plan.open + 3) {
                enter if enter == place && (1..=plan.open).contains(&place) => about.enter.push(item),
                leave if leave == plan.open + 1 + place && place < plan.open => about.leave.push(item),
                _ => {}
            }
        }
        if place == 0 {
            about.checklist.push(CheckItem { id: TICKED, text: Label::default() });
        }
        let limit_days = plan.limits.get(place).copied().flatten().filter(|_| kind == StageKind::Open);
        Stage { id: id(place), name: Label::default(), kind, parent: None, probability: 0, limit_days, about }
    };
    Pipeline {
        id: PipelineId(Uuid::nil()),
        name: Label::default(),
        version: 1,
        retired: false,
        stages: (0..plan.open + 2).map(stage).collect(),
    }
}

impl Story {
    /// A log that keeps to the process.
    pub(super) fn conforming(plan: &Plan) -> Story {
        let process = process(plan);
        let due_at = start() - TimeDelta::minutes(30);
        let arrival = Arrival { due_at, answered_at: Some(due_at) };
        let arrival = plan.from_lead.then_some(arrival);
        let mut story =
            Story { process, log: Log { arrival, planned: true, ..Log::default() }, now: start() };
        story.enter(None, 0);
        story.tell(What::Logged(plan.talk));
        for (place, hours) in plan.hours.iter().copied().enumerate().take(plan.walked) {
            story.work(hours);
            let last = place + 1 == plan.walked;
            match (last, plan.end) {
                (false, _) => story.advance(place, place + 1),
                (true, End::Won) => story.advance(place, plan.open),
                (true, End::Lost) => story.advance(place, plan.open + 1),
                (true, End::Open) => {}
            }
        }
        // Of a closed deal nothing more is planned.
        story.log.planned = plan.end == End::Open;
        story
    }

    fn tell(&mut self, what: What) {
        self.log.events.push(Event { at: self.now, what });
    }

    pub(super) fn enter(&mut self, from: Option<usize>, to: usize) {
        self.tell(What::Entered { from: from.map(id), to: id(to), version: 1 });
    }

    /// Works on it for hours, never idle for longer than any stage allows.
    fn work(&mut self, hours: i64) {
        let limits = self.process.stages.iter().filter_map(|stage| stage.limit_days).min();
        let rhythm = limits.map_or(hours, |days| i64::from(days) * 24).max(1);
        let end = self.now + TimeDelta::hours(hours);
        while self.now < end {
            self.now = end.min(self.now + TimeDelta::hours(rhythm));
            self.tell(What::Touched);
        }
    }

    /// Does what the move asks for, and moves.
    fn advance(&mut self, from: usize, to: usize) {
        let asked = wanted(&self.process, &self.process.stages[from], &self.process.stages[to]);
        for item in asked {
            self.fulfil(item);
        }
        self.enter(Some(from), to);
    }

    pub(super) fn fulfil(&mut self, item: Requirement) {
        match item {
            Requirement::Field(field) => self.log.filled.push(field),
            Requirement::OfferSent => self.tell(What::OfferSent),
            Requirement::OfferAccepted => self.tell(What::OfferAccepted),
            Requirement::FeedbackAsked => self.tell(What::FeedbackAsked),
            Requirement::ActsSigned => {
                self.tell(What::ActIssued);
                self.tell(What::ActSigned);
            }
            Requirement::Task(kind) => self.tell(What::TaskDone { kind, due_at: self.now }),
            Requirement::Activity(kind) => self.tell(What::Logged(kind)),
            Requirement::Item(item) => self.tell(What::Ticked(item)),
        }
    }

    /// As if nobody had done it; answers when it was done.
    pub(super) fn undo(&mut self, item: Requirement) -> Option<DateTime<Utc>> {
        let shows = |what: What| match (what, item) {
            (What::OfferAccepted, Requirement::OfferAccepted)
            | (What::ActIssued | What::ActSigned, Requirement::ActsSigned)
            | (What::FeedbackAsked, Requirement::FeedbackAsked)
            | (What::Ticked(_), Requirement::Item(_)) => true,
            (What::TaskDone { kind, .. }, Requirement::Task(wanted)) => kind == wanted,
            (What::Logged(kind), Requirement::Activity(wanted)) => kind == wanted,
            _ => false,
        };
        let at = self.log.events.iter().find(|event| shows(event.what)).map(|event| event.at);
        self.log.events.retain(|event| !shows(event.what));
        self.log.filled.retain(|field| item != Requirement::Field(*field));
        at
    }

    pub(super) fn moves(&self) -> Vec<(DateTime<Utc>, Option<StageId>, StageId)> {
        let told = self.log.events.iter().filter_map(|event| match event.what {
            What::Entered { from, to, .. } => Some((event.at, from, to)),
            _ => None,
        });
        told.collect()
    }

    /// What the moves asked for, and which stage did.
    pub(super) fn asked(&self) -> Vec<(Requirement, StageId)> {
        let mut all = Vec::new();
        for (_, from, to) in self.moves() {
            let Some(from) = from.and_then(|id| self.process.stage(id)) else { continue };
            let Some(to) = self.process.stage(to) else { continue };
            for item in wanted(&self.process, from, to) {
                all.push((item, if to.about.enter.contains(&item) { to.id } else { from.id }));
            }
        }
        all
    }

    pub(super) fn leaks(&self) -> Vec<(LeakKind, Option<StageId>)> {
        let mut versions = Versions::default();
        versions.add(self.process.clone());
        check(&self.log, &versions, self.now).into_iter().map(|leak| (leak.kind, leak.stage)).collect()
    }
}
