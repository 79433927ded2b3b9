//! What the company sets for everybody.

use serde::{Deserialize, Serialize};

use crate::second_factor::Demand;
use crate::{Currency, Lang};

/// Company-wide settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The seller's name on pages and documents.
    pub company: String,
    /// Lines under the name on documents: address, tax id, phone.
    pub company_details: String,
    /// Language of texts that no person chose: mails, documents, reminders.
    pub lang: Lang,
    /// IANA time zone of new users.
    pub time_zone: String,
    pub currency: Currency,
    /// Region whose prefix a local phone number gets, ISO 3166-1 alpha-2.
    pub phone_region: String,
    /// VAT of new services, in hundredths of a percent.
    pub vat_bp: i32,
    /// Days that a new offer is valid.
    pub offer_days: i32,
    /// Whose sign-in needs a second factor.
    pub second_factor: Demand,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            company: "Millrace".into(),
            company_details: String::new(),
            lang: Lang::En,
            time_zone: "UTC".into(),
            currency: Currency::Rub,
            phone_region: "RU".into(),
            vat_bp: 2000,
            offer_days: 14,
            second_factor: Demand::default(),
        }
    }
}
