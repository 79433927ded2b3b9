//! Cards moved over the columns of a board by mouse, finger or keys: which is held, and over which column. What a board's cards are
//! and what becomes of one that is dropped is its own.

mod pointer;
mod shown;

use domain::Lang;
use leptos::prelude::*;
use uuid::Uuid;

pub use pointer::Pointer;
pub use shown::{Ghost, Strip, Surface};

use crate::ui::toast::{Toast, use_toast};

/// A card that was picked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub card: Uuid,
    pub title: String,
    /// What else the card that follows the pointer says.
    pub client: String,
    pub figure: String,
    /// The column it is from, as the page names it …
    pub from: String,
    /// … and the one it is over.
    pub over: String,
}

/// What holds a card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum By {
    Keys,
    /// With the place inside the card where it was taken.
    Pointer {
        x: f64,
        y: f64,
    },
}

/// The grip of a hand over a board.
#[derive(Clone, Copy)]
pub struct Grip {
    held: RwSignal<Option<(Held, By)>>,
    /// The columns from left to right, with their names in words.
    pub columns: StoredValue<Vec<(String, String)>>,
    /// What the strip says.
    pub said: RwSignal<String>,
    toast: Toast,
    lang: Lang,
}

impl Grip {
    pub fn new(lang: Lang) -> Self {
        Grip {
            held: RwSignal::new(None),
            columns: StoredValue::new(Vec::new()),
            said: RwSignal::new(String::new()),
            toast: use_toast(),
            lang,
        }
    }

    /// Whether a card is held.
    pub fn is_closed(self) -> bool {
        self.held.with(Option::is_some)
    }

    /// Whether this card is held.
    pub fn holds(self, card: Uuid) -> bool {
        self.held.with(|held| held.as_ref().is_some_and(|(held, _)| held.card == card))
    }

    /// The column that the card over this one is from.
    pub fn origin_over(self, column: &str) -> Option<String> {
        let over = |held: &&(Held, By)| held.0.over == column;
        self.held.with(|held| held.as_ref().filter(over).map(|(held, _)| held.from.clone()))
    }

    /// Whether a card from elsewhere is over the column.
    pub fn is_over(self, column: &str) -> bool {
        self.origin_over(column).is_some_and(|from| from != column)
    }

    fn by(self) -> Option<By> {
        self.held.with(|held| held.as_ref().map(|(_, by)| *by))
    }

    fn name(self, column: &str) -> String {
        self.columns.with_value(|columns| {
            let column = columns.iter().find(|(code, _)| code == column);
            column.map(|(_, name)| name.clone()).unwrap_or_default()
        })
    }

    /// Takes a card up.
    pub fn take(self, held: Held, by: By) {
        if by == By::Keys {
            let (title, stage) = (held.title.clone(), self.name(&held.from));
            self.said.set(tr!(self.lang, deals.lifted, title = title, stage = stage));
        }
        self.toast.hush();
        self.held.set(Some((held, by)));
    }

    /// Holds the card over another column.
    pub fn hover(self, column: &str) {
        let title = self.held.with_untracked(|held| {
            held.as_ref().filter(|(held, _)| held.over != column).map(|(held, _)| held.title.clone())
        });
        if let Some(title) = title {
            self.held.update(|held| {
                if let Some((held, _)) = held {
                    column.clone_into(&mut held.over);
                }
            });
            self.said.set(tr!(self.lang, deals.over, title = title, stage = self.name(column)));
        }
    }

    /// Holds the card over the column `steps` to the right; answers which that is.
    fn step(self, steps: isize) -> Option<String> {
        let over = self.held.with_untracked(|held| held.as_ref().map(|(held, _)| held.over.clone()))?;
        let next = self.columns.with_value(|columns| {
            let at = columns.iter().position(|(code, _)| *code == over)?;
            columns.get(at.checked_add_signed(steps)?).map(|(code, _)| code.clone())
        })?;
        self.hover(&next);
        Some(next)
    }

    /// Puts the card back where it was.
    pub fn put_back(self) {
        if let Some((held, _)) = self.held.try_update(Option::take).flatten() {
            self.said.set(tr!(self.lang, deals.put_back, title = held.title));
        }
    }

    /// Lets the card go; answers with it when it is over another column than it is from.
    pub fn let_go(self) -> Option<Held> {
        let (held, _) = self.held.try_update(Option::take).flatten()?;
        if held.over == held.from {
            self.said.set(tr!(self.lang, deals.put_back, title = held.title));
            return None;
        }
        Some(held)
    }
}
