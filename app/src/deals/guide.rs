//! What the present stage of a deal says: what it is about, what to say, what to tick off.

use domain::deal::{Deal, DealStatus};
use domain::pipeline::{CheckItem, Requirement};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::needs;
use super::show::{Doing, Rights};
use super::stopped::Stopped;
use crate::ctx::use_lang;
use crate::ui::icon::Icon;
use crate::ui::problem::failure;

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let Some(stage) = deal.stage() else { return ().into_any() };
    let description = stage.about.description.get(lang).to_owned();
    let script = stage.about.script.get(lang).to_owned();
    let items = items(deal);
    if description.is_empty() && script.is_empty() && items.is_empty() {
        return ().into_any();
    }
    let fail = failure(move || doing.tick.value().get());
    let may_tick = rights.write && deal.status == DealStatus::Open;
    let rows = items.iter().map(|item| row(doing, deal, item, may_tick)).collect_view();
    let name = stage.name.get(lang).to_owned();
    view! {
        <section class="stack stage-guide" aria-labelledby="guide-title">
            <h2 class="fold-title" id="guide-title">{tr!(lang, deals.guide)}": "{name}</h2>
            {(!description.is_empty()).then(|| view! { <p class="prose">{description}</p> })}
            {(!script.is_empty()).then(|| view! {
                <details class="fold" open=true>
                    <summary>{tr!(lang, deals.script)}</summary>
                    <blockquote class="prose script">{script}</blockquote>
                </details>
            })}
            {(!items.is_empty()).then(|| view! {
                <h3 class="fold-title" id="checklist-title">{tr!(lang, deals.checklist)}</h3>
                <ul class="checklist" aria-labelledby="checklist-title">{rows}</ul>
                <Stopped fail/>
            })}
        </section>
    }
    .into_any()
}

/// The stage's own items, then those that the way on asks for.
fn items(deal: &Deal) -> Vec<CheckItem> {
    let mut items = deal.stage().map(|stage| stage.about.checklist.clone()).unwrap_or_default();
    let (next, won) = needs::asked(deal);
    for asked in next.into_iter().chain(won) {
        let Requirement::Item(id) = asked else { continue };
        if items.iter().all(|item| item.id != id) {
            items.extend(deal.pipeline.check_item(id).cloned());
        }
    }
    items
}

fn row(doing: Doing, deal: &Deal, item: &CheckItem, may_tick: bool) -> AnyView {
    let lang = use_lang();
    let done = deal.evidence.ticked.contains(&item.id);
    let text = item.text.get(lang).to_owned();
    let mark = done.then(|| view! { <Icon name="check"/> });
    let id = format!("item-{}", item.id);
    if !may_tick {
        let state = if done { tr!(lang, deals.met) } else { tr!(lang, deals.missing) };
        return view! {
            <li id=id>
                <span class="tick" class:on=done>{mark}</span>
                <span>{text}<span class="sr-only">": "{state}</span></span>
            </li>
        }
        .into_any();
    }
    let (deal, item) = (deal.id.to_string(), item.id.to_string());
    view! {
        <li>
            <ActionForm action=doing.tick>
                <input type="hidden" name="id" value=deal/>
                <input type="hidden" name="item" value=item/>
                <input type="hidden" name="done" value=(!done).to_string()/>
                <button type="submit" id=id role="checkbox" aria-checked=done.to_string() disabled=move || doing.tick.pending().get()>
                    <span class="tick" class:on=done>{mark}</span>
                    <span>{text}</span>
                </button>
            </ActionForm>
        </li>
    }
    .into_any()
}
