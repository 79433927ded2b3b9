//! Leads: the inbox, the record, converting.

pub mod api;
pub mod list;
