//! The reasons in their order, which buttons change.

use domain::Lang;
use domain::loss::{LossKind, LossReason};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Shift;
use crate::ctx::use_lang;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

/// Moving a reason; it outlives the list, which is drawn anew after each move.
#[derive(Clone, Copy)]
pub struct Shifting {
    pub shift: ServerAction<Shift>,
}

impl Shifting {
    pub fn new() -> Shifting {
        Shifting { shift: ServerAction::new() }
    }

    /// Says that a reason was moved.
    pub fn follow(self) {
        let lang = use_lang();
        let toast = use_toast();
        Effect::new(move || {
            if matches!(self.shift.value().get(), Some(Ok(()))) {
                toast.say(tr!(lang, losses.moved));
            }
        });
    }
}

/// A kind in words.
pub fn kind(lang: Lang, kind: LossKind) -> String {
    match kind {
        LossKind::Price => tr!(lang, losses.kind_price),
        LossKind::Timing => tr!(lang, losses.kind_timing),
        LossKind::Competitor => tr!(lang, losses.kind_competitor),
        LossKind::NoFit => tr!(lang, losses.kind_no_fit),
        LossKind::NoResponse => tr!(lang, losses.kind_no_response),
        LossKind::Service => tr!(lang, losses.kind_service),
        LossKind::Other => tr!(lang, losses.kind_other),
    }
}

pub fn list(reasons: Vec<LossReason>, writes: bool, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || shifting.shift.value().get());
    let last = reasons.len().saturating_sub(1);
    let rows = reasons
        .into_iter()
        .enumerate()
        .map(|(at, reason)| row(reason, writes.then_some([at > 0, at < last]), shifting));
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, losses.title)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, losses.reason)}</th>
                        <th scope="col">{tr!(lang, losses.kind)}</th>
                        <th scope="col">{tr!(lang, losses.note)}</th>
                        {writes.then(|| view! { <th scope="col">{tr!(lang, losses.order)}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <FormError fail=fail/>
        </section>
    }
    .into_any()
}

/// `ways`: whether it can go up and down, for those who may change it.
fn row(reason: LossReason, ways: Option<[bool; 2]>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let name = reason.name.get(lang).to_owned();
    let order = ways.map(|ways| {
        let buttons = buttons(&reason, ways, shifting);
        view! { <td data-label=tr!(lang, losses.order)>{buttons}</td> }
    });
    let name = if ways.is_some() {
        view! { <a href=format!("/settings?section=losses&reason={}", reason.id)><b>{name}</b></a> }
            .into_any()
    } else {
        view! { <b>{name}</b> }.into_any()
    };
    let retired = (!reason.active).then(|| view! { " "<span class="tag">{tr!(lang, losses.retired)}</span> });
    let note = if reason.note_required { tr!(lang, losses.note_required) } else { String::new() };
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, losses.reason)>{name}{retired}</td>
            <td data-label=tr!(lang, losses.kind)>{kind(lang, reason.kind)}</td>
            <td class:blank=note.is_empty() data-label=tr!(lang, losses.note)>{note.clone()}</td>
            {order}
        </tr>
    }
    .into_any()
}

fn buttons(reason: &LossReason, ways: [bool; 2], shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let name = reason.name.get(lang).to_owned();
    let id = reason.id.to_string();
    view! {
        <ActionForm action=shifting.shift attr:class="row">
            <input type="hidden" name="id" value=id/>
            <button class="button small only" type="submit" name="way" value="up" disabled=!ways[0]
                aria-label=tr!(lang, losses.up, name = name.clone())><Icon name="up"/></button>
            <button class="button small only" type="submit" name="way" value="down" disabled=!ways[1]
                aria-label=tr!(lang, losses.down, name = name.clone())><Icon name="down"/></button>
        </ActionForm>
    }
    .into_any()
}
