//! Saying no to a lead, with a reason.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{Disqualify, LeadPage};
use crate::ctx::use_lang;
use crate::losses::WhyFields;
use crate::ui::dialog::Dialog;
use crate::ui::problem::{FormError, failure};

#[component]
pub fn DisqualifyDialog(open: RwSignal<bool>, page: Signal<LeadPage>, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Disqualify>::new();
    let fail = failure(move || action.value().get());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            open.set(false);
            saved.update(|n| *n += 1);
        }
    });
    let reasons = page.with_untracked(|page| page.reasons.clone());
    view! {
        <Dialog open=open title=tr!(lang, leads.disqualify_title)>
            <ActionForm action=action attr:class="body">
                <p class="soft">{tr!(lang, leads.disqualify_text)}</p>
                <input type="hidden" name="lead" value=move || page.with(|page| page.lead.id.to_string())/>
                <input type="hidden" name="version" value=move || page.with(|page| page.lead.version.to_string())/>
                <WhyFields reasons name="reason" fail/>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button danger push" type="submit" disabled=move || action.pending().get()>{tr!(lang, leads.disqualify_do)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
