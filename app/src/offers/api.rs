//! Server functions about offers: context, call, answer.

use domain::catalog::Service;
use domain::id::OfferId;
use domain::offer::{Offer, OfferRow, OfferStatus};
use domain::query::Page;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::TypedOffer;
use crate::codec::Json;
use crate::fail::Fail;

/// An offer with what its page needs besides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub offer: Offer,
    /// What lines can be made of; empty unless the offer is a draft.
    pub services: Vec<Service>,
    /// VAT of lines that do not come from the catalog.
    pub vat_bp: i32,
    /// The public address of this server, for showing the client's link whole.
    pub origin: String,
}

#[server(prefix = "/fn", endpoint = "offers/list", input = Json, output = Json)]
pub async fn list(status: Option<OfferStatus>, cursor: Option<String>) -> Result<Page<OfferRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::offers::list(&db, &actor, status, cursor.as_deref()).await?)
}

#[server(prefix = "/fn", endpoint = "offers/open", input = Json, output = Json)]
pub async fn open(id: String) -> Result<Opened, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let site = crate::ctx::server()?.site;
    let mut offer = store::offers::show(&db, &actor, id.parse()?).await?;
    let draft = offer.revision.status == OfferStatus::Draft;
    if !draft && !site.mail {
        offer.mail = Some(domain::offer::MailState::NotConfigured);
    }
    let services = if draft { store::catalog::services(&db, &actor).await? } else { Vec::new() };
    let vat_bp = store::settings::show(&db, &actor).await?.vat_bp;
    Ok(Opened { offer, services, vat_bp, origin: site.origin })
}

/// Saves a draft as it was typed, after what `step` asks for; answers the new version. A plain form comes back to its page.
#[server(prefix = "/fn", endpoint = "offers/save", output = Json)]
pub async fn save(draft: TypedOffer, #[server(default)] step: String) -> Result<i64, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let services = if step == "add" { store::catalog::services(&db, &actor).await? } else { Vec::new() };
    let draft = draft.step(&step, &services)?;
    Ok(store::offers::save(&db, &actor, draft.read()?).await?)
}

/// Makes the saved draft final and mails its link to the client.
#[server(prefix = "/fn", endpoint = "offers/send", output = Json)]
pub async fn send_out(
    id: OfferId,
    version: i64,
    email: String,
    message: String,
    lang: String,
) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let origin = crate::ctx::server()?.site.origin;
    let lang = domain::Lang::from_tag(&lang).unwrap_or_default();
    let send = domain::offer::SendOffer { id, version, email, message };
    store::offers::send(&db, &actor, send, &origin, lang).await?;
    crate::ctx::land(&format!("/offers/{id}"));
    Ok(())
}

/// A new draft from the last revision, which stays as it is.
#[server(prefix = "/fn", endpoint = "offers/revise", output = Json)]
pub async fn revise(id: OfferId, version: i64) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::offers::revise(&db, &actor, id, version).await?;
    crate::ctx::land(&format!("/offers/{id}"));
    Ok(())
}
