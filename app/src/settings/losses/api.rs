//! Server functions about the reasons of losses: plain forms, so that they work without wasm.

use domain::id::LossReasonId;
use domain::loss::LossReason;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::TypedReason;
use crate::codec::Json;
use crate::fail::Fail;

/// The reasons, and the one that is being worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub reasons: Vec<LossReason>,
    pub edited: Option<TypedReason>,
}

/// `reason`: the id of one, `new`, or nothing; `draft`: what was typed into it before.
#[server(prefix = "/fn", endpoint = "losses/open", input = Json, output = Json)]
pub async fn open(reason: String, draft: String) -> Result<Opened, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let reasons = store::losses::list(&db, &actor).await?;
    let saved = reasons.iter().find(|known| known.id.to_string() == reason);
    if saved.is_none() && !matches!(reason.as_str(), "" | "new") {
        return Err(domain::Problem::NotFound.into());
    }
    let draft: Option<TypedReason> = serde_json::from_str(&draft).ok();
    let edited = (!reason.is_empty())
        .then(|| draft.unwrap_or_else(|| saved.map_or_else(TypedReason::fresh, TypedReason::of)));
    Ok(Opened { edited, reasons })
}

/// A new reason, or another wording of one.
#[server(prefix = "/fn", endpoint = "losses/save", output = Json)]
pub async fn save(draft: TypedReason) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    // Whoever may not change it is told so, and not what is wrong with their input.
    check_any(&actor, Action::Write, Entity::Process)?;
    let saved = async { store::losses::save(&db, &actor, draft.read()?).await };
    match saved.await {
        Ok(_) => {
            leptos_axum::redirect("/settings?section=losses");
            Ok(())
        }
        Err(problem) if kept(&draft, &problem) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

/// Brings the sender of a plain form back to it with what they typed; false for those who wait for no page.
#[cfg(feature = "ssr")]
fn kept(draft: &TypedReason, problem: &domain::Problem) -> bool {
    use leptos::server_fn::ServerFn;
    let reason = if draft.id.is_empty() { "new" } else { &draft.id };
    let typed = serde_json::to_string(draft).unwrap_or_default();
    let fields = [("section", "losses"), ("reason", reason), ("draft", typed.as_str())];
    crate::back::bring("/settings", &fields, Some((Save::PATH, problem.clone())))
}

/// Puts a reason one place up (`way` is `up`) or down.
#[server(prefix = "/fn", endpoint = "losses/shift", output = Json)]
pub async fn shift(id: LossReasonId, way: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::losses::shift(&db, &actor, id, way == "up").await?;
    crate::ctx::land("/settings?section=losses");
    Ok(())
}
