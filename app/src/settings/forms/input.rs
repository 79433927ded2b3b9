//! The builder's inputs: what is typed goes into the draft, which the preview follows.

use leptos::prelude::*;

use crate::ui::field::inside_text;
use crate::ui::icon::Icon;

pub use crate::ui::focus::focus;

/// What kind of input it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Line,
    Long,
    Number,
    /// One line of a machine's: an address, a key.
    Code,
}

/// An input of the builder.
pub struct Input {
    pub kind: Kind,
    pub label: String,
    pub id: String,
    /// In the form that is sent.
    pub name: Signal<String>,
    pub start: String,
    pub typed: Callback<String>,
    /// What is wrong with it, in words.
    pub fault: Signal<Option<String>>,
    pub hint: String,
}

impl Input {
    pub fn view(self) -> AnyView {
        let Input { kind, label, id, name, start, typed, fault, hint } = self;
        let (error, hinted) = (format!("{id}-error"), format!("{id}-hint"));
        let described = if hint.is_empty() { error.clone() } else { format!("{error} {hinted}") };
        let invalid = move || fault.with(Option::is_some).then_some("true");
        let name = move || name.get();
        let put = move |event| typed.run(event_target_value(&event));
        let input = match kind {
            Kind::Long => view! {
                <textarea class="textarea" id=id.clone() name=name rows="2" on:input=put aria-invalid=invalid aria-describedby=described>
                    {inside_text(&start)}
                </textarea>
            }
            .into_any(),
            _ => {
                let class = if kind == Kind::Code { "input mono" } else { "input" };
                let shape = if kind == Kind::Number { "number" } else { "text" };
                view! {
                    <input class=class id=id.clone() name=name type=shape value=start on:input=put autocomplete="off"
                        aria-invalid=invalid aria-describedby=described/>
                }
                .into_any()
            }
        };
        view! {
            <div class="field">
                <label for=id>{label}</label>
                {input}
                {(!hint.is_empty()).then(|| view! { <p class="hint" id=hinted>{hint}</p> })}
                {told(error, fault)}
            </div>
        }
        .into_any()
    }
}

/// The place under an input where its fault is told.
pub fn told(id: String, fault: Signal<Option<String>>) -> AnyView {
    view! {
        <div class="faults" id=id aria-live="polite">
            {move || fault.get().map(|fault| view! { <p class="error"><Icon name="warn"/>{fault}</p> })}
        </div>
    }
    .into_any()
}

/// A box to tick.
pub fn tick(
    label: String,
    name: Signal<String>,
    start: bool,
    fixed: bool,
    ticked: Callback<bool>,
) -> AnyView {
    view! {
        <label class="checkbox">
            <input type="checkbox" name=move || name.get() value=super::typed::ON checked=start disabled=fixed
                on:change=move |event| ticked.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
    .into_any()
}
