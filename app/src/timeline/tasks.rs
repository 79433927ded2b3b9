//! The open tasks of a record, planned events above what happened.

use domain::task::{Task, Urgency};
use leptos::form::ActionForm;
use leptos::prelude::*;

use super::api::Finish;
use crate::ctx::use_format;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// Open tasks with their *Done* buttons. `finish` is the page's action, so that the page can reload by it.
#[component]
pub fn OpenTasks(
    tasks: Vec<Task>,
    finish: ServerAction<Finish>,
    /// The page that a plain form returns to.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let fail = failure(move || finish.value().get());
    view! {
        <FormError fail=fail/>
        {(!tasks.is_empty())
            .then(|| {
                let rows = tasks.into_iter().map(|task| row(task, finish, back.clone())).collect_view();
                view! { <ol class="timeline planned-tasks" aria-label=tr!(use_format().lang, timeline.open_tasks)>{rows}</ol> }
            })}
    }
}

fn row(task: Task, finish: ServerAction<Finish>, back: String) -> impl IntoView {
    let format = use_format();
    let lang = format.lang;
    let title = crate::text::task_title(lang, task.kind, &task.title);
    let urgency = Urgency::of(Some(task.due_at), format.now(), &format.zone());
    view! {
        <li class="event planned">
            <span class="mark"><Icon name=icon(task.kind)/></span>
            <div>
                <b>{title.clone()}</b>" "
                <span class=format!("state {}", urgency.class())>{format.near(task.due_at)}</span>" "
                <span class="what">{task.assignee.map(|person| person.name)}</span>
            </div>
            <DoneButton finish=finish task=task.id version=task.version back=back title=title/>
        </li>
    }
}

/// The icon of a kind of task.
pub fn icon(kind: domain::task::TaskKind) -> &'static str {
    use domain::task::TaskKind;
    match kind {
        TaskKind::FirstCall | TaskKind::Call => "call",
        TaskKind::Mail => "mail",
        TaskKind::Meeting => "meet",
        TaskKind::Document => "offer",
        TaskKind::Other => "task",
    }
}

/// Finishes one task; a plain form.
#[component]
pub fn DoneButton(
    finish: ServerAction<Finish>,
    task: domain::id::TaskId,
    version: i64,
    #[prop(into)] back: String,
    /// What is done, for those who hear the button.
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let lang = crate::ctx::use_lang();
    view! {
        <ActionForm action=finish>
            <input type="hidden" name="task" value=task.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <input type="hidden" name="back" value=back/>
            <button class="button small only" type="submit" data-act="done" aria-label=tr!(lang, timeline.done, title = title)>
                <Icon name="check"/>
            </button>
        </ActionForm>
    }
}
