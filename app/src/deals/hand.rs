//! Moving cards over the board: what is held, what is on its way, what was refused. The pointer, the keyboard and the cards' menus
//! all move through here.

use std::collections::BTreeMap;

use domain::deal::{BoardColumn, DealCard, advance};
use domain::id::{DealId, PipelineId, StageId};
use domain::pipeline::{Evidence, Pipeline, Stage, StageKind, wanted};
use domain::{Label, Lang, Problem, Refusal};
use leptos::prelude::*;

use super::api::{AdvanceDeal, advance_deal};
use super::overlay::{Move, Moves};
use crate::fail::Fail;
use crate::ui::toast::{Toast, use_toast};

/// A card that was picked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    pub card: DealCard,
    pub from: StageId,
    /// The column it is over.
    pub over: StageId,
    pub by: By,
}

/// What holds the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum By {
    Keys,
    /// With the place inside the card where it was taken.
    Pointer {
        x: f64,
        y: f64,
    },
}

/// A move that was refused.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refused {
    pub id: DealId,
    pub title: String,
    /// Name of the stage that the deal stays in.
    pub stays: String,
    pub fail: Fail,
}

/// The hand over the board.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    pub held: RwSignal<Option<Held>>,
    pub moves: RwSignal<Moves>,
    /// The columns as they are shown.
    pub columns: StoredValue<Vec<BoardColumn>>,
    /// Versions of the cards as they were loaded.
    pub loaded: StoredValue<BTreeMap<DealId, i64>>,
    /// Counts what needs the board read again.
    pub reload: RwSignal<u32>,
    /// What the status strip says.
    pub said: RwSignal<String>,
    pub refused: RwSignal<Option<Refused>>,
    pub refusal_open: RwSignal<bool>,
    /// A move into the lost stage that waits for its reason.
    pub losing: RwSignal<Option<AdvanceDeal>>,
    pub losing_open: RwSignal<bool>,
    toast: Toast,
    lang: Lang,
}

impl Hand {
    pub fn new(lang: Lang) -> Self {
        Hand {
            held: RwSignal::new(None),
            moves: RwSignal::new(Moves::new()),
            columns: StoredValue::new(Vec::new()),
            loaded: StoredValue::new(BTreeMap::new()),
            reload: RwSignal::new(0),
            said: RwSignal::new(String::new()),
            refused: RwSignal::new(None),
            refusal_open: RwSignal::new(false),
            losing: RwSignal::new(None),
            losing_open: RwSignal::new(false),
            toast: use_toast(),
            lang,
        }
    }

    /// The card and its column's stage.
    pub fn find(self, id: DealId) -> Option<(DealCard, Stage)> {
        self.columns.with_value(|columns| {
            columns.iter().find_map(|column| {
                let card = column.cards.iter().find(|card| card.id == id)?;
                Some((card.clone(), column.stage.clone()))
            })
        })
    }

    fn stage(self, id: StageId) -> Option<Stage> {
        self.columns.with_value(|columns| {
            columns.iter().map(|column| &column.stage).find(|stage| stage.id == id).cloned()
        })
    }

    fn stage_name(self, id: StageId) -> String {
        self.stage(id).map(|stage| stage.name.get(self.lang).to_owned()).unwrap_or_default()
    }

    /// Whether the move of this card is on its way.
    pub fn is_moving(self, id: DealId) -> bool {
        self.moves.with(|moves| moves.get(&id).is_some_and(|step| step.saved.is_none()))
    }

    pub fn holds(self, id: DealId) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|held| held.card.id == id))
    }

    /// Whether a card from elsewhere is over the column.
    pub fn is_over(self, stage: StageId) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|held| held.over == stage && held.from != stage))
    }

    /// Why the held card can surely not be dropped on the column.
    pub fn refusals_over(self, stage: StageId) -> Vec<Refusal> {
        let from =
            self.held.with(|held| held.as_ref().filter(|held| held.over == stage).map(|held| held.from));
        from.map(|from| self.impossible(from, stage)).unwrap_or_default()
    }

    fn impossible(self, from: StageId, to: StageId) -> Vec<Refusal> {
        let (Some(from), Some(to)) = (self.stage(from), self.stage(to)) else { return Vec::new() };
        let pipeline = Pipeline {
            id: PipelineId(uuid::Uuid::nil()),
            name: Label::default(),
            version: 0,
            retired: false,
            stages: vec![from.clone(), to.clone()],
        };
        // As if everything that is asked for were there: what is refused in spite of it, is refused for sure.
        let evidence = Evidence { waived: wanted(&pipeline, &from, &to), ..Evidence::default() };
        match advance(from.kind.into(), &pipeline, &from, &to, &evidence, true) {
            Err(Problem::Refused { reasons }) if from.id != to.id => reasons,
            _ => Vec::new(),
        }
    }

    /// Picks a card up; one whose move is on its way stays.
    pub fn lift(self, id: DealId, by: By) {
        if let Some((card, stage)) = self.find(id).filter(|_| !self.is_moving(id)) {
            if by == By::Keys {
                self.said.set(tr!(
                    self.lang,
                    deals.lifted,
                    title = card.title.clone(),
                    stage = stage.name.get(self.lang)
                ));
            }
            self.toast.hush();
            self.held.set(Some(Held { card, from: stage.id, over: stage.id, by }));
        }
    }

    /// Holds the card over another column.
    pub fn hover(self, over: StageId) {
        let held = self.held.get_untracked().filter(|held| held.over != over);
        if let Some(held) = held {
            self.held.update(|held| {
                if let Some(held) = held {
                    held.over = over;
                }
            });
            self.said.set(tr!(self.lang, deals.over, title = held.card.title, stage = self.stage_name(over)));
        }
    }

    /// Holds the card over the column `steps` to the right; answers which that is.
    pub fn step(self, steps: isize) -> Option<StageId> {
        let over = self.held.with_untracked(|held| held.as_ref().map(|held| held.over))?;
        let next = self.columns.with_value(|columns| {
            let at = columns.iter().position(|column| column.stage.id == over)?;
            columns.get(at.checked_add_signed(steps)?).map(|column| column.stage.id)
        })?;
        self.hover(next);
        Some(next)
    }

    pub fn put_back(self) {
        if let Some(held) = self.held.try_update(Option::take).flatten() {
            self.said.set(tr!(self.lang, deals.put_back, title = held.card.title));
        }
    }

    /// Lets the card go over the column it is over.
    pub fn drop(self) {
        match self.held.try_update(Option::take).flatten() {
            Some(held) if held.over != held.from => {
                let card = held.card;
                let step = AdvanceDeal {
                    id: card.id,
                    version: card.version,
                    to: held.over,
                    loss_reason: String::new(),
                    note: String::new(),
                };
                self.propose(step);
            }
            Some(held) => self.said.set(tr!(self.lang, deals.put_back, title = held.card.title)),
            None => {}
        }
    }

    /// Moves a card unless that is surely impossible; a loss asks for its reason first.
    pub fn propose(self, step: AdvanceDeal) {
        let (Some((card, from)), Some(to)) = (self.find(step.id), self.stage(step.to)) else { return };
        if from.id == to.id {
            return;
        }
        self.toast.hush();
        let reasons = self.impossible(from.id, to.id);
        if !reasons.is_empty() {
            self.refuse(card, &from, Fail::Problem(Problem::Refused { reasons }));
        } else if to.kind == StageKind::Lost && step.loss_reason.is_empty() {
            self.losing.set(Some(step));
            self.losing_open.set(true);
        } else {
            self.send(step);
        }
    }

    /// Shows the move at once and asks the server for it; takes it back when that says no.
    pub fn send(self, step: AdvanceDeal) {
        let Some((card, from)) = self.find(step.id) else { return };
        let AdvanceDeal { id, version, to, loss_reason, note } = step;
        let version = self.newest(id, version);
        let seen = self.loaded.with_value(|loaded| loaded.get(&id).copied()).unwrap_or(card.version);
        let before =
            self.moves.try_update(|moves| moves.insert(id, Move { to, seen, saved: None })).flatten();
        leptos::task::spawn_local(async move {
            match advance_deal(id, version, to, loss_reason, note).await {
                Ok(version) => {
                    self.moves.update(|moves| {
                        if let Some(step) = moves.get_mut(&id) {
                            step.saved = Some(version);
                        }
                    });
                    self.said.set(tr!(
                        self.lang,
                        deals.moved,
                        title = card.title,
                        stage = self.stage_name(to)
                    ));
                }
                Err(fail) => {
                    self.moves.update(|moves| {
                        match before {
                            Some(before) => moves.insert(id, before),
                            None => moves.remove(&id),
                        };
                    });
                    self.refuse(card, &from, fail);
                }
            }
            self.reload.update(|count| *count += 1);
        });
    }

    /// The version that a move is based on: what the last move of this hand made of the card may not be on the board yet.
    fn newest(self, id: DealId, version: i64) -> i64 {
        let saved = self.moves.with_untracked(|moves| moves.get(&id).and_then(|step| step.saved));
        saved.map_or(version, |saved| saved.max(version))
    }

    fn refuse(self, card: DealCard, stays: &Stage, fail: Fail) {
        let stays = stays.name.get(self.lang).to_owned();
        self.toast.say(tr!(self.lang, deals.went_back, title = card.title.clone(), stage = stays.clone()));
        self.refused.set(Some(Refused { id: card.id, title: card.title, stays, fail }));
        self.refusal_open.set(true);
    }
}
