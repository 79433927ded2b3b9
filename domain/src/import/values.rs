//! Single values as files have them.

use chrono::NaiveDate;

use crate::fold::fold;

/// The letters and digits of a name in lower case: spellings with other case, spaces or punctuation are the same name.
pub(super) fn key(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Single spaces, no control characters.
pub(super) fn clean(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A day written `dd-mm-yy`, `dd-mm-yyyy` or `yyyy-mm-dd` (also with dots or slashes), and whether its century was left out.
/// Two-digit years are of this century: a CRM has no deals of the last one.
pub(super) fn day(text: &str) -> Option<(NaiveDate, bool)> {
    let parts: Vec<&str> = text.trim().split(['-', '.', '/']).collect();
    let &[first, month, last] = parts.as_slice() else { return None };
    if [first, month, last].iter().any(|part| part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let (day, year) = if first.len() == 4 { (last, first) } else { (first, last) };
    let short = year.len() == 2;
    if day.len() > 2 || month.len() > 2 || !(short || year.len() == 4) {
        return None;
    }
    let century = if short { 2000 } else { 0 };
    let day =
        NaiveDate::from_ymd_opt(century + year.parse::<i32>().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    Some((day, short))
}

/// `Mei-Mei Johns` is `mei-mei.johns@import.invalid`.
pub(super) fn email(name: &str) -> String {
    let folded = fold(name);
    let words = folded.split(' ').map(|word| {
        let letters: String = word.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect();
        letters.trim_matches('-').to_owned()
    });
    format!("{}@import.invalid", words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("."))
}

/// `GTX Plus Basic` has the code `GTX-PLUS-BASIC`.
pub(super) fn code(name: &str) -> String {
    name.to_uppercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}

/// Words that the data set is known to misspell.
const MISSPELLED: [(&str, &str); 2] = [("technolgy", "technology"), ("Philipines", "Philippines")];

/// The right spelling of a known misspelling.
pub(super) fn corrected(word: &str) -> Option<&'static str> {
    MISSPELLED.iter().find(|(wrong, _)| wrong.eq_ignore_ascii_case(word)).map(|(_, right)| *right)
}
