//! What winning asks for: met, missing, or let pass by somebody with a reason.

use domain::Lang;
use domain::deal::{Deal, DealStatus, Waiver};
use domain::id::DealId;
use domain::pipeline::{Requirement, StageKind};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::opener::Opener;
use super::show::{Doing, Rights};
use super::stopped::{Stopped, advice};
use crate::ctx::{use_format, use_lang};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::failure;

/// The name of a requirement's dialog in the address.
pub(super) fn dialog_name(item: Requirement) -> String {
    format!("waive-{}", item.code())
}

/// A requirement as what it is when it is met.
pub(super) fn requirement(lang: Lang, item: Requirement) -> String {
    match item {
        Requirement::OfferAccepted => tr!(lang, deals.need_offer),
        Requirement::ActsSigned => tr!(lang, deals.need_acts),
        Requirement::FeedbackAsked => tr!(lang, deals.need_feedback),
    }
}

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let won = deal
        .pipeline
        .of_kind(StageKind::Won)
        .filter(|won| !won.requirements.is_empty() && deal.status != DealStatus::Lost);
    won.map(|won| {
        let items = won.requirements.iter().map(|asked| item(doing, deal, *asked, rights)).collect_view();
        view! {
            <section class="stack" aria-labelledby="needs-title">
                <h2 class="fold-title" id="needs-title">{tr!(lang, deals.to_win)}</h2>
                <ul class="needs">{items}</ul>
            </section>
        }
    })
    .into_any()
}

fn item(doing: Doing, deal: &Deal, asked: Requirement, rights: Rights) -> AnyView {
    let lang = use_lang();
    let waiver = deal.waivers.iter().find(|waiver| waiver.requirement == asked).cloned();
    let met = deal.evidence.meets(asked);
    let name = requirement(lang, asked);
    let may_waive = !met && rights.waive && deal.status == DealStatus::Open;
    view! {
        <li class=if met { "met" } else { "missing" }>
            <Icon name=if met { "check" } else { "close" }/>
            <span>
                {name}
                <span class="sr-only">": "{if met { tr!(lang, deals.met) } else { tr!(lang, deals.missing) }}</span>
                {(!met).then(|| advice(lang, asked.refusal()).map(|text| view! { <small class="soft">{text}</small> }))}
                {waiver.map(|waiver| waived(lang, &waiver))}
                {may_waive.then(|| view! {
                    <Opener open=doing.waiver(asked) name=dialog_name(asked) label=tr!(lang, deals.waive) class="button small"/>
                })}
            </span>
        </li>
    }
    .into_any()
}

fn waived(lang: Lang, waiver: &Waiver) -> impl IntoView + use<> {
    let day = use_format().date(waiver.at);
    let text = tr!(lang, deals.waived, name = waiver.by.clone(), day = day, reason = waiver.reason.clone());
    view! { <small class="soft">{text}</small> }
}

/// The dialogs of all items; they outlive a refetch, with what is typed into them.
pub(super) fn dialogs(doing: Doing, deal: DealId) -> impl IntoView {
    let dialogs = Requirement::ALL.into_iter().zip(doing.waiving);
    dialogs.map(|(asked, open)| dialog(doing, deal, asked, open)).collect_view()
}

fn dialog(doing: Doing, deal: DealId, asked: Requirement, open: RwSignal<bool>) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.waive.value().get());
    view! {
        <Dialog open title=tr!(lang, deals.waive_title, item = requirement(lang, asked))>
            <ActionForm action=doing.waive>
                <input type="hidden" name="id" value=deal.to_string()/>
                <input type="hidden" name="item" value=asked.code()/>
                <div class="body">
                    <p>{tr!(lang, deals.waive_text)}</p>
                    <label class="field">
                        <span class="label">{tr!(lang, deals.reason)}</span>
                        <textarea class="textarea" name="reason" rows="2" required=true></textarea>
                    </label>
                    <Stopped fail/>
                </div>
                <footer>
                    <button class="button primary" type="submit">{tr!(lang, deals.waive)}</button>
                    <button class="button quiet" type="button" on:click=move |_| open.set(false)>{tr!(lang, common.cancel)}</button>
                </footer>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
