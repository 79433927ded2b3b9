//! Phones by libphonenumber's rules. Only on the server: the numbering plans are too heavy for the browser.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

/// The E.164 form of a typed phone (`8 (921) 555-01-38` → `+79215550138`); `None` when it is no possible number.
/// A local number gets the prefix of `region` (ISO 3166-1 alpha-2).
pub fn normalise(typed: &str, region: &str) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(typed.trim(), Region::try_from(region).ok()).ok()?;
    number.is_possible_with_reason().is_ok().then(|| number.format_as(PhoneNumberFormat::E164).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_spellings_are_one_number() {
        for typed in [
            "+7 921 555-01-38",
            "8 (921) 555-01-38",
            "8-921-555-01-38",
            "79215550138",
            "+7(921)5550138 доб. 12",
        ] {
            assert_eq!(normalise(typed, "RU").as_deref(), Some("+79215550138"), "{typed}");
        }
        assert_eq!(normalise("8-800-555-35-35", "RU").as_deref(), Some("+78005553535"));
        assert_eq!(normalise("020 7183 8750", "GB").as_deref(), Some("+442071838750"));
    }

    #[test]
    fn what_is_no_phone_is_none() {
        for typed in ["abc", "", "12", "+7 921", "1234567890123456789012345"] {
            assert_eq!(normalise(typed, "RU"), None, "{typed}");
        }
    }
}
