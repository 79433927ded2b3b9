//! Acts: the certificate that a service was rendered and accepted.

pub mod api;
pub mod show;
