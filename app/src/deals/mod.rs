//! Deals: the board, the list, the record.

pub mod api;

mod add;
mod board;
mod card;
mod facts;
mod feedback;
mod filter;
mod hand;
mod head;
mod list;
mod loss;
mod needs;
mod opener;
mod overlay;
pub mod page;
pub(crate) mod papers;
mod pointer;
pub mod show;
mod stopped;
