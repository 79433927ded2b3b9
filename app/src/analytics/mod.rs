//! Analytics: the funnel and the pipe.

pub mod api;
mod chosen;
#[cfg(feature = "ssr")]
pub mod csv;
mod drawing;
pub mod funnel;
pub mod pipe;
