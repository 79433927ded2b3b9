//! Asking why something went nowhere, of deals and of leads.

use domain::Fault;
use domain::loss::LossReason;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::icon::Icon;

/// A choice of reasons and a note, which is required where the chosen reason says too little.
#[component]
pub fn WhyFields(
    reasons: Vec<LossReason>,
    /// The reason's field in the form.
    name: &'static str,
    /// How the last try failed.
    #[prop(optional, into)]
    fail: Signal<Option<Fail>>,
) -> impl IntoView {
    let lang = use_lang();
    let demanding: Vec<String> =
        reasons.iter().filter(|reason| reason.note_required).map(|reason| reason.id.to_string()).collect();
    let demanding = StoredValue::new(demanding);
    let chosen = RwSignal::new(String::new());
    let needed = Signal::derive(move || chosen.with(|id| demanding.with_value(|ids| ids.contains(id))));
    let fault = Signal::derive(move || match fail.get() {
        Some(Fail::Problem(problem)) => problem.fault_of("note"),
        _ => None,
    });
    let said = move |fault: Fault| {
        let text = match fault {
            Fault::Required => tr!(lang, losses.note_needed),
            other => crate::text::fault(lang, other),
        };
        view! { <p class="error"><Icon name="warn"/>{text}</p> }
    };
    let reasons = reasons.into_iter().map(|reason| {
        let name = reason.name.get(lang).to_owned();
        // Said for those whose browser runs no wasm as well.
        let name = if reason.note_required { tr!(lang, losses.with_note, name = name) } else { name };
        view! { <option value=reason.id.to_string()>{name}</option> }
    });
    view! {
        <label class="field">
            <span class="label">{tr!(lang, losses.reason)}</span>
            <select class="select" name=name required=true on:change=move |event| chosen.set(event_target_value(&event))>
                <option value="">{tr!(lang, losses.choose)}</option>
                {reasons.collect_view()}
            </select>
        </label>
        <div class="field">
            <label for="why-note">
                {tr!(lang, losses.note)}
                {move || (!needed.get()).then(|| view! { " "<span class="optional">{tr!(lang, common.optional)}</span> })}
            </label>
            <textarea class="textarea" id="why-note" name="note" rows="3" required=move || needed.get()
                aria-invalid=move || fault.get().map(|_| "true") aria-describedby="why-note-fault"></textarea>
            <div id="why-note-fault" aria-live="polite">{move || fault.get().map(said)}</div>
        </div>
    }
}
