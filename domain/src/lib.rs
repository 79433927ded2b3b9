//! The words and the rules of Millrace: pure, without a clock, a database or a screen; compiled for the server and the browser alike.

pub mod access;
pub mod account;
pub mod act;
pub mod activity;
pub mod attribution;
pub mod audit;
pub mod backup;
#[cfg(feature = "native")]
pub mod bpmn;
pub mod bulk;
pub mod calendar;
pub mod caller;
pub mod catalog;
pub mod consent;
pub mod contact;
pub mod deal;
pub mod feedback;
pub mod fold;
pub mod form;
pub mod funnel;
pub mod history;
pub mod id;
#[cfg(feature = "native")]
pub mod import;
pub mod input;
pub mod lang;
pub mod lead;
pub mod legal;
pub mod live;
pub mod loss;
pub mod money;
pub mod offer;
pub mod password;
pub mod people;
#[cfg(feature = "native")]
pub mod phone;
pub mod pipe;
pub mod pipeline;
pub mod privacy;
pub mod problem;
pub mod query;
pub mod second_factor;
pub mod session;
pub mod settings;
pub mod share;
#[cfg(feature = "native")]
pub mod site;
pub mod task;
pub mod today;
pub mod transfer;
pub mod user;
pub mod view;
pub mod zone;

pub use lang::{Label, Lang};
pub use money::{Currency, Money};
pub use problem::{Fault, FieldError, Problem, Refusal};

/// What every function that can be refused returns.
pub type Outcome<T> = Result<T, Problem>;
