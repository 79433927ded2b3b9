//! Server functions about giving many records to somebody else.

use domain::transfer::Given;
use domain::user::Person;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::codec::Json;
use crate::fail::Fail;

/// Everybody who could be given records.
#[server(prefix = "/fn", endpoint = "transfers/people", input = Json, output = Json)]
pub async fn people() -> Result<Vec<Person>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::settings::people(&db, &actor).await?)
}

/// Gives the chosen records (`lead:ID`) to one person; `back` is the list that a plain form returns to.
#[server(prefix = "/fn", endpoint = "transfers/give", output = Json)]
pub async fn give_records(
    #[server(default)] on: Vec<String>,
    to: String,
    #[server(default)] tasks: String,
    #[server(default)] back: String,
) -> Result<Given, Fail> {
    use domain::{Outcome, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let subject = |text: &String| {
        let (kind, id) = text.split_once(':').ok_or(Problem::NotFound)?;
        crate::timeline::subject(kind, id)
    };
    let on = on.iter().map(subject).collect::<Outcome<Vec<_>>>()?;
    let transfer = domain::transfer::Transfer { on, to: to.parse()?, tasks: !tasks.is_empty() };
    let given = store::transfers::give(&db, &actor, transfer).await?;
    let kept = given.kept.len();
    let join = if back.contains('?') { '&' } else { '?' };
    crate::ctx::land(&format!("{back}{join}given={}&kept={kept}", given.given));
    Ok(given)
}

/// What a plain form came back with: how many, and how many stay.
pub fn told(query: &ParamsMap) -> Option<Given> {
    let given = query.get("given")?.parse().ok()?;
    let kept = query.get("kept").filter(|kept| kept != "0");
    Some(Given { given, kept: kept.into_iter().collect() })
}
