//! Offers: drafting, sending, and the client's answer.

mod answer;
mod draft;
mod letter;
mod list;
mod record;
mod send;
mod show;

pub use answer::{answer, public};
pub use draft::{create, revise, save};
pub use list::list;
pub use send::send;
pub use show::show;

pub(crate) use list::waiting;
pub(crate) use record::status_on;
