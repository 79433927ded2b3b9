//! Deals.

mod advance;
mod beside;
mod board;
mod bulk;
mod calendar;
mod client;
mod counts;
mod documents;
mod edit;
mod evidence;
mod filter;
mod list;
mod moves;
mod open;
mod people;
mod plan;
mod record;
mod show;

pub use advance::{advance, waive};
pub use board::{board, board_statements};
pub use bulk::{batch, bulk, undo};
pub use calendar::calendar;
pub use edit::{assign, create, edit};
pub use list::{list, origins};
pub use people::{
    add_contact, add_participant, find_clients, remove_contact, remove_participant, set_client, set_parties,
    set_service,
};
pub use show::show;

pub(crate) use client::{document, with_client};
pub(crate) use counts::{add_up, forget_notes};
pub(crate) use list::rows_where;
pub(crate) use moves::{Moved, record_each};
pub(crate) use open::{OpenDeal, open_deal};
pub(crate) use plan::plan_again;
pub(crate) use record::{Write, load, save};
