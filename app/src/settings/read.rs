//! What the server does with typed settings.

use domain::catalog::SaveService;
use domain::money::parse_decimal;
use domain::second_factor::Demand;
use domain::settings::Settings;
use domain::{Currency, Fault, Label, Lang, Money, Outcome, Problem};

use super::typed::{TypedCompany, TypedService};

/// Hundredths of a percent of a typed percentage.
fn percent(field: &str, text: &str) -> Outcome<i32> {
    let share = parse_decimal(text.trim_end_matches(['%', ' ']), 2)
        .ok_or_else(|| Problem::field(field, Fault::NotANumber))?;
    i32::try_from(share).map_err(|_| Problem::field(field, Fault::OutOfRange))
}

fn currency(code: &str) -> Outcome<Currency> {
    Currency::from_code(code).ok_or_else(|| Problem::field("currency", Fault::Unknown))
}

impl TypedService {
    pub fn read(self) -> Outcome<SaveService> {
        let id = match self.id.as_str() {
            "" => None,
            id => Some((
                id.parse()?,
                self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
            )),
        };
        let category = if self.category.is_empty() { None } else { Some(self.category.parse()?) };
        let minor =
            parse_decimal(&self.price, 2).ok_or_else(|| Problem::field("price", Fault::NotAnAmount))?;
        Ok(SaveService {
            id,
            code: self.code,
            name: Label::new(self.name, self.name_ru),
            description: Label::new(self.description, self.description_ru),
            category,
            unit: Label::new(self.unit, self.unit_ru),
            price: Money::new(minor, currency(&self.currency)?),
            vat_bp: percent("vat", &self.vat)?,
            active: !self.active.is_empty(),
        })
    }
}

impl TypedCompany {
    pub fn read(self) -> Outcome<Settings> {
        Ok(Settings {
            company: self.company,
            company_details: self.company_details,
            lang: Lang::from_tag(&self.lang).ok_or_else(|| Problem::field("lang", Fault::Unknown))?,
            time_zone: self.time_zone,
            currency: currency(&self.currency)?,
            phone_region: self.phone_region,
            vat_bp: percent("vat_bp", &self.vat_bp)?,
            offer_days: self
                .offer_days
                .trim()
                .parse()
                .map_err(|_| Problem::field("offer_days", Fault::NotANumber))?,
            consent: Label::new(self.consent, self.consent_ru),
            // The store counts it.
            consent_version: 0,
            second_factor: Demand::from_code(&self.second_factor)
                .ok_or_else(|| Problem::field("second_factor", Fault::Unknown))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_read_or_its_fault_named() {
        let typed = TypedService {
            name: "Audit".into(),
            price: "1 500,50".into(),
            currency: "EUR".into(),
            vat: "22 %".into(),
            active: "on".into(),
            ..TypedService::default()
        };
        let service = typed.clone().read().unwrap();
        assert_eq!(
            (service.price, service.vat_bp, service.active),
            (Money::new(150_050, Currency::Eur), 2200, true)
        );
        let wrong = TypedService { price: "dear".into(), ..typed };
        assert_eq!(wrong.read(), Err(Problem::field("price", Fault::NotAnAmount)));
    }
}
