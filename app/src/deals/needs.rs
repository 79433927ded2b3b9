//! What a deal needs to go on: met, missing, or let pass by somebody with a reason.

use domain::Lang;
use domain::deal::{Deal, DealStatus, Waiver};
use domain::pipeline::{Requirement, StageKind, wanted};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::show::{Doing, Rights};
use super::stopped::{Stopped, fix};
use crate::ctx::{use_format, use_lang};
use crate::text::requirement;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::problem::failure;

/// The dialog that lets a requirement pass: whether it is open, and for which one.
#[derive(Clone, Copy)]
pub(super) struct Waiving {
    pub open: RwSignal<bool>,
    asked: RwSignal<Option<Requirement>>,
}

impl Waiving {
    /// `?dialog=waive-CODE` opens it.
    pub fn new() -> Self {
        let named = use_query_map().read_untracked().get("dialog");
        let asked = named.and_then(|name| Requirement::from_code(name.strip_prefix("waive-")?));
        Waiving { open: RwSignal::new(asked.is_some()), asked: RwSignal::new(asked) }
    }

    fn ask(self, asked: Requirement) {
        self.asked.set(Some(asked));
        self.open.set(true);
    }
}

/// What the way to the next stage asks for, and what winning asks for besides.
pub(super) fn asked(deal: &Deal) -> (Vec<Requirement>, Vec<Requirement>) {
    let Some(here) = deal.stage().filter(|_| deal.status != DealStatus::Lost) else {
        return Default::default();
    };
    let next = deal.next_stage().filter(|next| next.kind == StageKind::Open);
    let next = next.map(|next| wanted(&deal.pipeline, here, next)).unwrap_or_default();
    let won = deal.pipeline.of_kind(StageKind::Won);
    let mut won = won.map(|won| wanted(&deal.pipeline, here, won)).unwrap_or_default();
    won.retain(|asked| !next.contains(asked));
    (next, won)
}

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let (next, won) = asked(deal);
    let stage = deal.next_stage().map(|stage| stage.name.get(lang).to_owned()).unwrap_or_default();
    view! {
        {group(doing, deal, rights, "needs-next", tr!(lang, deals.to_enter, stage = stage), next)}
        {group(doing, deal, rights, "needs-title", tr!(lang, deals.to_win), won)}
    }
    .into_any()
}

fn group(
    doing: Doing,
    deal: &Deal,
    rights: Rights,
    id: &'static str,
    title: String,
    asked: Vec<Requirement>,
) -> AnyView {
    if asked.is_empty() {
        return ().into_any();
    }
    let items = asked.into_iter().map(|asked| item(doing, deal, asked, rights)).collect_view();
    view! {
        <section class="stack" aria-labelledby=id>
            <h2 class="fold-title" id=id>{title}</h2>
            <ul class="needs">{items}</ul>
        </section>
    }
    .into_any()
}

fn item(doing: Doing, deal: &Deal, asked: Requirement, rights: Rights) -> AnyView {
    let lang = use_lang();
    let waiver = deal.waivers.iter().find(|waiver| waiver.requirement == asked).cloned();
    let met = deal.evidence.meets(asked);
    let name = requirement(lang, asked, &deal.pipeline);
    let may_waive = !met && rights.waive && deal.status == DealStatus::Open;
    let to_do = (!met).then(|| fix(lang, "", &asked.refusal(&deal.pipeline))).flatten();
    let waive =
        may_waive.then(|| waive_button(doing, asked, tr!(lang, deals.waive_title, item = name.as_str())));
    view! {
        <li class=if met { "met" } else { "missing" }>
            <Icon name=if met { "check" } else { "close" }/>
            <span>
                {name}
                <span class="sr-only">": "{if met { tr!(lang, deals.met) } else { tr!(lang, deals.missing) }}</span>
                {to_do.map(|to_do| view! { <small>{to_do}</small> })}
                {waiver.map(|waiver| waived(lang, &waiver))}
                {waive}
            </span>
        </li>
    }
    .into_any()
}

/// Opens the dialog, with wasm at once, without it by asking for the page with the dialog open.
fn waive_button(doing: Doing, asked: Requirement, label: String) -> AnyView {
    let open = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        doing.waiving.ask(asked);
    };
    view! {
        <form method="get" on:submit=open>
            <input type="hidden" name="dialog" value=format!("waive-{}", asked.code())/>
            <button class="button small" type="submit" aria-label=label>{tr!(use_lang(), deals.waive)}</button>
        </form>
    }
    .into_any()
}

fn waived(lang: Lang, waiver: &Waiver) -> impl IntoView + use<> {
    let day = use_format().date(waiver.at);
    let text = tr!(lang, deals.waived, name = waiver.by.clone(), day = day, reason = waiver.reason.clone());
    view! { <small class="soft">{text}</small> }
}

/// The dialog of all items; it outlives a refetch, with what is typed into it.
pub(super) fn dialog(doing: Doing, deal: Signal<Deal>) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.waive.value().get());
    let Waiving { open, asked } = doing.waiving;
    let body = move || {
        // Each item has a reason of its own.
        asked.get().map(|asked| {
            let name = deal.with_untracked(|deal| requirement(lang, asked, &deal.pipeline));
            view! {
                <input type="hidden" name="item" value=asked.code()/>
                <p><b>{name}</b></p>
                <p>{tr!(lang, deals.waive_text)}</p>
                <label class="field">
                    <span class="label">{tr!(lang, deals.reason)}</span>
                    <textarea class="textarea" name="reason" rows="2" required=true></textarea>
                </label>
            }
        })
    };
    view! {
        <Dialog open title=tr!(lang, deals.waive_head)>
            <ActionForm action=doing.waive>
                <input type="hidden" name="id" value=deal.with_untracked(|deal| deal.id.to_string())/>
                <div class="body">
                    {body}
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
