//! Deals of the list or the board that are chosen and moved, lost or given away together, and what became of it. The boxes stand
//! wherever the deals do and belong to one form.

use std::collections::BTreeSet;

use domain::access::{Action, Entity};
use domain::bulk::{Batch, Left};
use domain::id::{BatchId, DealId};
use domain::pipeline::StageKind;
use domain::{Fault, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::Choices;
use super::filter;
use super::lists_api::{self, ChangeDeals, UndoChanges};
use super::stopped::fixes;
use crate::ctx::{use_format, use_lang, use_me};
use crate::fail::{Answer, Fail};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// The form that the boxes belong to.
const FORM: &str = "bulk";

fn reaches(action: Action) -> bool {
    use_me().is_some_and(|me| me.actor().reaches(action, Entity::Deal))
}

/// Whether the reader may change any deals.
pub(super) fn may_change() -> bool {
    reaches(Action::Write) || reaches(Action::Assign)
}

/// What choosing lives on; made beside the deals' own resources, so that what is drawn anew is chosen still.
#[derive(Clone, Copy)]
pub(super) struct Many {
    pub change: ServerAction<ChangeDeals>,
    pub undo: ServerAction<UndoChanges>,
    chosen: RwSignal<BTreeSet<DealId>>,
    /// Those on the page, in their order.
    shown: RwSignal<Vec<DealId>>,
    /// The one whose box was used last: where a range begins.
    touched: StoredValue<Option<DealId>>,
    /// The batch that was asked for last, here or by a plain form.
    last: RwSignal<Option<Batch>>,
    asked: Resource<Option<Batch>>,
    /// Where a plain form returns to.
    back: Memo<String>,
    may_move: bool,
    may_give: bool,
}

impl Many {
    pub fn new() -> Many {
        let query: Memo<ParamsMap> = use_query_map();
        let of_address =
            Memo::new(move |_| query.read().get("batch").and_then(|id| id.parse::<BatchId>().ok()));
        let asked = Resource::new(
            move || of_address.get(),
            |id| async move {
                match id {
                    Some(id) => lists_api::load_batch(id).await.ok(),
                    None => None,
                }
            },
        );
        let many = Many {
            change: ServerAction::new(),
            undo: ServerAction::new(),
            chosen: RwSignal::new(BTreeSet::new()),
            shown: RwSignal::new(Vec::new()),
            touched: StoredValue::new(None),
            last: RwSignal::new(None),
            asked,
            back: Memo::new(move |_| filter::address(&query.read(), &[])),
            may_move: reaches(Action::Write),
            may_give: reaches(Action::Assign),
        };
        Effect::new(move || {
            if let Some(Ok(batch)) = many.change.value().get() {
                many.last.set(Some(batch));
                many.chosen.set(BTreeSet::new());
            }
        });
        Effect::new(move || {
            if let Some(Ok(batch)) = many.undo.value().get() {
                many.last.set(Some(batch));
            }
        });
        many
    }

    pub fn may(self) -> bool {
        self.may_move || self.may_give
    }

    /// Counts what was changed and taken back.
    pub fn changes(self) -> usize {
        self.change.version().get().wrapping_add(self.undo.version().get())
    }

    /// The box that chooses a deal; nothing for those who change nothing.
    pub fn choice(self, id: DealId, title: &str) -> Option<AnyView> {
        let label = tr!(use_lang(), access.choose, name = title.to_owned());
        let chosen = self.chosen;
        let choose = move |event: leptos::ev::MouseEvent| {
            self.choose(id, event_target_checked(&event), event.shift_key());
        };
        // Enter would send the form by its first button.
        let stay = move |event: leptos::ev::KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
            }
        };
        self.may().then(|| {
            view! {
                <label class="checkbox">
                    <input type="checkbox" name="on[]" form=FORM value=id.to_string() aria-label=label
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&id)) on:click=choose on:keydown=stay/>
                </label>
            }
            .into_any()
        })
    }

    /// Chooses a deal or lets it be; a range goes from the one before.
    fn choose(self, id: DealId, is_chosen: bool, range: bool) {
        let before = self.touched.get_value().filter(|_| range);
        self.touched.set_value(Some(id));
        let all = self.shown.with_untracked(|shown| {
            let place = |id: DealId| shown.iter().position(|one| *one == id);
            let (from, to) = (place(before?)?, place(id)?);
            shown.get(from.min(to)..=from.max(to)).map(<[DealId]>::to_vec)
        });
        self.chosen.update(|chosen| {
            for id in all.unwrap_or_else(|| vec![id]) {
                if is_chosen {
                    chosen.insert(id);
                } else {
                    chosen.remove(&id);
                }
            }
        });
    }

    /// Tells what is on the page now; what is not there any more is not chosen either.
    pub fn show(self, deals: Vec<DealId>) {
        if self.chosen.with_untracked(|chosen| chosen.iter().any(|id| !deals.contains(id))) {
            self.chosen.update(|chosen| chosen.retain(|id| deals.contains(id)));
        }
        self.shown.set(deals);
    }

    /// The fields that say what is to be done with the chosen deals; nothing for those who change nothing.
    pub fn bar(self, choices: Resource<Answer<Choices>>) -> Option<AnyView> {
        let lang = use_lang();
        let fail = failure(move || self.change.value().get());
        let other = Signal::derive(move || {
            fail.get().filter(|fail| !matches!(fail, Fail::Problem(Problem::Invalid { .. })))
        });
        self.may().then(|| {
            view! {
                <ActionForm action=self.change attr:class="stack" attr:id=FORM>
                    <input type="hidden" name="back" value=move || self.back.get()/>
                    <div class="row wrap giving bulk" role="group" aria-label=tr!(lang, boards.bulk_title)>
                        {self.all()}
                        <Transition>
                            {move || Suspend::new(async move { self.fields(choices.await.unwrap_or_default()) })}
                        </Transition>
                    </div>
                    <div aria-live="polite">{move || fail.get().and_then(wrong)}</div>
                    <FormError fail=other/>
                </ActionForm>
            }
            .into_any()
        })
    }

    /// Chooses everything on the page; without wasm, which it needs, it is not there.
    fn all(self) -> impl IntoView {
        let lang = use_lang();
        let awake = RwSignal::new(false);
        Effect::new(move || awake.set(true));
        let choose = move |event| {
            let all = if event_target_checked(&event) { self.shown.get_untracked() } else { Vec::new() };
            self.chosen.set(all.into_iter().collect());
        };
        let is_all = move || {
            let chosen = self.chosen.read();
            self.shown.with(|shown| !shown.is_empty() && shown.iter().all(|id| chosen.contains(id)))
        };
        move || {
            awake.get().then(|| {
                view! {
                    <label class="checkbox">
                        <input type="checkbox" prop:checked=is_all on:change=choose/>
                        <span>{tr!(lang, boards.choose_all)}</span>
                    </label>
                    <span class="muted" aria-live="polite">
                        {move || tr!(lang, boards.chosen, n = self.chosen.with(BTreeSet::len))}
                    </span>
                }
            })
        }
    }

    fn fields(self, choices: Choices) -> AnyView {
        let lang = use_lang();
        let several = choices.pipelines.len() > 1;
        let stages = choices.pipelines.iter().filter(|pipeline| !pipeline.retired).flat_map(|pipeline| {
            // Losing asks for a reason and has its own button.
            let stages = pipeline.stages.iter().filter(|stage| stage.kind != StageKind::Lost);
            stages.map(move |stage| {
                let name = stage.name.get(lang).to_owned();
                let name = if several { format!("{} › {name}", pipeline.name.get(lang)) } else { name };
                view! { <option value=stage.id.to_string()>{name}</option> }
            })
        });
        let people = choices.people.iter().map(|person| {
            view! { <option value=person.id.to_string()>{person.name.clone()}</option> }
        });
        let reasons = choices.loss_reasons.iter().map(|reason| {
            let name = reason.name.get(lang).to_owned();
            let name = if reason.note_required { tr!(lang, losses.with_note, name = name) } else { name };
            view! { <option value=reason.id.to_string()>{name}</option> }
        });
        let pending = move || self.change.pending().get();
        view! {
            {self.may_move.then(|| view! {
                <div class="row">
                    <select class="select" name="stage" aria-label=tr!(lang, boards.to_stage)>{stages.collect_view()}</select>
                    <button class="button" type="submit" name="change" value="move" disabled=pending>{tr!(lang, deals.move_it)}</button>
                </div>
            })}
            {self.may_give.then(|| view! {
                <div class="row">
                    <select class="select" name="to" aria-label=tr!(lang, access.give_to)>{people.collect_view()}</select>
                    <label class="checkbox"><input type="checkbox" name="tasks" value="on" checked=true/><span>{tr!(lang, access.give_tasks)}</span></label>
                    <button class="button" type="submit" name="change" value="assign" disabled=pending>{tr!(lang, access.give)}</button>
                </div>
            })}
            {self.may_move.then(|| view! {
                <div class="row">
                    <select class="select" name="loss_reason" aria-label=tr!(lang, losses.reason)>
                        <option value="">{tr!(lang, losses.choose)}</option>
                        {reasons.collect_view()}
                    </select>
                    <input class="input" name="note" maxlength="2000" aria-label=tr!(lang, losses.note) placeholder=tr!(lang, losses.note)/>
                    <button class="button" type="submit" name="change" value="lose" disabled=pending>{tr!(lang, boards.lose)}</button>
                </div>
            })}
        }
        .into_any()
    }

    /// What became of the last batch, with the way back.
    pub fn outcome(self) -> impl IntoView {
        let lang = use_lang();
        let fail = failure(move || self.undo.value().get());
        let failed = move |fail: Fail| {
            let text = match fail {
                Fail::Problem(Problem::Expired) => tr!(lang, boards.too_late),
                other => crate::text::fail(lang, &other),
            };
            view! { <p class="error">{text}</p> }
        };
        view! {
            <div class="outcome" role="status">
                <Transition>
                    {move || {
                        let last = self.last.get();
                        Suspend::new(async move {
                            let asked = self.asked.await;
                            last.or(asked).map(|batch| self.told(batch))
                        })
                    }}
                </Transition>
                {move || fail.get().map(failed)}
            </div>
        }
    }

    fn told(self, batch: Batch) -> AnyView {
        let lang = use_lang();
        let undo = batch.can_be_undone(use_format().now()).then(|| {
            view! {
                <ActionForm action=self.undo>
                    <input type="hidden" name="batch" value=batch.id.to_string()/>
                    <input type="hidden" name="back" value=move || self.back.get()/>
                    <button class="button" type="submit" disabled=move || self.undo.pending().get()>
                        <Icon name="undo"/>{tr!(lang, boards.undo)}
                    </button>
                </ActionForm>
            }
        });
        let (done, left) = match batch.undone {
            None => (tr!(lang, boards.done, n = batch.done), batch.left),
            Some(undone) => (tr!(lang, boards.back, n = undone.back), undone.left),
        };
        let rest = (!left.is_empty()).then(|| {
            let count = left.len();
            view! {
                <details open=true>
                    <summary>{tr!(lang, boards.left, n = count)}</summary>
                    <ul>{left.into_iter().map(stays).collect_view()}</ul>
                </details>
            }
        });
        view! {
            <div class="row wrap"><b>{done}</b>{undo}</div>
            {rest}
        }
        .into_any()
    }
}

/// A deal that stays as it was, and why.
fn stays(left: Left) -> AnyView {
    let lang = use_lang();
    let path = format!("/deals/{}", left.id);
    let why = match left.why {
        Problem::Refused { reasons } => fixes(lang, &path, &reasons).into_any(),
        other => view! { <p class="muted">{crate::text::problem(lang, &other)}</p> }.into_any(),
    };
    view! { <li><a href=path>{left.title}</a>{why}</li> }.into_any()
}

/// What is wrong with the fields, in words of this form.
fn wrong(fail: Fail) -> Option<AnyView> {
    let lang = use_lang();
    let Fail::Problem(problem @ Problem::Invalid { .. }) = fail else { return None };
    let text = if problem.fault_of("on").is_some() {
        tr!(lang, access.nothing_chosen)
    } else if problem.fault_of("to").is_some() {
        tr!(lang, access.cannot_take)
    } else if problem.fault_of("loss_reason").is_some() {
        tr!(lang, boards.reason_needed)
    } else {
        match problem.fault_of("note") {
            Some(Fault::Required) => tr!(lang, losses.note_needed),
            Some(other) => crate::text::fault(lang, other),
            None => crate::text::problem(lang, &problem),
        }
    };
    Some(view! { <p class="error">{text}</p> }.into_any())
}
