//! Offers: the list, the builder, and what was sent.

pub mod api;
mod builder;
mod lines;
pub mod list;
mod paper;
#[cfg(feature = "ssr")]
mod read;
mod reading;
mod send;
pub mod show;
mod typed;
pub mod words;
