//! Settings as their forms send them: texts, until they are understood.

use domain::catalog::Service;
use domain::settings::Settings;
use serde::{Deserialize, Serialize};

use crate::offers::words::plain_percent;

/// A service of the catalog; `id` and `version` are empty for a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedService {
    pub id: String,
    pub version: String,
    pub code: String,
    pub name: String,
    pub name_ru: String,
    pub description: String,
    pub description_ru: String,
    pub category: String,
    pub unit: String,
    pub unit_ru: String,
    pub price: String,
    pub currency: String,
    pub vat: String,
    /// Empty: no longer offered.
    pub active: String,
}

/// The company's settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedCompany {
    pub company: String,
    pub company_details: String,
    pub lang: String,
    pub time_zone: String,
    pub currency: String,
    pub phone_region: String,
    pub vat_bp: String,
    pub offer_days: String,
    pub consent: String,
    pub consent_ru: String,
    pub second_factor: String,
}

impl TypedService {
    /// A saved service, or a new one with the company's defaults, as the form's fields show it.
    pub fn of(service: Option<&Service>, settings: &Settings) -> Self {
        let Some(service) = service else {
            return TypedService {
                currency: settings.currency.code().to_owned(),
                vat: plain_percent(settings.vat_bp),
                active: "on".to_owned(),
                ..TypedService::default()
            };
        };
        TypedService {
            id: service.id.to_string(),
            version: service.version.to_string(),
            code: service.code.clone(),
            name: service.name.en.clone(),
            name_ru: service.name.ru.clone(),
            description: service.description.en.clone(),
            description_ru: service.description.ru.clone(),
            category: service.category.map(|id| id.to_string()).unwrap_or_default(),
            unit: service.unit.en.clone(),
            unit_ru: service.unit.ru.clone(),
            price: service.price.plain(),
            currency: service.price.currency.code().to_owned(),
            vat: plain_percent(service.vat_bp),
            active: if service.active { "on".to_owned() } else { String::new() },
        }
    }
}
