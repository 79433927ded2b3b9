//! Why a deal was lost: asked before it is.

use domain::lead::LossReason;
use leptos::prelude::*;

use crate::ctx::use_lang;

/// The fields of the loss dialog's form, with its buttons.
#[component]
pub(super) fn LossFields(reasons: Vec<LossReason>, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let reasons = reasons.into_iter().map(|reason| {
        view! { <option value=reason.id.to_string()>{reason.name.get(lang).to_owned()}</option> }
    });
    view! {
        <div class="body">
            <label class="field">
                <span class="label">{tr!(lang, deals.reason)}</span>
                <select class="select" name="loss_reason" required=true>
                    <option value="">{tr!(lang, deals.choose_reason)}</option>
                    {reasons.collect_view()}
                </select>
            </label>
            <label class="field">
                <span class="label">{tr!(lang, deals.note)}" "<span class="optional">{tr!(lang, common.optional)}</span></span>
                <textarea class="textarea" name="note" rows="3"></textarea>
            </label>
        </div>
        <footer>
            <button class="button danger" type="submit">{tr!(lang, deals.lose)}</button>
            <button class="button quiet" type="button" on:click=move |_| open.set(false)>{tr!(lang, common.cancel)}</button>
        </footer>
    }
}
