//! Rows of the list that are chosen and moved, lost or given away together: the list's table in a form, and what became of it.

use std::collections::BTreeSet;

use domain::access::{Action, Entity};
use domain::bulk::{Batch, Left};
use domain::deal::DealRow;
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

/// What choosing lives on; made beside the list's own resources, so that rows drawn anew are chosen still.
#[derive(Clone, Copy)]
pub(super) struct Many {
    pub change: ServerAction<ChangeDeals>,
    pub undo: ServerAction<UndoChanges>,
    chosen: RwSignal<BTreeSet<DealId>>,
    /// The rows on the page.
    shown: RwSignal<Vec<DealId>>,
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
        let reaches = |action| use_me().is_some_and(|me| me.actor().reaches(action, Entity::Deal));
        let many = Many {
            change: ServerAction::new(),
            undo: ServerAction::new(),
            chosen: RwSignal::new(BTreeSet::new()),
            shown: RwSignal::new(Vec::new()),
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

    fn may(self) -> bool {
        self.may_move || self.may_give
    }

    /// The box that chooses a row; nothing for those who change nothing.
    pub fn choice(self, deal: &DealRow) -> Option<AnyView> {
        let label = tr!(use_lang(), access.choose, name = deal.title.clone());
        let (id, chosen) = (deal.id, self.chosen);
        let choose = move |event| {
            let is_chosen = event_target_checked(&event);
            chosen.update(|chosen| {
                if is_chosen {
                    chosen.insert(id);
                } else {
                    chosen.remove(&id);
                }
            });
        };
        self.may().then(|| {
            view! {
                <label class="checkbox">
                    <input type="checkbox" name="on[]" value=id.to_string() aria-label=label
                        prop:checked=move || chosen.with(|chosen| chosen.contains(&id)) on:change=choose/>
                </label>
            }
            .into_any()
        })
    }

    /// The table with the fields that say what is to be done with the chosen rows.
    pub fn around(self, table: AnyView, rows: &[DealId], choices: Resource<Answer<Choices>>) -> AnyView {
        if !self.may() {
            return table;
        }
        self.shown.set(rows.to_vec());
        let lang = use_lang();
        let fail = failure(move || self.change.value().get());
        let other = Signal::derive(move || {
            fail.get().filter(|fail| !matches!(fail, Fail::Problem(Problem::Invalid { .. })))
        });
        view! {
            <ActionForm action=self.change attr:class="stack">
                <input type="hidden" name="back" value=move || self.back.get()/>
                {table}
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
    }

    /// Chooses every row of the page; without wasm, which it needs, it is not there.
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
