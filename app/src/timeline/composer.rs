//! The composer: one form for calls, notes, tasks and meetings. Its tabs are radio buttons and style sheets show the parts of the
//! chosen kind, so that it works before and without wasm.

use domain::activity::{CallOutcome, Subject};
use domain::task::TaskKind;
use leptos::form::ActionForm;
use leptos::html;
use leptos::prelude::*;

use super::api::Log;
use super::next::{Prompt, fault};
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// Writes on the timeline of `on`.
#[component]
pub fn Composer(
    on: Subject,
    /// Counted up after each save: the page reloads what it shows by it.
    saved: RwSignal<u32>,
    /// Hears of calls and meetings: what comes next?
    #[prop(optional)]
    next: Option<Prompt>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<Log>::new();
    let fail = failure(move || action.value().get());
    let node = NodeRef::<html::Form>::new();
    let finished = StoredValue::new(false);
    Effect::new(move || {
        if let Some(sent) = action.input().get() {
            finished.set_value(super::api::finishes(&sent.kind));
        }
    });
    Effect::new(move || {
        if matches!(action.value().get(), Some(Ok(()))) {
            if let Some(form) = node.get_untracked() {
                form.reset();
            }
            saved.update(|n| *n += 1);
            if let Some(next) = next.filter(|_| finished.get_value()) {
                next.finished();
            }
        }
    });
    let (on, id) = super::fields(on);
    let busy = move || action.pending().get();
    let submit = move |part: &'static str, text: String| {
        view! { <button class=format!("button primary push {part}") type="submit" disabled=busy>{text}</button> }
    };
    view! {
        <div class="composer">
            <ActionForm action=action node_ref=node attr:aria-label=tr!(lang, timeline.add)>
                <input type="hidden" name="on" value=on/>
                <input type="hidden" name="id" value=id/>
                {kinds()}
                {write(fail)}
                <footer>
                    {submit("for-call", tr!(lang, timeline.log_call))}
                    {submit("for-note", tr!(lang, timeline.save_note))}
                    {submit("for-task", tr!(lang, timeline.add_task))}
                    {submit("for-meeting", tr!(lang, timeline.log_meeting))}
                </footer>
            </ActionForm>
        </div>
    }
}

fn kinds() -> AnyView {
    let lang = use_lang();
    let tab = |code: &'static str, icon: &'static str, text: String| {
        view! {
            <label>
                <input type="radio" name="kind" value=code checked=code == "call"/>
                <Icon name=icon/>
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <fieldset class="kinds">
            <legend class="sr-only">{tr!(lang, timeline.kind)}</legend>
            {tab("call", "call", tr!(lang, timeline.tab_call))}
            {tab("note", "note", tr!(lang, timeline.tab_note))}
            {tab("task", "task", tr!(lang, timeline.tab_task))}
            {tab("meeting", "meet", tr!(lang, timeline.tab_meeting))}
        </fieldset>
    }
    .into_any()
}

fn write(fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let outcome = |code: &'static str, outcome: CallOutcome| {
        view! {
            <label>
                <input type="radio" name="outcome" value=code checked=outcome == CallOutcome::Reached/>
                {super::words::outcome(lang, outcome)}
            </label>
        }
    };
    view! {
        <div class="write">
            <div class="row wrap for-call">
                <fieldset class="segmented">
                    <legend class="sr-only">{tr!(lang, timeline.outcome)}</legend>
                    {outcome("reached", CallOutcome::Reached)}
                    {outcome("no_answer", CallOutcome::NoAnswer)}
                    {outcome("wrong_number", CallOutcome::WrongNumber)}
                </fieldset>
                <label class="checkbox">
                    <input type="checkbox" name="incoming" value="yes"/>
                    <span>{tr!(lang, timeline.incoming)}</span>
                </label>
                <label class="row minutes push">
                    <span class="muted">{tr!(lang, timeline.minutes)}</span>
                    <input class="input num" type="number" name="minutes" min="0" max="1440" inputmode="numeric"/>
                </label>
            </div>
            {fault(fail, "outcome")}
            {fault(fail, "minutes")}
            <div class="field not-task">
                <label for="log-text">
                    <span class="for-call">{tr!(lang, timeline.text_call)}</span>
                    <span class="for-note">{tr!(lang, timeline.text_note)}</span>
                    <span class="for-meeting">{tr!(lang, timeline.text_meeting)}</span>
                </label>
                <textarea class="textarea" id="log-text" name="text" rows="3"></textarea>
                {fault(fail, "text")}
            </div>
            {next_step(fail)}
            <FormError fail=fail/>
        </div>
    }
    .into_any()
}

fn next_step(fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    view! {
        <div class="next-step">
            <div class="field">
                <label for="next-title">
                    <span class="not-task">{tr!(lang, timeline.next_step)}" "<span class="optional">{tr!(lang, common.optional)}</span></span>
                    <span class="for-task">{tr!(lang, timeline.task_title)}</span>
                </label>
                <input class="input" id="next-title" name="next_title" maxlength="300"/>
                {fault(fail, "next_title")}
            </div>
            <div class="field">
                <label for="next-kind">{tr!(lang, timeline.task_kind)}</label>
                <select class="select" id="next-kind" name="next_kind">
                    {TaskKind::ALL
                        .into_iter()
                        .filter(|kind| *kind != TaskKind::FirstCall)
                        .map(|kind| view! { <option value=kind.code()>{crate::text::task_kind(lang, kind)}</option> })
                        .collect_view()}
                </select>
            </div>
            <div class="field">
                <label for="next-at">{tr!(lang, timeline.when)}</label>
                <input class="input num" id="next-at" name="next_at" type="datetime-local"/>
                {fault(fail, "next_at")}
            </div>
        </div>
    }
    .into_any()
}
