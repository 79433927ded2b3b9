//! The design system: components without CRM nouns.

pub mod dialog;
pub mod field;
pub mod icon;
pub mod person;
pub mod problem;
pub mod toast;
