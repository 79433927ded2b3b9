//! A lead's page: facts and origin left, composer and timeline right; converting and disqualifying are dialogs.

use chrono::{DateTime, Utc};
use domain::access::{Action, Entity, can};
use domain::activity::Subject;
use domain::lead::LeadStatus;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::api::{Convert, LeadPage};
use super::convert::ConvertDialog;
use super::disqualify::DisqualifyDialog;
use super::facts::Facts;
use super::origin::Origin;
use super::reopen::ReopenDialog;
use super::state::{CallState, response, status};
use crate::ctx::{use_format, use_lang, use_me};
use crate::live::use_live;
use crate::privacy::{Erasing, PersonCard};
use crate::sharing::Panel;
use crate::shell::Frame;
use crate::timeline::{Composer, NextStepForm, OpenTasks, Prompt, Timeline, api::Finish};
use crate::ui::clock::use_now;
use crate::ui::icon::Icon;
use crate::ui::loaded::Loaded;
use crate::ui::title::Title;

/// What the page's parts share.
#[derive(Clone, Copy)]
struct Parts {
    now: Signal<DateTime<Utc>>,
    /// Counted up by each save on the page.
    saved: RwSignal<u32>,
    finish: ServerAction<Finish>,
    converting: RwSignal<bool>,
    disqualifying: RwSignal<bool>,
    reopening: RwSignal<bool>,
    next: Prompt,
    erasing: Erasing,
    convert: ServerAction<Convert>,
    proposal: Resource<Option<crate::fail::Answer<domain::lead::Conversion>>>,
    sharing: Panel,
}

/// `/leads/:id`; `?do=convert` and `?do=disqualify` open the dialogs, also without wasm.
#[component]
pub fn LeadRecord() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let live = use_live();
    let saved = RwSignal::new(0);
    let finish = ServerAction::<Finish>::new();
    let open = query.read_untracked().get("do").unwrap_or_default();
    let converting = RwSignal::new(open == "convert");
    let id = move || params.read().get("id").unwrap_or_default();
    let page = Resource::new(
        move || (id(), query.read().get("before"), saved.get(), finish.version().get(), live.leads.get()),
        |(id, before, ..)| super::api::show(id, before),
    );
    // Asked for when the dialog opens, anew only when something was saved meanwhile: closing it keeps what was typed.
    let asked = Memo::new(move |before: Option<&Option<(String, u32, usize)>>| {
        if converting.get() {
            Some((id(), saved.get(), finish.version().get()))
        } else {
            before.cloned().flatten()
        }
    });
    let proposal = Resource::new(
        move || asked.get(),
        |asked| async move {
            match asked {
                Some((id, ..)) => Some(super::api::propose(id).await),
                None => None,
            }
        },
    );
    let parts = Parts {
        now: use_now(),
        saved,
        finish,
        converting,
        disqualifying: RwSignal::new(open == "disqualify"),
        reopening: RwSignal::new(open == "reopen"),
        next: Prompt::new(),
        erasing: Erasing::new(move || id().parse().ok().map(Subject::Lead), open == "erase"),
        convert: ServerAction::new(),
        proposal,
        sharing: Panel::new("lead", id),
    };
    parts.next.follow(finish);
    view! {
        <Frame here="leads">
            <Loaded data=page key=|page: &LeadPage| page.lead.id body=move |page| record(page, parts)/>
        </Frame>
    }
}

fn record(page: Signal<LeadPage>, parts: Parts) -> AnyView {
    let lang = use_lang();
    let id = page.with_untracked(|page| page.lead.id);
    let writes = page.with_untracked(may(Action::Write));
    let assigns = page.with_untracked(may(Action::Assign));
    let consents = Signal::derive(move || page.with(|page| page.consents.clone()));
    let bare = |page: &LeadPage| page.lead.status.is_open() && page.tasks.is_empty();
    parts.next.watch(move || writes && page.with(bare));
    view! {
        <Title text=move || page.with(|page| page.lead.name.clone())/>
        <header class="topbar">
            <a href="/leads" class="button quiet only" aria-label=tr!(lang, leads.back)><Icon name="left"/></a>
            <h1 class="clip">{move || page.with(|page| page.lead.name.clone())}</h1>
            {move || page.with(|page| head_state(page, parts.now))}
            {move || page.with(|page| actions(page, writes, parts))}
        </header>
        <main class="lead-page">
            <section class="lead-facts stack" aria-label=tr!(lang, leads.facts)>
                {move || page.with(settled)}
                {view! { <Facts page=page assigns=assigns saved=parts.saved/> }.into_any()}
                {parts.sharing.view(Subject::Lead(id))}
                {move || page.with(|page| view! { <Origin title=tr!(lang, leads.origin) attribution=page.lead.attribution.clone()/> }.into_any())}
                {view! { <PersonCard on=Subject::Lead(id) consents=consents writes=writes saved=parts.saved erasing=parts.erasing/> }.into_any()}
            </section>
            <section class="lead-flow stack" aria-label=tr!(lang, leads.flow)>
                {writes.then(|| view! { <NextStepForm on=Subject::Lead(id) prompt=parts.next saved=parts.saved/> }.into_any())}
                {writes.then(|| view! { <Composer on=Subject::Lead(id) saved=parts.saved next=parts.next/> }.into_any())}
                {move || page.with(|page| history(page, parts.finish))}
            </section>
        </main>
        {writes.then(|| view! { <ConvertDialog open=parts.converting proposal=parts.proposal convert=parts.convert/> }.into_any())}
        {writes.then(|| view! { <DisqualifyDialog open=parts.disqualifying page=page saved=parts.saved/> }.into_any())}
        {writes.then(|| view! { <ReopenDialog open=parts.reopening page=page saved=parts.saved/> }.into_any())}
    }
    .into_any()
}

fn history(page: &LeadPage, finish: ServerAction<Finish>) -> AnyView {
    let id = page.lead.id;
    let timeline = page.timeline.clone();
    let older = timeline.next.map(|next| format!("/leads/{id}?before={next}"));
    view! {
        <OpenTasks tasks=page.tasks.clone() finish=finish back=format!("/leads/{id}?next=1")/>
        <Timeline items=timeline.rows older=older/>
    }
    .into_any()
}

/// Whether the signed-in user may do `action` with the page's lead; the store decides, this only greys out.
fn may(action: Action) -> impl Fn(&LeadPage) -> bool {
    let actor = use_me().map(|me| me.actor());
    move |page| actor.as_ref().is_some_and(|actor| can(actor, action, Entity::Lead, page.lead.whose))
}

fn head_state(page: &LeadPage, now: Signal<DateTime<Utc>>) -> AnyView {
    let lang = use_lang();
    let lead = &page.lead;
    match (lead.status, lead.call_due_at, lead.first_response_at) {
        (LeadStatus::New, Some(due), _) => view! { <CallState due=due now=now pill=true/> }.into_any(),
        (LeadStatus::New | LeadStatus::Working, _, Some(at)) => {
            let answered = response(lang, (at - lead.created_at).num_minutes().max(0));
            view! { <span class="state pill wide-only">{tr!(lang, leads.first_response)}" "{answered}</span> }
                .into_any()
        }
        (LeadStatus::Converted, ..) => {
            view! { <span class="state pill today">{status(lang, lead.status)}</span> }.into_any()
        }
        _ => view! { <span class="state pill">{status(lang, lead.status)}</span> }.into_any(),
    }
}

/// The buttons at the head. They are a plain form: without wasm the same page comes back with the dialog open.
fn actions(page: &LeadPage, writes: bool, parts: Parts) -> AnyView {
    let lang = use_lang();
    let lead = &page.lead;
    let call = (!lead.phone.is_empty()).then(|| {
        view! { <a class="button" href=format!("tel:{}", lead.phone)><Icon name="call"/>{tr!(lang, leads.call)}</a> }
    });
    let decide = (writes && lead.status.is_open()).then(|| {
        view! {
            <button class="button" type="submit" name="do" value="disqualify" aria-haspopup="dialog"
                on:click=move |event| { event.prevent_default(); parts.disqualifying.set(true); }>
                {tr!(lang, leads.disqualify)}
            </button>
            <button class="button primary" type="submit" name="do" value="convert" aria-haspopup="dialog"
                on:click=move |event| { event.prevent_default(); parts.converting.set(true); }>
                <Icon name="arrow"/>{tr!(lang, leads.convert)}
            </button>
        }
    });
    let again = (writes && lead.status == LeadStatus::Disqualified).then(|| {
        view! {
            <button class="button" type="submit" name="do" value="reopen" aria-haspopup="dialog"
                on:click=move |event| { event.prevent_default(); parts.reopening.set(true); }>
                <Icon name="undo"/>{tr!(lang, leads.reopen)}
            </button>
        }
    });
    view! { <form class="row push" method="get" action=format!("/leads/{}", lead.id)>{call}{decide}{again}</form> }
        .into_any()
}

/// What became of a lead that is settled.
fn settled(page: &LeadPage) -> AnyView {
    let lang = use_lang();
    let lead = &page.lead;
    match lead.status {
        LeadStatus::Converted => view! {
            <div class="notice today">
                <Icon name="check"/>
                <div class="row wrap">
                    <b>{tr!(lang, leads.status_converted)}</b>
                    {lead.deal.map(|id| view! { <A href=format!("/deals/{id}")>{tr!(lang, leads.its_deal)}</A> })}
                    {lead.contact.map(|id| view! { <A href=format!("/contacts/{id}")>{tr!(lang, leads.its_contact)}</A> })}
                    {lead.account.map(|id| view! { <A href=format!("/accounts/{id}")>{tr!(lang, leads.its_account)}</A> })}
                </div>
            </div>
        }
        .into_any(),
        LeadStatus::Disqualified => gone(page),
        // That it went nowhere once is told as long as it lives.
        LeadStatus::New | LeadStatus::Working if lead.disqualified_at.is_some() => gone(page),
        LeadStatus::New | LeadStatus::Working => ().into_any(),
    }
}

/// When and why the lead went nowhere, and when it was taken up again.
fn gone(page: &LeadPage) -> AnyView {
    let format = use_format();
    let lang = format.lang;
    let lead = &page.lead;
    let reason =
        lead.disqualified_reason.as_ref().map(|reason| reason.get(lang).to_owned()).unwrap_or_default();
    let day = lead.disqualified_at.map(|at| format.date(at)).unwrap_or_default();
    let again = lead.reopened_at.filter(|at| lead.disqualified_at.is_some_and(|gone| gone <= *at));
    let note = lead.disqualify_note.clone();
    view! {
        <div class="notice">
            <Icon name="stop"/>
            <div>
                <b>{tr!(lang, leads.disqualified_on, day = day, reason = reason)}</b>
                {(!note.is_empty()).then(|| view! { <p class="prose">{note}</p> })}
                {again.map(|at| view! { <p>{tr!(lang, leads.reopened_on, day = format.date(at))}</p> })}
            </div>
        </div>
    }
    .into_any()
}
