//! `/settings?section=…`: one section at a time; the record that is edited stands in the address too.

use domain::access::{Action, Entity, check_any, check_audit};
use domain::id::UserId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::api::Opened;
use super::audit::{self, Chosen};
use super::channels::Channels;
use super::forms::{self, Forms};
use super::leaving::sign_ins;
use super::losses::Losses;
use super::people::People;
use super::{backups, catalog, company, people, rights, teams};
use crate::ctx::{use_format, use_lang, use_me};
use crate::fail::{Answer, Fail};
use crate::shell::Frame;
use crate::ui::problem::Failed;
use crate::ui::title::Title;
use crate::ui::toast::use_toast;

/// The sections, in order; the first is shown when the address names none.
const SECTIONS: [&str; 9] =
    ["catalog", "users", "teams", "rights", "company", "losses", "forms", "channels", "audit"];

/// A section that reads what it shows by itself: it has rights of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Losses,
    Forms,
    Channels,
}

#[component]
pub fn Settings() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let again = RwSignal::new(0_u32);
    // A link that is shown once outlives the reading anew of everything else.
    let handed = RwSignal::new(None);
    // Of the user whose form is open.
    let user = Memo::new(move |_| query.read().get("user").and_then(|id| id.parse::<UserId>().ok()));
    let tries = Resource::new(
        move || (user.get(), again.get()),
        |(user, _)| async move {
            match user {
                Some(user) => Some(sign_ins(user).await),
                None => None,
            }
        },
    );
    let section = move || {
        let named = query.read().get("section").unwrap_or_default();
        SECTIONS.into_iter().find(|section| *section == named).unwrap_or("catalog")
    };
    let own = Memo::new(move |_| match section() {
        "losses" => Some(Own::Losses),
        "forms" => Some(Own::Forms),
        "channels" => Some(Own::Channels),
        _ => None,
    });
    // The log is read alone: neither needs the other.
    let is_log = move || section() == "audit";
    let opened = Resource::new(
        move || (again.get(), is_log() || own.get().is_some()),
        |(_, alone)| async move { if alone { Ok(Opened::default()) } else { super::api::open().await } },
    );
    let chosen = Memo::new(move |_| is_log().then(|| Chosen::of(&query.read())));
    let zone = use_format().zone();
    let log = Resource::new(
        move || chosen.get(),
        move |chosen| {
            let filter = chosen.map(|chosen| chosen.filter(&zone));
            async move {
                match filter {
                    Some(filter) => Some(super::api::audit_log(filter).await),
                    None => None,
                }
            }
        },
    );
    // What the reader may not see is not offered.
    let all = use_me().is_some_and(|me| check_any(&me.actor(), Action::Read, Entity::Settings).is_ok());
    let logs = use_me().is_some_and(|me| check_audit(&me.actor()).is_ok());
    let forms = forms::may_read();
    let process = use_me().is_some_and(|me| check_any(&me.actor(), Action::Read, Entity::Process).is_ok());
    let seen = move |section: &&str| match *section {
        "catalog" => true,
        "audit" => logs,
        "losses" => process,
        "forms" | "channels" => forms,
        _ => all,
    };
    let tabs = SECTIONS.into_iter().filter(seen).map(move |name| {
        let label = match name {
            "catalog" => tr!(lang, settings.catalog),
            "users" => tr!(lang, settings.users),
            "teams" => tr!(lang, settings.teams),
            "rights" => tr!(lang, access.rights),
            "company" => tr!(lang, settings.company),
            "audit" => tr!(lang, settings.audit),
            "losses" => tr!(lang, losses.title),
            "channels" => tr!(lang, channels.title),
            _ => tr!(lang, forms.title),
        };
        // Not `A`: that one would call every tab of this path the present page.
        view! {
            <a href=format!("/settings?section={name}") aria-current=move || (section() == name).then_some("page")>{label}</a>
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
                {move || match own.get() {
                    Some(Own::Losses) => view! { <Losses/> }.into_any(),
                    Some(Own::Forms) => view! { <Forms/> }.into_any(),
                    Some(Own::Channels) => view! { <Channels/> }.into_any(),
                    None => view! {
                        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
                            {move || {
                                let (section, query) = (section(), query.get());
                                Suspend::new(async move {
                                    match log.await {
                                        Some(log) => audit::log(log, &Chosen::of(&query)),
                                        None => {
                                            let people = People { again, handed, tries: tries.await };
                                            show(opened.await, section, &query, people)
                                        }
                                    }
                                })
                            }}
                        </Transition>
                    }
                    .into_any(),
                }}
            </main>
        </Frame>
    }
}

fn show(opened: Answer<Opened>, section: &'static str, query: &ParamsMap, people: People) -> AnyView {
    let again = people.again;
    let opened = match opened {
        Ok(opened) => opened,
        Err(fail) => return view! { <Failed fail/> }.into_any(),
    };
    match (section, opened.company) {
        ("users", Some(company)) => people::users(company, query, people),
        ("teams", Some(company)) => teams::teams(&company, query, again),
        ("rights", Some(company)) => rights::rights(&company, query, again),
        ("company", Some(company)) => {
            let kept = backups::backups(company.backups, company.backups_overdue);
            view! { {company::company(company.settings, again)} {kept} }.into_any()
        }
        (_, company) => {
            let settings = company.map(|company| company.settings).unwrap_or_default();
            catalog::catalog(opened.catalog, &settings, query, again)
        }
    }
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
