//! The editor of a pipeline: one plain form. Its buttons change what is typed, and the form is drawn anew; with wasm the page does that
//! itself, without it the server.

use domain::pipeline::{Process, STAGES};
use domain::{Lang, Problem};
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{self, Choices, Opened, Save};
use super::sheet::{Kind, Sheet, id_of};
use super::steps::{Done, Stepped};
use super::told::{conflict, told};
use super::typed::TypedPipeline;
use super::{gone, stage};
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::focus::focus;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toast;

/// What outlives a reading anew of the pipeline.
#[derive(Clone, Copy)]
pub struct Editing {
    /// Counts what needs it read again.
    pub again: RwSignal<u32>,
    /// It was just saved: whoever pressed the button finds it under their hands again.
    done: RwSignal<bool>,
    /// What is typed and not saved, for those who look at another tab meanwhile.
    kept: StoredValue<Option<TypedPipeline>>,
}

impl Editing {
    pub fn new() -> Self {
        Editing { again: RwSignal::new(0), done: RwSignal::new(false), kept: StoredValue::new(None) }
    }

    /// What was typed over the same version.
    fn recalled(self, typed: &TypedPipeline) -> Option<TypedPipeline> {
        let is_same = |kept: &TypedPipeline| (&kept.id, &kept.version) == (&typed.id, &typed.version);
        self.kept.get_value().filter(is_same)
    }

    fn keep(self) {
        use wasm_bindgen::JsCast;
        let form = document().get_element_by_id(FORM);
        let form = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok());
        let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        if let Some(Ok(typed)) = data.map(|data| TypedPipeline::from_form_data(&data)) {
            self.kept.set_value(Some(typed));
        }
    }
}

const FORM: &str = "process-form";

/// What is on the screen.
#[derive(Debug, Clone)]
struct State {
    typed: TypedPipeline,
    /// The pipeline in force.
    saved: Option<Process>,
    /// Why it was not saved.
    fail: Option<Fail>,
    is_draft: bool,
    /// Counts the drawings: an input that somebody has typed into follows no attribute any more, a new one does.
    drawing: u32,
}

impl State {
    fn redraw(&mut self) {
        self.drawing += 1;
    }
}

/// What the parts of the editor share.
#[derive(Clone, Copy)]
struct Desk {
    lang: Lang,
    state: RwSignal<State>,
    choices: StoredValue<Choices>,
    save: ServerAction<Save>,
    /// Told to those who do not see what moved.
    said: RwSignal<String>,
    editing: Editing,
}

pub fn editor(opened: Opened, editing: Editing) -> AnyView {
    let Opened { saved, typed, is_draft, refused, choices, .. } = opened;
    let recalled = editing.recalled(&typed).filter(|_| !is_draft);
    let state = State {
        is_draft: is_draft || recalled.is_some(),
        typed: recalled.unwrap_or(typed),
        saved,
        fail: refused.map(Fail::Problem),
        drawing: 0,
    };
    let desk = Desk {
        lang: use_lang(),
        state: RwSignal::new(state),
        choices: StoredValue::new(choices),
        save: ServerAction::new(),
        said: RwSignal::new(String::new()),
        editing,
    };
    desk.follow();
    view! {
        <section class="card settings-form process-editor">
            // A new drawing has a new key: it is never patched into the old one.
            <For each=move || [desk.state.get()] key=|state| state.drawing children=move |state| desk.draw(&state)/>
            <p class="sr-only" role="status">{move || desk.said.get()}</p>
        </section>
    }
    .into_any()
}

impl Desk {
    /// After saving: says so, and shows what is kept. After a failure: shows where it failed, with all that is typed.
    fn follow(self) {
        let toast = use_toast();
        let is_new = self.state.with_untracked(|state| state.saved.is_none());
        Effect::new(move || match self.save.value().get() {
            Some(Ok(())) => {
                toast.say(tr!(self.lang, common.saved));
                self.editing.kept.set_value(None);
                self.editing.done.set(true);
                if !is_new {
                    self.editing.again.update(|n| *n += 1);
                }
            }
            Some(Err(fail)) => {
                self.fail(fail);
                focus([format!("#{FORM} [aria-invalid]"), format!("#{FORM} .form-error")]);
            }
            None => {}
        });
        Effect::new(move || {
            if self.editing.done.get_untracked() {
                self.editing.done.set(false);
                focus(["#process-save".to_owned()]);
            }
        });
    }

    fn fail(self, fail: Fail) {
        self.state.update(|state| {
            state.fail = Some(fail);
            state.redraw();
        });
    }

    fn submit(self, event: &leptos::ev::SubmitEvent) {
        event.prevent_default();
        let Ok(typed) = TypedPipeline::from_event(event) else { return };
        match typed.step.as_str() {
            "" | "save" => self.send(typed),
            "mine" => self.send_over(typed),
            _ => self.step(typed),
        }
    }

    fn send(self, typed: TypedPipeline) {
        let typed = typed.ordered();
        self.state.update(|state| state.typed = typed.clone());
        self.save.dispatch(Save { draft: typed });
    }

    /// Over what somebody saved meanwhile.
    fn send_over(self, typed: TypedPipeline) {
        spawn_local(async move {
            match api::open(typed.id.clone(), None, None).await {
                Ok(Opened { saved: Some(saved), .. }) => {
                    let typed = typed.over(&saved.pipeline);
                    self.state.update(|state| state.saved = Some(saved));
                    self.send(typed);
                }
                Ok(_) => self.fail(Problem::NotFound.into()),
                Err(fail) => self.fail(fail),
            }
        });
    }

    fn step(self, typed: TypedPipeline) {
        let verb = typed.step.split(':').next().unwrap_or_default().to_owned();
        let saved =
            self.state.with_untracked(|state| state.saved.as_ref().map(|saved| saved.pipeline.clone()));
        let Stepped { typed, done } = typed.stepped(saved.as_ref());
        self.editing.kept.set_value(Some(typed.clone()));
        self.state.update(|state| {
            state.typed = typed;
            // The faults of the last try name places that are others now.
            state.fail = None;
            state.redraw();
        });
        self.go_on(&verb, done);
    }

    /// Tells what was done, and brings the hands to where the work goes on.
    fn go_on(self, verb: &str, done: Done) {
        match done {
            Done::Nothing => {}
            Done::Added(place) => {
                let part = format!("#stages-{}", id_of(&place));
                // What is asked for is chosen one after the other; everything else is filled in.
                focus([
                    format!("{part} :is(input, textarea):not([type=hidden])"),
                    format!("*:has(> {part}) + .wish select"),
                ]);
            }
            Done::Moved(place, n, count) => {
                self.said.set(tr!(self.lang, process.moved, n = n, of = count));
                let tools = format!("#stages-{} > .tools", id_of(&place));
                focus([
                    format!("{tools} [data-go={verb}]:not(:disabled)"),
                    format!("{tools} button:not(:disabled)"),
                ]);
            }
            Done::Removed(list) => {
                self.said.set(tr!(self.lang, process.removed));
                let list =
                    if list.is_empty() { "stages".to_owned() } else { format!("stages-{}", id_of(&list)) };
                focus([format!("#{list}-add")]);
            }
        }
    }

    fn draw(self, state: &State) -> AnyView {
        let choices = self.choices.get_value();
        let problem = match &state.fail {
            Some(Fail::Problem(problem)) => Some(problem),
            _ => None,
        };
        let sheet = Sheet { lang: self.lang, typed: &state.typed, problem, choices: &choices };
        let typed = sheet.typed;
        let page =
            if typed.id.is_empty() { "/process/new".to_owned() } else { format!("/process/{}", typed.id) };
        let unsaved = state.is_draft.then(|| {
            view! { <p class="notice none"><Icon name="warn"/>{tr!(sheet.lang, process.unsaved)}</p> }
        });
        view! {
            <form id=FORM method="post" action=page.clone() on:submit=move |event| self.submit(&event) on:change=move |_| self.editing.keep()>
                <fieldset class="stack" disabled=move || self.save.pending().get()>
                    // What Enter presses: without it, the first button of a stage that moves it.
                    <button class="sr-only" type="submit" name="step" value="save" tabindex="-1" aria-hidden="true"></button>
                    {sheet.hidden("id", &typed.id)}
                    {sheet.hidden("version", &typed.version)}
                    {unsaved}
                    {body(sheet, state.saved.as_ref())}
                    {told(sheet, state.fail.as_ref())}
                    {conflict(sheet, &page)}
                    <div class="row wrap">
                        <button class="button primary" id="process-save" type="submit" name="step" value="save">{tr!(sheet.lang, common.save)}</button>
                        <a href="/process" class="button">{tr!(sheet.lang, common.cancel)}</a>
                    </div>
                </fieldset>
            </form>
        }
        .into_any()
    }
}

fn body(sheet: Sheet<'_>, saved: Option<&Process>) -> AnyView {
    let lang = sheet.lang;
    let typed = sheet.typed;
    let stages = (0..typed.stages.len()).map(|at| stage::stage(sheet, at)).collect_view();
    let faults = sheet.fault("stages").map(|fault| view! { <p class="error"><Icon name="warn"/>{fault}</p> });
    let full = typed.stages.len() >= STAGES;
    view! {
        {sheet.pair(Kind::Line, &tr!(lang, common.name), "name", [&typed.name, &typed.name_ru], String::new())}
        <h2 id="stages-title">{tr!(lang, process.stages)}</h2>
        <ol class="stage-cards" aria-labelledby="stages-title">{stages}</ol>
        {faults}
        <div class="row">{sheet.adder("", tr!(lang, process.add_stage), full)}</div>
        {saved.map(|saved| gone::gone(sheet, saved))}
        {sheet.tick(tr!(lang, process.retire), "retired", &typed.retired)}
    }
    .into_any()
}
