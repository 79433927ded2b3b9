//! Deals: the board, the list, the record.

pub mod api;

mod add;
mod board;
mod bulk;
mod calendar;
mod card;
mod columns;
mod conflict;
mod facts;
mod feedback;
mod filter;
mod guide;
mod hand;
mod head;
mod history;
mod list;
mod lists_api;
mod loss;
mod needs;
mod opener;
mod overlay;
pub mod page;
pub(crate) mod papers;
mod people;
pub mod show;
mod stopped;
mod typed;
mod typing;
mod views;
