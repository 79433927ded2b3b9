//! Server functions about deals. What must work before wasm is URL-encoded and flat, so that a plain form can post it.

use domain::deal::{Board, Deal, DealFilter, DealRow};
use domain::id::{DealId, OfferId, StageId, UserId};
use domain::loss::LossReason;
use domain::pipeline::Pipeline;
use domain::query::Page;
use domain::user::{Person, Team};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::typed::FactsForm;
use crate::codec::Json;
use crate::fail::Fail;

/// What forms about deals let a person choose from.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Choices {
    pub people: Vec<Person>,
    pub pipelines: Vec<Pipeline>,
    pub loss_reasons: Vec<LossReason>,
    /// Those that still work.
    pub teams: Vec<Team>,
}

#[server(prefix = "/fn", endpoint = "deals/choices", input = Json, output = Json)]
pub async fn load_choices() -> Result<Choices, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let pipelines = store::settings::pipelines(&db, &actor).await?;
    Ok(Choices {
        people: store::settings::people(&db, &actor).await?,
        pipelines: pipelines.into_iter().map(Pipeline::outlined).collect(),
        loss_reasons: store::settings::loss_reasons(&db, &actor).await?,
        teams: store::settings::teams(&db, &actor).await?.into_iter().filter(|team| team.active).collect(),
    })
}

#[server(prefix = "/fn", endpoint = "deals/board", input = Json, output = Json)]
pub async fn load_board(filter: DealFilter) -> Result<Board, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    Ok(store::deals::board(&db, &actor, None, filter).await?)
}

#[server(prefix = "/fn", endpoint = "deals/list", input = Json, output = Json)]
pub async fn load_list(filter: DealFilter) -> Result<Page<DealRow>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    Ok(store::deals::list(&db, &actor, filter).await?)
}

#[server(prefix = "/fn", endpoint = "deals/show", input = Json, output = Json)]
pub async fn load_deal(id: DealId) -> Result<Deal, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::deals::show(&db, &actor, id).await?)
}

/// A deal without a lead.
#[server(prefix = "/fn", endpoint = "deals/create", output = Json)]
pub async fn add_deal(
    title: String,
    #[server(default)] amount: String,
    #[server(default)] currency: String,
    expected_close: String,
    #[server(default)] pipeline: String,
) -> Result<DealId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let (amount, expected_close) = typed_facts(&amount, &currency, &expected_close)?;
    let pipeline = if pipeline.is_empty() { None } else { Some(pipeline.parse()?) };
    let deal =
        domain::deal::NewDeal { title, contact: None, account: None, amount, expected_close, pipeline };
    let id = store::deals::create(&db, &actor, deal).await?;
    leptos_axum::redirect(&format!("/deals/{id}"));
    Ok(id)
}

/// Moves a deal to another stage; answers its new version.
#[server(prefix = "/fn", endpoint = "deals/advance", output = Json)]
pub async fn advance_deal(
    id: DealId,
    version: i64,
    to: StageId,
    /// For the lost stage.
    #[server(default)]
    loss_reason: String,
    #[server(default)] note: String,
) -> Result<i64, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    // No reason chosen is no reason: the rule says so, with everything else that is missing.
    let loss_reason = uuid::Uuid::parse_str(&loss_reason).ok().map(domain::id::LossReasonId);
    let step = domain::deal::MoveDeal { id, version, to, loss_reason, note };
    let moved = store::deals::advance(&db, &actor, step).await;
    if let Err(problem) = &moved
        && shown_at_the_deal(id, problem)
    {
        return Ok(version);
    }
    Ok(moved?)
}

/// Saves the facts that are edited in place. A plain form that cannot be saved comes back with what was typed.
#[server(prefix = "/fn", endpoint = "deals/edit", output = Json)]
pub async fn save_facts(#[server(flatten)] form: FactsForm) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let saved = async { store::deals::edit(&db, &actor, form.read()?).await };
    match saved.await {
        Ok(()) => {
            crate::ctx::land(&format!("/deals/{}", form.id));
            Ok(())
        }
        Err(problem) if brought_back(&form, &problem) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

/// Brings the sender of a plain form back to it with what they typed; false for those who wait for no page.
#[cfg(feature = "ssr")]
fn brought_back(form: &FactsForm, problem: &domain::Problem) -> bool {
    use domain::Problem;
    use leptos::server_fn::ServerFn;
    let clash = matches!(problem, Problem::Conflict { .. });
    if !clash && !matches!(problem, Problem::Invalid { .. }) {
        return false;
    }
    let Ok(id) = form.id.parse::<DealId>() else { return false };
    let typed = serde_json::to_string(&form.kept()).unwrap_or_default();
    let mut fields = vec![("typed", typed.as_str())];
    fields.extend(clash.then_some(("clash", "1")));
    crate::back::bring(&format!("/deals/{id}"), &fields, Some((SaveFacts::PATH, problem.clone())))
}

/// Gives the deal to another owner.
#[server(prefix = "/fn", endpoint = "deals/assign", output = Json)]
pub async fn assign_deal(id: DealId, version: i64, owner: UserId) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::deals::assign(&db, &actor, id, version, owner).await?)
}

/// What is missing is done on the deal's page: whoever was refused a move on the board by a plain form is brought there.
#[cfg(feature = "ssr")]
fn shown_at_the_deal(id: DealId, problem: &domain::Problem) -> bool {
    use leptos::server_fn::ServerFn;
    let page = format!("/deals/{id}");
    matches!(problem, domain::Problem::Refused { .. })
        && !crate::back::is_from(&page)
        && crate::back::bring(&page, &[], Some((AdvanceDeal::PATH, problem.clone())))
}

/// Ticks an item of a checklist off, or takes the tick back.
#[server(prefix = "/fn", endpoint = "deals/tick", output = Json)]
pub async fn tick_item(id: DealId, item: domain::id::CheckItemId, done: bool) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::process::tick(&db, &actor, id, item, done).await?)
}

/// Lets a missing item of a stage pass.
#[server(prefix = "/fn", endpoint = "deals/waive", output = Json)]
pub async fn waive_item(id: DealId, item: String, reason: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let item = domain::pipeline::Requirement::from_code(&item)
        .ok_or_else(|| domain::Problem::field("item", domain::Fault::Unknown))?;
    Ok(store::deals::waive(&db, &actor, id, item, &reason).await?)
}

/// An empty draft of an offer; its page opens.
#[server(prefix = "/fn", endpoint = "deals/new_offer", output = Json)]
pub async fn new_offer(deal: DealId) -> Result<OfferId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id = store::offers::create(&db, &actor, deal).await?;
    leptos_axum::redirect(&format!("/offers/{id}"));
    Ok(id)
}

/// Asks the client for a rating, in the client's language.
#[server(prefix = "/fn", endpoint = "deals/ask_feedback", output = Json)]
pub async fn ask_feedback(deal: DealId, email: String, lang: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let lang = domain::Lang::from_tag(&lang).unwrap_or_default();
    let origin = crate::ctx::server()?.site.origin;
    store::feedback::ask(&db, &actor, deal, &email, &origin, lang).await?;
    Ok(())
}

/// Amount and expected close as they were typed; empty is none. Every bad field is named.
#[cfg(feature = "ssr")]
fn typed_facts(
    amount: &str,
    currency: &str,
    expected_close: &str,
) -> domain::Outcome<(Option<domain::Money>, Option<chrono::NaiveDate>)> {
    use domain::Fault;
    let mut checks = domain::input::Checks::new();
    let mut sum = None;
    if !amount.trim().is_empty() {
        match (domain::money::parse_decimal(amount, 2), domain::Currency::from_code(currency)) {
            (Some(minor), Some(currency)) => sum = Some(domain::Money::new(minor, currency)),
            (None, _) => checks.fail("amount", Fault::NotAnAmount),
            (_, None) => checks.fail("currency", Fault::Unknown),
        }
    }
    let mut day = None;
    if !expected_close.trim().is_empty() {
        day = chrono::NaiveDate::parse_from_str(expected_close.trim(), "%Y-%m-%d").ok();
        if day.is_none() {
            checks.fail("expected_close", Fault::NotADate);
        }
    }
    checks.finish()?;
    Ok((sum, day))
}
