//! Pipelines: how the company sells, in versions.
//!
//! A pipeline's row names its version; every move takes that row in shared hold ([`in_force`]), every change takes it alone
//! ([`save`]), and both before they lock deals: a deal is never moved by a process that is not in force any more.

mod bpmn;
mod load;
mod order;
mod retire;
mod save;
mod seed;
mod show;
mod tasks;
mod tick;
mod write;

pub use bpmn::{import, left_out};
pub use order::shift;
pub use save::save;
pub use show::{compare, list, show};
pub use tick::tick;

pub(crate) use load::{default, in_force, load};
pub(crate) use seed::seed;
pub(crate) use tasks::make as make_tasks;
pub(crate) use write::insert;
