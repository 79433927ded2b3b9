//! `/process/:id`: one pipeline.

use domain::id::PipelineId;
use domain::pipeline::Process;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

use super::api::{self, Opened};
use super::editor::{Editing, editor};
use super::map::ProcessMap;
use super::{may_write, reading, versions};
use crate::ctx::use_lang;
use crate::shell::Frame;
use crate::ui::icon::Icon;
use crate::ui::problem::Failed;
use crate::ui::title::Title;

/// What of a pipeline is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Stages,
    Map,
    Versions,
}

impl Tab {
    fn of(query: &ParamsMap) -> Tab {
        match query.get("tab").as_deref() {
            Some("map") => Tab::Map,
            Some("versions") => Tab::Versions,
            _ => Tab::Stages,
        }
    }

    fn path(self, id: PipelineId) -> String {
        match self {
            Tab::Stages => format!("/process/{id}"),
            Tab::Map => format!("/process/{id}?tab=map"),
            Tab::Versions => format!("/process/{id}?tab=versions"),
        }
    }
}

/// Which version is to be shown: `version`, held against the one before it, or `to`, held against `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    number: Option<i32>,
    before: Option<i32>,
}

impl Asked {
    fn of(query: &ParamsMap) -> Asked {
        let number = |name| query.get(name).and_then(|number| number.parse().ok());
        match (number("from"), number("to")) {
            (Some(from), Some(to)) => Asked { number: Some(to), before: Some(from) },
            _ => Asked { number: number("version"), before: None },
        }
    }
}

#[component]
pub fn ProcessPage() -> impl IntoView {
    let lang = use_lang();
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.read().get("id").unwrap_or_default());
    let asked = Memo::new(move |_| Asked::of(&query.read()));
    let tab = Memo::new(move |_| Tab::of(&query.read()));
    let editing = Editing::new();
    let opened = Resource::new(
        move || (id.get(), asked.get(), editing.again.get()),
        |(id, asked, _)| api::open(id, asked.number, asked.before),
    );
    view! {
        <Frame here="settings">
            <Transition fallback=move || view! { <main><p class="muted">{tr!(lang, common.loading)}</p></main> }>
                {move || {
                    let tab = tab.get();
                    Suspend::new(async move {
                        match opened.await {
                            Ok(opened) => page(opened, tab, editing),
                            Err(fail) => {
                                let title = crate::text::fail(lang, &fail);
                                view! { <Title text=title/><main><Failed fail/></main> }.into_any()
                            }
                        }
                    })
                }}
            </Transition>
        </Frame>
    }
}

fn page(opened: Opened, tab: Tab, editing: Editing) -> AnyView {
    let lang = use_lang();
    let pipeline = opened.saved.as_ref().map(|saved| &saved.pipeline);
    let title = pipeline
        .map_or_else(|| tr!(lang, process.new_pipeline), |pipeline| pipeline.name.get(lang).to_owned());
    let marks = pipeline.map(|pipeline| {
        let retired =
            pipeline.retired.then(|| view! { <span class="tag">{tr!(lang, process.retired)}</span> });
        view! {
            <span class="tag nowrap">{tr!(lang, process.version_n, n = pipeline.version)}</span>
            {retired}
        }
    });
    let tabs = pipeline.map(|pipeline| tabs(pipeline.id, tab));
    view! {
        <Title text=title.clone()/>
        <header class="topbar">
            <A href="/process" attr:class="button quiet only" attr:aria-label=tr!(lang, process.back)><Icon name="left"/></A>
            <h1 class="clip">{title}</h1>
            {marks}
        </header>
        {tabs}
        <main class="settings-page process-page">{body(opened, tab, editing)}</main>
    }
    .into_any()
}

fn tabs(id: PipelineId, here: Tab) -> AnyView {
    let lang = use_lang();
    let all = [
        (Tab::Stages, tr!(lang, process.stages)),
        (Tab::Map, tr!(lang, process.map)),
        (Tab::Versions, tr!(lang, process.versions)),
    ];
    // Not `A`: that one would call every tab of this path the present page.
    let tabs = all.map(|(tab, name)| {
        view! { <a href=tab.path(id) aria-current=(tab == here).then_some("page")>{name}</a> }
    });
    view! { <nav class="tabs views" aria-label=tr!(lang, process.parts)>{tabs.collect_view()}</nav> }
        .into_any()
}

fn body(opened: Opened, tab: Tab, editing: Editing) -> AnyView {
    match (&opened.saved, tab) {
        (Some(saved), Tab::Map) => drawn(saved),
        (Some(saved), Tab::Versions) => versions::versions(saved, &opened),
        (Some(saved), Tab::Stages) if !may_write() => reading::stages(&saved.pipeline, &opened.choices),
        _ => editor(opened, editing),
    }
}

fn drawn(saved: &Process) -> AnyView {
    let lang = use_lang();
    let file = format!("/process/{}/bpmn", saved.pipeline.id);
    view! {
        <div class="row wrap">
            <a class="button" href=file rel="external" download=""><Icon name="download"/>{tr!(lang, process.export)}</a>
            <span class="soft">{tr!(lang, process.export_text)}</span>
        </div>
        <ProcessMap pipeline=saved.pipeline.clone()/>
    }
    .into_any()
}
