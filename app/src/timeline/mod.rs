//! The timeline of a record, its open tasks, and the composer that writes on it; shared by leads, deals and clients.

pub mod api;
mod composer;
mod feed;
mod next;
mod tasks;
mod words;

pub use composer::Composer;
pub use feed::Timeline;
pub use next::{NextStepForm, Prompt};
pub use tasks::{DoneButton, OpenTasks};

use domain::activity::Subject;

/// The page of the record that a subject names.
pub fn path(on: Subject) -> String {
    match on {
        Subject::Lead(id) => format!("/leads/{id}"),
        Subject::Deal(id) => format!("/deals/{id}"),
        Subject::Contact(id) => format!("/contacts/{id}"),
        Subject::Account(id) => format!("/accounts/{id}"),
    }
}

/// The record that fields of a form name.
#[cfg(feature = "ssr")]
pub fn subject(on: &str, id: &str) -> domain::Outcome<Subject> {
    match on {
        "lead" => id.parse().map(Subject::Lead),
        "deal" => id.parse().map(Subject::Deal),
        "contact" => id.parse().map(Subject::Contact),
        "account" => id.parse().map(Subject::Account),
        _ => Err(domain::Problem::NotFound),
    }
}

/// A subject as the composer's hidden fields carry it.
pub fn fields(on: Subject) -> (&'static str, String) {
    match on {
        Subject::Lead(id) => ("lead", id.to_string()),
        Subject::Deal(id) => ("deal", id.to_string()),
        Subject::Contact(id) => ("contact", id.to_string()),
        Subject::Account(id) => ("account", id.to_string()),
    }
}
