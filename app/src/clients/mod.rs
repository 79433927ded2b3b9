//! Clients: accounts, and people who belong to none.

mod account;
mod api;
mod contact;
mod legal;
mod list;
mod parts;

pub use account::AccountRecord;
pub use contact::ContactRecord;
pub use list::Clients;
