//! Deals.

mod advance;
mod board;
mod client;
mod documents;
mod edit;
mod filter;
mod list;
mod open;
mod pipelines;
mod record;
mod show;

pub use advance::{advance, waive};
pub use board::board;
pub use edit::{assign, create, edit};
pub use list::{list, origins};
pub use show::show;

pub(crate) use client::{document, with_client};
pub(crate) use list::rows_where;
pub(crate) use open::{OpenDeal, open_deal};
pub(crate) use pipelines::{load_loss_reasons, load_pipelines, seed};
pub(crate) use record::{Write, load, save};
