//! Server functions about the rules of channels: plain forms, so that they work without wasm.

use domain::attribution::{ChannelRule, Explained};
use domain::id::ChannelRuleId;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Asked;
use super::typed::TypedRule;
use crate::codec::Json;
use crate::fail::Fail;

/// The rules, and what of them is being worked on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    pub rules: Vec<ChannelRule>,
    pub edited: Option<Edited>,
    /// What became of the address that is tried.
    pub tried: Option<Explained>,
}

/// A rule in its form, with what its conditions choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edited {
    pub typed: TypedRule,
    /// What is typed is not saved yet: it comes back from a form without wasm.
    pub is_draft: bool,
    /// Asks for nothing, and cannot be removed.
    pub is_last: bool,
    pub sources: Vec<String>,
    pub click_ids: Vec<String>,
}

#[server(prefix = "/fn", endpoint = "channels/open", input = Json, output = Json)]
pub async fn open(asked: Asked) -> Result<Opened, Fail> {
    use domain::attribution::{click_ids, names};
    let (db, actor) = crate::ctx::signed_in()?;
    let rules = store::channels::list(&db, &actor).await?;
    let saved = rules.iter().find(|rule| rule.id.to_string() == asked.rule);
    if saved.is_none() && !matches!(asked.rule.as_str(), "" | "new") {
        return Err(domain::Problem::NotFound.into());
    }
    let draft: Option<TypedRule> = serde_json::from_str(&asked.draft).ok();
    let edited = (!asked.rule.is_empty()).then(|| Edited {
        is_draft: draft.is_some(),
        is_last: saved.is_some_and(ChannelRule::is_last),
        typed: draft.unwrap_or_else(|| saved.map(TypedRule::of).unwrap_or_default()),
        sources: names().into_iter().map(str::to_owned).collect(),
        click_ids: click_ids().into_iter().map(str::to_owned).collect(),
    });
    let tried = match (asked.landing.as_str(), asked.referrer.as_str()) {
        ("", "") => None,
        (landing, referrer) => Some(store::channels::test(&db, &actor, landing, referrer).await?),
    };
    Ok(Opened { edited, tried, rules })
}

/// A new rule, or another wording of one.
#[server(prefix = "/fn", endpoint = "channels/save", output = Json)]
pub async fn save(draft: TypedRule) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    // Whoever may not change it is told so, and not what is wrong with their input.
    check_any(&actor, Action::Write, Entity::Form)?;
    let saved = async { store::channels::save(&db, &actor, draft.read()?).await };
    match saved.await.map_err(|problem| draft.told(problem)) {
        Ok(_) => {
            leptos_axum::redirect("/settings?section=channels");
            Ok(())
        }
        Err(problem) if kept(&draft, &problem) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

/// Brings the sender of a plain form back to it with what they typed; false for those who wait for no page.
#[cfg(feature = "ssr")]
fn kept(draft: &TypedRule, problem: &domain::Problem) -> bool {
    use leptos::server_fn::ServerFn;
    let rule = if draft.id.is_empty() { "new" } else { &draft.id };
    let typed = serde_json::to_string(draft).unwrap_or_default();
    let fields = [("section", "channels"), ("rule", rule), ("draft", typed.as_str())];
    crate::back::bring("/settings", &fields, Some((Save::PATH, problem.clone())))
}

/// Asks a rule one place sooner (`way` is `up`) or later.
#[server(prefix = "/fn", endpoint = "channels/shift", output = Json)]
pub async fn shift(id: ChannelRuleId, way: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::channels::shift(&db, &actor, id, way == "up").await?;
    crate::ctx::land("/settings?section=channels");
    Ok(())
}

#[server(prefix = "/fn", endpoint = "channels/remove", output = Json)]
pub async fn remove(id: ChannelRuleId, version: i64) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::channels::remove(&db, &actor, id, version).await?;
    leptos_axum::redirect("/settings?section=channels");
    Ok(())
}

/// Puts the rules that Millrace came with in the place of all others.
#[server(prefix = "/fn", endpoint = "channels/standard", output = Json)]
pub async fn reset() -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::channels::reset(&db, &actor).await?;
    leptos_axum::redirect("/settings?section=channels");
    Ok(())
}
