//! The form of one reason.

use domain::Fault;
use domain::loss::LossKind;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Save;
use super::typed::TypedReason;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::settings::page::when_saved;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

pub fn reason(typed: TypedReason, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<Save>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let title =
        if typed.id.is_empty() { tr!(lang, losses.new_reason) } else { tr!(lang, losses.edit_reason) };
    let kinds = LossKind::ALL.map(|kind| {
        let selected = kind.code() == typed.kind;
        view! { <option value=kind.code() selected=selected>{super::list::kind(lang, kind)}</option> }
    });
    let kinds = kinds.collect_view();
    let tick = |name: &'static str, label: String, ticked: bool| {
        view! {
            <label class="checkbox"><input type="checkbox" name=format!("draft[{name}]") value="on" checked=ticked/><span>{label}</span></label>
        }
    };
    let note = tick("note_required", tr!(lang, losses.asks_note), !typed.note_required.is_empty());
    let active = tick("active", tr!(lang, losses.is_active), !typed.active.is_empty());
    view! {
        <section class="card settings-form" aria-labelledby="reason-form">
            <h2 id="reason-form">{title}</h2>
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="draft[id]" value=typed.id/>
                <input type="hidden" name="draft[version]" value=typed.version/>
                <div class="pair">
                    {name("name", tr!(lang, settings.name_en), typed.name, fail)}
                    {name("name_ru", tr!(lang, settings.name_ru), typed.name_ru, fail)}
                </div>
                <div class="field">
                    <label for="reason-kind">{tr!(lang, losses.kind)}</label>
                    <select class="select" id="reason-kind" name="draft[kind]">{kinds}</select>
                    <p class="hint">{tr!(lang, losses.kind_hint)}</p>
                </div>
                {note}
                {active}
                {fault(fail, "active", tr!(lang, losses.last_one))}
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=losses" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// The name in one language. A name in the other one is enough, so that the fault of both stands at the first.
fn name(part: &'static str, label: String, value: String, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let (id, error) = (format!("reason-{part}"), format!("e-{part}"));
    let found = move || fault_of(fail.get().as_ref(), part);
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input class="input" id=id name=format!("draft[{part}]") value=value maxlength="80"
                aria-invalid=move || found().map(|_| "true") aria-describedby=error.clone()/>
            <div id=error aria-live="polite">{move || found().map(|fault| shown(crate::text::fault(lang, fault)))}</div>
        </div>
    }
    .into_any()
}

fn fault(fail: Signal<Option<Fail>>, field: &'static str, text: String) -> AnyView {
    view! {
        <div class="field faults" aria-live="polite">
            {move || fault_of(fail.get().as_ref(), field).map(|_| shown(text.clone()))}
        </div>
    }
    .into_any()
}

fn shown(text: String) -> AnyView {
    view! { <p class="error"><Icon name="warn"/>{text}</p> }.into_any()
}

fn fault_of(fail: Option<&Fail>, field: &str) -> Option<Fault> {
    match fail {
        Some(Fail::Problem(problem)) => problem.fault_of(field),
        _ => None,
    }
}
