//! `/deals/:id`: a deal with everything about it.

use domain::access::{Action, Actor, Entity, can};
use domain::activity::Subject;
use domain::deal::Deal;
use domain::id::DealId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_params_map;

use super::api::{
    self, AdvanceDeal, AskFeedback, AssignDeal, Choices, NewOffer, SaveFacts, TickItem, WaiveItem,
};
use super::people::{self, Peopling};
use super::typing::Typing;
use super::{facts, feedback, guide, head, history, needs, opener, papers};
use crate::acts::api::NewAct;
use crate::ctx::{use_lang, use_me};
use crate::fail::Answer;
use crate::leads::origin::Origin;
use crate::live::use_live;
use crate::sharing::Panel;
use crate::shell::Frame;
use crate::timeline::{Composer, NextStepForm, OpenTasks, Prompt, Timeline, api::Finish};
use crate::ui::icon::Icon;
use crate::ui::loaded::Loaded;
use crate::ui::title::Title;

/// What can be done on the page. It lives as long as the page, so that a refetch interrupts neither a dialog nor a typed text.
#[derive(Clone, Copy)]
pub(super) struct Doing {
    pub advance: ServerAction<AdvanceDeal>,
    pub lose: ServerAction<AdvanceDeal>,
    pub save: ServerAction<SaveFacts>,
    pub assign: ServerAction<AssignDeal>,
    pub tick: ServerAction<TickItem>,
    pub waive: ServerAction<WaiveItem>,
    pub new_offer: ServerAction<NewOffer>,
    pub new_act: ServerAction<NewAct>,
    pub ask: ServerAction<AskFeedback>,
    pub finish: ServerAction<Finish>,
    pub choices: Resource<Answer<Choices>>,
    pub losing: RwSignal<bool>,
    pub waiving: needs::Waiving,
    pub facts: Typing,
    pub people: Peopling,
    pub next: Prompt,
    pub sharing: Panel,
}

impl Doing {
    fn new() -> Self {
        let params = use_params_map();
        Doing {
            advance: ServerAction::new(),
            lose: ServerAction::new(),
            save: ServerAction::new(),
            assign: ServerAction::new(),
            tick: ServerAction::new(),
            waive: ServerAction::new(),
            new_offer: ServerAction::new(),
            new_act: ServerAction::new(),
            ask: ServerAction::new(),
            finish: ServerAction::new(),
            choices: Resource::new(|| (), |()| api::load_choices()),
            losing: opener::dialog("lost"),
            waiving: needs::Waiving::new(),
            facts: Typing::new(),
            people: Peopling::new(move || params.read().get("id").and_then(|id| id.parse().ok())),
            next: Prompt::new(),
            sharing: Panel::new("deal", move || params.read().get("id").unwrap_or_default()),
        }
    }

    /// Closes dialogs and forgets typed facts once they are saved.
    fn settle(self) {
        self.facts.settle(self.save);
        self.people.settle();
        self.next.follow(self.finish);
        Effect::new(move || {
            if matches!(self.lose.value().get(), Some(Ok(_))) {
                self.losing.set(false);
            }
        });
        Effect::new(move || {
            if matches!(self.waive.value().get(), Some(Ok(()))) {
                self.waiving.open.set(false);
            }
        });
    }

    /// Counts everything that was done.
    fn count(self) -> usize {
        self.advance.version().get()
            + self.lose.version().get()
            + self.save.version().get()
            + self.assign.version().get()
            + self.tick.version().get()
            + self.waive.version().get()
            + self.new_offer.version().get()
            + self.new_act.version().get()
            + self.ask.version().get()
            + self.finish.version().get()
            + self.people.count()
    }
}

/// What the reader may do with the deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rights {
    pub write: bool,
    pub assign: bool,
    pub waive: bool,
}

impl Rights {
    fn of(actor: Option<&Actor>, deal: &Deal) -> Self {
        let may = |action| actor.is_some_and(|actor| can(actor, action, Entity::Deal, deal.whose));
        Rights { write: may(Action::Write), assign: may(Action::Assign), waive: may(Action::Waive) }
    }
}

#[component]
pub fn DealPage() -> impl IntoView {
    let params = use_params_map();
    let live = use_live();
    let doing = Doing::new();
    let saved = RwSignal::new(0_u32);
    doing.settle();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<DealId>().ok()));
    let deal = Resource::new(
        move || (id.get(), live.deals.get(), doing.count(), saved.get()),
        |(id, ..)| async move {
            match id {
                Some(id) => api::load_deal(id).await,
                None => Err(domain::Problem::NotFound.into()),
            }
        },
    );
    view! {
        <Frame here="deals">
            <Loaded data=deal key=|deal: &Deal| deal.id body=move |deal| record(deal, doing, saved)/>
        </Frame>
    }
}

fn record(deal: Signal<Deal>, doing: Doing, saved: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let actor = use_me().map(|me| me.actor());
    let id = deal.with_untracked(|deal| deal.id);
    let rights = Memo::new(move |_| deal.with(|deal| Rights::of(actor.as_ref(), deal)));
    let origin = Memo::new(move |_| deal.with(|deal| deal.source.is_known().then(|| deal.source.clone())));
    // Other changes of the deal leave an address that is being typed where it is.
    let asked = Memo::new(move |_| deal.with(|deal| (deal.feedback.clone(), deal.contact.clone())));
    let bare = |deal: &Deal| deal.closed_at.is_none() && deal.tasks.is_empty();
    doing.next.watch(move || deal.with(bare) && rights.get().write);
    view! {
        <Title text=move || deal.with(|deal| deal.title.clone())/>
        <header class="topbar">
            <A href="/deals" attr:class="button quiet only" attr:aria-label=tr!(lang, deals.back)><Icon name="left"/></A>
            <h1 class="clip">{move || deal.with(|deal| deal.title.clone())}</h1>
            {move || deal.with(head::tags)}
        </header>
        <main class="deal-page">
            {move || deal.with(|deal| head::view(doing, deal, rights.get()))}
            <div class="stack deal-facts">
                {move || deal.with(|deal| facts::view(doing, deal, rights.get()))}
                {move || deal.with(|deal| people::view(doing.people, deal, rights.get()))}
                {doing.sharing.view(Subject::Deal(id))}
                {move || origin.get().map(|origin| view! { <Origin title=tr!(lang, channels.came_deal) attribution=origin/> })}
                {move || deal.with(|deal| needs::view(doing, deal, rights.get()))}
                {move || deal.with(|deal| papers::view(doing, deal, rights.get()))}
                {move || {
                    asked.track();
                    deal.with_untracked(|deal| feedback::view(doing, deal, rights.get()))
                }}
            </div>
            <section class="stack deal-flow" id="deal-flow" tabindex="-1" aria-label=tr!(lang, deals.history)>
                {move || deal.with(|deal| guide::view(doing, deal, rights.get()))}
                {move || rights.get().write.then(|| view! { <NextStepForm on=Subject::Deal(id) prompt=doing.next saved/> })}
                {move || rights.get().write.then(|| view! { <Composer on=Subject::Deal(id) saved next=doing.next/> })}
                {move || {
                    let (tasks, events, open) = deal.with(|deal| {
                        (deal.tasks.clone(), deal.timeline.clone(), deal.closed_at.is_none())
                    });
                    view! {
                        {(open && tasks.is_empty()).then(|| view! { <p><span class="state none">{tr!(lang, common.no_next_step)}</span></p> })}
                        <OpenTasks tasks finish=doing.finish back=format!("/deals/{id}?next=1")/>
                        <Timeline items=events/>
                    }
                }}
                {move || deal.with(history::view)}
            </section>
        </main>
        {move || rights.get().write.then(|| head::loss_dialog(doing, deal, doing.choices))}
        {move || rights.get().write.then(|| people::dialogs(doing.people, deal))}
        {move || rights.get().waive.then(|| needs::dialog(doing, deal))}
    }
    .into_any()
}
