//! A lead typed in by hand: somebody called.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Create;
use crate::ctx::use_lang;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::problem::{FormError, failure};

/// The dialog; saving opens the new lead's page.
#[component]
pub fn AddLead(open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Create>::new();
    let fail = failure(move || action.value().get());
    view! {
        <Dialog open=open title=tr!(lang, leads.add)>
            <ActionForm action=action attr:class="body">
                <Field name="name" label=tr!(lang, common.name) required=true fail=fail/>
                <div class="pair">
                    <Field name="phone" kind="tel" label=tr!(lang, common.phone) required=true fail=fail/>
                    <Field name="email" kind="email" label=tr!(lang, common.email) fail=fail/>
                </div>
                <Field name="company" label=tr!(lang, common.company) fail=fail/>
                <Field name="message" long=true label=tr!(lang, leads.asks_for) fail=fail/>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary push" type="submit" disabled=move || action.pending().get()>{tr!(lang, leads.add_save)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
}
