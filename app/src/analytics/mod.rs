//! Analytics: the funnel.

pub mod api;
mod chosen;
mod drawing;
pub mod funnel;
