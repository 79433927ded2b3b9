//! Server function of the queue.

use domain::today::Today;
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

#[server(prefix = "/fn", endpoint = "today/show", input = Json, output = Json)]
pub async fn show() -> Result<Today, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let zone = crate::ctx::server()?.zone;
    Ok(store::today::show(&db, &actor, &zone).await?)
}
