//! Taking a disqualified lead up again.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{LeadPage, Reopen};
use crate::ctx::use_lang;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::problem::{FormError, failure};

#[component]
pub fn ReopenDialog(open: RwSignal<bool>, page: Signal<LeadPage>, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Reopen>::new();
    let fail = failure(move || action.value().get());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            open.set(false);
            saved.update(|n| *n += 1);
        }
    });
    view! {
        <Dialog open=open title=tr!(lang, leads.reopen_title)>
            <ActionForm action=action attr:class="body">
                <p class="soft">{tr!(lang, leads.reopen_text)}</p>
                <input type="hidden" name="lead" value=move || page.with(|page| page.lead.id.to_string())/>
                <input type="hidden" name="version" value=move || page.with(|page| page.lead.version.to_string())/>
                <Field name="note" long=true label=tr!(lang, leads.reopen_note) fail=fail/>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary push" type="submit" disabled=move || action.pending().get()>{tr!(lang, leads.reopen)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
