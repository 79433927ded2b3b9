//! The catalog: services in categories.

use domain::access::Entity;
use domain::catalog::{Catalog, Category, Service};
use domain::settings::Settings;
use domain::{Currency, Lang};
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use super::api::{SaveCategory, SaveService};
use super::page::{self, may_write, when_saved};
use super::sections::Section;
use super::typed::TypedService;
use crate::ctx::use_lang;
use crate::offers::words::share;
use crate::ui::field::{Field, Select};
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};

/// The section of settings.
#[component]
pub fn CatalogSection() -> impl IntoView {
    page::built(Section::Catalog, |opened, query, again| {
        let settings = opened.company.map(|company| company.settings).unwrap_or_default();
        catalog(opened.catalog, &settings, query, again)
    })
}

/// The list, and the form of the service or category that the address names (`service=new`, `category=ID`).
fn catalog(catalog: Catalog, settings: &Settings, query: &ParamsMap, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let may_write = may_write(Entity::Catalog);
    let service = query.get("service").filter(|_| may_write);
    let category = query.get("category").filter(|_| may_write);
    let form = if let Some(id) = service {
        let service = catalog.services.iter().find(|service| service.id.to_string() == id).cloned();
        Some(service_form(service, &catalog.categories, settings, again))
    } else {
        category.map(|id| {
            let category = catalog.categories.iter().find(|category| category.id.to_string() == id).cloned();
            category_form(category, again)
        })
    };
    let tools = may_write.then(|| {
        view! {
            <div class="row wrap">
                <a href="/settings?section=catalog&service=new" class="button primary"><Icon name="plus"/>{tr!(lang, settings.add_service)}</a>
                <a href="/settings?section=catalog&category=new" class="button"><Icon name="plus"/>{tr!(lang, settings.add_category)}</a>
            </div>
        }
    });
    let body = if catalog.services.is_empty() && catalog.categories.is_empty() {
        view! {
            <div class="empty">
                <Icon name="list"/>
                <h2>{tr!(lang, settings.catalog_empty)}</h2>
                <p>{tr!(lang, settings.catalog_empty_text)}</p>
            </div>
        }
        .into_any()
    } else {
        groups(&catalog, may_write)
    };
    view! { {tools}{form}{body} }.into_any()
}

/// A table per category; services of none come last.
fn groups(catalog: &Catalog, may_write: bool) -> AnyView {
    let lang = use_lang();
    let mut groups: Vec<(String, Option<String>, Vec<Service>)> = Vec::new();
    let of =
        |id| catalog.services.iter().filter(|service| service.category == id).cloned().collect::<Vec<_>>();
    for category in &catalog.categories {
        groups.push((
            category.name.get(lang).to_owned(),
            Some(category.id.to_string()),
            of(Some(category.id)),
        ));
    }
    let rest = of(None);
    if !rest.is_empty() {
        groups.push((tr!(lang, settings.no_category), None, rest));
    }
    let groups = groups.into_iter().map(|(name, id, services)| {
        let edit = id.filter(|_| may_write).map(|id| {
            view! { <a href=format!("/settings?section=catalog&category={id}") class="button small quiet push">{tr!(lang, settings.rename)}</a> }
        });
        let rows = services.into_iter().map(|service| row(service, may_write));
        view! {
            <section class="card">
                <header><h2>{name.clone()}</h2>{edit}</header>
                <div class="scroll-x">
                    <table class="table rows">
                        <caption class="sr-only">{name}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{tr!(lang, settings.code)}</th>
                                <th scope="col">{tr!(lang, settings.service)}</th>
                                <th scope="col">{tr!(lang, settings.unit)}</th>
                                <th scope="col" class="num">{tr!(lang, settings.price)}</th>
                                <th scope="col" class="num">{tr!(lang, settings.vat)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows.collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
    });
    groups.collect_view().into_any()
}

fn row(service: Service, may_write: bool) -> impl IntoView {
    let lang = use_lang();
    let name = service.name.get(lang).to_owned();
    let name = if may_write {
        view! { <a href=format!("/settings?section=catalog&service={}", service.id)><b>{name}</b></a> }
            .into_any()
    } else {
        view! { <b>{name}</b> }.into_any()
    };
    let retired =
        (!service.active).then(|| view! { " "<span class="tag">{tr!(lang, settings.retired)}</span> });
    view! {
        <tr>
            <td class="muted nowrap" data-label=tr!(lang, settings.code)>{service.code}</td>
            <td class="first" data-label=tr!(lang, settings.service)>{name}{retired}</td>
            <td data-label=tr!(lang, settings.unit)>{service.unit.get(lang).to_owned()}</td>
            <td class="num" data-label=tr!(lang, settings.price)>{service.price.short(lang)}</td>
            <td class="num muted" data-label=tr!(lang, settings.vat)>{share(lang, service.vat_bp)}</td>
        </tr>
    }
}

fn service_form(
    service: Option<Service>,
    categories: &[Category],
    settings: &Settings,
    again: RwSignal<u32>,
) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<SaveService>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let title =
        if service.is_some() { tr!(lang, settings.edit_service) } else { tr!(lang, settings.add_service) };
    let typed = TypedService::of(service.as_ref(), settings);
    let choices = [(String::new(), tr!(lang, settings.no_category))];
    let choices = choices
        .into_iter()
        .chain(categories.iter().map(|c| (c.id.to_string(), c.name.get(lang).to_owned())))
        .collect();
    view! {
        <section class="card settings-form" aria-labelledby="service-form">
            <h2 id="service-form">{title}</h2>
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="id" value=typed.id/>
                <input type="hidden" name="version" value=typed.version/>
                <div class="pair">
                    <Field name="name" label=tr!(lang, settings.name_en) value=typed.name fail=fail/>
                    <Field name="name_ru" label=tr!(lang, settings.name_ru) value=typed.name_ru fail=fail/>
                </div>
                <div class="pair">
                    <Field name="description" label=tr!(lang, settings.description_en) value=typed.description fail=fail/>
                    <Field name="description_ru" label=tr!(lang, settings.description_ru) value=typed.description_ru fail=fail/>
                </div>
                <div class="trio">
                    <Field name="price" label=tr!(lang, settings.price) value=typed.price required=true fail=fail/>
                    <Select name="currency" label=tr!(lang, settings.currency) value=typed.currency options=currencies()/>
                    <Field name="vat" label=tr!(lang, settings.vat_percent) value=typed.vat required=true fail=fail/>
                </div>
                <div class="trio">
                    <Field name="code" label=tr!(lang, settings.code) value=typed.code fail=fail/>
                    <Field name="unit" label=tr!(lang, settings.unit_en) value=typed.unit fail=fail/>
                    <Field name="unit_ru" label=tr!(lang, settings.unit_ru) value=typed.unit_ru fail=fail/>
                </div>
                <Select name="category" label=tr!(lang, settings.category) options=choices value=typed.category/>
                <label class="checkbox">
                    <input type="checkbox" name="active" value="on" checked=!typed.active.is_empty()/><span>{tr!(lang, settings.offered)}</span>
                </label>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=catalog" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

/// Choices of a currency.
pub fn currencies() -> Vec<(String, String)> {
    Currency::ALL
        .map(|currency| (currency.code().to_owned(), format!("{} {}", currency.code(), currency.sign())))
        .into()
}

/// Choices of a language.
pub fn languages() -> Vec<(String, String)> {
    vec![(Lang::En.code().into(), "English".into()), (Lang::Ru.code().into(), "Русский".into())]
}

fn category_form(category: Option<Category>, again: RwSignal<u32>) -> AnyView {
    let lang = use_lang();
    let save = ServerAction::<SaveCategory>::new();
    let fail = failure(move || save.value().get());
    when_saved(move || save.value().get(), again);
    let title =
        if category.is_some() { tr!(lang, settings.rename) } else { tr!(lang, settings.add_category) };
    let (id, name, name_ru) = category.map(|c| (c.id.to_string(), c.name.en, c.name.ru)).unwrap_or_default();
    view! {
        <section class="card settings-form" aria-labelledby="category-form">
            <h2 id="category-form">{title}</h2>
            <ActionForm action=save attr:class="stack">
                <input type="hidden" name="id" value=id/>
                <div class="pair">
                    <Field name="name" label=tr!(lang, settings.name_en) value=name fail=fail/>
                    <Field name="name_ru" label=tr!(lang, settings.name_ru) value=name_ru fail=fail/>
                </div>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href="/settings?section=catalog" class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}
