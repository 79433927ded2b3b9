//! A deal on the board.

use domain::deal::DealCard;
use domain::pipeline::Stage;
use domain::task::Urgency;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::api::AdvanceDeal;
use super::hand::Hand;
use crate::ctx::{Format, use_format, use_lang};
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;

/// What makes two drawings of a card differ.
pub(super) fn key(card: &DealCard) -> String {
    let step = card.next_step.as_ref().map(|step| (step.due_at, &step.title));
    format!("{} {} {step:?} {:?} {}", card.id, card.version, card.owner, card.waivers)
}

/// `stages` are those it can be moved to; `may_move` whether its reader may move deals at all; `choice` the box that chooses it.
pub(super) fn view(
    hand: Hand,
    card: &DealCard,
    stage: &Stage,
    stages: &[Stage],
    may_move: bool,
    choice: Option<AnyView>,
) -> AnyView {
    let format = use_format();
    let id = card.id;
    let label = format!("deal-{id}");
    let labelled = label.clone();
    let title = card.title.clone();
    view! {
        <article class="deal-card" tabindex="0" data-card=id.to_string() aria-labelledby=labelled aria-describedby="board-help"
            class:lifted=move || hand.holds(id) aria-busy=move || hand.is_moving(id).then_some("true")>
            {choice}
            <h3 id=label><a href=format!("/deals/{id}") draggable="false">{title}</a></h3>
            <p class="account clip">{card.client.clone()}</p>
            <p class="money">
                <b class="num">{format.amount(card.amount)}</b>
                {(card.waivers > 0).then(|| waived(card.waivers))}
                {(!card.channel.is_empty()).then(|| view! { <span class="tag clip">{card.channel.clone()}</span> })}
            </p>
            <p class="step">
                {next_step(&format, card, stage)}
                {rotting(&format, card, stage).map(|note| view! { <span class="rot"><Icon name="clock"/>{note}</span> })}
                {card.owner.as_ref().map(|owner| view! { <Avatar name=owner.name.clone()/> })}
            </p>
            {may_move.then(|| menu(hand, card, stage, stages))}
        </article>
    }
    .into_any()
}

fn next_step(format: &Format, card: &DealCard, stage: &Stage) -> impl IntoView + use<> {
    let lang = format.lang;
    let (urgency, text) = match &card.next_step {
        Some(step) => {
            let urgency = Urgency::of(Some(step.due_at), format.now(), &format.zone());
            let title = crate::text::task_title(lang, step.kind, &step.title);
            (urgency.class(), format!("{} · {title}", due(format, urgency, step.due_at)))
        }
        None if stage.kind == domain::pipeline::StageKind::Open => ("none", tr!(lang, common.no_next_step)),
        None => ("later", tr!(lang, deals.closed_on, day = format.date(card.stage_entered_at))),
    };
    view! { <span class=format!("state {urgency}") title=text.clone()>{text.clone()}</span> }
}

/// When a step is due, as short as a card needs it: `2 h late`, `16:40`, `27 Nov`.
pub(super) fn due(format: &Format, urgency: Urgency, at: chrono::DateTime<chrono::Utc>) -> String {
    let late = format.now() - at;
    match urgency {
        Urgency::Overdue if late.num_minutes() < 60 => {
            tr!(format.lang, common.when_overdue_min, n = late.num_minutes())
        }
        Urgency::Overdue if late.num_hours() < 24 => {
            tr!(format.lang, common.when_overdue_h, n = late.num_hours())
        }
        Urgency::Today => format.time(at),
        _ => domain::zone::day_month(format.zone().day(at), format.lang),
    }
}

/// That requirements were let pass: a mark with their number.
fn waived(waivers: u32) -> AnyView {
    let told = tr!(use_lang(), boards.waived, n = waivers);
    view! {
        <span class="tag" title=told.clone()>
            <Icon name="shield"/>
            <span aria-hidden="true">{waivers}</span>
            <span class="sr-only">{told.clone()}</span>
        </span>
    }
    .into_any()
}

/// How long a deal has been in its stage beyond the stage's limit.
fn rotting(format: &Format, card: &DealCard, stage: &Stage) -> Option<String> {
    let days = (format.now() - card.stage_entered_at).num_days();
    let over = days - i64::from(stage.limit_days?);
    (over > 0).then(|| tr!(format.lang, deals.days_over, n = over))
}

/// Moving without dragging: for those who do not see the board and for browsers without wasm.
fn menu(hand: Hand, card: &DealCard, stage: &Stage, stages: &[Stage]) -> AnyView {
    let lang = use_lang();
    let id = card.id;
    let elsewhere = stages.iter().filter(|other| other.id != stage.id).map(|other| {
        view! { <option value=other.id.to_string()>{other.name.get(lang).to_owned()}</option> }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Ok(step) = AdvanceDeal::from_event(&event) {
            hand.propose(step);
        }
    };
    view! {
        <details class="move-menu">
            <summary aria-label=tr!(lang, deals.move_to, title = card.title.clone())><Icon name="more"/></summary>
            <form class="popover" method="post" action=AdvanceDeal::url() on:submit=submit>
                <input type="hidden" name="id" value=id.to_string()/>
                <input type="hidden" name="version" value=card.version/>
                <select class="select" name="to" aria-label=tr!(lang, deals.stage)>{elsewhere.collect_view()}</select>
                <button class="button primary" type="submit">{tr!(lang, deals.move_it)}</button>
            </form>
        </details>
    }
    .into_any()
}
