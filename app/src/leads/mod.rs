//! Leads: the inbox, the record, converting.

mod add;
pub mod api;
mod convert;
mod disqualify;
mod facts;
pub mod list;
pub mod origin;
pub mod show;
pub mod state;
