//! Server functions about leads: context, call, answer.

// On the function it would not reach the code that the macro makes of it for the browser.
#![allow(clippy::too_many_arguments, reason = "the fields of one form")]

use domain::activity::Activity;
use domain::caller::Caller;
use domain::consent::Consent;
use domain::id::LeadId;
use domain::lead::{Conversion, Lead, LeadColumn, LeadFilter, LeadRow};
use domain::loss::LossReason;
use domain::query::Page;
use domain::task::Task;
use domain::user::Person;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::codec::Json;
use crate::fail::Fail;

/// The inbox with what its filters choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    pub page: Page<LeadRow>,
    pub channels: Vec<String>,
    pub people: Vec<Person>,
}

/// A lead's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadPage {
    pub lead: Lead,
    pub tasks: Vec<Task>,
    pub timeline: Page<Activity>,
    pub people: Vec<Person>,
    pub reasons: Vec<LossReason>,
    pub consents: Vec<Consent>,
}

#[server(prefix = "/fn", endpoint = "leads/inbox", input = Json, output = Json)]
pub async fn show_inbox(filter: LeadFilter) -> Result<Inbox, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    Ok(Inbox {
        page: store::leads::list(&db, &actor, filter).await?,
        channels: store::leads::channels(&db, &actor).await?,
        people: store::settings::people(&db, &actor).await?,
    })
}

/// The leads as a board, with what its filters choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LeadsBoard {
    pub columns: Vec<LeadColumn>,
    pub channels: Vec<String>,
    pub people: Vec<Person>,
}

#[server(prefix = "/fn", endpoint = "leads/board", input = Json, output = Json)]
pub async fn show_board(filter: LeadFilter) -> Result<LeadsBoard, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    Ok(LeadsBoard {
        columns: store::leads::board(&db, &actor, filter).await?,
        channels: store::leads::channels(&db, &actor).await?,
        people: store::settings::people(&db, &actor).await?,
    })
}

/// `before`: the cursor of older events.
#[server(prefix = "/fn", endpoint = "leads/show", input = Json, output = Json)]
pub async fn show(id: String, before: Option<String>) -> Result<LeadPage, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let store::leads::Record { lead, tasks, timeline, consents } =
        store::leads::record(&db, &actor, id.parse()?, before.as_deref()).await?;
    Ok(LeadPage {
        lead,
        tasks,
        timeline,
        people: store::settings::people(&db, &actor).await?,
        reasons: store::settings::loss_reasons(&db, &actor).await?,
        consents,
    })
}

/// Whose phone or e-mail address that is, as far as the reader may know.
#[server(prefix = "/fn", endpoint = "leads/recognise", input = Json, output = Json)]
pub async fn recognise(phone: String, email: String) -> Result<Vec<Caller>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&format!("{phone}{email}"))?;
    Ok(store::leads::recognise(&db, &actor, &phone, &email).await?)
}

/// A lead from a phone call, by a plain form. With `ask` no second lead is made of somebody who is known: their card opens instead,
/// unless `anyway`. A form without wasm shows first who it is; `seen` says that it has.
#[server(prefix = "/fn", endpoint = "leads/create", output = Json)]
pub async fn create(
    name: String,
    phone: String,
    email: String,
    company: String,
    message: String,
    #[server(default)] ask: String,
    #[server(default)] seen: String,
    #[server(default)] anyway: String,
) -> Result<Option<LeadId>, Fail> {
    use domain::lead::NewLead;
    use leptos::server_fn::ServerFn;
    let (db, actor) = crate::ctx::signed_in()?;
    let typed = [
        ("do", "add"),
        ("phone", phone.as_str()),
        ("name", name.as_str()),
        ("message", message.as_str()),
        ("email", email.as_str()),
        ("company", company.as_str()),
    ];
    if !ask.is_empty() && anyway.is_empty() {
        let callers = store::leads::recognise(&db, &actor, &phone, &email).await?;
        if let Some(caller) = callers.first() {
            if !seen.is_empty() || !crate::back::bring("/leads", &typed, None) {
                leptos_axum::redirect(&crate::timeline::path(caller.on));
            }
            return Ok(None);
        }
    }
    let new = NewLead {
        name: name.clone(),
        phone: phone.clone(),
        email: email.clone(),
        company: company.clone(),
        message: message.clone(),
    };
    match store::leads::create(&db, &actor, new).await {
        Ok(id) => {
            leptos_axum::redirect(&format!("/leads/{id}"));
            Ok(Some(id))
        }
        Err(problem) if crate::back::bring("/leads", &typed, Some((Create::PATH, problem.clone()))) => {
            Ok(None)
        }
        Err(problem) => Err(problem.into()),
    }
}

#[server(prefix = "/fn", endpoint = "leads/propose", input = Json, output = Json)]
pub async fn propose(id: String) -> Result<Conversion, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::leads::propose(&db, &actor, id.parse()?).await?)
}

/// `contact` and `account` are the id of an existing one or `new`, which takes the typed name.
#[server(prefix = "/fn", endpoint = "leads/convert", output = Json)]
pub async fn convert(
    lead: String,
    version: i64,
    contact: String,
    contact_name: String,
    account: String,
    account_name: String,
    deal_title: String,
    #[server(default)] amount: String,
    /// Empty: the default one.
    #[server(default)]
    pipeline: String,
) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let convert = domain::lead::ConvertLead {
        lead: lead.parse()?,
        version,
        contact: if contact == "new" { None } else { Some(contact.parse()?) },
        contact_name,
        account: if account == "new" { None } else { Some(account.parse()?) },
        account_name,
        deal_title,
        amount: crate::ctx::amount("amount", &amount).await?,
        pipeline: if pipeline.is_empty() { None } else { Some(pipeline.parse()?) },
    };
    let made = store::leads::convert(&db, &actor, convert).await?;
    leptos_axum::redirect(&format!("/deals/{}", made.deal));
    Ok(())
}

#[server(prefix = "/fn", endpoint = "leads/disqualify", output = Json)]
pub async fn disqualify(lead: String, version: i64, reason: String, note: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id: LeadId = lead.parse()?;
    let reason = if reason.is_empty() { None } else { Some(reason.parse()?) };
    store::leads::disqualify(&db, &actor, id, version, reason, &note).await?;
    crate::ctx::land(&format!("/leads/{id}"));
    Ok(())
}

/// Takes a disqualified lead up again.
#[server(prefix = "/fn", endpoint = "leads/reopen", output = Json)]
pub async fn reopen(lead: String, version: i64, #[server(default)] note: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id: LeadId = lead.parse()?;
    store::leads::reopen(&db, &actor, id, version, &note).await?;
    crate::ctx::land(&format!("/leads/{id}?next=1"));
    Ok(())
}

/// Gives a lead to another owner.
#[server(prefix = "/fn", endpoint = "leads/assign", output = Json)]
pub async fn assign(lead: String, version: i64, to: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let id: LeadId = lead.parse()?;
    store::leads::assign(&db, &actor, id, version, to.parse()?).await?;
    crate::ctx::land(&format!("/leads/{id}"));
    Ok(())
}
