//! The panel of a record that says with whom it is shared, and shares it.

pub mod api;

use domain::access::Sharing;
use domain::activity::Subject;
use domain::share::{Share, Shares};
use domain::{Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::api::{EndShare, ShareRecord};
use crate::ctx::use_lang;
use crate::fail::{Answer, Fail};
use crate::timeline::fields;
use crate::ui::problem::{Failed, FormError, failure};

/// What the panel lives on; made beside the record's own resources. Nothing is asked for before it is opened: by `?do=share`
/// without wasm.
#[derive(Clone, Copy)]
pub struct Panel {
    open: RwSignal<bool>,
    share: ServerAction<ShareRecord>,
    end: ServerAction<EndShare>,
    shares: Resource<Option<Answer<Shares>>>,
}

impl Panel {
    /// For the record of that kind whose id stands in the address.
    pub fn new(kind: &'static str, id: impl Fn() -> String + Send + Sync + 'static) -> Panel {
        let asked = use_query_map().read_untracked().get("do").as_deref() == Some("share");
        let open = RwSignal::new(asked);
        let (share, end) = (ServerAction::<ShareRecord>::new(), ServerAction::<EndShare>::new());
        let shares = Resource::new(
            move || open.get().then(|| (id(), share.version().get(), end.version().get())),
            move |asked| async move {
                match asked {
                    Some((id, ..)) => Some(api::list(kind.to_owned(), id).await),
                    None => None,
                }
            },
        );
        Panel { open, share, end, shares }
    }

    pub fn view(self, on: Subject) -> AnyView {
        let lang = use_lang();
        let fail = failure(move || self.end.value().get());
        view! {
            <details class="fold" open=self.open.get_untracked() on:toggle=move |_| self.open.set(true)>
                <summary>{tr!(lang, access.sharing)}</summary>
                <div class="stack">
                    <Transition>
                        {move || Suspend::new(async move {
                            match self.shares.await {
                                None => view! { <a href="?do=share">{tr!(lang, access.sharing_show)}</a> }.into_any(),
                                Some(Ok(shares)) => self.shown(on, shares),
                                Some(Err(fail)) => view! { <Failed fail/> }.into_any(),
                            }
                        })}
                    </Transition>
                    <FormError fail=fail/>
                </div>
            </details>
        }
        .into_any()
    }

    fn shown(self, on: Subject, shares: Shares) -> AnyView {
        let lang = use_lang();
        let form = (!shares.may.is_empty()).then(|| self.form(on, &shares));
        let may = !shares.may.is_empty();
        let list = if shares.list.is_empty() {
            view! { <p class="muted">{tr!(lang, access.sharing_nobody)}</p> }.into_any()
        } else {
            let rows = shares.list.into_iter().map(|share| self.row(on, share, may)).collect_view();
            view! { <ul class="stack">{rows}</ul> }.into_any()
        };
        view! { {list}{form} }.into_any()
    }

    fn row(self, on: Subject, share: Share, may: bool) -> AnyView {
        let lang = use_lang();
        let label = tr!(lang, access.unshare_from, name = share.name.clone());
        let (kind, id) = fields(on);
        let with = share.with.to_string();
        let end = may.then(|| {
            view! {
                <ActionForm action=self.end attr:class="push">
                    <input type="hidden" name="on" value=kind/>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name="with" value=with/>
                    <button class="button small" type="submit" aria-label=label>{tr!(lang, access.unshare)}</button>
                </ActionForm>
            }
        });
        view! {
            <li class="row wrap"><b>{share.name}</b><span class="muted">{sharing(lang, share.sharing)}</span>{end}</li>
        }
        .into_any()
    }

    fn form(self, on: Subject, shares: &Shares) -> AnyView {
        let lang = use_lang();
        let fail = failure(move || self.share.value().get());
        let wrong = move || {
            matches!(fail.get(), Some(Fail::Problem(problem)) if problem.fault_of("with").is_some())
                .then(|| view! { <p class="error">{tr!(lang, access.cannot_share)}</p> })
        };
        let other = Signal::derive(move || {
            fail.get().filter(|fail| !matches!(fail, Fail::Problem(Problem::Invalid { .. })))
        });
        let people = shares.people.iter().map(|person| {
            view! { <option value=format!("user:{}", person.id)>{person.name.clone()}</option> }
        });
        let teams = shares.teams.iter().map(|team| {
            view! { <option value=format!("team:{}", team.id)>{team.name.clone()}</option> }
        });
        let levels = shares.may.iter().map(|level| {
            view! { <option value=level.code()>{sharing(lang, *level)}</option> }
        });
        let (people, teams, levels) = (people.collect_view(), teams.collect_view(), levels.collect_view());
        let (kind, id) = fields(on);
        view! {
            <ActionForm action=self.share attr:class="stack">
                <input type="hidden" name="on" value=kind/>
                <input type="hidden" name="id" value=id/>
                <select class="select" name="with" aria-label=tr!(lang, access.share_with)>
                    <optgroup label=tr!(lang, access.people)>{people}</optgroup>
                    <optgroup label=tr!(lang, access.teams)>{teams}</optgroup>
                </select>
                <div class="row">
                    <select class="select" name="sharing" aria-label=tr!(lang, access.share_for)>{levels}</select>
                    <button class="button" type="submit" disabled=move || self.share.pending().get()>{tr!(lang, access.share)}</button>
                </div>
                <div aria-live="polite">{wrong}</div>
                <FormError fail=other/>
            </ActionForm>
        }
        .into_any()
    }
}

fn sharing(lang: Lang, sharing: Sharing) -> String {
    match sharing {
        Sharing::Read => tr!(lang, access.sharing_read),
        Sharing::Write => tr!(lang, access.sharing_write),
    }
}
