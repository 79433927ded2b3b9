//! What an administrator sets: catalog, people, company, forms; and the log of who did what.

pub mod api;
mod audit;
mod backups;
mod catalog;
mod channels;
mod company;
mod forms;
mod invitations;
mod leaving;
mod losses;
pub mod page;
mod people;
#[cfg(feature = "ssr")]
mod read;
mod rights;
mod sections;
mod teams;
mod typed;
