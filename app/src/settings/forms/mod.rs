//! Lead forms: built, put onto sites, and what was sent through them. `?form=ID` or `?form=new` builds one, `?log=1` shows what
//! was sent, `?log=flagged` what of it waits for a decision.

mod api;
mod builder;
mod fields;
mod input;
mod list;
mod log;
mod owners;
mod preview;
#[cfg(feature = "ssr")]
mod read;
mod snippet;
mod typed;
mod words;

use domain::access::{Action, Entity, check_any};
use domain::form::{SubmissionFilter, SubmissionStatus};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use self::builder::Saving;
use self::log::Deciding;
use crate::ctx::{use_lang, use_me};
use crate::fail::Answer;
use crate::ui::problem::Failed;

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq)]
enum Asked {
    #[default]
    List,
    /// Its id, and what was typed before.
    Form(String, String),
    Log(SubmissionFilter),
}

impl Asked {
    fn of(query: &ParamsMap) -> Asked {
        let get = |name| query.get(name).filter(|value| !value.is_empty());
        if let Some(log) = get("log") {
            let form = get("form").and_then(|form| form.parse().ok());
            return Asked::Log(SubmissionFilter {
                form,
                status: SubmissionStatus::from_code(&log),
                cursor: get("after"),
            });
        }
        match get("form") {
            Some(form) => Asked::Form(form, get("draft").unwrap_or_default()),
            None => Asked::List,
        }
    }
}

/// What is shown of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Shown {
    List(Answer<Vec<api::FormRow>>),
    Form(Box<Answer<api::Edited>>),
    Log(Answer<api::Log>),
}

async fn read(asked: Asked) -> Shown {
    match asked {
        Asked::List => Shown::List(api::list().await),
        Asked::Form(form, draft) => Shown::Form(Box::new(api::edit(form, draft).await)),
        Asked::Log(filter) => Shown::Log(api::show_log(filter).await),
    }
}

/// Whether the reader may see forms at all.
pub fn may_read() -> bool {
    use_me().is_some_and(|me| check_any(&me.actor(), Action::Read, Entity::Form).is_ok())
}

/// The section of settings.
#[component]
pub fn Forms() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    // What is shown stays as it is while another section is being opened.
    let asked = Memo::new(move |before: Option<&Asked>| {
        let query = query.read();
        let here = query.get("section").is_some_and(|section| section == "forms");
        before.filter(|_| !here).cloned().unwrap_or_else(|| Asked::of(&query))
    });
    let again = RwSignal::new(0_u32);
    let (saving, deciding) = (Saving::new(again), Deciding::new(again));
    let shown = Resource::new(move || (asked.get(), again.get()), |(asked, _)| read(asked));
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || {
                let asked = asked.get();
                Suspend::new(async move {
                    match shown.await {
                        Shown::List(Ok(forms)) => list::list(forms),
                        Shown::Form(edited) => match *edited {
                            Ok(edited) => builder::builder(edited, saving),
                            Err(fail) => view! { <Failed fail/> }.into_any(),
                        },
                        Shown::Log(Ok(log)) => log::log(log, &asked, deciding),
                        Shown::List(Err(fail)) | Shown::Log(Err(fail)) => view! { <Failed fail/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
