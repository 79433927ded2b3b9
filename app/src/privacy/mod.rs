//! A person's data on the pages of leads and contacts: what they agreed to, everything about them as a file, and erasing them.

pub mod api;
mod card;
mod erase;

pub use card::PersonCard;
pub use erase::Erasing;
