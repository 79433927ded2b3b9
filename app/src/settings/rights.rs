//! How far each role reaches: one role's table at a time, of selects that a plain form can send.

use domain::access::{Action, Cell, Entity, Field, Reach, Rights, Role, Shown, choices};
use domain::{Lang, Problem};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::api::{Company, SetRights};
use super::page::{self, may_write, when_saved};
use super::sections::Section;
use crate::ctx::use_lang;
use crate::fail::Fail;
use crate::ui::problem::{FormError, failure};

/// The section of settings.
#[component]
pub fn RoleRights() -> impl IntoView {
    page::built(Section::Rights, |opened, query, again| {
        opened.company.map(|company| rights(&company, query, again)).into_any()
    })
}

/// The table of the role that the address names (`role=viewer`), else of the first one that can be changed.
fn rights(company: &Company, query: &ParamsMap, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let named = query.get("role").and_then(|role| Role::from_code(&role)).unwrap_or(Role::HeadOfSales);
    let tabs = Role::ALL.into_iter().map(|role| {
        let href = format!("/settings?section=rights&role={}", role.code());
        view! { <a href=href aria-current=(role == named).then_some("page")>{crate::text::role(lang, role)}</a> }
    });
    let table = form(named, company.rights.of(named), again);
    view! {
        <p class="soft">{tr!(lang, access.rights_text)}</p>
        <nav class="tabs" aria-label=tr!(lang, access.roles)>{tabs.collect_view()}</nav>
        {table}
    }
    .into_any()
}

fn form(role: Role, rights: Rights, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<SetRights>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let fixed = role == Role::Admin || !may_write(Entity::Settings);
    let actions = Action::ALL.map(|action| view! { <th scope="col">{action_name(lang, action)}</th> });
    let rows = Entity::ALL.map(|entity| row(role, rights, entity, fixed, fail)).collect_view();
    let buttons = (!fixed).then(|| {
        view! {
            <div class="row wrap">
                <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                <button class="button" type="submit" name="standard" value="on">{tr!(lang, access.reset)}</button>
            </div>
        }
    });
    let note = (role == Role::Admin).then(|| view! { <p class="muted">{tr!(lang, access.rights_admin)}</p> });
    let title = crate::text::role(lang, role);
    view! {
        <section class="card settings-form" aria-labelledby="rights-form">
            <h2 id="rights-form">{title}</h2>
            {note}
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="role" value=role.code()/>
                <div class="scroll-x">
                    <table class="table rows rights">
                        <thead><tr><th scope="col">{tr!(lang, access.records)}</th>{actions.collect_view()}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
                {fields(rights, fixed)}
                <FormError fail=fail/>
                {buttons}
            </ActionForm>
        </section>
    }
    .into_any()
}

fn fields(rights: Rights, fixed: bool) -> AnyView {
    let lang = use_lang();
    let rows = Field::ALL.map(|field| {
        let name = format!("{}: {}", entity_name(lang, field.entity()), field_name(lang, field));
        let shown = rights.shown(field);
        let differs = (shown != Shown::Full).then(|| {
            let full = shown_name(lang, Shown::Full);
            view! { <small class="state none">{tr!(lang, access.standard, reach = full)}</small> }
        });
        let value = if fixed {
            shown_name(lang, shown).into_any()
        } else {
            let options = Shown::ALL.map(|choice| {
                let value = format!("{}.{}.{}", field.entity().code(), field.code(), choice.code());
                view! { <option value=value selected=choice == shown>{shown_name(lang, choice)}</option> }
            });
            view! { <select class="select" name="cells[]" aria-label=name.clone()>{options.collect_view()}</select> }.into_any()
        };
        view! {
            <tr>
                <td class="first"><b>{name}</b></td>
                <td data-label=tr!(lang, access.field_shown)><div>{value}{differs}</div></td>
            </tr>
        }
    });
    view! {
        <table class="table rows rights">
            <thead>
                <tr><th scope="col">{tr!(lang, access.fields)}</th><th scope="col">{tr!(lang, access.field_shown)}</th></tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn field_name(lang: Lang, field: Field) -> String {
    match field {
        Field::LeadPhone | Field::ClientPhone => tr!(lang, common.phone),
        Field::LeadEmail | Field::ClientEmail => tr!(lang, common.email),
        Field::DealAmount => tr!(lang, common.amount),
    }
}

fn shown_name(lang: Lang, shown: Shown) -> String {
    match shown {
        Shown::Full => tr!(lang, access.shown_full),
        Shown::ReadOnly => tr!(lang, access.shown_read_only),
        Shown::Hidden => tr!(lang, access.shown_hidden),
    }
}

fn row(role: Role, rights: Rights, entity: Entity, fixed: bool, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let name = entity_name(lang, entity);
    let cells = Action::ALL.map(|action| {
        if choices(entity, action).is_empty() {
            return view! { <td class="blank"></td> }.into_any();
        }
        cell(role, Cell { entity, action, reach: rights.reach(entity, action) }, fixed, fail)
    });
    view! { <tr><td class="first"><b>{name}</b></td>{cells.collect_view()}</tr> }.into_any()
}

fn cell(role: Role, cell: Cell, fixed: bool, fail: Signal<Option<Fail>>) -> AnyView {
    let lang = use_lang();
    let Cell { entity, action, reach } = cell;
    let label = action_name(lang, action);
    let standard = Rights::standard(role).reach(entity, action);
    let differs = (reach != standard).then(|| {
        let reach = reach_name(lang, standard);
        view! { <small class="state none">{tr!(lang, access.standard, reach = reach)}</small> }
    });
    if fixed {
        return view! { <td data-label=label>{reach_name(lang, reach)}{differs}</td> }.into_any();
    }
    let options = choices(entity, action).iter().map(|choice| {
        let value = Cell { reach: *choice, ..cell }.to_string();
        view! { <option value=value selected=*choice == reach>{reach_name(lang, *choice)}</option> }
    });
    let options = options.collect_view();
    let wrong = Signal::derive(
        move || matches!(fail.get(), Some(Fail::Problem(Problem::Invalid { fields })) if fields.iter().any(|f| f.field == cell.name())),
    );
    let spoken = format!("{}: {label}", entity_name(lang, entity));
    view! {
        <td data-label=label>
            <div>
                <select class="select" name="cells[]" aria-label=spoken aria-invalid=move || wrong.get().then_some("true")>{options}</select>
                {differs}
                {move || wrong.get().then(|| view! { <p class="error">{tr!(lang, access.not_allowed)}</p> })}
            </div>
        </td>
    }
    .into_any()
}

fn entity_name(lang: Lang, entity: Entity) -> String {
    match entity {
        Entity::Lead => tr!(lang, access.entity_lead),
        Entity::Client => tr!(lang, access.entity_client),
        Entity::Deal => tr!(lang, access.entity_deal),
        Entity::Task => tr!(lang, access.entity_task),
        Entity::Report => tr!(lang, access.entity_report),
        Entity::Catalog => tr!(lang, access.entity_catalog),
        Entity::Form => tr!(lang, access.entity_form),
        Entity::Process => tr!(lang, access.entity_process),
        Entity::Settings => tr!(lang, access.entity_settings),
    }
}

fn action_name(lang: Lang, action: Action) -> String {
    match action {
        Action::Read => tr!(lang, access.action_read),
        Action::Write => tr!(lang, access.action_write),
        Action::Assign => tr!(lang, access.action_assign),
        Action::Waive => tr!(lang, access.action_waive),
        Action::Export => tr!(lang, access.action_export),
    }
}

fn reach_name(lang: Lang, reach: Reach) -> String {
    match reach {
        Reach::None => tr!(lang, access.reach_none),
        Reach::Own => tr!(lang, access.reach_own),
        Reach::Team => tr!(lang, access.reach_team),
        Reach::All => tr!(lang, access.reach_all),
    }
}
