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
use crate::ctx::{Format, use_format};
use crate::dragging::{By, Grip, Held};
use crate::fail::Fail;
use crate::ui::toast::{Toast, use_toast};

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
    pub grip: Grip,
    pub moves: RwSignal<Moves>,
    /// The columns as they are shown.
    columns: StoredValue<Vec<BoardColumn>>,
    /// Versions of the cards as they were loaded.
    pub loaded: StoredValue<BTreeMap<DealId, i64>>,
    /// Counts what needs the board read again.
    pub reload: RwSignal<u32>,
    pub refused: RwSignal<Option<Refused>>,
    pub refusal_open: RwSignal<bool>,
    /// A move into the lost stage that waits for its reason.
    pub losing: RwSignal<Option<AdvanceDeal>>,
    pub losing_open: RwSignal<bool>,
    toast: Toast,
    format: StoredValue<Format>,
    lang: Lang,
}

impl Hand {
    pub fn new(lang: Lang) -> Self {
        Hand {
            grip: Grip::new(lang),
            moves: RwSignal::new(Moves::new()),
            columns: StoredValue::new(Vec::new()),
            loaded: StoredValue::new(BTreeMap::new()),
            reload: RwSignal::new(0),
            refused: RwSignal::new(None),
            refusal_open: RwSignal::new(false),
            losing: RwSignal::new(None),
            losing_open: RwSignal::new(false),
            toast: use_toast(),
            format: StoredValue::new(use_format()),
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
        self.grip.holds(id.0)
    }

    /// Keeps the columns as they are shown now.
    pub fn show(self, columns: &[BoardColumn]) {
        let named = |column: &BoardColumn| {
            let stage = &column.stage;
            (stage.id.to_string(), stage.name.get(self.lang).to_owned())
        };
        self.grip.columns.set_value(columns.iter().map(named).collect());
        self.columns.set_value(columns.to_vec());
    }

    /// Whether a card from elsewhere is over the column.
    pub fn is_over(self, stage: StageId) -> bool {
        self.grip.is_over(&stage.to_string())
    }

    /// Why the held card can surely not be dropped on the column.
    pub fn refusals_over(self, stage: StageId) -> Vec<Refusal> {
        let from = self.grip.origin_over(&stage.to_string()).and_then(|from| from.parse::<StageId>().ok());
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
            let held = Held {
                card: id.0,
                title: card.title,
                client: card.client,
                figure: self.format.with_value(|format| format.amount(card.amount)),
                from: stage.id.to_string(),
                over: stage.id.to_string(),
            };
            self.grip.take(held, by);
        }
    }

    /// Lets the card go over the column it is over.
    pub fn drop(self) {
        let Some(held) = self.grip.let_go() else { return };
        let id = DealId(held.card);
        if let (Some((card, _)), Ok(to)) = (self.find(id), held.over.parse::<StageId>()) {
            let version = card.version;
            self.propose(AdvanceDeal { id, version, to, loss_reason: String::new(), note: String::new() });
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
        // Whoever has left the page by then has taken the columns along.
        let stage = self.stage_name(to);
        leptos::task::spawn_local(async move {
            match advance_deal(id, version, to, loss_reason, note).await {
                Ok(version) => {
                    self.moves.update(|moves| {
                        if let Some(step) = moves.get_mut(&id) {
                            step.saved = Some(version);
                        }
                    });
                    self.grip.said.set(tr!(self.lang, deals.moved, title = card.title, stage = stage));
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
