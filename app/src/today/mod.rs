//! Today: the one queue of what to do now, worked top-down.

mod api;
mod queue;
mod rows;

pub use queue::TodayPage;
