//! Server functions of the calendar, of saved views, and of changing many deals at once.

// Server functions take the fields of their form one by one.
#![allow(clippy::too_many_arguments, reason = "the fields of one form")]

use std::collections::BTreeMap;

use domain::bulk::Batch;
use domain::calendar::{Calendar, Month};
use domain::deal::DealFilter;
use domain::id::{BatchId, ViewId};
use domain::view::SavedView;
use leptos::prelude::*;

use crate::codec::Json;
use crate::fail::Fail;

/// A month of expected closes; `None`: the present one, where the reader is.
#[server(prefix = "/fn", endpoint = "deals/calendar", input = Json, output = Json)]
pub async fn load_calendar(month: Option<Month>, filter: DealFilter) -> Result<Calendar, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    crate::ctx::searching(&filter.text)?;
    let today = crate::ctx::server()?.zone.day(db.now());
    let month = month.unwrap_or_else(|| Month::of(today));
    Ok(store::deals::calendar(&db, &actor, month, filter).await?)
}

/// Moves, loses or gives away the chosen deals; a plain form returns to the list that it came from, which tells what became of it.
#[server(prefix = "/fn", endpoint = "deals/bulk", output = Json)]
pub async fn change_deals(
    #[server(default)] on: Vec<String>,
    /// `move`, `lose` or `assign`.
    change: String,
    #[server(default)] stage: String,
    #[server(default)] to: String,
    #[server(default)] tasks: String,
    #[server(default)] loss_reason: String,
    #[server(default)] note: String,
    #[server(default)] back: String,
) -> Result<Batch, Fail> {
    use domain::bulk::{Bulk, BulkChange};
    use domain::{Fault, Outcome, Problem};
    let (db, actor) = crate::ctx::signed_in()?;
    let missing = |field: &str| Problem::field(field, Fault::Required);
    let what = match change.as_str() {
        "move" => BulkChange::Move { to: stage.parse().map_err(|_| missing("stage"))?, note },
        "lose" => BulkChange::Lose { reason: loss_reason.parse().ok(), note },
        "assign" => {
            BulkChange::Assign { to: to.parse().map_err(|_| missing("to"))?, tasks: !tasks.is_empty() }
        }
        _ => return Err(Problem::field("change", Fault::Unknown).into()),
    };
    let on = on.iter().map(|id| id.parse()).collect::<Outcome<Vec<_>>>()?;
    let batch = store::deals::bulk(&db, &actor, Bulk { on, what }).await?;
    land_with(&back, batch.id);
    Ok(batch)
}

/// What became of a batch.
#[server(prefix = "/fn", endpoint = "deals/batch", input = Json, output = Json)]
pub async fn load_batch(id: BatchId) -> Result<Batch, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::deals::batch(&db, &actor, id).await?)
}

/// Takes a batch back.
#[server(prefix = "/fn", endpoint = "deals/undo", output = Json)]
pub async fn undo_changes(batch: BatchId, #[server(default)] back: String) -> Result<Batch, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let batch = store::deals::undo(&db, &actor, batch).await?;
    land_with(&back, batch.id);
    Ok(batch)
}

#[cfg(feature = "ssr")]
fn land_with(back: &str, batch: BatchId) {
    let join = if back.contains('?') { '&' } else { '?' };
    crate::ctx::land(&format!("{back}{join}batch={batch}"));
}

/// The reader's own views and those of their team.
#[server(prefix = "/fn", endpoint = "views/list", input = Json, output = Json)]
pub async fn load_views() -> Result<Vec<SavedView>, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    Ok(store::views::list(&db, &actor).await?)
}

/// Keeps what an address shows under a name.
#[server(prefix = "/fn", endpoint = "views/save", output = Json)]
pub async fn save_view(
    name: String,
    #[server(default)] fields: BTreeMap<String, String>,
    #[server(default)] shared: String,
    #[server(default)] back: String,
) -> Result<ViewId, Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    let view = domain::view::SaveView { name, fields, shared: !shared.is_empty() };
    let id = store::views::save(&db, &actor, view).await?;
    crate::ctx::land(&back);
    Ok(id)
}

/// Takes a view away.
#[server(prefix = "/fn", endpoint = "views/remove", output = Json)]
pub async fn remove_view(id: ViewId, #[server(default)] back: String) -> Result<(), Fail> {
    let (db, actor) = crate::ctx::signed_in()?;
    store::views::remove(&db, &actor, id).await?;
    crate::ctx::land(&back);
    Ok(())
}
