//! What the editor is drawn with. A drawing is still: whatever a button changes is drawn anew, with wasm as without.

use domain::{Lang, Problem};
use leptos::prelude::*;

use super::api::Choices;
use super::typed::{ON, TypedPipeline};
use super::words;
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;

/// What is drawn.
#[derive(Clone, Copy)]
pub struct Sheet<'a> {
    pub lang: Lang,
    pub typed: &'a TypedPipeline,
    /// Why it was not saved.
    pub problem: Option<&'a Problem>,
    pub choices: &'a Choices,
}

/// What kind of input it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Line,
    Long,
    Number,
}

/// A text to type, by its place in the form (`stages.0.name`): its name there, its id and its fault are called after it.
pub struct Input<'a> {
    pub kind: Kind,
    pub label: String,
    pub place: String,
    pub value: &'a str,
    /// What its fault is called where it is not called after the place.
    pub fault: Option<String>,
    pub hint: String,
}

/// Something to choose: value and name of each, in groups that may have names.
pub struct Choice<'a> {
    pub label: String,
    pub place: String,
    pub value: &'a str,
    pub fault: Option<String>,
    pub groups: Vec<(String, Vec<(String, String)>)>,
}

/// What the input at a place is called in the form: `stages[0][name]`.
pub fn name_of(place: &str) -> String {
    let mut parts = place.split('.');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| format!("{name}[{part}]"))
}

/// The id of what is at a place: `stages-0-name`.
pub fn id_of(place: &str) -> String {
    place.replace('.', "-")
}

impl Sheet<'_> {
    /// What is wrong with what is at a place, in words.
    pub fn fault(&self, place: &str) -> Option<String> {
        let fault = self.problem?.fault_of(place)?;
        Some(words::fault(self.lang, place, fault))
    }

    /// Whether anything in a part is wrong.
    pub fn is_faulty(&self, part: &str) -> bool {
        let inside = |field: &str| field.strip_prefix(part).is_some_and(|rest| rest.starts_with('.'));
        match self.problem {
            Some(Problem::Invalid { fields }) => fields.iter().any(|fault| inside(&fault.field)),
            _ => false,
        }
    }

    pub fn input(&self, input: Input<'_>) -> AnyView {
        let Input { kind, label, place, value, fault, hint } = input;
        let fault = self.fault(fault.as_ref().unwrap_or(&place));
        let (id, name) = (id_of(&place), name_of(&place));
        let (error, hinted) = (format!("{id}-error"), format!("{id}-hint"));
        let described = match (fault.is_some(), hint.is_empty()) {
            (true, true) => Some(error.clone()),
            (true, false) => Some(format!("{error} {hinted}")),
            (false, false) => Some(hinted.clone()),
            (false, true) => None,
        };
        let invalid = fault.is_some().then_some("true");
        let field = match kind {
            Kind::Long => view! {
                <textarea class="textarea" id=id.clone() name=name rows="3" aria-invalid=invalid aria-describedby=described>
                    {inside_text(value)}
                </textarea>
            }
            .into_any(),
            _ => {
                let mode = (kind == Kind::Number).then_some("numeric");
                view! {
                    <input class="input" id=id.clone() name=name type="text" inputmode=mode value=value.to_owned() autocomplete="off"
                        aria-invalid=invalid aria-describedby=described/>
                }
                .into_any()
            }
        };
        view! {
            <div class="field">
                <label for=id>{label}</label>
                {field}
                {(!hint.is_empty()).then(|| view! { <p class="hint" id=hinted>{hint}</p> })}
                {told(error, fault)}
            </div>
        }
        .into_any()
    }

    /// The same text in both languages. One fault is told for both, at the first.
    pub fn pair(&self, kind: Kind, label: &str, place: &str, [en, ru]: [&str; 2], hint: String) -> AnyView {
        let english = format!("{label}, {}", tr!(self.lang, forms.english));
        let russian = format!("{label}, {}", tr!(self.lang, forms.russian));
        let input = |label, place, value, hint| Input { kind, label, place, value, fault: None, hint };
        view! {
            <div class="pair">
                {self.input(input(english, place.to_owned(), en, hint))}
                {self.input(input(russian, format!("{place}_ru"), ru, String::new()))}
            </div>
        }
        .into_any()
    }

    pub fn choice(&self, choice: Choice<'_>) -> AnyView {
        let Choice { label, place, value, fault, mut groups } = choice;
        let fault = self.fault(fault.as_ref().unwrap_or(&place));
        // What is chosen stays so, even if it could not be chosen any more.
        if !value.is_empty()
            && !groups.iter().flat_map(|(_, options)| options).any(|(known, _)| known == value)
        {
            groups.push((String::new(), vec![(value.to_owned(), tr!(self.lang, process.not_there))]));
        }
        let (id, name) = (id_of(&place), name_of(&place));
        let error = format!("{id}-error");
        let groups = groups.into_iter().map(|(group, options)| {
            let options = options.into_iter().map(|(option, name)| {
                let selected = option == value;
                view! { <option value=option selected=selected>{name}</option> }
            });
            let options = options.collect_view();
            if group.is_empty() {
                options.into_any()
            } else {
                view! { <optgroup label=group>{options}</optgroup> }.into_any()
            }
        });
        view! {
            <div class="field">
                <label for=id.clone()>{label}</label>
                <select class="select" id=id name=name aria-invalid=fault.is_some().then_some("true")
                    aria-describedby=fault.is_some().then(|| error.clone())>{groups.collect_view()}</select>
                {told(error, fault)}
            </div>
        }
        .into_any()
    }

    /// A box to tick.
    pub fn tick(&self, label: String, place: &str, value: &str) -> AnyView {
        view! {
            <label class="checkbox">
                <input type="checkbox" id=id_of(place) name=name_of(place) value=ON checked=!value.is_empty()/>
                <span>{label}</span>
            </label>
        }
        .into_any()
    }

    /// What travels along unseen.
    pub fn hidden(&self, place: &str, value: &str) -> AnyView {
        view! { <input type="hidden" name=name_of(place) value=value.to_owned()/> }.into_any()
    }

    /// Up, down, away: the buttons of the part at `place`, of which the list has `count`. `movable`: up, down.
    pub fn tools(&self, place: &str, what: &str, movable: [bool; 2], removable: bool) -> AnyView {
        let lang = self.lang;
        let step = |verb: &str| format!("{verb}:{place}");
        let [up, down] = movable;
        view! {
            <div class="row tools">
                <button class="button quiet only small" type="submit" name="step" value=step("up") data-go="up"
                    aria-label=tr!(lang, process.up, name = what) disabled=!up>"↑"</button>
                <button class="button quiet only small" type="submit" name="step" value=step("down") data-go="down"
                    aria-label=tr!(lang, process.down, name = what) disabled=!down>"↓"</button>
                {removable.then(|| view! {
                    <button class="button quiet only small" type="submit" name="step" value=step("remove")
                        aria-label=tr!(lang, process.remove, name = what)><Icon name="close"/></button>
                })}
            </div>
        }
        .into_any()
    }

    /// The button that adds to a list.
    pub fn adder(&self, list: &str, label: String, full: bool) -> AnyView {
        let step = if list.is_empty() { "add".to_owned() } else { format!("add:{list}") };
        let id = if list.is_empty() { "stages-add".to_owned() } else { id_of(&format!("stages.{list}.add")) };
        view! {
            <button class="button small" type="submit" name="step" value=step id=id disabled=full><Icon name="plus"/>{label}</button>
        }
        .into_any()
    }
}

/// A fault under what it is about.
pub fn told(id: String, fault: Option<String>) -> AnyView {
    fault.map(|fault| view! { <p class="error" id=id><Icon name="warn"/>{fault}</p> }).into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_the_input_and_its_element() {
        assert_eq!(name_of("stages.0.tasks.1.title_ru"), "stages[0][tasks][1][title_ru]");
        assert_eq!(name_of("name"), "name");
        assert_eq!(id_of("stages.0.name"), "stages-0-name");
    }
}
