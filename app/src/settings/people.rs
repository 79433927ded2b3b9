//! Users and teams.

use domain::access::{Entity, Role};
use domain::user::{Team, User};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::api::{AddTeam, AddUser, Company, EditUser};
use super::catalog::languages;
use super::page::{may_write, when_saved};
use crate::ctx::use_lang;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::person::Avatar;
use crate::ui::problem::{FormError, failure};

/// The people, and the form of the one that the address names (`user=new`, `user=ID`).
pub fn users(company: Company, query: &ParamsMap, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let may_write = may_write(Entity::Settings);
    let form = query.get("user").filter(|_| may_write).map(|id| {
        match company.users.iter().find(|user| user.id.to_string() == id) {
            Some(user) => edit_form(user.clone(), &company.teams, again),
            None => add_form(&company.teams, again),
        }
    });
    let tools = may_write.then(|| {
        view! {
            <div class="row">
                <a href="/settings?section=users&user=new" class="button primary"><Icon name="plus"/>{tr!(lang, settings.add_user)}</a>
            </div>
        }
    });
    let teams = company.teams.clone();
    let rows = company.users.into_iter().map(|user| row(user, &teams, may_write)).collect_view();
    view! {
        {tools}
        {form}
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

fn row(user: User, teams: &[Team], may_write: bool) -> impl IntoView + use<> {
    let lang = use_lang();
    let team = teams
        .iter()
        .find(|team| Some(team.id) == user.team)
        .map(|team| team.name.clone())
        .unwrap_or_default();
    let shown = user.name.clone();
    let name = if may_write {
        view! { <a href=format!("/settings?section=users&user={}", user.id)><b>{shown}</b></a> }.into_any()
    } else {
        view! { <b>{user.name.clone()}</b> }.into_any()
    };
    let state = if user.active {
        ("state today", tr!(lang, settings.active))
    } else {
        ("state later", tr!(lang, settings.inactive))
    };
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, common.name)><span class="row"><Avatar name=user.name/>{name}</span></td>
            <td data-label=tr!(lang, common.email)>{user.email}</td>
            <td data-label=tr!(lang, settings.role)>{crate::text::role(lang, user.role)}</td>
            <td data-label=tr!(lang, settings.team)>{team}</td>
            <td data-label=tr!(lang, common.status)><span class=state.0>{state.1}</span></td>
        </tr>
    }
}

fn roles() -> Vec<(String, String)> {
    let lang = use_lang();
    Role::ALL.map(|role| (role.code().to_owned(), crate::text::role(lang, role))).into()
}

fn team_choices(teams: &[Team]) -> Vec<(String, String)> {
    let none = [(String::new(), tr!(use_lang(), settings.no_team))];
    none.into_iter().chain(teams.iter().map(|team| (team.id.to_string(), team.name.clone()))).collect()
}

fn add_form(teams: &[Team], again: RwSignal<u32>) -> AnyView {
    let teams = team_choices(teams);
    let lang = use_lang();
    let save = ServerAction::<AddUser>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    view! {
        <section class="card settings-form" aria-labelledby="user-form">
            <h2 id="user-form">{tr!(lang, settings.add_user)}</h2>
            <ActionForm action=save attr:class="stack" attr:autocomplete="off">
                <div class="pair">
                    <Field name="name" label=tr!(lang, common.name) required=true fail=fail autocomplete="off"/>
                    <Field name="email" kind="email" label=tr!(lang, common.email) required=true fail=fail autocomplete="off"/>
                </div>
                <div class="trio">
                    <Select name="role" label=tr!(lang, settings.role) options=roles() value=Role::SalesRep.code()/>
                    <Select name="team" label=tr!(lang, settings.team) options=teams/>
                    <Select name="lang" label=tr!(lang, settings.language) options=languages() value=lang.code()/>
                </div>
                <Field name="password" kind="password" label=tr!(lang, settings.password) hint=tr!(lang, settings.first_password_hint)
                    autocomplete="new-password" required=true fail=fail/>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.add)}</button>
                    <a href="/settings?section=users" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

fn edit_form(user: User, teams: &[Team], again: RwSignal<u32>) -> AnyView {
    let teams = team_choices(teams);
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
                <input type="hidden" name="id" value=user.id.to_string()/>
                <input type="hidden" name="version" value=user.version/>
                <Field name="name" label=tr!(lang, common.name) value=name required=true fail=fail/>
                <div class="pair">
                    <Select name="role" label=tr!(lang, settings.role) options=roles() value=user.role.code()/>
                    <Select name="team" label=tr!(lang, settings.team) options=teams value=team/>
                </div>
                <label class="checkbox">
                    <input type="checkbox" name="active" value="on" checked=user.active/><span>{tr!(lang, settings.may_sign_in)}</span>
                </label>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=users" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// The teams, and a form for a new one.
pub fn teams(company: Company, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<AddTeam>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let users = company.users;
    let head = |team: &Team| {
        users
            .iter()
            .find(|user| Some(user.id) == team.head)
            .map_or("—".to_owned(), |user| user.name.clone())
    };
    let rows = company.teams.iter().map(|team| {
        let members: Vec<String> =
            users.iter().filter(|user| user.team == Some(team.id)).map(|user| user.name.clone()).collect();
        view! {
            <tr>
                <td class="first" data-label=tr!(lang, settings.team)><b>{team.name.clone()}</b></td>
                <td data-label=tr!(lang, settings.head)>{head(team)}</td>
                <td data-label=tr!(lang, settings.members)>{members.join(", ")}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let none = [(String::new(), tr!(lang, common.nobody))];
    let heads = none
        .into_iter()
        .chain(users.iter().filter(|u| u.active).map(|u| (u.id.to_string(), u.name.clone())))
        .collect();
    let form = may_write(Entity::Settings).then(|| {
        view! {
            <section class="card settings-form" aria-labelledby="team-form">
                <h2 id="team-form">{tr!(lang, settings.add_team)}</h2>
                <ActionForm action=save attr:class="stack">
                    <div class="pair">
                        <Field name="name" label=tr!(lang, common.name) required=true fail=fail/>
                        <Select name="head" label=tr!(lang, settings.head) options=heads/>
                    </div>
                    <FormError fail=fail/>
                    <div class="row"><button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.add)}</button></div>
                </ActionForm>
            </section>
        }
    });
    view! {
        <section class="card">
            <table class="table rows">
                <caption class="sr-only">{tr!(lang, settings.teams)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tr!(lang, settings.team)}</th>
                        <th scope="col">{tr!(lang, settings.head)}</th>
                        <th scope="col">{tr!(lang, settings.members)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {form}
    }
    .into_any()
}
