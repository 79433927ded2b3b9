//! Why a deal was lost: asked before it is.

use domain::loss::LossReason;
use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::losses::WhyFields;

/// The fields of the loss dialog's form, with its buttons.
#[component]
pub(super) fn LossFields(
    reasons: Vec<LossReason>,
    open: RwSignal<bool>,
    /// How the last try failed.
    #[prop(optional, into)]
    fail: Signal<Option<Fail>>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="body"><WhyFields reasons name="loss_reason" fail/></div>
        <footer>
            <button class="button danger" type="submit">{tr!(lang, deals.lose)}</button>
            <button class="button quiet" type="button" on:click=move |_| open.set(false)>{tr!(lang, common.cancel)}</button>
        </footer>
    }
}
