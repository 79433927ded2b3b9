//! Sending: to whom, with which words, in which language.

use domain::offer::Offer;
use domain::{Fault, Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::SendOut;
use super::builder::Draft;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// The dialog over a saved draft.
#[component]
pub fn SendDialog(draft: Draft, offer: Offer, open: RwSignal<bool>, again: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let send = ServerAction::<SendOut>::new();
    let fail = failure(move || send.value().get());
    Effect::new(move || {
        if matches!(send.value().get(), Some(Ok(()))) {
            open.set(false);
            again.update(|n| *n += 1);
        }
    });
    // The date stands on the page behind, not here: its fault is told in words.
    let out_of_date = move || match fail.get() {
        Some(Fail::Problem(problem @ Problem::Invalid { .. })) => {
            problem.fault_of("valid_until") == Some(Fault::OutOfRange)
        }
        _ => false,
    };
    view! {
        <Dialog open=open title=tr!(lang, offers.send_title)>
            <ActionForm action=send attr:class="dialog-form">
                <div class="body">
                    <input type="hidden" name="id" value=offer.id.to_string()/>
                    <input type="hidden" name="version" value=offer.version prop:value=move || draft.version.get()/>
                    <p class="soft">{tr!(lang, offers.send_text)}</p>
                    <Field name="email" kind="email" label=tr!(lang, common.email) value=offer.recipient_email.clone()
                        autocomplete="off" required=true fail=fail/>
                    <Field name="message" label=tr!(lang, common.message) hint=tr!(lang, offers.send_message_hint) long=true fail=fail/>
                    <Select name="lang" label=tr!(lang, offers.send_lang) value=lang.code()
                        options=vec![(Lang::En.code().into(), "English".into()), (Lang::Ru.code().into(), "Русский".into())]/>
                    <FormError fail=fail/>
                    {move || out_of_date().then(|| view! { <p class="notice overdue">{tr!(lang, offers.out_of_date)}</p> })}
                </div>
                <footer>
                    <button class="button primary push" type="submit" disabled=move || send.pending().get()>
                        <Icon name="send"/>{tr!(lang, offers.send_title)}
                    </button>
                </footer>
            </ActionForm>
        </Dialog>
    }
}
