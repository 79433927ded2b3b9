//! `/process`: all pipelines.

use domain::pipeline::StageKind;
use leptos::prelude::*;
use leptos_router::components::A;

use super::api::{self, PipelineRow};
use super::may_write;
use crate::ctx::use_lang;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

#[component]
pub fn Pipelines() -> impl IntoView {
    let lang = use_lang();
    let pipelines = Resource::new(|| (), |()| api::list());
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
                            Ok(pipelines) => table(pipelines),
                            Err(fail) => view! { <Failed fail/> }.into_any(),
                        }
                    })}
                </Transition>
                {may_write().then(import)}
            </main>
        </Frame>
    }
}

fn table(pipelines: Vec<PipelineRow>) -> AnyView {
    let lang = use_lang();
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
                    </tr>
                </thead>
                <tbody>{pipelines.into_iter().map(row).collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(pipeline: PipelineRow) -> AnyView {
    let lang = use_lang();
    let open = pipeline.stages.iter().filter(|(_, kind)| *kind == StageKind::Open);
    let stages = open.map(|(name, _)| name.get(lang)).collect::<Vec<_>>().join(" → ");
    let (class, state) = match pipeline.retired {
        false => ("state today", tr!(lang, process.in_force)),
        true => ("state later", tr!(lang, process.retired)),
    };
    view! {
        <tr>
            <td class="first"><A href=format!("/process/{}", pipeline.id) attr:class="row-link"><b>{pipeline.name.get(lang).to_owned()}</b></A></td>
            <td data-label=tr!(lang, process.stages)>{stages}</td>
            <td class="num" data-label=tr!(lang, process.version)>{pipeline.version}</td>
            <td data-label=tr!(lang, common.status)><span class=class>{state}</span></td>
        </tr>
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
