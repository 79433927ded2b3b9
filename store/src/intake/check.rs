//! What a visitor may send, and how much of the rest is kept.

use std::collections::BTreeMap;

use domain::attribution::RawAttribution;
use domain::form::{Field, FieldKind, Form, Said};
use domain::input::Checks;
use domain::lead::NewLead;
use domain::settings::Settings;
use domain::{Fault, Label, Lang, Outcome, consent, phone};

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
    /// To questions that a lead has no column for.
    pub(crate) answers: Vec<Said>,
}

/// What of the fields can be read, and what is wrong with them: every bad one is named. What the form does not ask for is not
/// looked at.
pub(super) fn read(form: &Form, fields: &BTreeMap<String, String>, settings: &Settings) -> (Visitor, Checks) {
    let mut checks = Checks::new();
    let mut visitor = Visitor::default();
    for field in &form.fields {
        let typed = fields.get(&field.key).map(String::as_str).unwrap_or_default();
        let empty = match field.kind {
            FieldKind::Choice => visitor.choose(&mut checks, field, typed),
            FieldKind::Checkbox => visitor.tick(field, typed),
            FieldKind::Consent => {
                !settings.consent.is_empty() && !consent::agrees(typed, settings.consent_version)
            }
            FieldKind::Hidden => {
                visitor.say(field, Label::new(field.value.clone(), field.value.clone()));
                false
            }
            kind => {
                let value = checked(&mut checks, kind, typed);
                let empty = value.is_empty();
                visitor.set(&mut checks, kind, value, &settings.phone_region);
                empty
            }
        };
        if empty && field.required && !checks.has(&field.key) {
            checks.fail(&field.key, Fault::Required);
        }
    }
    let ways = [FieldKind::Phone, FieldKind::Email];
    if let Some(first) = form.fields.iter().find(|field| ways.contains(&field.kind)) {
        visitor.check_reachable(&mut checks, &first.key);
    }
    (visitor, checks)
}

fn checked(checks: &mut Checks, kind: FieldKind, typed: &str) -> String {
    match kind {
        FieldKind::Email => checks.email(kind.code(), typed),
        FieldKind::Message => checks.paragraph(kind.code(), typed, kind.max()),
        _ => checks.optional(kind.code(), typed, kind.max()),
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
        visitor.check_reachable(&mut checks, "phone");
        checks.finish()?;
        Ok(visitor)
    }

    /// Nobody can answer a person who left neither phone nor e-mail; it is asked for where the form asks first.
    fn check_reachable(&self, checks: &mut Checks, first: &str) {
        let nothing = self.phone_raw.is_empty() && self.email.is_empty();
        if nothing && !checks.has("email") && !checks.has("phone") {
            checks.fail(first, Fault::Required);
        }
    }

    /// One of the options, in whatever language it was read; whether none was chosen.
    fn choose(&mut self, checks: &mut Checks, field: &Field, typed: &str) -> bool {
        let typed = typed.trim();
        if typed.is_empty() {
            return true;
        }
        match field.options.iter().find(|option| Lang::ALL.iter().any(|lang| option.get(*lang) == typed)) {
            Some(option) => self.say(field, option.clone()),
            None => checks.fail(&field.key, Fault::Unknown),
        }
        false
    }

    /// Whether the box was left empty.
    fn tick(&mut self, field: &Field, typed: &str) -> bool {
        let ticked = matches!(typed.trim(), "on" | "true" | "yes" | "1");
        if ticked {
            self.say(field, Label::new("yes", "да"));
        }
        !ticked
    }

    fn say(&mut self, field: &Field, value: Label) {
        self.answers.push(Said { label: field.label.clone(), value });
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
                    None if value.is_empty() || checks.has(kind.code()) => {}
                    None => checks.fail(kind.code(), Fault::NotAPhone),
                }
                self.phone_raw = value;
            }
            FieldKind::Choice | FieldKind::Checkbox | FieldKind::Consent | FieldKind::Hidden => {}
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
