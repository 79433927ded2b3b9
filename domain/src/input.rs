//! Checks of typed text that all use cases share; they collect every fault before anything is refused.

use crate::{Fault, FieldError, Outcome, Problem};

/// Collects the faults of one input.
#[derive(Debug, Default)]
pub struct Checks {
    faults: Vec<FieldError>,
}

impl Checks {
    pub fn new() -> Self {
        Checks::default()
    }

    pub fn fail(&mut self, field: &str, fault: Fault) {
        self.faults.push(FieldError { field: field.to_owned(), fault });
    }

    /// Cleaned single-line text: control characters out, spaces folded, at most `max` characters; empty is a fault.
    pub fn required(&mut self, field: &str, text: &str, max: u32) -> String {
        let clean = self.optional(field, text, max);
        if clean.is_empty() && !self.has(field) {
            self.fail(field, Fault::Required);
        }
        clean
    }

    /// Like [`Checks::required`], empty allowed.
    pub fn optional(&mut self, field: &str, text: &str, max: u32) -> String {
        let clean = line(text);
        if clean.chars().count() > max as usize {
            self.fail(field, Fault::TooLong(max));
        }
        clean
    }

    /// Text of several lines; other control characters out.
    pub fn paragraph(&mut self, field: &str, text: &str, max: u32) -> String {
        let clean: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        let clean = clean.trim().to_owned();
        if clean.chars().count() > max as usize {
            self.fail(field, Fault::TooLong(max));
        }
        clean
    }

    /// An e-mail address, lower-cased; empty stays empty.
    pub fn email(&mut self, field: &str, text: &str) -> String {
        let clean = line(text).to_lowercase();
        if !clean.is_empty() && !is_email(&clean) {
            self.fail(field, Fault::NotAnEmail);
        }
        clean
    }

    pub fn has(&self, field: &str) -> bool {
        self.faults.iter().any(|f| f.field == field)
    }

    /// `Ok` when nothing was wrong.
    pub fn finish(self) -> Outcome<()> {
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::Invalid { fields: self.faults }) }
    }
}

/// One line: control characters become spaces, runs of spaces one space, ends trimmed. Direction marks and joiners stay: names
/// in Hebrew, Arabic or with emoji need them.
fn line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A plausible address: one `@`, a local part, a domain with a dot, no spaces, ≤ 254 characters (RFC 5321).
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains("..")
            && !part.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"@".contains(c))
    };
    text.len() <= 254
        && plain(local)
        && plain(domain)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_named_at_once() {
        let mut checks = Checks::new();
        checks.required("name", " \u{7}\n", 10);
        checks.email("email", "nobody@nowhere");
        checks.optional("company", "ООО «Северная верфь»", 5);
        let Err(Problem::Invalid { fields }) = checks.finish() else { panic!("must fail") };
        assert_eq!(
            fields.iter().map(|f| (f.field.as_str(), f.fault)).collect::<Vec<_>>(),
            [("name", Fault::Required), ("email", Fault::NotAnEmail), ("company", Fault::TooLong(5))]
        );
    }

    #[test]
    fn names_of_all_scripts_stay_as_they_are() {
        let mut checks = Checks::new();
        for name in ["👩‍🔧 Аня", "עברית", "O’Neill-Петров"] {
            assert_eq!(checks.required("name", name, 200), name);
        }
        checks.finish().unwrap();
    }

    #[test]
    fn addresses() {
        for good in ["a@b.co", "иван@пример.рф", "x+y.z@sub.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a@b", "@b.co", "a b@c.de", "a@b..c", "a@@b.c", "a@-b.c", ".a@b.c"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
