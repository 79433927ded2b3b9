//! What the company sets for everybody.

use serde::{Deserialize, Serialize};

use crate::second_factor::Demand;
use crate::{Currency, Label, Lang};

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
    /// What visitors of forms may agree to; without a text there is no checkbox.
    pub consent: Label,
    /// Of [`Settings::consent`]: grows with every change of it.
    pub consent_version: i64,
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
            consent: Label::new(
                "I agree that my data are kept and used to answer my request. I can take this back at any time.",
                "Я согласен на хранение и использование моих данных для ответа на заявку. Согласие можно отозвать в любой момент.",
            ),
            consent_version: 1,
            second_factor: Demand::default(),
        }
    }
}
