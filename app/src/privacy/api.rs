//! Server functions about a person's data.

use domain::activity::Subject;
use domain::privacy::Preview;
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

/// A consent that was not given by a form. `on` is `lead` or `contact`.
#[server(prefix = "/fn", endpoint = "consents/record", output = Json)]
pub async fn record(on: String, id: String, purpose: String, how: String) -> Result<(), Fail> {
    use domain::consent::{Purpose, RecordConsent};
    use domain::{Fault, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let on = subject(&on, &id)?;
    let purpose = Purpose::from_code(&purpose).ok_or_else(|| Problem::field("purpose", Fault::Unknown))?;
    store::consents::record(&db, &actor, RecordConsent { on, purpose, how }).await?;
    crate::ctx::land(&crate::timeline::path(on));
    Ok(())
}

/// `on` and `record` name the page to come back to.
#[server(prefix = "/fn", endpoint = "consents/withdraw", output = Json)]
pub async fn withdraw(
    id: domain::id::ConsentId,
    why: String,
    on: String,
    record: String,
) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::consents::withdraw(&db, &actor, id, &why).await?;
    crate::ctx::land(&crate::timeline::path(subject(&on, &record)?));
    Ok(())
}

/// What erasing the person would do.
#[server(prefix = "/fn", endpoint = "privacy/preview", input = Json, output = Json)]
pub async fn preview_of(on: Subject) -> Result<Preview, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::privacy::preview(&db, &actor, &who(on)?).await?)
}

/// Erases the person whose name was typed into `confirm`.
#[server(prefix = "/fn", endpoint = "privacy/erase", output = Json)]
pub async fn erase(on: String, id: String, confirm: String) -> Result<(), Fail> {
    use domain::access::{Action, Entity, check_any};
    let (db, actor) = crate::ctx::signed_in()?;
    check_any(&actor, Action::Write, Entity::Settings)?;
    let on = subject(&on, &id)?;
    store::privacy::erase(&db, &actor, &who(on)?, &confirm).await?;
    crate::ctx::land(&crate::timeline::path(on));
    Ok(())
}

#[cfg(feature = "ssr")]
fn subject(on: &str, id: &str) -> domain::Outcome<Subject> {
    match on {
        "lead" => Ok(Subject::Lead(id.parse()?)),
        "contact" => Ok(Subject::Contact(id.parse()?)),
        _ => Err(domain::Problem::field("on", domain::Fault::Unknown)),
    }
}

#[cfg(feature = "ssr")]
fn who(on: Subject) -> domain::Outcome<store::privacy::Who> {
    match on {
        Subject::Lead(id) => Ok(store::privacy::Who::Lead(id)),
        Subject::Contact(id) => Ok(store::privacy::Who::Contact(id)),
        Subject::Deal(_) | Subject::Account(_) => Err(domain::Problem::NotFound),
    }
}
