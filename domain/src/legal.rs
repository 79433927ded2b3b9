//! Legal entities: whom a contract is made with, who pays and who receives.

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, LegalEntityId};
use crate::input::Checks;
use crate::{Fault, Outcome};

/// An account with more of them is several accounts.
pub const ENTITIES: usize = 50;
/// The country whose numbers have control digits that we know.
const RUSSIA: &str = "RU";

/// A legal entity of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalEntity {
    pub id: LegalEntityId,
    pub account: AccountId,
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Of Russian ones the INN; empty where none is known.
    pub tax_id: String,
    /// Of Russian ones the OGRN; empty where none is known.
    pub registration: String,
    pub address: String,
    /// Bank, account, codes: as they stand on documents.
    pub bank: String,
    pub version: i64,
}

impl LegalEntity {
    /// Whether its numbers are an INN and an OGRN.
    pub fn is_russian(&self) -> bool {
        self.country == RUSSIA
    }
}

/// Who pays and who receives in a deal, as its papers name them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Parties {
    pub payer: Option<LegalEntity>,
    pub consignee: Option<LegalEntity>,
}

/// A legal entity as it is typed; `id` of an existing one with its version to change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveLegalEntity {
    pub id: Option<(LegalEntityId, i64)>,
    pub account: AccountId,
    pub name: String,
    pub country: String,
    pub tax_id: String,
    pub registration: String,
    pub address: String,
    pub bank: String,
}

impl SaveLegalEntity {
    /// Cleaned; every fault is named.
    pub fn checked(self) -> Outcome<SaveLegalEntity> {
        let mut checks = Checks::new();
        let name = checks.required("name", &self.name, 200);
        let country = self.country.trim().to_ascii_uppercase();
        if country.len() != 2 || !country.chars().all(|c| c.is_ascii_uppercase()) {
            checks.fail("country", Fault::Unknown);
        }
        let tax_id = number(&mut checks, "tax_id", &self.tax_id, &country, inn);
        let registration = number(&mut checks, "registration", &self.registration, &country, ogrn);
        let address = checks.paragraph("address", &self.address, 500);
        let bank = checks.paragraph("bank", &self.bank, 1000);
        checks.finish()?;
        Ok(SaveLegalEntity { name, country, tax_id, registration, address, bank, ..self })
    }
}

/// A number of the country's registers; elsewhere than in Russia it is taken as it is.
fn number(
    checks: &mut Checks,
    field: &str,
    typed: &str,
    country: &str,
    known: fn(&str) -> Result<(), Fault>,
) -> String {
    if country != RUSSIA {
        return checks.optional(field, typed, 40);
    }
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    if !digits.is_empty()
        && let Err(fault) = known(&digits)
    {
        checks.fail(field, fault);
    }
    digits
}

fn digits(text: &str) -> Result<Vec<u32>, Fault> {
    text.chars().map(|c| c.to_digit(10).ok_or(Fault::Mistyped)).collect()
}

/// Taxpayer's number: ten digits of a company or twelve of a person, the last one or two of them control digits.
pub fn inn(text: &str) -> Result<(), Fault> {
    const COMPANY: [u32; 9] = [2, 4, 10, 3, 5, 9, 4, 6, 8];
    const PERSON: [u32; 10] = [7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    const PERSON_LAST: [u32; 11] = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
    let digits = digits(text)?;
    let fits = |weights: &[u32]| {
        let sum: u32 = weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
        digits.get(weights.len()) == Some(&(sum % 11 % 10))
    };
    let right = match digits.len() {
        10 => fits(&COMPANY),
        12 => fits(&PERSON) && fits(&PERSON_LAST),
        _ => return Err(Fault::Mistyped),
    };
    if right { Ok(()) } else { Err(Fault::Mistyped) }
}

/// State registration number: thirteen digits of a company or fifteen of a sole trader, the last of them a control digit.
pub fn ogrn(text: &str) -> Result<(), Fault> {
    let digits = digits(text)?;
    let (head, modulus) = match digits.len() {
        13 => (12, 11),
        15 => (14, 13),
        _ => return Err(Fault::Mistyped),
    };
    let number = digits.iter().take(head).fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
    let right = digits.last().map(|last| u64::from(*last)) == Some(number % modulus % 10);
    if right { Ok(()) } else { Err(Fault::Mistyped) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(country: &str, tax_id: &str, registration: &str) -> SaveLegalEntity {
        SaveLegalEntity {
            id: None,
            account: AccountId(uuid::Uuid::nil()),
            name: " ООО  «Верфь» ".into(),
            country: country.into(),
            tax_id: tax_id.into(),
            registration: registration.into(),
            address: "Мурманск,\nПортовый проезд, 1".into(),
            bank: String::new(),
        }
    }

    #[test]
    fn numbers_of_the_registers_are_known_by_their_control_digits() {
        for good in ["7707083893", "7736050003", "500100732259"] {
            assert_eq!(inn(good), Ok(()), "{good}");
        }
        for good in ["1027700132195", "1027700070518", "304500116000157"] {
            assert_eq!(ogrn(good), Ok(()), "{good}");
        }
        for wrong in ["7707083894", "500100732258", "500100732269", "770708389", "770708389x", ""] {
            assert_eq!(inn(wrong), Err(Fault::Mistyped), "{wrong}");
        }
        for wrong in ["1027700132196", "102770013219", "10277001321950"] {
            assert_eq!(ogrn(wrong), Err(Fault::Mistyped), "{wrong}");
        }
    }

    #[test]
    fn every_fault_is_named_and_empty_numbers_are_none() {
        let clean = typed("ru", "7707 083 893", "").checked().unwrap();
        assert_eq!((clean.name.as_str(), clean.tax_id.as_str()), ("ООО «Верфь»", "7707083893"));
        assert_eq!((clean.country.as_str(), clean.registration.as_str()), ("RU", ""));
        let wrong = SaveLegalEntity { name: String::new(), ..typed("RU", "1", "2") }.checked().unwrap_err();
        assert_eq!(wrong.fault_of("name"), Some(Fault::Required));
        assert_eq!(wrong.fault_of("tax_id"), Some(Fault::Mistyped));
        assert_eq!(wrong.fault_of("registration"), Some(Fault::Mistyped));
        let nowhere = typed("Russia", "", "").checked().unwrap_err();
        assert_eq!(nowhere.fault_of("country"), Some(Fault::Unknown));
        // Of other countries we know no control digits.
        assert_eq!(typed("DE", "DE 811 569 869", "HRB 1").checked().unwrap().tax_id, "DE 811 569 869");
    }

    proptest! {
        #[test]
        fn exactly_one_last_digit_fits(company in "[0-9]{9}", state in "[0-9]{12}") {
            let fitting = |head: &str, check: fn(&str) -> Result<(), Fault>| {
                (0..10).filter(|last| check(&format!("{head}{last}")).is_ok()).count()
            };
            prop_assert_eq!(fitting(&company, inn), 1);
            prop_assert_eq!(fitting(&state, ogrn), 1);
        }

        #[test]
        fn nothing_that_is_no_number_passes(text in "\\PC{0,40}") {
            prop_assume!(!text.chars().all(|c| c.is_ascii_digit()));
            prop_assert!(inn(&text).is_err() && ogrn(&text).is_err());
        }
    }
}
