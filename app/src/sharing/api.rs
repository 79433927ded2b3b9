//! Server functions about shares: plain forms, so that they work without wasm.

use domain::share::Shares;
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

#[server(prefix = "/fn", endpoint = "shares/list", input = Json, output = Json)]
pub async fn list(on: String, id: String) -> Result<Shares, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::shares::list(&db, &actor, crate::timeline::subject(&on, &id)?).await?)
}

#[server(prefix = "/fn", endpoint = "shares/share", output = Json)]
pub async fn share_record(on: String, id: String, with: String, sharing: String) -> Result<(), Fail> {
    use domain::access::Sharing;
    use domain::{Fault, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let on = crate::timeline::subject(&on, &id)?;
    let sharing = Sharing::from_code(&sharing).ok_or_else(|| Problem::field("sharing", Fault::Unknown))?;
    store::shares::share(&db, &actor, on, with.parse()?, sharing).await?;
    crate::ctx::land(&format!("{}?do=share", crate::timeline::path(on)));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "shares/end", output = Json)]
pub async fn end_share(on: String, id: String, with: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let on = crate::timeline::subject(&on, &id)?;
    store::shares::unshare(&db, &actor, on, with.parse()?).await?;
    crate::ctx::land(&format!("{}?do=share", crate::timeline::path(on)));
    Ok(())
}
