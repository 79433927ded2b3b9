//! What a form may be: every fault is named at its field, `fields.2.label` for example.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use domain::form::{ChannelOwner, Field, FieldKind, OwnerRule, RESERVED, Taker, Texts};
use domain::input::Checks;
use domain::{Fault, Label, Outcome, site};

use super::SaveForm;
use crate::reference::Reference;

const FIELDS: usize = 30;
const OPTIONS: usize = 50;
const ORIGINS: usize = 50;
const EXCEPTIONS: usize = 50;
const SLUG: RangeInclusive<usize> = 2..=60;
const KEY: usize = 40;
const NAME: u32 = 200;
const TEXT: u32 = 2000;
const LABEL: u32 = 200;
const CALL_BACK_MINUTES: RangeInclusive<i32> = 1..=7 * 24 * 60;
const DUPLICATE_MINUTES: RangeInclusive<i32> = 0..=24 * 60;

/// The form with its texts cleaned, or everything that is wrong with it.
pub(super) fn checked(reference: &Reference, form: SaveForm) -> Outcome<SaveForm> {
    let mut checks = Checks::new();
    let name = label(&mut checks, "name", &form.name, NAME);
    if name.is_empty() && !checks.has("name") {
        checks.fail("name", Fault::Required);
    }
    let clean = SaveForm {
        slug: slug(&mut checks, &form.slug),
        name,
        fields: fields(&mut checks, &form.fields),
        texts: texts(&mut checks, &form.texts, form.redirect.trim().is_empty()),
        redirect: redirect(&mut checks, &form.redirect),
        origins: origins(&mut checks, &form.origins),
        owner: owner(&mut checks, reference, &form.owner),
        ..form
    };
    if !CALL_BACK_MINUTES.contains(&clean.call_back_minutes) {
        checks.fail("call_back_minutes", Fault::OutOfRange);
    }
    if !DUPLICATE_MINUTES.contains(&clean.duplicate_minutes) {
        checks.fail("duplicate_minutes", Fault::OutOfRange);
    }
    checks.finish()?;
    Ok(clean)
}

/// A text in every language, of which one is enough.
fn label(checks: &mut Checks, field: &str, typed: &Label, max: u32) -> Label {
    Label::new(checks.optional(field, &typed.en, max), checks.optional(field, &typed.ru, max))
}

fn slug(checks: &mut Checks, typed: &str) -> String {
    let slug = typed.trim().to_ascii_lowercase();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if slug.is_empty() {
        checks.fail("slug", Fault::Required);
    } else if !SLUG.contains(&slug.len()) || !slug.chars().all(plain) {
        checks.fail("slug", Fault::WrongType);
    }
    slug
}

fn texts(checks: &mut Checks, typed: &Texts, shows_thanks: bool) -> Texts {
    let paragraph = |checks: &mut Checks, field: &str, typed: &Label| {
        Label::new(checks.paragraph(field, &typed.en, TEXT), checks.paragraph(field, &typed.ru, TEXT))
    };
    let texts = Texts {
        title: label(checks, "title", &typed.title, NAME),
        note: paragraph(checks, "note", &typed.note),
        button: label(checks, "button", &typed.button, 80),
        thanks: paragraph(checks, "thanks", &typed.thanks),
    };
    if shows_thanks && texts.thanks.is_empty() && !checks.has("thanks") {
        checks.fail("thanks", Fault::Required);
    }
    texts
}

fn redirect(checks: &mut Checks, typed: &str) -> String {
    match typed.trim() {
        "" => String::new(),
        typed => site::destination(typed).unwrap_or_else(|| {
            checks.fail("redirect", Fault::WrongType);
            String::new()
        }),
    }
}

fn origins(checks: &mut Checks, typed: &[String]) -> Vec<String> {
    let mut origins = Vec::new();
    for line in typed.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        match site::origin(line) {
            Some(origin) if origins.contains(&origin) => {}
            Some(origin) => origins.push(origin),
            None if checks.has("origins") => {}
            None => checks.fail("origins", Fault::WrongType),
        }
    }
    if origins.len() > ORIGINS {
        checks.fail("origins", Fault::TooLong(ORIGINS as u32));
    }
    origins
}

fn fields(checks: &mut Checks, typed: &[Field]) -> Vec<Field> {
    if typed.len() > FIELDS {
        checks.fail("fields", Fault::TooLong(FIELDS as u32));
        return Vec::new();
    }
    let has = |kind: FieldKind| typed.iter().any(|field| field.kind == kind);
    if !has(FieldKind::Name) || !has(FieldKind::Phone) {
        checks.fail("fields", Fault::Required);
    }
    let mut keys = HashSet::new();
    let mut clean = Vec::with_capacity(typed.len());
    for (index, typed) in typed.iter().enumerate() {
        let field = field(checks, index, typed);
        let place = at(index, "key");
        if !keys.insert(field.key.clone()) && !checks.has(&place) {
            checks.fail(&place, Fault::Taken);
        }
        // Whoever asks has to be reached.
        if field.kind == FieldKind::Phone && !field.required && !has(FieldKind::Email) {
            checks.fail(&at(index, "required"), Fault::Required);
        }
        clean.push(field);
    }
    clean
}

fn at(index: usize, part: &str) -> String {
    format!("fields.{index}.{part}")
}

fn field(checks: &mut Checks, index: usize, typed: &Field) -> Field {
    let kind = typed.kind;
    Field {
        kind,
        key: key(checks, index, typed),
        label: words(checks, index, typed),
        required: kind == FieldKind::Name || (typed.required && kind != FieldKind::Hidden),
        options: if kind == FieldKind::Choice { options(checks, index, &typed.options) } else { Vec::new() },
        value: if kind == FieldKind::Hidden {
            checks.required(&at(index, "value"), &typed.value, kind.max())
        } else {
            String::new()
        },
    }
}

/// What the field is called. A consent is its text, which is the company's.
fn words(checks: &mut Checks, index: usize, typed: &Field) -> Label {
    if typed.kind == FieldKind::Consent {
        return Label::default();
    }
    let place = at(index, "label");
    let words = label(checks, &place, &typed.label, LABEL);
    if words.is_empty() && !checks.has(&place) {
        checks.fail(&place, Fault::Required);
    }
    words
}

fn key(checks: &mut Checks, index: usize, typed: &Field) -> String {
    if let Some(fixed) = typed.kind.key() {
        return fixed.to_owned();
    }
    let key = typed.key.trim().to_owned();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let fixed = FieldKind::ALL.into_iter().filter_map(FieldKind::key).any(|fixed| fixed == key);
    if key.is_empty() {
        checks.fail(&at(index, "key"), Fault::Required);
    } else if fixed || RESERVED.contains(&key.as_str()) {
        checks.fail(&at(index, "key"), Fault::Taken);
    } else if key.len() > KEY || !key.starts_with(|c: char| c.is_ascii_lowercase()) || !key.chars().all(plain)
    {
        checks.fail(&at(index, "key"), Fault::WrongType);
    }
    key
}

/// What a choice offers: two different options at least.
fn options(checks: &mut Checks, index: usize, typed: &[Label]) -> Vec<Label> {
    let place = at(index, "options");
    let mut options: Vec<Label> = Vec::new();
    for option in typed {
        let option = label(checks, &place, option, FieldKind::Choice.max());
        if !option.is_empty() && !options.contains(&option) {
            options.push(option);
        }
    }
    if options.len() < 2 {
        checks.fail(&place, Fault::Required);
    } else if options.len() > OPTIONS {
        checks.fail(&place, Fault::OutOfRange);
    }
    options
}

/// Leads go to people and teams who are there.
fn owner(checks: &mut Checks, reference: &Reference, rule: &OwnerRule) -> OwnerRule {
    let known = |taker: Taker| match taker {
        Taker::Turn => true,
        Taker::Team(id) => reference.teams.iter().any(|team| team.id == id && team.active),
        Taker::User(id) => reference.user(id).is_some_and(|user| user.active),
    };
    if !known(rule.otherwise) {
        checks.fail("owner", Fault::Unknown);
    }
    if rule.by_channel.len() > EXCEPTIONS {
        checks.fail("exceptions", Fault::TooLong(EXCEPTIONS as u32));
    }
    let mut by_channel: Vec<ChannelOwner> = Vec::new();
    for (index, ChannelOwner { channel, taker }) in rule.by_channel.iter().take(EXCEPTIONS).enumerate() {
        let place = format!("exceptions.{index}.channel");
        let channel = checks.required(&place, channel, LABEL);
        if !channel.is_empty() && by_channel.iter().any(|before| before.channel == channel) {
            checks.fail(&place, Fault::Taken);
        }
        if !known(*taker) {
            checks.fail(&format!("exceptions.{index}.taker"), Fault::Unknown);
        }
        by_channel.push(ChannelOwner { channel, taker: *taker });
    }
    OwnerRule { by_channel, otherwise: rule.otherwise }
}
