//! The head of a deal's page: what it is, which stage it is in, how it moves on.

use domain::Money;
use domain::deal::{Deal, DealStatus};
use domain::id::StageId;
use domain::money::half_up;
use domain::pipeline::StageKind;
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Choices;
use super::loss::LossFields;
use super::opener::Opener;
use super::show::{Doing, Rights};
use super::stopped::Stopped;
use crate::ctx::{use_format, use_lang};
use crate::fail::Answer;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;
use crate::ui::problem::failure;

pub(super) fn view(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let format = use_format();
    let client = deal.account.as_ref().map(|(_, name)| name.clone());
    let client = client.or_else(|| deal.contact.as_ref().map(|contact| contact.name.clone()));
    let weighed = deal.amount.filter(|_| deal.status == DealStatus::Open).map(|amount| {
        let weight = half_up(i128::from(amount.minor) * i128::from(deal.probability), 10_000) * 100;
        format!("× {}% = {}", deal.probability, format.money(Money::new(weight, amount.currency)))
    });
    let stopped = failure(move || doing.advance.value().get());
    view! {
        <header class="deal-head">
            <p class="row wrap soft">
                {client.map(|name| view! { <Avatar name=name.clone() class="square"/>{name}<span class="muted">"·"</span> })}
                <b class="num">{format.amount(deal.amount)}</b>
                {weighed.map(|text| view! { <span class="muted num">{text}</span> })}
            </p>
            {stepper(doing, deal, rights)}
            {(deal.status == DealStatus::Lost).then(|| lost_note(deal))}
            <Stopped fail=stopped/>
            {rights.write.then(|| actions(doing, deal))}
        </header>
    }
    .into_any()
}

/// Number and status, for the head of the page.
pub(super) fn tags(deal: &Deal) -> AnyView {
    let lang = use_lang();
    let class = match deal.status {
        DealStatus::Open => "tag",
        DealStatus::Won => "state pill today",
        DealStatus::Lost => "state pill overdue",
    };
    view! {
        <span class="tag accent nowrap">{tr!(lang, deals.number, n = deal.number)}</span>
        <span class=class>{super::list::status(lang, deal.status)}</span>
    }
    .into_any()
}

/// The hidden fields of a move; `to` where the form goes to one stage only.
fn step(deal: &Deal, to: Option<StageId>) -> AnyView {
    view! {
        <input type="hidden" name="id" value=deal.id.to_string()/>
        <input type="hidden" name="version" value=deal.version/>
        {to.map(|to| view! { <input type="hidden" name="to" value=to.to_string()/> })}
    }
    .into_any()
}

/// The open stages as one channel; each is a button that moves the deal there.
fn stepper(doing: Doing, deal: &Deal, rights: Rights) -> AnyView {
    let lang = use_lang();
    let stages: Vec<_> = deal.pipeline.open_stages().cloned().collect();
    // A closed deal has gone through the whole channel, or out of it.
    let here = stages.iter().position(|stage| stage.id == deal.stage);
    let past = here.unwrap_or(if deal.status == DealStatus::Won { stages.len() } else { 0 });
    let items = stages.into_iter().enumerate().map(|(at, stage)| {
        let name = stage.name.get(lang).to_owned();
        let whole = name.clone();
        view! {
            <li class=if at < past { "past" } else { "" } aria-current=(here == Some(at)).then_some("step")>
                <button type="submit" name="to" value=stage.id.to_string() title=whole disabled=!rights.write>{name}</button>
            </li>
        }
    });
    let items = items.collect_view();
    let step = step(deal, None);
    view! {
        <ActionForm action=doing.advance>
            {step}
            <ol class="stepper" aria-label=tr!(lang, deals.stage)>{items}</ol>
        </ActionForm>
    }
    .into_any()
}

fn actions(doing: Doing, deal: &Deal) -> AnyView {
    let lang = use_lang();
    let pending = doing.advance.pending();
    if deal.status != DealStatus::Open {
        let stages =
            deal.pipeline.open_stages().map(|stage| (stage.id.to_string(), stage.name.get(lang).to_owned()));
        let options = stages.map(|(id, name)| view! { <option value=id>{name}</option> }).collect_view();
        let step = step(deal, None);
        return view! {
            <ActionForm action=doing.advance attr:class="row wrap">
                {step}
                <select class="select reopen" name="to" aria-label=tr!(lang, deals.stage)>{options}</select>
                <button class="button" type="submit" disabled=move || pending.get()><Icon name="undo"/>{tr!(lang, deals.reopen)}</button>
            </ActionForm>
        }
        .into_any();
    }
    let step = step(deal, deal.pipeline.of_kind(StageKind::Won).map(|stage| stage.id));
    view! {
        <div class="row wrap">
            <ActionForm action=doing.advance>
                {step}
                <button class="button primary" type="submit" disabled=move || pending.get()>
                    <Icon name="check"/>{tr!(lang, deals.close_won)}
                </button>
            </ActionForm>
            <Opener open=doing.losing name="lost" label=tr!(lang, deals.close_lost) class="button danger" icon="stop"/>
        </div>
    }
    .into_any()
}

fn lost_note(deal: &Deal) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let reason = deal.loss_reason.as_ref().map(|reason| reason.get(lang).to_owned()).unwrap_or_default();
    let day = deal.closed_at.map(|at| format.date(at)).unwrap_or_default();
    view! {
        <div class="notice overdue">
            <Icon name="stop"/>
            <div>
                <b>{tr!(lang, deals.lost_for, reason = reason, day = day)}</b>
                {(!deal.loss_note.is_empty()).then(|| view! { <p>{deal.loss_note.clone()}</p> })}
            </div>
        </div>
    }
    .into_any()
}

/// Asks for the reason before the deal is lost.
pub(super) fn loss_dialog(doing: Doing, deal: Signal<Deal>, choices: Resource<Answer<Choices>>) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || doing.lose.value().get());
    let open = doing.losing;
    let to =
        deal.with_untracked(|deal| deal.pipeline.of_kind(StageKind::Lost).map(|stage| stage.id.to_string()));
    view! {
        <Dialog open title=tr!(lang, deals.why_lost)>
            <ActionForm action=doing.lose>
                <input type="hidden" name="id" value=move || deal.with(|deal| deal.id.to_string())/>
                <input type="hidden" name="version" value=move || deal.with(|deal| deal.version)/>
                <input type="hidden" name="to" value=to/>
                <Stopped fail/>
                <Transition>
                    {move || Suspend::new(async move {
                        let choices = choices.await.unwrap_or_default();
                        view! { <LossFields reasons=choices.loss_reasons open fail/> }
                    })}
                </Transition>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
