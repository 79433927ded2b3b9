//! Server functions about leads: context, call, answer.

use domain::id::LeadId;
use domain::lead::{LeadFilter, LeadRow};
use domain::query::Page;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::fail::Fail;

#[server(prefix = "/fn", endpoint = "leads/list", input = Json, output = Json)]
pub async fn list(filter: LeadFilter) -> Result<Page<LeadRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::leads::list(&db, &actor, filter).await?)
}

/// A lead from a phone call, by a plain form.
#[server(prefix = "/fn", endpoint = "leads/create")]
pub async fn create(name: String, phone: String, email: String, company: String, message: String) -> Result<LeadId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id = store::leads::create(&db, &actor, domain::lead::NewLead { name, phone, email, company, message }).await?;
    leptos_axum::redirect(&format!("/leads/{id}"));
    Ok(id)
}

