//! The design system: components without CRM nouns.

pub mod clock;
pub mod copy;
pub mod dialog;
pub mod field;
pub mod focus;
pub mod icon;
pub mod keys;
pub mod loaded;
pub mod person;
pub mod problem;
pub mod title;
pub mod toast;
