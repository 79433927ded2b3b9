//! Labelled inputs with their errors.

use domain::Fault;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::icon::Icon;

/// A labelled text input. What was typed stays when saving fails; the fault of `name` is shown under it.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    /// The field's name in the form and in a problem's faults.
    #[prop(into)]
    name: String,
    #[prop(optional, into)] value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] required: bool,
    /// More than one line.
    #[prop(optional)]
    long: bool,
    #[prop(optional, into)] hint: String,
    #[prop(optional, into)] fail: Signal<Option<Fail>>,
) -> impl IntoView {
    let lang = use_lang();
    let fault = {
        let name = name.clone();
        Signal::derive(move || fault_of(fail.get().as_ref(), &name))
    };
    let (id, error_id) = (format!("f-{name}"), format!("e-{name}"));
    let described = error_id.clone();
    let input = if long {
        view! {
            <textarea class="textarea" id=id.clone() name=name rows="3" required=required
                aria-invalid=move || fault.get().map(|_| "true") aria-describedby=described>{inside_text(&value)}</textarea>
        }
        .into_any()
    } else {
        view! {
            <input class="input" id=id.clone() name=name type=kind value=value autocomplete=autocomplete required=required
                aria-invalid=move || fault.get().map(|_| "true") aria-describedby=described/>
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label for=id>{label}{(!required).then(|| view! { " "<span class="optional">{tr!(lang, common.optional)}</span> })}</label>
            {input}
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            <div id=error_id aria-live="polite">
                {move || fault.get().map(|fault| {
                    view! { <p class="error"><Icon name="warn"/>{crate::text::fault(lang, fault)}</p> }
                })}
            </div>
        </div>
    }
}

/// A labelled choice: (value, text) pairs.
#[component]
pub fn Select(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    options: Vec<(String, String)>,
    #[prop(optional, into)] value: String,
) -> impl IntoView {
    let id = format!("f-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="select" id=id name=name>
                {options
                    .into_iter()
                    .map(|(key, text)| {
                        let selected = key == value;
                        view! { <option value=key selected=selected>{text}</option> }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

fn fault_of(fail: Option<&Fail>, name: &str) -> Option<Fault> {
    match fail {
        Some(Fail::Problem(problem)) => problem.fault_of(name),
        _ => None,
    }
}

/// Text for the inside of a `<textarea>` or `<title>`, which Leptos writes as it stands: a `</textarea>` in it would end the field, and
/// what follows would be markup. In the browser it becomes a text node and needs nothing.
pub fn inside_text(text: &str) -> String {
    if cfg!(feature = "ssr") { text.replace('&', "&amp;").replace('<', "&lt;") } else { text.to_owned() }
}
