//! `/process`: all pipelines in their order, which buttons change.

use domain::id::PipelineId;
use domain::pipeline::StageKind;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::components::A;

use super::api::{self, PipelineRow, Shift};
use super::may_write;
use crate::ctx::use_lang;
use crate::fail::Answer;
use crate::shell::Frame;
use crate::ui::focus::focus;
use crate::ui::icon::Icon;
use crate::ui::problem::{Failed, FormError, failure};
use crate::ui::title::Title;
use crate::ui::toast::use_toast;

/// Moving a pipeline; it outlives the list, which is drawn anew after each move.
#[derive(Clone, Copy)]
struct Shifting {
    shift: ServerAction<Shift>,
    /// The button that was pressed, and its twin for when that one leads no further.
    pressed: StoredValue<Option<[String; 2]>>,
}

impl Shifting {
    fn new() -> Shifting {
        Shifting { shift: ServerAction::new(), pressed: StoredValue::new(None) }
    }

    /// Says that a pipeline was moved. The rows stay and take each other's content: the button that was pressed is found again.
    fn follow(self, pipelines: Resource<Answer<Vec<PipelineRow>>>) {
        let lang = use_lang();
        let toast = use_toast();
        Effect::new(move || {
            if matches!(self.shift.value().get(), Some(Ok(()))) {
                toast.say(tr!(lang, process.reordered));
            }
        });
        Effect::new(move |before: Option<Vec<PipelineId>>| {
            let rows = pipelines.get().and_then(Result::ok).unwrap_or_default();
            let order: Vec<PipelineId> = rows.iter().map(|row| row.id).collect();
            if before.is_some_and(|before| before != order)
                && let Some(buttons) = self.pressed.get_value()
            {
                focus(buttons.map(|button| format!("#{button}:enabled")));
            }
            order
        });
    }
}

#[component]
pub fn Pipelines() -> impl IntoView {
    let lang = use_lang();
    let shifting = Shifting::new();
    let pipelines = Resource::new(move || shifting.shift.version().get(), |_| api::list());
    shifting.follow(pipelines);
    view! {
        <Title text=tr!(lang, process.title)/>
        <Frame here="settings">
            <header class="topbar">
                <h1>{tr!(lang, process.title)}</h1>
                {may_write().then(|| view! {
                    <A href="/process/new" attr:class="button primary push"><Icon name="plus"/>{tr!(lang, process.new_pipeline)}</A>
                })}
            </header>
            <main class="list-page">
                <p class="soft">{tr!(lang, process.about)}</p>
                <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                    {move || Suspend::new(async move {
                        match pipelines.await {
                            Ok(pipelines) => table(pipelines, shifting),
                            Err(fail) => view! { <Failed fail/> }.into_any(),
                        }
                    })}
                </Transition>
                {may_write().then(import)}
            </main>
        </Frame>
    }
}

fn table(pipelines: Vec<PipelineRow>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let fail = failure(move || shifting.shift.value().get());
    let writes = may_write();
    // Those in force stand before the retired ones.
    let retired: Vec<bool> = pipelines.iter().map(|pipeline| pipeline.retired).collect();
    let rows = pipelines.into_iter().enumerate().map(|(at, pipeline)| {
        let goes = |to: Option<usize>| to.and_then(|to| retired.get(to)) == Some(&retired[at]);
        row(pipeline, writes.then(|| [goes(at.checked_sub(1)), goes(Some(at + 1))]), shifting)
    });
    let rows = rows.collect_view();
    view! {
        <section class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, process.pipelines)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, process.pipeline)}</th>
                        <th scope="col">{tr!(lang, process.stages)}</th>
                        <th scope="col">{tr!(lang, process.version)}</th>
                        <th scope="col">{tr!(lang, common.status)}</th>
                        {writes.then(|| view! { <th scope="col">{tr!(lang, process.order)}</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <FormError fail=fail/>
        </section>
    }
    .into_any()
}

/// `ways`: whether it can go up and down, for those who may change it.
fn row(pipeline: PipelineRow, ways: Option<[bool; 2]>, shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let open = pipeline.stages.iter().filter(|(_, kind)| *kind == StageKind::Open);
    let stages = open.map(|(name, _)| name.get(lang)).collect::<Vec<_>>().join(" → ");
    let (class, state) = match pipeline.retired {
        false => ("state today", tr!(lang, process.in_force)),
        true => ("state later", tr!(lang, process.retired)),
    };
    let order = ways.map(|ways| {
        let nothing = ways == [false, false];
        let buttons = (!nothing).then(|| buttons(&pipeline, ways, shifting));
        view! { <td class:blank=nothing data-label=tr!(lang, process.order)>{buttons}</td> }
    });
    view! {
        <tr>
            <td class="first"><a href=format!("/process/{}", pipeline.id) class="row-link"><b>{pipeline.name.get(lang).to_owned()}</b></a></td>
            <td data-label=tr!(lang, process.stages)>{stages}</td>
            <td class="num" data-label=tr!(lang, process.version)>{pipeline.version}</td>
            <td data-label=tr!(lang, common.status)><span class=class>{state}</span></td>
            {order}
        </tr>
    }
    .into_any()
}

fn buttons(pipeline: &PipelineRow, ways: [bool; 2], shifting: Shifting) -> AnyView {
    let lang = use_lang();
    let name = pipeline.name.get(lang).to_owned();
    let id = pipeline.id.to_string();
    let (up, down) = (format!("up-{id}"), format!("down-{id}"));
    let press = |button: &str, twin: &str| {
        let both = [button.to_owned(), twin.to_owned()];
        move |_: leptos::ev::MouseEvent| shifting.pressed.set_value(Some(both.clone()))
    };
    let (up_pressed, down_pressed) = (press(&up, &down), press(&down, &up));
    view! {
        <ActionForm action=shifting.shift attr:class="row shifter">
            <input type="hidden" name="id" value=id/>
            <button class="button small only" type="submit" id=up name="way" value="up" disabled=!ways[0] on:click=up_pressed
                aria-label=tr!(lang, process.up, name = name.clone())><Icon name="up"/></button>
            <button class="button small only" type="submit" id=down name="way" value="down" disabled=!ways[1] on:click=down_pressed
                aria-label=tr!(lang, process.down, name = name.clone())><Icon name="down"/></button>
        </ActionForm>
    }
    .into_any()
}

/// A process from a file of another program.
fn import() -> AnyView {
    let lang = use_lang();
    view! {
        <section class="card settings-form" aria-labelledby="import-title">
            <h2 id="import-title">{tr!(lang, process.import)}</h2>
            <p class="soft">{tr!(lang, process.import_text)}</p>
            <form class="row wrap" method="post" action="/process/import" enctype="multipart/form-data">
                <label class="sr-only" for="import-file">{tr!(lang, process.import_file)}</label>
                <input class="file" id="import-file" type="file" name="file" accept=".bpmn,.xml,application/xml,text/xml" required=true/>
                <button class="button" type="submit">{tr!(lang, process.import)}</button>
            </form>
        </section>
    }
    .into_any()
}
