//! What is being typed into a deal's facts, and what became of a save that came too late.

use domain::Problem;
use domain::deal::Deal;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::SaveFacts;
use super::typed::{Facts, FactsForm, Kept};
use crate::fail::Fail;

/// The version that is typed over is kept, so that what a colleague saves meanwhile is a conflict and never overwritten.
#[derive(Clone, Copy)]
pub(super) struct Typing {
    touched: RwSignal<bool>,
    /// The version and the facts that are typed over.
    over: StoredValue<(i64, Facts)>,
    /// What was sent last.
    sent: StoredValue<Option<FactsForm>>,
    /// What a form without wasm brought back.
    brought: StoredValue<Option<Kept>>,
    /// A save that found another version than the one it was typed over.
    pub clash: RwSignal<Option<Kept>>,
}

/// What the form begins with.
pub(super) struct Shown {
    pub version: i64,
    pub was: Facts,
    pub facts: Facts,
}

impl Typing {
    pub fn new() -> Self {
        let query = use_query_map();
        let query = query.read_untracked();
        let kept = query.get("typed").and_then(|typed| serde_json::from_str::<Kept>(&typed).ok());
        let clashed = query.get("clash").is_some();
        Typing {
            touched: RwSignal::new(false),
            over: StoredValue::new((0, Facts::default())),
            sent: StoredValue::new(None),
            clash: RwSignal::new(kept.clone().filter(|_| clashed)),
            brought: StoredValue::new(kept.filter(|_| !clashed)),
        }
    }

    pub fn begin(self) {
        self.touched.set(true);
    }

    /// What the form shows of `deal`, and what saving is based on.
    pub fn shown(self, deal: &Deal) -> Shown {
        if let Some(Kept { version, mine, was }) = self.brought.get_value() {
            return Shown { version, was, facts: mine };
        }
        let facts = Facts::of(deal);
        if !self.touched.get_untracked() {
            self.over.set_value((deal.version, facts.clone()));
        }
        let (version, was) = self.over.get_value();
        Shown { version, was, facts }
    }

    /// Once saved, nothing is being typed any more; a save that came too late is shown beside what stands now.
    pub fn settle(self, save: ServerAction<SaveFacts>) {
        Effect::new(move || {
            if let Some(sent) = save.input().get() {
                self.sent.set_value(Some(sent.form));
            }
        });
        Effect::new(move || match save.value().get() {
            Some(Ok(())) => {
                self.forget();
                self.clash.set(None);
            }
            Some(Err(Fail::Problem(Problem::Conflict { .. }))) => {
                if let Some(sent) = self.sent.get_value() {
                    self.forget();
                    self.clash.set(Some(sent.kept()));
                }
            }
            _ => {}
        });
    }

    fn forget(self) {
        self.touched.set(false);
        self.brought.set_value(None);
    }

    /// Esc: the fields are as they were.
    pub fn give_up(self, event: &leptos::ev::KeyboardEvent) {
        use wasm_bindgen::JsCast;
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let form = target.and_then(|target| target.closest("form").ok().flatten());
        if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
            form.reset();
            self.touched.set(false);
        }
    }
}
