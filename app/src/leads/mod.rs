//! Leads: the inbox, the record, converting.

mod add;
pub mod api;
mod board;
mod convert;
mod disqualify;
mod facts;
mod filter;
mod hand;
mod list;
pub mod origin;
pub mod page;
mod reopen;
pub mod show;
pub mod state;
