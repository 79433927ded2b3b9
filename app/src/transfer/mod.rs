//! Rows of a list that are chosen and given to somebody else: the list's table in a form.

pub mod api;

use domain::Problem;
use domain::access::{Action, Entity};
use domain::activity::Subject;
use domain::transfer::Given;
use domain::user::Person;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;

use self::api::GiveRecords;
use crate::ctx::{use_lang, use_me};
use crate::fail::{Answer, Fail};
use crate::timeline::fields;
use crate::ui::problem::{FormError, failure};

/// What giving lives on; made beside the list's own resources.
#[derive(Clone, Copy)]
pub struct Giving {
    pub give: ServerAction<GiveRecords>,
    people: Resource<Option<Answer<Vec<Person>>>>,
    /// Whether the reader may give away any such record.
    may: bool,
    /// The list's address. Memos of the list itself: one made with the table would be gone, and read all the same, when the
    /// address changes.
    path: Memo<String>,
    query: Memo<ParamsMap>,
}

impl Giving {
    pub fn new(entity: Entity) -> Giving {
        let may = use_me().is_some_and(|me| me.actor().reaches(Action::Assign, entity));
        let people =
            Resource::new(|| (), move |()| async move { if may { Some(api::people().await) } else { None } });
        Giving {
            give: ServerAction::new(),
            people,
            may,
            path: use_location().pathname,
            query: use_query_map(),
        }
    }

    /// The box that chooses a row; nothing for those who give nothing away.
    pub fn choice(self, on: Subject, name: &str) -> Option<AnyView> {
        let label = tr!(use_lang(), access.choose, name = name.to_owned());
        let (kind, id) = fields(on);
        self.may.then(|| {
            view! {
                <label class="checkbox"><input type="checkbox" name="on[]" value=format!("{kind}:{id}") aria-label=label/></label>
            }
            .into_any()
        })
    }

    /// The table with the fields that say to whom.
    pub fn around(self, table: AnyView) -> AnyView {
        if !self.may {
            return table;
        }
        let lang = use_lang();
        let give = self.give;
        let fail = failure(move || give.value().get());
        let fault = move |field| matches!(fail.get(), Some(Fail::Problem(problem)) if problem.fault_of(field).is_some());
        let wrong = move || {
            let text = if fault("on") {
                tr!(lang, access.nothing_chosen)
            } else if fault("to") {
                tr!(lang, access.cannot_take)
            } else {
                return None;
            };
            Some(view! { <p class="error">{text}</p> })
        };
        let other = Signal::derive(move || {
            fail.get().filter(|fail| !matches!(fail, Fail::Problem(Problem::Invalid { .. })))
        });
        let Giving { path, query, .. } = self;
        // Without wasm the answer stands in the address.
        let told = move || match give.value().get() {
            Some(Ok(given)) => Some(given),
            _ => api::told(&query.read()),
        };
        let back = move || {
            let mut query = query.get();
            for gone in ["given", "kept"] {
                query.remove(gone);
            }
            format!("{}{}", path.get(), query.to_query_string())
        };
        view! {
            <ActionForm action=give attr:class="stack">
                <input type="hidden" name="back" value=back/>
                {table}
                <div class="row wrap giving" role="group" aria-label=tr!(lang, access.give_title)>
                    <select class="select" name="to" aria-label=tr!(lang, access.give_to)>
                        <Transition>
                            {move || Suspend::new(async move {
                                let people = self.people.await.and_then(Result::ok).unwrap_or_default();
                                let option = |Person { id, name }| view! { <option value=id.to_string()>{name}</option> };
                                people.into_iter().map(option).collect_view()
                            })}
                        </Transition>
                    </select>
                    <label class="checkbox"><input type="checkbox" name="tasks" value="on" checked=true/><span>{tr!(lang, access.give_tasks)}</span></label>
                    <button class="button" type="submit" disabled=move || give.pending().get()>{tr!(lang, access.give)}</button>
                </div>
                <div aria-live="polite">{wrong}{move || told().map(outcome)}</div>
                <FormError fail=other/>
            </ActionForm>
        }
        .into_any()
    }
}

fn outcome(given: Given) -> AnyView {
    let lang = use_lang();
    let kept = (!given.kept.is_empty()).then(|| {
        let names = given.kept.join(", ");
        view! { " "{tr!(lang, access.kept, n = names)} }
    });
    view! { <p>{tr!(lang, access.given, n = given.given)}{kept}</p> }.into_any()
}
