//! Users.

use domain::access::{Entity, Role};
use domain::id::UserId;
use domain::session::SignIn;
use domain::user::{Standing, Team, User};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::api::{Company, EditUser};
use super::invitations::{Invitations, handed_over, invite_form, reset_button, second_factor_button};
use super::leaving;
use super::page::{Shared, may_write, use_section, use_shared, when_saved};
use super::sections::Section;
use crate::ctx::{use_lang, use_me};
use crate::fail::Answer;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;
use crate::ui::problem::{Failed, FormError, failure};

/// The section of settings.
#[component]
pub fn People() -> impl IntoView {
    let lang = use_lang();
    let query = use_section(Section::Users);
    let shared = use_shared();
    // Of the user whose form is open.
    let user = Memo::new(move |_| query.read().get("user").and_then(|id| id.parse::<UserId>().ok()));
    let tries = Resource::new(
        move || (user.get(), shared.again.get()),
        |(user, _)| async move {
            match user {
                Some(user) => Some(leaving::sign_ins(user).await),
                None => None,
            }
        },
    );
    view! {
        <Transition fallback=move || view! { <p class="muted">{tr!(lang, common.loading)}</p> }>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    let tries = tries.await;
                    match shared.opened.await {
                        Ok(opened) => opened.company.map(|company| users(company, &query, shared, tries)).into_any(),
                        Err(fail) => view! { <Failed fail/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The people, and the form of the one that the address names (`user=new`, `user=ID`); `tries`: to sign in as that one.
fn users(company: Company, query: &ParamsMap, shared: Shared, tries: Option<Answer<Vec<SignIn>>>) -> AnyView {
    let Shared { again, handed, .. } = shared;
    let lang = use_lang();
    let may_write = may_write(Entity::Settings);
    let form = query.get("user").filter(|_| may_write).map(|id| {
        match company.users.iter().find(|user| user.id.to_string() == id) {
            Some(user) => {
                let asked = query.get("do").as_deref() == Some("off");
                let form = edit_form(user, &company, asked, again, handed);
                let history = tries.map(leaving::history);
                view! { {form} {history} }.into_any()
            }
            None => invite_form(&company.teams, company.mail, again, handed),
        }
    });
    let doing = may_write.then(|| Invitations::new(again, handed));
    let tools = may_write.then(|| {
        view! {
            <div class="row">
                <a href="/settings?section=users&user=new" class="button primary"><Icon name="plus"/>{tr!(lang, settings.add_user)}</a>
            </div>
        }
    });
    let teams = company.teams.clone();
    let rows = company.users.into_iter().map(|user| row(user, &teams, doing)).collect_view();
    view! {
        {tools}
        {handed_over(handed)}
        {form}
        {doing.map(Invitations::failed)}
        <section class="card">
            <div class="scroll-x">
                <table class="table rows">
                    <caption class="sr-only">{tr!(lang, settings.users)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tr!(lang, common.name)}</th>
                            <th scope="col">{tr!(lang, common.email)}</th>
                            <th scope="col">{tr!(lang, settings.role)}</th>
                            <th scope="col">{tr!(lang, settings.team)}</th>
                            <th scope="col">{tr!(lang, common.status)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(user: User, teams: &[Team], doing: Option<Invitations>) -> impl IntoView + use<> {
    let lang = use_lang();
    let team = teams
        .iter()
        .find(|team| Some(team.id) == user.team)
        .map(|team| team.name.clone())
        .unwrap_or_default();
    let shown = user.name.clone();
    let name = if doing.is_some() {
        view! { <a href=format!("/settings?section=users&user={}", user.id)><b>{shown}</b></a> }.into_any()
    } else {
        view! { <b>{user.name.clone()}</b> }.into_any()
    };
    let state = match (user.active, user.standing) {
        (false, _) => ("state later", tr!(lang, settings.inactive)),
        (true, Standing::Joined) => ("state today", tr!(lang, settings.active)),
        (true, Standing::Invited) => ("state none", tr!(lang, people.invited)),
        (true, Standing::Outside) => ("state none", tr!(lang, people.outside)),
    };
    let buttons = doing.and_then(|doing| doing.buttons(&user));
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, common.name)><span class="row"><Avatar name=user.name/>{name}</span></td>
            <td data-label=tr!(lang, common.email)>{user.email}</td>
            <td data-label=tr!(lang, settings.role)>{crate::text::role(lang, user.role)}</td>
            <td data-label=tr!(lang, settings.team)>{team}</td>
            <td data-label=tr!(lang, common.status)><span class="row wrap"><span class=state.0>{state.1}</span>{buttons}</span></td>
        </tr>
    }
}

pub fn roles() -> Vec<(String, String)> {
    let lang = use_lang();
    Role::ALL.map(|role| (role.code().to_owned(), crate::text::role(lang, role))).into()
}

pub fn team_choices(teams: &[Team]) -> Vec<(String, String)> {
    let none = [(String::new(), tr!(use_lang(), settings.no_team))];
    let active = teams.iter().filter(|team| team.active).map(|team| (team.id.to_string(), team.name.clone()));
    none.into_iter().chain(active).collect()
}

fn edit_form(
    user: &User,
    company: &Company,
    asked: bool,
    again: RwSignal<u32>,
    handed: RwSignal<Option<String>>,
) -> AnyView {
    let teams = team_choices(&company.teams);
    let switch = leaving::switch(user, company, asked, again);
    let reset = (user.active && user.standing == Standing::Joined).then(|| reset_button(user, again, handed));
    let others = use_me().is_some_and(|me| me.user.id != user.id);
    let second = others.then(|| second_factor_button(user, again));
    let (id, version, role) = (user.id.to_string(), user.version, user.role.code());
    let team = user.team.map(|id| id.to_string()).unwrap_or_default();
    let (title, name) = (user.email.clone(), user.name.clone());
    let lang = use_lang();
    let save = ServerAction::<EditUser>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    view! {
        <section class="card settings-form" aria-labelledby="user-form">
            <h2 id="user-form">{title}</h2>
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                <Field name="name" label=tr!(lang, common.name) value=name required=true fail=fail/>
                <div class="pair">
                    <Select name="role" label=tr!(lang, settings.role) options=roles() value=role/>
                    <Select name="team" label=tr!(lang, settings.team) options=teams value=team/>
                </div>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=users" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
            <div class="row wrap">{reset}{second}{switch}</div>
        </section>
    }
    .into_any()
}
