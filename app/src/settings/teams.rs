//! Teams: made, renamed, filled, given a head, retired.

use domain::access::Entity;
use domain::user::{Team, User};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::api::{AddTeam, Company, EditTeam, RetireTeam};
use super::page::{self, may_write, when_saved};
use super::sections::Section;
use crate::ctx::use_lang;
use crate::ui::field::{Field, Select};
use crate::ui::problem::{FormError, failure};

/// The section of settings.
#[component]
pub fn Teams() -> impl IntoView {
    page::built(Section::Teams, |opened, query, again| {
        opened.company.map(|company| teams(&company, query, again)).into_any()
    })
}

/// The teams, and the form of the one that the address names (`team=ID`), else one for a new team.
fn teams(company: &Company, query: &ParamsMap, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let may_write = may_write(Entity::Settings);
    let named = query.get("team").unwrap_or_default();
    let chosen = company.teams.iter().find(|team| team.active && team.id.to_string() == named);
    let form = may_write.then(|| match chosen {
        Some(team) => edit_form(team, &company.users, again),
        None => add_form(&company.users, again),
    });
    let rows = company.teams.iter().map(|team| row(team, &company.users, may_write)).collect_view();
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

fn row(team: &Team, users: &[User], may_write: bool) -> AnyView {
    let lang = use_lang();
    let head = users.iter().find(|user| Some(user.id) == team.head);
    let head = head.map_or_else(|| "—".to_owned(), |user| user.name.clone());
    let members: Vec<&str> =
        users.iter().filter(|user| user.team == Some(team.id)).map(|user| user.name.as_str()).collect();
    let members = members.join(", ");
    let name = team.name.clone();
    let name = if may_write && team.active {
        view! { <a href=format!("/settings?section=teams&team={}", team.id)><b>{name}</b></a> }.into_any()
    } else {
        view! { <b>{name}</b> }.into_any()
    };
    let retired =
        (!team.active).then(|| view! { " "<span class="tag">{tr!(lang, access.team_retired)}</span> });
    view! {
        <tr>
            <td class="first" data-label=tr!(lang, settings.team)>{name}{retired}</td>
            <td data-label=tr!(lang, settings.head)>{head}</td>
            <td data-label=tr!(lang, settings.members)>{members}</td>
        </tr>
    }
    .into_any()
}

fn heads(users: &[User]) -> Vec<(String, String)> {
    let none = [(String::new(), tr!(use_lang(), common.nobody))];
    let active = users.iter().filter(|user| user.active).map(|user| (user.id.to_string(), user.name.clone()));
    none.into_iter().chain(active).collect()
}

fn add_form(users: &[User], again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let heads = heads(users);
    let save = ServerAction::<AddTeam>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
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
    .into_any()
}

fn edit_form(team: &Team, users: &[User], again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let heads = heads(users);
    let save = ServerAction::<EditTeam>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let retire = retire_form(team, again);
    let (id, version, name) = (team.id.to_string(), team.version, team.name.clone());
    let head = team.head.map(|id| id.to_string()).unwrap_or_default();
    let members = users.iter().filter(|user| user.active).map(|user| {
        let (value, belongs, name) = (user.id.to_string(), user.team == Some(team.id), user.name.clone());
        view! {
            <label class="checkbox"><input type="checkbox" name="members[]" value=value checked=belongs/><span>{name}</span></label>
        }
    });
    let members = members.collect_view();
    view! {
        <section class="card settings-form" aria-labelledby="team-form">
            <h2 id="team-form">{tr!(lang, access.edit_team)}</h2>
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="version" value=version/>
                <div class="pair">
                    <Field name="name" label=tr!(lang, common.name) value=name required=true fail=fail/>
                    <Select name="head" label=tr!(lang, settings.head) options=heads value=head/>
                </div>
                <p class="hint">{tr!(lang, access.head_hint)}</p>
                <fieldset class="stack">
                    <legend class="label">{tr!(lang, settings.members)}</legend>
                    <div class="row wrap">{members}</div>
                </fieldset>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=teams" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
            {retire}
        </section>
    }
    .into_any()
}

fn retire_form(team: &Team, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let retire = ServerAction::<RetireTeam>::new();
    let fail = failure(move || retire.value().get());
    when_saved(move || retire.value().get(), again);
    let (id, version) = (team.id.to_string(), team.version);
    view! {
        <ActionForm action=retire attr:class="stack">
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="version" value=version/>
            <p class="hint">{tr!(lang, access.retire_hint)}</p>
            <FormError fail=fail/>
            <div class="row"><button class="button" type="submit" disabled=move || retire.pending().get()>{tr!(lang, access.retire_team)}</button></div>
        </ActionForm>
    }
    .into_any()
}
