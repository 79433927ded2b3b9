//! What a visitor may send, and how much of the rest is kept.

use std::collections::BTreeMap;

use domain::attribution::RawAttribution;
use domain::form::{FieldKind, Form};
use domain::input::Checks;
use domain::lead::NewLead;
use domain::{Fault, Outcome, phone};

/// Bounds of the log of submissions, in fields and characters; what the form asks for fits in any case.
const LOGGED_FIELDS: usize = 50;
const LOGGED_NAME: usize = 100;
const LOGGED_VALUE: usize = 4000;
const LOGGED_URL: usize = 2048;

/// What a person said about themselves, checked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visitor {
    pub(crate) name: String,
    /// E.164.
    pub(crate) phone: String,
    /// As typed.
    pub(crate) phone_raw: String,
    pub(crate) email: String,
    pub(crate) company: String,
    pub(crate) message: String,
}

/// Every field of the form checked and every bad one named; what the form does not ask for is not looked at.
pub(super) fn visitor(form: &Form, fields: &BTreeMap<String, String>, region: &str) -> Outcome<Visitor> {
    let mut checks = Checks::new();
    let mut visitor = Visitor::default();
    for field in &form.fields {
        let key = field.kind.key();
        let typed = fields.get(key).map(String::as_str).unwrap_or_default();
        let value = checked(&mut checks, field.kind, typed);
        if value.is_empty() && field.required && !checks.has(key) {
            checks.fail(key, Fault::Required);
        }
        visitor.set(&mut checks, field.kind, value, region);
    }
    checks.finish()?;
    Ok(visitor)
}

fn checked(checks: &mut Checks, kind: FieldKind, typed: &str) -> String {
    match kind {
        FieldKind::Email => checks.email(kind.key(), typed),
        FieldKind::Message => checks.paragraph(kind.key(), typed, kind.max()),
        FieldKind::Name | FieldKind::Phone | FieldKind::Company => {
            checks.optional(kind.key(), typed, kind.max())
        }
    }
}

impl Visitor {
    /// A lead that somebody typed in: a name and a way to reach the person are needed.
    pub(crate) fn of_lead(lead: &NewLead, region: &str) -> Outcome<Visitor> {
        let mut checks = Checks::new();
        let mut visitor = Visitor::default();
        for (kind, typed) in [
            (FieldKind::Name, &lead.name),
            (FieldKind::Phone, &lead.phone),
            (FieldKind::Email, &lead.email),
            (FieldKind::Company, &lead.company),
            (FieldKind::Message, &lead.message),
        ] {
            let value = checked(&mut checks, kind, typed);
            visitor.set(&mut checks, kind, value, region);
        }
        if visitor.name.is_empty() && !checks.has("name") {
            checks.fail("name", Fault::Required);
        }
        if visitor.phone_raw.is_empty()
            && visitor.email.is_empty()
            && !checks.has("email")
            && !checks.has("phone")
        {
            checks.fail("phone", Fault::Required);
        }
        checks.finish()?;
        Ok(visitor)
    }

    fn set(&mut self, checks: &mut Checks, kind: FieldKind, value: String, region: &str) {
        match kind {
            FieldKind::Name => self.name = value,
            FieldKind::Email => self.email = value,
            FieldKind::Company => self.company = value,
            FieldKind::Message => self.message = value,
            FieldKind::Phone => {
                match phone::normalise(&value, region) {
                    Some(normal) => self.phone = normal,
                    None if value.is_empty() || checks.has(kind.key()) => {}
                    None => checks.fail(kind.key(), Fault::NotAPhone),
                }
                self.phone_raw = value;
            }
        }
    }
}

/// The fields as they are logged, those that the form does not have included, within bounds.
pub(super) fn kept_fields(fields: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    fields
        .iter()
        .take(LOGGED_FIELDS)
        .map(|(name, value)| (cut(name, LOGGED_NAME), cut(value, LOGGED_VALUE)))
        .collect()
}

pub(super) fn kept_attribution(raw: &RawAttribution) -> RawAttribution {
    RawAttribution {
        landing_url: cut(&raw.landing_url, LOGGED_URL),
        referrer: cut(&raw.referrer, LOGGED_URL),
        first_landing_url: cut(&raw.first_landing_url, LOGGED_URL),
        first_referrer: cut(&raw.first_referrer, LOGGED_URL),
    }
}

fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}
