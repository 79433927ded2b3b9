//! Leads.

mod board;
mod change;
mod convert;
mod letter;
mod list;
mod propose;
mod recognise;
mod record;
mod register;

pub use board::board;
pub use change::{assign, disqualify, reopen};
pub use convert::convert;
pub use list::{Record, channels, list, origins, record, show};
pub use propose::propose;
pub use recognise::recognise;
pub use register::create;

pub(crate) use letter::{NEWS_FOR, letter};
pub(crate) use record::{load, responded, save};
pub(crate) use register::{Arrival, Arrivals};
