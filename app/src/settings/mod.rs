//! What an administrator sets: catalog, people, company, forms.

pub mod api;
mod catalog;
mod company;
mod forms;
mod invitations;
mod leaving;
pub mod page;
mod people;
#[cfg(feature = "ssr")]
mod read;
mod typed;
