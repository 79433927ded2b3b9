//! A new deal without a lead.

use domain::Currency;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::{AddDeal, Choices};
use crate::ctx::{use_lang, use_me};
use crate::fail::Answer;
use crate::ui::dialog::Dialog;
use crate::ui::field::{Field, Select};
use crate::ui::problem::{FormError, failure};

/// Currencies as options.
pub(super) fn currencies() -> Vec<(String, String)> {
    let option =
        |currency: Currency| (currency.code().to_owned(), format!("{} {}", currency.code(), currency.sign()));
    Currency::ALL.into_iter().map(option).collect()
}

/// The dialog of a new deal; its page opens once it is made.
#[component]
pub(super) fn AddDialog(open: RwSignal<bool>, choices: Resource<Answer<Choices>>) -> impl IntoView {
    let lang = use_lang();
    let add = ServerAction::<AddDeal>::new();
    let fail = failure(move || add.value().get());
    let writes = use_me().is_some_and(|me| me.actor().writes(domain::access::Field::DealAmount));
    let currency = use_me().map(|me| me.currency).unwrap_or_default();
    view! {
        <Dialog open title=tr!(lang, deals.add)>
            <ActionForm action=add>
                <div class="body">
                    <Field name="title" label=tr!(lang, deals.name) required=true fail/>
                    <Transition>
                        {move || Suspend::new(async move { pipelines(choices.await.unwrap_or_default()) })}
                    </Transition>
                    {writes.then(|| view! {
                        <div class="pair">
                            <Field name="amount" label=tr!(lang, common.amount) fail/>
                            <Select name="currency" label=tr!(lang, deals.currency) value=currency.code() options=currencies()/>
                        </div>
                    })}
                    <Field name="expected_close" kind="date" label=tr!(lang, deals.expected_close) fail/>
                    <FormError fail/>
                </div>
                <footer>
                    <button class="button primary" type="submit" disabled=move || add.pending().get()>{tr!(lang, deals.add)}</button>
                    <button class="button quiet" type="button" on:click=move |_| open.set(false)>{tr!(lang, common.cancel)}</button>
                </footer>
            </ActionForm>
        </Dialog>
    }
}

/// The choice of a pipeline, where there are several that deals begin in.
fn pipelines(choices: Choices) -> Option<AnyView> {
    let lang = use_lang();
    let open = choices.pipelines.iter().filter(|pipeline| !pipeline.retired);
    let options: Vec<_> =
        open.map(|pipeline| (pipeline.id.to_string(), pipeline.name.get(lang).to_owned())).collect();
    (options.len() > 1).then(|| {
        view! { <Select name="pipeline" label=tr!(lang, boards.pipeline) options=options/> }.into_any()
    })
}
