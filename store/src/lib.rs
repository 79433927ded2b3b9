//! The CRM without a screen: who may do what, in which transaction, on which tables.
//!
//! Every public function takes `&Db` and `&Actor`, checks rights before it writes, commits once and answers with domain types.

mod calendar;
mod dialect;
mod entity;
mod error;
mod id;
mod migration;
mod origins;
mod page;
mod password;
mod reference;
mod rows;
mod scope;
mod seed;
mod subject;
mod token;

pub mod accounts;
pub mod activities;
pub mod acts;
pub mod audit;
pub mod backup;
pub mod catalog;
pub mod channels;
pub mod checkup;
pub mod clock;
pub mod consents;
pub mod contacts;
pub mod db;
pub mod deals;
pub mod export;
pub mod feedback;
pub mod forms;
pub mod imports;
pub mod intake;
pub mod leads;
pub mod legal;
pub mod losses;
pub mod offers;
pub mod outbox;
pub mod privacy;
pub mod process;
pub mod reports;
pub mod rights;
pub mod rollups;
pub mod seal;
pub mod second_factor;
pub mod sessions;
pub mod settings;
pub mod shares;
pub mod sso;
pub mod tasks;
pub mod today;
pub mod transfers;
pub mod users;
pub mod views;

pub use clock::Clock;
pub use db::Db;
pub use id::new_id;
