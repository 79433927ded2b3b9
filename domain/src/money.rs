//! Money: an integer count of minor units and an ISO 4217 currency; never a float.

use serde::{Deserialize, Serialize};

use crate::Lang;

/// ISO 4217 currencies that documents can be made in; all have two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    #[default]
    Rub,
    Usd,
    Eur,
}

impl Currency {
    pub const ALL: [Currency; 3] = [Currency::Rub, Currency::Usd, Currency::Eur];

    /// ISO 4217 code.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Rub => "RUB",
            Currency::Usd => "USD",
            Currency::Eur => "EUR",
        }
    }

    pub fn from_code(code: &str) -> Option<Currency> {
        Currency::ALL.into_iter().find(|currency| currency.code().eq_ignore_ascii_case(code.trim()))
    }

    pub fn sign(self) -> &'static str {
        match self {
            Currency::Rub => "₽",
            Currency::Usd => "$",
            Currency::Eur => "€",
        }
    }
}

/// An amount in minor units (kopecks, cents).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    pub currency: Currency,
}

/// The largest amount of one line, document or deal (ten trillion units): thousands of them still add up within `i64`.
pub const MAX_AMOUNT_MINOR: i64 = 1_000_000_000_000_000;

/// No-break space: a sum never wraps.
const NBSP: char = '\u{a0}';

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Self {
        Money { minor, currency }
    }

    /// `1 849 520,00 ₽`, `€1,849,520.00`: always with minor units, for documents.
    pub fn exact(self, lang: Lang) -> String {
        let fraction = (self.minor % 100).unsigned_abs();
        let point = if lang == Lang::Ru { ',' } else { '.' };
        self.decorate(&format!("{}{point}{fraction:02}", group(self.minor.unsigned_abs() / 100, lang)), lang)
    }

    /// Like [`Money::exact`], but without minor units where they are zero, for lists and cards.
    pub fn short(self, lang: Lang) -> String {
        if self.minor % 100 == 0 {
            self.decorate(&group(self.minor.unsigned_abs() / 100, lang), lang)
        } else {
            self.exact(lang)
        }
    }

    /// The number alone, as it is typed into a field: `1849520.5`.
    pub fn plain(self) -> String {
        let whole = self.minor.unsigned_abs() / 100;
        let fraction = self.minor.unsigned_abs() % 100;
        let minus = if self.minor < 0 { "-" } else { "" };
        match fraction {
            0 => format!("{minus}{whole}"),
            f => format!("{minus}{whole}.{f:02}"),
        }
    }

    fn decorate(self, digits: &str, lang: Lang) -> String {
        let minus = if self.minor < 0 { "−" } else { "" };
        match lang {
            Lang::Ru => format!("{minus}{digits}{NBSP}{}", self.currency.sign()),
            Lang::En => format!("{minus}{}{digits}", self.currency.sign()),
        }
    }
}

/// Digits in groups of three: by no-break spaces in Russian, by commas in English.
pub fn group(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    let separator = if lang == Lang::Ru { NBSP } else { ',' };
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

/// A decimal number typed by a person in either locale (`1 234,5`, `1,234.50`, `12.5`) times 10^`decimals`; `None` when it is
/// no number, has more decimals or does not fit.
pub fn parse_decimal(text: &str, decimals: u32) -> Option<i64> {
    let mut text: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{a0}' && *c != '\u{202f}' && *c != '_')
        .collect();
    let negative = text.starts_with(['-', '−']);
    if negative {
        text = text.chars().skip(1).collect();
    }
    // The last separator is the decimal point when it stands alone; otherwise the kinds differ and the last kind is it.
    let point = match (text.rfind(','), text.rfind('.')) {
        (Some(comma), Some(dot)) => Some(comma.max(dot)),
        (Some(comma), None) if text.matches(',').count() == 1 => Some(comma),
        (None, Some(dot)) if text.matches('.').count() == 1 => Some(dot),
        _ => None,
    };
    let (whole, fraction) = match point {
        Some(at) => (text[..at].to_owned(), text[at + 1..].to_owned()),
        None => (text.clone(), String::new()),
    };
    let whole: String = whole.chars().filter(|c| *c != ',' && *c != '.').collect();
    if whole.is_empty() && fraction.is_empty()
        || !whole.chars().chain(fraction.chars()).all(|c| c.is_ascii_digit())
    {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals as usize {
        return None;
    }
    let digits = format!(
        "{}{fraction:0<width$}",
        if whole.is_empty() { "0" } else { &whole },
        width = decimals as usize
    );
    let value: i64 = digits.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// `numerator / denominator`, rounded half away from zero (the "half-up" of invoices). `denominator` must be positive.
pub fn half_up(numerator: i128, denominator: i128) -> i64 {
    let rounded = if numerator >= 0 {
        (2 * numerator + denominator) / (2 * denominator)
    } else {
        -((-2 * numerator + denominator) / (2 * denominator))
    };
    i64::try_from(rounded).unwrap_or(if rounded > 0 { i64::MAX } else { i64::MIN })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sums_read_as_the_locale_writes_them() {
        let sum = Money::new(184_952_000, Currency::Rub);
        assert_eq!(sum.exact(Lang::Ru), "1\u{a0}849\u{a0}520,00\u{a0}₽");
        assert_eq!(sum.short(Lang::En), "₽1,849,520");
        assert_eq!(Money::new(-5, Currency::Eur).short(Lang::En), "−€0.05");
    }

    #[test]
    fn people_type_numbers_in_many_ways() {
        for (typed, cents) in [
            ("1 234,5", 123_450),
            ("1,234.50", 123_450),
            ("12.5", 1250),
            (",5", 50),
            ("1.234,50", 123_450),
            ("-3", -300),
        ] {
            assert_eq!(parse_decimal(typed, 2), Some(cents), "{typed}");
        }
        for typed in ["", "abc", "1.234", "12,345.678", "1e9", "--1", "99999999999999999999"] {
            assert_eq!(parse_decimal(typed, 2), None, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_in_a_field_is_read_back(minor in -10_000_000_000i64..10_000_000_000) {
            prop_assert_eq!(parse_decimal(&Money::new(minor, Currency::Eur).plain(), 2), Some(minor));
        }

        #[test]
        fn rounding_is_off_by_half_at_most(n in -1_000_000i128..1_000_000, d in 1i128..10_000) {
            let twice = 2 * (i128::from(half_up(n, d)) * d - n);
            prop_assert!(twice.abs() <= d);
        }
    }
}
