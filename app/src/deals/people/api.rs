//! Server functions about who takes part in a deal: plain forms, so that they work without wasm.

use domain::Label;
use domain::id::{ContactId, DealId, ServiceId, UserId};
use domain::people::FoundClients;
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

/// A colleague takes part; `part` is a code of [`domain::people::Part`].
#[server(prefix = "/fn", endpoint = "deals/join", output = Json)]
pub async fn join(id: DealId, user: UserId, part: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let part = domain::people::Part::from_code(&part)
        .ok_or_else(|| domain::Problem::field("part", domain::Fault::Unknown))?;
    store::deals::add_participant(&db, &actor, id, user, part).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "deals/leave", output = Json)]
pub async fn leave(id: DealId, user: UserId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::deals::remove_participant(&db, &actor, id, user).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

/// Somebody on the client's side has a role; `role` is a code of [`domain::people::ContactRole`].
#[server(prefix = "/fn", endpoint = "deals/add_contact", output = Json)]
pub async fn add_contact(id: DealId, contact: ContactId, role: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let role = domain::people::ContactRole::from_code(&role)
        .ok_or_else(|| domain::Problem::field("role", domain::Fault::Unknown))?;
    store::deals::add_contact(&db, &actor, id, contact, role).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "deals/remove_contact", output = Json)]
pub async fn remove_contact(id: DealId, contact: ContactId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::deals::remove_contact(&db, &actor, id, contact).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

/// Who pays and who receives; empty is nobody.
#[server(prefix = "/fn", endpoint = "deals/parties", output = Json)]
pub async fn set_parties(id: DealId, payer: String, consignee: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let payer = named(&payer)?.map(domain::id::LegalEntityId);
    let consignee = named(&consignee)?.map(domain::id::LegalEntityId);
    store::deals::set_parties(&db, &actor, id, payer, consignee).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

/// Whose the deal is, of the clients; empty is nobody.
#[server(prefix = "/fn", endpoint = "deals/client", output = Json)]
pub async fn set_client(id: DealId, version: i64, contact: String, account: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let edit = domain::deal::EditClient {
        id,
        version,
        contact: named(&contact)?.map(ContactId),
        account: named(&account)?.map(domain::id::AccountId),
    };
    store::deals::set_client(&db, &actor, edit).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

/// What the deal sells; empty is nothing that is known.
#[server(prefix = "/fn", endpoint = "deals/service", output = Json)]
pub async fn set_service(id: DealId, version: i64, service: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let service = named(&service)?.map(ServiceId);
    store::deals::set_service(&db, &actor, id, version, service).await?;
    crate::ctx::land(&format!("/deals/{id}"));
    Ok(())
}

/// Clients by a part of their names; without one, the people of the deal's account.
#[server(prefix = "/fn", endpoint = "deals/find_clients", input = Json, output = Json)]
pub async fn find_clients(id: DealId, text: String) -> Result<FoundClients, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&text)?;
    Ok(store::deals::find_clients(&db, &actor, id, &text).await?)
}

/// What is offered, for choosing one.
#[server(prefix = "/fn", endpoint = "deals/services", input = Json, output = Json)]
pub async fn load_services() -> Result<Vec<(ServiceId, Label)>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let services = store::catalog::services(&db, &actor).await?;
    Ok(services
        .into_iter()
        .filter(|service| service.active)
        .map(|service| (service.id, service.name))
        .collect())
}

/// The id that a choice sends; empty is none.
#[cfg(feature = "ssr")]
fn named(id: &str) -> domain::Outcome<Option<uuid::Uuid>> {
    if id.is_empty() {
        return Ok(None);
    }
    uuid::Uuid::parse_str(id).map(Some).map_err(|_| domain::Problem::NotFound)
}
