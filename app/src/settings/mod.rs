//! What an administrator sets: catalog, people, company, forms.

pub mod api;
mod backups;
mod catalog;
mod company;
mod forms;
pub mod page;
mod people;
#[cfg(feature = "ssr")]
mod read;
mod typed;
