//! The next step, asked for as soon as something was finished and nothing is planned any more.

use domain::Fault;
use domain::activity::Subject;
use domain::task::TaskKind;
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::Log;
use crate::ctx::{use_format, use_lang};
use crate::fail::Fail;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// When the next step is asked for. It lives as long as the page.
#[derive(Clone, Copy)]
pub struct Prompt {
    open: RwSignal<bool>,
    /// Something was finished, and it is not known yet what is left to do.
    due: RwSignal<bool>,
}

impl Prompt {
    /// `?next=1` asks without wasm.
    pub fn new() -> Prompt {
        let asked = use_query_map().read_untracked().get("next").is_some();
        Prompt { open: RwSignal::new(false), due: RwSignal::new(asked) }
    }

    /// Something was finished.
    pub fn finished(self) {
        self.due.set(true);
    }

    /// The same, each time that `finish` finishes a task.
    pub fn follow(self, finish: ServerAction<super::api::Finish>) {
        Effect::new(move || {
            if matches!(finish.value().get(), Some(Ok(()))) {
                self.finished();
            }
        });
    }

    /// Looks at the record, which is `bare` when somebody works on it and nothing is planned: now, and whenever it was read anew.
    pub fn watch(self, bare: impl Fn() -> bool + 'static) {
        if self.due.get_untracked() && untrack(&bare) {
            self.due.set(false);
            self.open.set(true);
        }
        Effect::new(move |looked: Option<bool>| {
            let (due, bare) = (self.due.get(), bare());
            if due && bare {
                self.open.set(true);
            }
            // The first look may be at what was before; the second one is at what is left.
            if due && (bare || looked == Some(true)) {
                self.due.set(false);
                return false;
            }
            due
        });
    }
}

/// The question with a task's form. It stands on the page and stops nobody: who has something else to do, does it.
#[component]
pub fn NextStepForm(
    on: Subject,
    prompt: Prompt,
    /// Counted up after each save: the page reloads what it shows by it.
    saved: RwSignal<u32>,
) -> impl IntoView {
    let action = ServerAction::<Log>::new();
    let open = prompt.open;
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            open.set(false);
            saved.update(|n| *n += 1);
        }
    });
    let node = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = node.get() {
            let _focused = input.focus();
        }
    });
    move || open.get().then(|| form(on, prompt, action, node))
}

fn form(on: Subject, prompt: Prompt, action: ServerAction<Log>, node: NodeRef<html::Input>) -> AnyView {
    let lang = use_lang();
    let format = use_format();
    let fail = failure(move || action.value().get());
    let page = super::path(on);
    let (on, id) = super::fields(on);
    // Tomorrow morning, unless something else is said.
    let tomorrow = format.zone().day(format.now()).succ_opt().map(|day| format!("{day}T10:00"));
    let kinds = TaskKind::ALL
        .into_iter()
        .filter(|kind| *kind != TaskKind::FirstCall)
        .map(|kind| view! { <option value=kind.code()>{crate::text::task_kind(lang, kind)}</option> })
        .collect_view();
    let leave = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        prompt.open.set(false);
    };
    view! {
        <section class="notice accent what-next" aria-labelledby="what-next">
            <Icon name="clock"/>
            <ActionForm action=action attr:class="stack">
                <h2 id="what-next">{tr!(lang, timeline.what_next)}</h2>
                <p class="soft">{tr!(lang, timeline.what_next_text)}</p>
                <input type="hidden" name="on" value=on/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="kind" value="task"/>
                <input type="hidden" name="minutes" value=""/>
                <input type="hidden" name="text" value=""/>
                <div class="field">
                    <label for="step-title">{tr!(lang, timeline.what_to_do)}</label>
                    <input class="input" id="step-title" name="next_title" maxlength="200" required=true node_ref=node/>
                    {fault(fail, "next_title")}
                </div>
                <div class="pair">
                    <div class="field">
                        <label for="step-kind">{tr!(lang, timeline.task_kind)}</label>
                        <select class="select" id="step-kind" name="next_kind">{kinds}</select>
                    </div>
                    <div class="field">
                        <label for="step-at">{tr!(lang, timeline.when)}</label>
                        <input class="input num" id="step-at" name="next_at" type="datetime-local" value=tomorrow required=true/>
                        {fault(fail, "next_at")}
                    </div>
                </div>
                <FormError fail=fail/>
                <div class="row wrap">
                    <button class="button primary" type="submit" disabled=move || action.pending().get()>{tr!(lang, timeline.plan_it)}</button>
                    <a class="button quiet" href=page rel="external" on:click=leave>{tr!(lang, timeline.nothing_next)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// The fault of a field, read out when it comes.
pub(super) fn fault(fail: Signal<Option<Fail>>, name: &'static str) -> AnyView {
    let lang = use_lang();
    let found = move || -> Option<Fault> {
        match fail.get() {
            Some(Fail::Problem(problem)) => problem.fault_of(name),
            _ => None,
        }
    };
    view! {
        <div class="field faults" aria-live="polite">
            {move || found().map(|fault| view! { <p class="error"><Icon name="warn"/>{crate::text::fault(lang, fault)}</p> })}
        </div>
    }
    .into_any()
}
