//! One log held against the process.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Leak, LeakKind, Log, Versions, What};
use crate::id::StageId;
use crate::pipeline::{Evidence, Logging, Pipeline, Requirement, Stage, StageKind, wanted};
use crate::task::TaskKind;

/// Every leak of the log, in the order of time, as it looks at `now`.
pub fn check(log: &Log, versions: &Versions, now: DateTime<Utc>) -> Vec<Leak> {
    let mut events: Vec<_> = log.events.iter().collect();
    events.sort_by_key(|event| (event.at, matches!(event.what, What::Entered { .. })));
    let mut walk = Walk::new(log);
    for event in events {
        walk.take(versions, event.at, event.what);
    }
    walk.end(log, now)
}

/// What is known of a deal at one point of its log.
struct Walk {
    evidence: Evidence,
    /// The first task done of each kind, and whether that was after it was due.
    tasks: Vec<(TaskKind, bool)>,
    /// When the deal began.
    began: Option<DateTime<Utc>>,
    stay: Option<Stay>,
    /// The last stage, open or won: a lost deal that is reopened goes on from there.
    reached: Option<StageId>,
    entered: Vec<StageId>,
    /// Items that a move asked for, each with the first time.
    asked: Vec<Asked>,
    lost_in_silence: bool,
    leaks: Vec<Leak>,
}

/// A stay in a stage.
struct Stay {
    stage: StageId,
    is_open: bool,
    limit: Option<TimeDelta>,
    /// When something last happened.
    touched: DateTime<Utc>,
    is_idle: bool,
}

/// An item that a move asked for.
struct Asked {
    item: Requirement,
    stage: StageId,
    at: DateTime<Utc>,
    was_met: bool,
}

impl Walk {
    fn new(log: &Log) -> Self {
        Walk {
            evidence: Evidence { filled: log.filled.clone(), ..Evidence::default() },
            tasks: Vec::new(),
            began: None,
            stay: None,
            reached: None,
            entered: Vec::new(),
            asked: Vec::new(),
            lost_in_silence: false,
            leaks: Vec::new(),
        }
    }

    fn take(&mut self, versions: &Versions, at: DateTime<Utc>, what: What) {
        self.touch(at);
        match what {
            What::Entered { from, to, version } => self.enter(versions.at(version), at, from, to),
            What::OfferSent => self.evidence.offer_sent = true,
            What::OfferAccepted => self.evidence.offer_accepted = true,
            What::ActIssued => self.evidence.acts += 1,
            What::ActSigned => self.evidence.acts_signed += 1,
            What::FeedbackAsked => self.evidence.feedback_asked = true,
            What::TaskDone { kind, due_at } => {
                if !self.evidence.tasks_done.contains(&kind) {
                    self.evidence.tasks_done.push(kind);
                    self.tasks.push((kind, at > due_at));
                }
            }
            What::Logged(kind) => self.evidence.logged.push(kind),
            What::Ticked(item) => self.evidence.ticked.push(item),
            What::Waived(item) => {
                if !self.evidence.waived.contains(&item) {
                    self.evidence.waived.push(item);
                    self.leak(LeakKind::Waiver, at, self.stay.as_ref().map(|stay| stay.stage), Some(item));
                }
            }
            What::Touched => {}
        }
    }

    /// Something happened after a while; too long a while is a leak, once a stay.
    fn touch(&mut self, at: DateTime<Utc>) {
        let Some(stay) = &mut self.stay else { return };
        let since = stay.touched;
        stay.touched = at;
        let Some(limit) = stay.limit.filter(|limit| at - since > *limit && !stay.is_idle) else { return };
        stay.is_idle = true;
        let stage = stay.stage;
        self.leak(LeakKind::IdleBeyondLimit, since + limit, Some(stage), None);
    }

    fn enter(&mut self, process: Option<&Pipeline>, at: DateTime<Utc>, from: Option<StageId>, to: StageId) {
        let stage = process.and_then(|process| process.stage(to));
        if self.began.is_none() {
            self.began = Some(at);
        } else if let (Some(process), Some(stage)) = (process, stage) {
            let from = from.or(self.stay.as_ref().map(|stay| stay.stage));
            if let Some(from) = from.and_then(|id| process.stage(id)) {
                self.ask(process, at, from, stage);
                self.judge_order(process, at, stage);
            }
            if stage.kind == StageKind::Lost {
                self.judge_loss(at);
            }
        }
        let kind = stage.map_or(StageKind::Open, |stage| stage.kind);
        if kind != StageKind::Lost {
            self.reached = Some(to);
        }
        self.entered.push(to);
        let limit = stage.filter(|stage| stage.kind == StageKind::Open).and_then(|stage| stage.limit_days);
        self.stay = Some(Stay {
            stage: to,
            is_open: kind == StageKind::Open,
            limit: limit.map(|days| TimeDelta::days(i64::from(days))),
            touched: at,
            is_idle: false,
        });
    }

    /// What the move asked for: whether it was there, judged at the first move that asked.
    fn ask(&mut self, process: &Pipeline, at: DateTime<Utc>, from: &Stage, to: &Stage) {
        for item in wanted(process, from, to) {
            if self.asked.iter().any(|asked| asked.item == item) {
                continue;
            }
            let stage = if to.about.enter.contains(&item) { to.id } else { from.id };
            let was_met = self.evidence.meets(item);
            self.asked.push(Asked { item, stage, at, was_met });
            let was_late = |kind| self.tasks.iter().any(|(done, late)| *done == kind && *late);
            if let Requirement::Task(kind) = item
                && was_met
                && was_late(kind)
                && !self.evidence.waived.contains(&item)
            {
                self.leak(LeakKind::LateRequiredStep, at, Some(stage), Some(item));
            }
        }
    }

    /// Forward one by one is the process; being lost has no place in it.
    fn judge_order(&mut self, process: &Pipeline, at: DateTime<Utc>, to: &Stage) {
        let reached = self.reached.and_then(|id| process.place(id).map(|place| (id, place)));
        let (Some((last, here)), Some(there)) = (reached, process.place(to.id)) else { return };
        if to.kind == StageKind::Lost {
            return;
        }
        if there < here {
            self.leak(LeakKind::BackwardMove, at, Some(last), None);
        }
        let between = process.stages.iter().take(there).skip(here + 1);
        let skipped: Vec<StageId> = between
            .filter(|stage| stage.kind == StageKind::Open && !self.entered.contains(&stage.id))
            .map(|stage| stage.id)
            .collect();
        for stage in skipped {
            // It counts once, however often the deal comes by.
            self.entered.push(stage);
            self.leak(LeakKind::SkippedStage, at, Some(stage), None);
        }
    }

    fn judge_loss(&mut self, at: DateTime<Utc>) {
        let talked = [Logging::Call, Logging::Meeting].iter().any(|kind| self.evidence.logged.contains(kind));
        if !talked && !self.lost_in_silence {
            self.lost_in_silence = true;
            self.leak(LeakKind::LostWithoutTalking, at, self.reached, None);
        }
    }

    /// What can only be said of the whole log.
    fn end(mut self, log: &Log, now: DateTime<Utc>) -> Vec<Leak> {
        if self.stay.as_ref().is_some_and(|stay| stay.touched < now) {
            self.touch(now);
        }
        for asked in std::mem::take(&mut self.asked) {
            if !asked.was_met && !self.evidence.waived.contains(&asked.item) {
                let kind = if self.evidence.meets(asked.item) {
                    LeakKind::LateRequiredStep
                } else {
                    LeakKind::MissingRequiredStep
                };
                self.leak(kind, asked.at, Some(asked.stage), Some(asked.item));
            }
        }
        if let Some(stay) = self.stay.as_ref().filter(|stay| stay.is_open && !log.planned) {
            self.leak(LeakKind::NoNextStep, now, Some(stay.stage), None);
        }
        if let Some(arrival) = log.arrival {
            let answered = arrival.answered_at.into_iter().chain(self.began).min().unwrap_or(now);
            if answered > arrival.due_at {
                self.leak(LeakKind::LateFirstResponse, arrival.due_at, None, None);
            }
        }
        self.leaks.sort_by_key(|leak| leak.at);
        self.leaks
    }

    fn leak(&mut self, kind: LeakKind, at: DateTime<Utc>, stage: Option<StageId>, item: Option<Requirement>) {
        self.leaks.push(Leak { kind, at, stage, item });
    }
}
