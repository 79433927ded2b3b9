//! Legal entities of an account: the list, and the form of the one that the address names (`?entity=ID` or `?entity=new`).

use domain::access::{Action, Entity, can};
use domain::legal::LegalEntity;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

use super::api::{AccountPage, SaveEntity};
use crate::ctx::{use_lang, use_me};
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::problem::{FormError, failure};
use crate::ui::toast::use_toast;

/// A legal entity as its form sends it; `id` and `version` are empty for a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedEntity {
    pub id: String,
    pub version: String,
    pub account: String,
    pub name: String,
    pub country: String,
    pub tax_id: String,
    pub registration: String,
    pub address: String,
    pub bank: String,
}

impl TypedEntity {
    fn of(entity: LegalEntity) -> Self {
        TypedEntity {
            id: entity.id.to_string(),
            version: entity.version.to_string(),
            account: entity.account.to_string(),
            name: entity.name,
            country: entity.country,
            tax_id: entity.tax_id,
            registration: entity.registration,
            address: entity.address,
            bank: entity.bank,
        }
    }

    #[cfg(feature = "ssr")]
    pub fn read(&self) -> domain::Outcome<domain::legal::SaveLegalEntity> {
        use domain::{Fault, Problem};
        let id = match self.id.as_str() {
            "" => None,
            id => Some((
                id.parse()?,
                self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
            )),
        };
        Ok(domain::legal::SaveLegalEntity {
            id,
            account: self.account.parse()?,
            name: self.name.clone(),
            country: self.country.clone(),
            tax_id: self.tax_id.clone(),
            registration: self.registration.clone(),
            address: self.address.clone(),
            bank: self.bank.clone(),
        })
    }
}

/// What of an account's legal entities is being edited. It lives as long as the page.
#[derive(Clone, Copy)]
pub struct Editing {
    save: ServerAction<SaveEntity>,
    /// The id in the address, or `new`.
    asked: Memo<String>,
    /// What a form without wasm brings back.
    draft: StoredValue<Option<TypedEntity>>,
}

impl Editing {
    pub fn new(saved: RwSignal<u32>) -> Editing {
        let (lang, toast) = (use_lang(), use_toast());
        let query = use_query_map();
        let draft = query.read_untracked().get("draft");
        let save = ServerAction::<SaveEntity>::new();
        Effect::new(move || {
            if matches!(save.value().get(), Some(Ok(()))) {
                toast.say(tr!(lang, common.saved));
                saved.update(|n| *n += 1);
            }
        });
        Editing {
            save,
            asked: Memo::new(move |_| query.read().get("entity").unwrap_or_default()),
            draft: StoredValue::new(draft.and_then(|draft| serde_json::from_str(&draft).ok())),
        }
    }
}

/// The section of an account's page.
pub fn view(page: Signal<AccountPage>, editing: Editing) -> AnyView {
    let lang = use_lang();
    let actor = use_me().map(|me| me.actor());
    let writes = Memo::new(move |_| {
        page.with(|page| {
            actor.as_ref().is_some_and(|actor| can(actor, Action::Write, Entity::Client, page.account.whose))
        })
    });
    // A refetch leaves what is typed into the form.
    let listed = Memo::new(move |_| page.with(|page| page.account.legal.clone()));
    let account = page.with_untracked(|page| page.account.id.to_string());
    let add = format!("/accounts/{account}?entity=new");
    let known = account.clone();
    view! {
        <section class="card" id="legal" aria-labelledby="legal-title">
            <header class="row">
                <h2 id="legal-title">{tr!(lang, record.legal)}</h2>
                {move || writes.get().then(|| view! {
                    <a class="button small push" href=add.clone()><Icon name="plus"/>{tr!(lang, record.legal_add)}</a>
                })}
            </header>
            {move || list(listed.get(), &known, writes.get())}
            {move || {
                let asked = editing.asked.get();
                writes.get().then(|| form(editing, &asked, &account, &listed.get_untracked()))
            }}
        </section>
    }
    .into_any()
}

fn list(entities: Vec<LegalEntity>, account: &str, writes: bool) -> AnyView {
    let lang = use_lang();
    if entities.is_empty() {
        return view! { <p class="pad muted">{tr!(lang, record.legal_none)}</p> }.into_any();
    }
    let rows = entities.into_iter().map(|entity| {
        let href = format!("/accounts/{account}?entity={}", entity.id);
        let name = if writes {
            view! { <a href=href><b>{entity.name}</b></a> }.into_any()
        } else {
            view! { <b>{entity.name}</b> }.into_any()
        };
        let fact = |label: String, value: String| {
            (!value.is_empty()).then(|| view! { <dt>{label}</dt><dd class="prose any-break">{value}</dd> })
        };
        view! {
            <li class="pad">
                {name}" "<span class="tag">{entity.country}</span>
                <dl class="facts">
                    {fact(tr!(lang, record.tax_id), entity.tax_id)}
                    {fact(tr!(lang, record.registration), entity.registration)}
                    {fact(tr!(lang, record.address), entity.address)}
                    {fact(tr!(lang, record.bank), entity.bank)}
                </dl>
            </li>
        }
    });
    view! { <ul>{rows.collect_view()}</ul> }.into_any()
}

fn form(editing: Editing, asked: &str, account: &str, known: &[LegalEntity]) -> AnyView {
    let lang = use_lang();
    if asked.is_empty() {
        return ().into_any();
    }
    let saved = known.iter().find(|entity| entity.id.to_string() == asked).cloned();
    // A new one is most likely of the land that the company is in.
    let country = if lang == domain::Lang::Ru { "RU".to_owned() } else { String::new() };
    let fresh = || TypedEntity { account: account.to_owned(), country, ..TypedEntity::default() };
    let typed = editing.draft.get_value().unwrap_or_else(|| saved.map_or_else(fresh, TypedEntity::of));
    let fail = failure(move || editing.save.value().get());
    let title = if typed.id.is_empty() { tr!(lang, record.legal_add) } else { tr!(lang, record.legal_edit) };
    let back = format!("/accounts/{account}");
    view! {
        <section class="settings-form pad" aria-labelledby="legal-form">
            <h3 id="legal-form">{title}</h3>
            <ActionForm action=editing.save attr:class="stack">
                <input type="hidden" name="id" value=typed.id/>
                <input type="hidden" name="version" value=typed.version/>
                <input type="hidden" name="account" value=typed.account/>
                <Field name="name" label=tr!(lang, record.legal_name) value=typed.name required=true fail=fail/>
                <Field name="country" label=tr!(lang, record.country) value=typed.country hint=tr!(lang, record.country_hint) required=true fail=fail/>
                <div class="pair">
                    <Field name="tax_id" label=tr!(lang, record.tax_id) value=typed.tax_id fail=fail/>
                    <Field name="registration" label=tr!(lang, record.registration) value=typed.registration fail=fail/>
                </div>
                <Field name="address" label=tr!(lang, record.address) value=typed.address long=true fail=fail/>
                <Field name="bank" label=tr!(lang, record.bank) value=typed.bank long=true fail=fail/>
                <FormError fail=fail/>
                <div class="row">
                    <button class="button primary" type="submit" disabled=move || editing.save.pending().get()>{tr!(lang, common.save)}</button>
                    <a href=back class="button">{tr!(lang, common.cancel)}</a>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}
