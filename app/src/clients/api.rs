//! Server functions about clients.

use domain::account::{Account, ClientFilter, ClientRow};
use domain::activity::Activity;
use domain::consent::Consent;
use domain::contact::Contact;
use domain::deal::DealRow;
use domain::query::Page;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::legal::TypedEntity;
use crate::codec::Json;
use crate::fail::Fail;

/// An account's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccountPage {
    pub account: Account,
    pub timeline: Page<Activity>,
}

/// A person's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContactPage {
    pub contact: Contact,
    pub deals: Vec<DealRow>,
    pub consents: Vec<Consent>,
    pub timeline: Page<Activity>,
}

#[server(prefix = "/fn", endpoint = "clients/list", input = Json, output = Json)]
pub async fn list(filter: ClientFilter) -> Result<Page<ClientRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    Ok(store::accounts::clients(&db, &actor, &filter).await?)
}

#[server(prefix = "/fn", endpoint = "accounts/show", input = Json, output = Json)]
pub async fn show_account(id: String, before: Option<String>) -> Result<AccountPage, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let (account, timeline) = store::accounts::record(&db, &actor, id.parse()?, before.as_deref()).await?;
    Ok(AccountPage { account, timeline })
}

#[server(prefix = "/fn", endpoint = "contacts/show", input = Json, output = Json)]
pub async fn show_contact(id: String, before: Option<String>) -> Result<ContactPage, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let found = store::contacts::record(&db, &actor, id.parse()?, before.as_deref()).await?;
    Ok(ContactPage {
        contact: found.contact,
        deals: found.deals,
        consents: found.consents,
        timeline: found.timeline,
    })
}

/// A new legal entity of an account, or other data of one. A plain form that cannot be saved comes back with what was typed.
#[server(prefix = "/fn", endpoint = "legal/save", output = Json)]
pub async fn save_entity(#[server(flatten)] entity: TypedEntity) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let saved = async { store::legal::save(&db, &actor, entity.read()?).await };
    match saved.await {
        Ok(_) => {
            leptos_axum::redirect(&format!("/accounts/{}", entity.account));
            Ok(())
        }
        Err(problem) if brought_back(&entity, &problem) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

#[cfg(feature = "ssr")]
fn brought_back(entity: &TypedEntity, problem: &domain::Problem) -> bool {
    use leptos::server_fn::ServerFn;
    let Ok(account) = entity.account.parse::<domain::id::AccountId>() else { return false };
    let asked = if entity.id.is_empty() { "new" } else { &entity.id };
    let typed = serde_json::to_string(entity).unwrap_or_default();
    let fields = [("entity", asked), ("draft", typed.as_str())];
    crate::back::bring(&format!("/accounts/{account}"), &fields, Some((SaveEntity::PATH, problem.clone())))
}
