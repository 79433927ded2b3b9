//! Erasing a person: what goes, what stays and why, and their name typed as the confirmation.

use domain::Lang;
use domain::activity::Subject;
use domain::privacy::{Part, Preview, Stay, Why};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Erase;
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::timeline::fields;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::problem::{Failed, FormError, failure};

/// Whether the dialog is open, and what it shows. Made by the page around the record, which may make resources.
#[derive(Clone, Copy)]
pub struct Erasing {
    pub open: RwSignal<bool>,
    preview: Resource<Option<Answer<Preview>>>,
}

impl Erasing {
    /// Of the record that the address names; `open` when it asks for the dialog as well. The preview is made when it opens.
    pub fn new(on: impl Fn() -> Option<Subject> + Send + Sync + 'static, open: bool) -> Self {
        let open = RwSignal::new(open);
        let preview = Resource::new(
            move || on().filter(|_| open.get()),
            |on| async move {
                match on {
                    Some(on) => Some(super::api::preview_of(on).await),
                    None => None,
                }
            },
        );
        Erasing { open, preview }
    }
}

#[component]
pub fn EraseDialog(on: Subject, erasing: Erasing, saved: RwSignal<u32>) -> impl IntoView {
    let lang = use_lang();
    let Erasing { open, preview } = erasing;
    let action = ServerAction::<Erase>::new();
    let fail = failure(move || action.value().get());
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            open.set(false);
            saved.update(|n| *n += 1);
        }
    });
    let (kind, id) = fields(on);
    view! {
        <Dialog open=open title=tr!(lang, privacy.erase_title) wide=true>
            <ActionForm action=action attr:class="body">
                <input type="hidden" name="on" value=kind/>
                <input type="hidden" name="id" value=id/>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || Suspend::new(async move {
                        match preview.await {
                            Some(Ok(preview)) => told(preview, fail),
                            Some(Err(fail)) => view! { <Failed fail/> }.into_any(),
                            None => ().into_any(),
                        }
                    })}
                </Transition>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button danger push" type="submit" disabled=move || action.pending().get()>{tr!(lang, privacy.erase_do)}</button>
                </div>
            </ActionForm>
        </Dialog>
    }
}

fn told(preview: Preview, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let going = preview.going.into_iter().map(|(part, count)| {
        view! { <dt>{part_name(lang, part)}</dt><dd class="num">{count.to_string()}</dd> }
    });
    let staying = preview.staying.into_iter().map(|Stay { what, why }| {
        view! { <li><b>{what}</b>": "{why_name(lang, why)}</li> }
    });
    let staying = staying.collect_view();
    let stays =
        (!staying.is_empty()).then(|| view! { <h3>{tr!(lang, privacy.stays)}</h3><ul>{staying}</ul> });
    view! {
        <p class="soft">{tr!(lang, privacy.erase_text)}</p>
        <p>{preview.known_by.join(", ")}</p>
        <h3>{tr!(lang, privacy.goes)}</h3>
        <dl class="facts">{going.collect_view()}</dl>
        {stays}
        <p class="soft">{tr!(lang, privacy.backups)}</p>
        <Field name="confirm" label=tr!(lang, privacy.confirm, name = preview.name) required=true fail=fail/>
    }
    .into_any()
}

fn part_name(lang: Lang, part: Part) -> String {
    match part {
        Part::Leads => tr!(lang, privacy.part_leads),
        Part::Contacts => tr!(lang, privacy.part_contacts),
        Part::Submissions => tr!(lang, privacy.part_submissions),
        Part::Consents => tr!(lang, privacy.part_consents),
        Part::Activities => tr!(lang, privacy.part_activities),
        Part::Tasks => tr!(lang, privacy.part_tasks),
        Part::Deals => tr!(lang, privacy.part_deals),
        Part::Offers => tr!(lang, privacy.part_offers),
        Part::Acts => tr!(lang, privacy.part_acts),
        Part::Ratings => tr!(lang, privacy.part_ratings),
        Part::Mails => tr!(lang, privacy.part_mails),
        Part::Audit => tr!(lang, privacy.part_audit),
    }
}

fn why_name(lang: Lang, why: Why) -> String {
    match why {
        Why::SignedAct => tr!(lang, privacy.why_signed_act),
        Why::AcceptedOffer => tr!(lang, privacy.why_accepted_offer),
        Why::LegalEntity => tr!(lang, privacy.why_legal_entity),
        Why::Shared => tr!(lang, privacy.why_shared),
    }
}
