//! `/settings?section=…`: one section at a time; the record that is edited stands in the address too.

use domain::access::{Action, Entity, check_any};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::Opened;
use super::sections::{Built, Section};
use crate::ctx::{use_lang, use_me};
use crate::fail::{Answer, Fail};
use crate::shell::Frame;
use crate::ui::problem::Failed;
use crate::ui::title::Title;
use crate::ui::toast::use_toast;

/// What the sections of a page share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// Counts what was saved.
    pub again: RwSignal<u32>,
    /// What those that read together are built of.
    pub opened: Resource<Answer<Opened>>,
    /// A link to hand over, shown once; it outlives the reading anew of everything else.
    pub handed: RwSignal<Option<String>>,
}

/// Of the page around a section.
pub fn use_shared() -> Shared {
    expect_context::<Shared>()
}

/// The page, once the code of the section is here that the address names: it has to be when the server's page is taken over.
pub async fn opened() -> AnyView {
    let section = Section::of(&use_query_map().read_untracked());
    let built = section.fetch().await;
    view! { <Settings first=(section, built)/> }.into_any()
}

#[component]
fn Settings(first: (Section, Option<Built>)) -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let section = Memo::new(move |_| Section::of(&query.read()));
    // A section is on screen until the code of the next one is here.
    let shown = RwSignal::new(first);
    Effect::new(move || {
        let wanted = section.get();
        if shown.with_untracked(|(here, built)| *here == wanted && built.is_some()) {
            return;
        }
        leptos::task::spawn_local(async move {
            let built = wanted.fetch().await;
            if section.try_get_untracked() == Some(wanted) {
                shown.set((wanted, built));
            }
        });
    });
    let again = RwSignal::new(0_u32);
    // Once it is read it stays: the section that is being left is still on screen.
    let together =
        Memo::new(move |before: Option<&bool>| before == Some(&true) || section.get().is_read_together());
    let opened = Resource::new(
        move || (again.get(), together.get()),
        |(_, together)| async move { if together { super::api::open().await } else { Ok(Opened::default()) } },
    );
    provide_context(Shared { again, opened, handed: RwSignal::new(None) });
    let process = use_me().is_some_and(|me| check_any(&me.actor(), Action::Read, Entity::Process).is_ok());
    let tabs = Section::ALL.into_iter().filter(|section| section.is_seen()).map(move |one| {
        // Not `A`: that one would call every tab of this path the present page.
        view! {
            <a href=format!("/settings?section={}", one.code()) aria-current=move || (section.get() == one).then_some("page")>{one.label()}</a>
        }
    });
    view! {
        <Title text=tr!(lang, settings.title)/>
        <Frame here="settings">
            <header class="topbar"><h1>{tr!(lang, settings.title)}</h1></header>
            <nav class="tabs views" aria-label=tr!(lang, settings.sections)>
                {tabs.collect_view()}
                {process.then(|| view! { <a href="/process">{tr!(lang, process.title)}</a> })}
            </nav>
            <main class="settings-page">
                {move || match shown.get() {
                    (_, Some(built)) => built(),
                    (_, None) => crate::pages::lost(),
                }}
            </main>
        </Frame>
    }
}

/// The address as a section reads it: what is shown stays as it is while another section is being opened.
pub fn use_section(section: Section) -> Memo<ParamsMap> {
    let query = use_query_map();
    Memo::new(move |before: Option<&ParamsMap>| {
        let query = query.read();
        let here = Section::of(&query) == section;
        before.filter(|_| !here).cloned().unwrap_or_else(|| query.clone())
    })
}

/// A section that is built of what is read together.
pub fn built(section: Section, show: fn(Opened, &ParamsMap, RwSignal<u32>) -> AnyView) -> AnyView {
    let lang = use_lang();
    let query = use_section(section);
    let Shared { opened, again, .. } = use_shared();
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    match opened.await {
                        Ok(opened) => show(opened, &query, again),
                        Err(fail) => view! { <Failed fail/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// Whether the reader may change settings, or the catalog.
pub fn may_write(entity: Entity) -> bool {
    use_me().is_some_and(|me| check_any(&me.actor(), Action::Write, entity).is_ok())
}

/// After saving: says so, and the page's data are read again.
pub fn when_saved(value: impl Fn() -> Option<Result<(), Fail>> + 'static, again: RwSignal<u32>) {
    let lang = use_lang();
    let toast = use_toast();
    Effect::new(move || {
        if matches!(value(), Some(Ok(()))) {
            toast.say(tr!(lang, common.saved));
            again.update(|n| *n += 1);
        }
    });
}
