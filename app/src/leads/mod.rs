//! Leads: the inbox, the record, converting.

mod add;
pub mod api;
mod convert;
mod disqualify;
mod facts;
pub mod list;
mod origin;
pub mod show;
pub mod state;
