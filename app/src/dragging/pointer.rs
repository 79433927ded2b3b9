//! Dragging by pointer events of our own, because HTML's drag and drop knows no touch; and the keyboard's twin of it. A mouse
//! drags after a few pixels, a finger after a long press, so that the board still scrolls.

use std::time::Duration;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;
use uuid::Uuid;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

use super::{By, Grip};

/// Pixels that a mouse moves before it drags, and that a resting finger may tremble.
const THRESHOLD: f64 = 6.0;
/// How long a finger rests on a card to pick it up.
const LONG_PRESS: Duration = Duration::from_millis(350);
/// Near this many pixels to its edge the board scrolls along.
const EDGE: f64 = 48.0;

#[derive(Clone, Copy)]
struct Press {
    card: Uuid,
    pointer: i32,
    /// Where it went down …
    start: (f64, f64),
    /// … and where that is inside the card.
    inside: (f64, f64),
    finger: bool,
}

/// The pointer over the board.
#[derive(Clone, Copy)]
pub struct Pointer {
    grip: Grip,
    /// Takes a card up, if it may be.
    lift: Callback<(Uuid, By)>,
    /// Lets go of what is held.
    drop: Callback<()>,
    press: StoredValue<Option<Press>>,
    /// Where the pointer was last.
    at: StoredValue<(f64, f64)>,
    /// The card that has the keyboard's focus; drawn anew it gets it again.
    focused: StoredValue<Option<Uuid>>,
    /// A click that ends a drag opens nothing.
    dragged: StoredValue<bool>,
    /// What follows the pointer.
    pub ghost: NodeRef<html::Div>,
    pub root: NodeRef<html::Main>,
}

impl Pointer {
    pub fn new(
        grip: Grip,
        lift: impl Fn(Uuid, By) + Send + Sync + 'static,
        drop: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let pointer = Pointer {
            grip,
            lift: Callback::new(move |(card, by)| lift(card, by)),
            drop: Callback::new(move |()| drop()),
            press: StoredValue::new(None),
            at: StoredValue::new((0.0, 0.0)),
            focused: StoredValue::new(None),
            dragged: StoredValue::new(false),
            ghost: NodeRef::new(),
            root: NodeRef::new(),
        };
        Effect::new(move || {
            if pointer.ghost.get().is_some() {
                pointer.follow();
            }
        });
        pointer
    }

    pub fn down(self, event: &PointerEvent) {
        self.dragged.set_value(false);
        let target = element(event.target());
        let card = target
            .as_ref()
            .filter(|_| event.button() == 0 && event.is_primary())
            .and_then(|t| closest(t, "[data-card]"));
        let (Some(target), Some(card)) = (target, card) else { return };
        if closest(&target, "details, form, button, label").is_some() || self.is_closed() {
            return;
        }
        let Some(id) = id_of(&card) else { return };
        let (start, corner) = (point(event), card.get_bounding_client_rect());
        let press = Press {
            card: id,
            pointer: event.pointer_id(),
            start,
            inside: (start.0 - corner.x(), start.1 - corner.y()),
            finger: event.pointer_type() == "touch",
        };
        self.press.set_value(Some(press));
        self.at.set_value(start);
        if press.finger {
            set_timeout(move || self.lift_if_still(press), LONG_PRESS);
        }
    }

    /// The long press is over and the finger is where it was.
    fn lift_if_still(self, press: Press) {
        let same = |now: Press| now.pointer == press.pointer && now.start == press.start;
        if self.press.try_get_value().flatten().is_some_and(same) {
            self.lift_by_pointer(press);
        }
    }

    fn lift_by_pointer(self, press: Press) {
        self.press.set_value(None);
        self.lift.run((press.card, By::Pointer { x: press.inside.0, y: press.inside.1 }));
        if let Some(root) = self.root.get_untracked() {
            // Without the capture (the pointer is gone already) the cancel that follows puts the card back.
            let _captured = root.set_pointer_capture(press.pointer);
        }
    }

    fn is_closed(self) -> bool {
        self.grip.held.with_untracked(Option::is_some)
    }

    /// Whether the pointer, not the keyboard, holds a card.
    fn drags(self) -> bool {
        self.grip.held.with_untracked(|held| held.as_ref().is_some_and(|(_, by)| *by != By::Keys))
    }

    pub fn moved(self, event: &PointerEvent) {
        let at = point(event);
        if let Some(press) = self.press.get_value().filter(|press| press.pointer == event.pointer_id())
            && (at.0 - press.start.0).hypot(at.1 - press.start.1) > THRESHOLD
        {
            // A finger that moves before the long press is over scrolls.
            if press.finger { self.press.set_value(None) } else { self.lift_by_pointer(press) }
        }
        if self.drags() {
            self.at.set_value(at);
            self.follow();
            self.scroll_along(at.0);
            if let Some(column) = column_at(at) {
                self.grip.hover(&column);
            }
        }
    }

    pub fn up(self, event: &PointerEvent) {
        self.press.set_value(None);
        if self.drags() {
            event.prevent_default();
            self.dragged.set_value(true);
            self.drop.run(());
        }
    }

    pub fn cancel(self) {
        self.press.set_value(None);
        if self.drags() {
            self.grip.put_back();
        }
    }

    /// While a card is held a finger neither scrolls nor opens the menu of links.
    pub fn hold_still(self, event: &Event) {
        let pressed = event.type_() != "touchmove"
            && self.press.with_value(|press| press.is_some_and(|press| press.finger));
        if self.drags() || pressed {
            event.prevent_default();
        }
    }

    pub fn click(self, event: &Event) {
        if self.dragged.get_value() {
            self.dragged.set_value(false);
            event.prevent_default();
        }
    }

    fn follow(self) {
        let inside = self.grip.held.with_untracked(|held| match held.as_ref().map(|(_, by)| *by) {
            Some(By::Pointer { x, y }) => Some((x, y)),
            _ => None,
        });
        if let (Some(ghost), Some(inside)) = (self.ghost.get_untracked(), inside) {
            let at = self.at.get_value();
            let place = format!("{}px {}px", at.0 - inside.0, at.1 - inside.1);
            // Cosmetic: where styles cannot be set the card is dragged unseen.
            let _placed = HtmlElement::style(&ghost).set_property("translate", &place);
        }
    }

    fn scroll_along(self, x: f64) {
        if let Some(board) =
            self.root.get_untracked().and_then(|root| root.query_selector(".board").ok().flatten())
        {
            let edges = board.get_bounding_client_rect();
            if x > edges.right() - EDGE {
                board.set_scroll_left(board.scroll_left() + 12);
            } else if x < edges.left() + EDGE {
                board.set_scroll_left(board.scroll_left() - 12);
            }
        }
    }

    /// Hears the keys that no element has the focus for.
    pub fn listen(self) {
        Effect::new(move || {
            let stray = window_event_listener(leptos::ev::keydown, move |event| {
                if element(event.target()).is_some_and(|target| target.tag_name() == "BODY") {
                    self.key(&event);
                }
            });
            on_cleanup(move || stray.remove());
        });
    }

    /// Enter or Space picks up and drops, arrows choose the column, Esc puts back.
    pub fn key(self, event: &KeyboardEvent) {
        let holds = self.is_closed();
        if event.key() == "Escape" && holds {
            self.grip.put_back();
            return event.prevent_default();
        }
        // Only the card itself, not the link and the menu in it. A board that was drawn anew has let go of the focus: until it is
        // back, the keys are still the held card's.
        let target = element(event.target());
        let adrift = target.as_ref().is_none_or(|target| target.tag_name() == "BODY");
        let card = target.filter(|target| target.has_attribute("data-card")).and_then(|card| id_of(&card));
        let held = self.grip.held.with_untracked(|held| held.as_ref().map(|(held, _)| held.card));
        let Some(id) = card.or(held.filter(|_| adrift)) else { return };
        match event.key().as_str() {
            "Enter" | " " if holds => self.drop.run(()),
            "Enter" | " " => self.lift.run((id, By::Keys)),
            "ArrowLeft" | "ArrowRight" if holds => {
                if let Some(column) = self.grip.step(if event.key() == "ArrowLeft" { -1 } else { 1 }) {
                    self.show(&column);
                }
            }
            "Tab" if holds => return self.grip.put_back(),
            _ => return,
        }
        event.prevent_default();
    }

    fn show(self, column: &str) {
        if let Some(column) = self.query(&format!(".column[data-drop=\"{column}\"]")) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
            column.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    pub fn focus_in(self, event: &Event) {
        let card = element(event.target()).filter(|target| target.has_attribute("data-card"));
        self.focused.set_value(card.as_ref().and_then(id_of));
    }

    /// After the board was drawn anew: the focus goes with the card, unless something else has it by now.
    pub fn refocus(self) {
        let focus = move || {
            let nowhere = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
            let Some(id) = self.focused.try_get_value().flatten().filter(|_| nowhere) else { return };
            let card = self.query(&format!("[data-card=\"{id}\"]"));
            if let Some(card) = card.and_then(|card| card.dyn_into::<HtmlElement>().ok()) {
                // An element that was just drawn takes the focus.
                let _focused = card.focus();
            }
        };
        request_animation_frame(move || request_animation_frame(focus));
    }

    fn query(self, selector: &str) -> Option<Element> {
        self.root.get_untracked().and_then(|root| root.query_selector(selector).ok().flatten())
    }
}

fn element(target: Option<web_sys::EventTarget>) -> Option<Element> {
    target.and_then(|target| target.dyn_into().ok())
}

fn closest(of: &Element, selector: &str) -> Option<Element> {
    of.closest(selector).ok().flatten()
}

fn id_of(card: &Element) -> Option<Uuid> {
    card.get_attribute("data-card").and_then(|id| id.parse().ok())
}

fn point(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// The column, or its button in the narrow layout, that is at a point of the window.
fn column_at((x, y): (f64, f64)) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, reason = "window coordinates are small")]
    let under = document().element_from_point(x as f32, y as f32)?;
    closest(&under, "[data-drop]")?.get_attribute("data-drop")
}
