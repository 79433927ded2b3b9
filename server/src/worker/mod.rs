//! Work beside the requests: takes jobs from the store, does them at least once.

pub mod backup;
pub mod erased;
pub mod mail;
pub mod prune;
