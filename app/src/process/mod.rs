//! `/process`: how the company sells. `/process/ID` edits a pipeline, `?tab=map` draws it, `?tab=versions&version=N` shows what it was
//! and what had changed, `&from=N&to=N` what is different between any two versions.

mod api;
mod changed;
mod editor;
mod gone;
pub(crate) mod list;
mod map;
#[cfg(feature = "ssr")]
pub mod plain;
#[cfg(feature = "ssr")]
mod read;
mod reading;
mod rows;
mod sheet;
pub(crate) mod show;
mod stage;
mod steps;
mod told;
mod typed;
mod versions;
mod words;

use domain::access::{Action, Entity, check_any};

use crate::ctx::use_me;

/// Whether the reader may see pipelines.
pub fn may_read() -> bool {
    may(Action::Read)
}

fn may_write() -> bool {
    may(Action::Write)
}

fn may(action: Action) -> bool {
    use_me().is_some_and(|me| check_any(&me.actor(), action, Entity::Process).is_ok())
}
