//! Consent: what a person agreed to, in which words, and whether they took it back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::activity::Subject;
use crate::id::ConsentId;
use crate::user::Person;
use crate::{Label, Lang};

/// The field of a submission that says yes.
pub const FIELD: &str = "consent";

/// What somebody agreed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// That their data are kept and used to answer their request.
    Processing,
    /// That they are written to with news and offers.
    Marketing,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Processing, Purpose::Marketing];

    pub fn code(self) -> &'static str {
        match self {
            Purpose::Processing => "processing",
            Purpose::Marketing => "marketing",
        }
    }

    pub fn from_code(code: &str) -> Option<Purpose> {
        Purpose::ALL.into_iter().find(|purpose| purpose.code() == code)
    }
}

/// One consent. It is never changed, only withdrawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Consent {
    pub id: ConsentId,
    pub purpose: Purpose,
    /// Of the text.
    pub version: i64,
    /// As the person saw or heard it.
    pub text: String,
    pub lang: Lang,
    pub given_at: DateTime<Utc>,
    /// `None`: it was recorded by hand.
    pub form: Option<Label>,
    /// Where the form was sent from.
    pub ip: String,
    /// How it was given, when no form was: "on the phone".
    pub how: String,
    pub recorded_by: Option<Person>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub withdrawn_by: Option<Person>,
    pub withdrawn_why: String,
}

/// A consent that was given to a person and not to a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordConsent {
    /// A lead or a contact.
    pub on: Subject,
    pub purpose: Purpose,
    pub how: String,
}

/// Whether a submission's value of [`FIELD`] says yes to the text of `version`. A form sends the version that its visitor saw; one
/// that was changed meanwhile was not agreed to.
pub fn agrees(value: &str, version: i64) -> bool {
    match value.trim() {
        "true" | "on" | "yes" => true,
        number => number.parse() == Ok(version),
    }
}

#[cfg(test)]
mod tests {
    use super::agrees;

    #[test]
    fn only_the_text_that_was_seen_is_agreed_to() {
        for (value, agreed) in [
            ("3", true),
            ("true", true),
            ("on", true),
            ("2", false),
            ("", false),
            ("no", false),
            ("0", false),
        ] {
            assert_eq!(agrees(value, 3), agreed, "{value}");
        }
    }
}
