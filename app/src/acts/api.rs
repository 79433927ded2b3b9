//! Server functions about acts.

use domain::act::Act;
use domain::id::{ActId, DealId};
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

#[server(prefix = "/fn", endpoint = "acts/show", input = Json, output = Json)]
pub async fn load_act(id: ActId) -> Result<Act, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::acts::show(&db, &actor, id).await?)
}

/// An act over the deal's accepted offer; its page opens.
#[server(prefix = "/fn", endpoint = "acts/create", output = Json)]
pub async fn new_act(deal: DealId) -> Result<ActId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id = store::acts::create(&db, &actor, deal).await?;
    leptos_axum::redirect(&format!("/acts/{id}"));
    Ok(id)
}

/// Marks an act as signed by the named person on the client's side.
#[server(prefix = "/fn", endpoint = "acts/sign", output = Json)]
pub async fn sign_act(id: ActId, version: i64, signed_by: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::acts::sign(&db, &actor, id, version, &signed_by).await?)
}
