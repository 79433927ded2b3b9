//! A form as its builder sends it: texts, until they are understood. The inputs have these names, with wasm and without.

use domain::form::FieldKind;
use domain::{Label, Lang};
use serde::{Deserialize, Serialize};

use super::words;

/// What stands for a ticked box.
pub const ON: &str = "on";

/// The whole builder; `id` and `version` are empty for a new form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedForm {
    pub id: String,
    pub version: String,
    pub slug: String,
    pub name: String,
    pub name_ru: String,
    pub title: String,
    pub title_ru: String,
    pub note: String,
    pub note_ru: String,
    pub button: String,
    pub button_ru: String,
    pub thanks: String,
    pub thanks_ru: String,
    pub redirect: String,
    /// One a line.
    pub origins: String,
    pub call_back_minutes: String,
    pub duplicate_minutes: String,
    /// `turn`, `team:ID` or `user:ID`.
    pub owner: String,
    pub exceptions: Vec<TypedException>,
    pub guarded: String,
    pub active: String,
    pub fields: Vec<TypedField>,
    /// What kind of field the button adds.
    pub add: String,
}

/// One field of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedField {
    pub kind: String,
    pub key: String,
    pub label: String,
    pub label_ru: String,
    pub required: String,
    /// One a line, `English | Русский`.
    pub options: String,
    pub value: String,
}

/// Who gets the leads of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedException {
    pub channel: String,
    pub taker: String,
}

impl TypedField {
    /// A new field beside `others`. What it asks for is its label where that is clear.
    pub fn fresh(kind: FieldKind, others: &[TypedField]) -> Self {
        let clear = kind.key().is_some() && kind != FieldKind::Consent;
        let label = |lang| if clear { words::kind(lang, kind) } else { String::new() };
        TypedField {
            kind: kind.code().to_owned(),
            key: kind.key().map_or_else(|| free_key(kind, others), str::to_owned),
            label: label(Lang::En),
            label_ru: label(Lang::Ru),
            ..TypedField::default()
        }
    }

    pub fn kind(&self) -> Option<FieldKind> {
        FieldKind::from_code(&self.kind)
    }

    /// What a choice offers, as far as it is typed.
    pub fn choices(&self) -> Vec<Label> {
        let option = |line: &str| match line.split_once('|') {
            Some((en, ru)) => Label::new(en.trim(), ru.trim()),
            None => Label::new(line.trim(), ""),
        };
        self.options.lines().map(option).filter(|option| !option.is_empty()).collect()
    }
}

/// Kinds that a form with these fields may still get.
pub fn kinds_to_add(fields: &[TypedField]) -> Vec<FieldKind> {
    let once =
        |kind: &FieldKind| kind.key().is_none() || fields.iter().all(|field| field.kind != kind.code());
    FieldKind::ALL.into_iter().filter(once).collect()
}

/// `choice`, `choice_2`, …: the first that no other field has.
fn free_key(kind: FieldKind, others: &[TypedField]) -> String {
    let is_free = |key: &String| others.iter().all(|other| other.key != *key);
    let numbered = (2..).map(|n: u32| format!("{}_{n}", kind.code()));
    std::iter::once(kind.code().to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(kinds: &[FieldKind]) -> Vec<TypedField> {
        kinds.iter().fold(Vec::new(), |mut fields, kind| {
            fields.push(TypedField::fresh(*kind, &fields));
            fields
        })
    }

    #[test]
    fn a_new_field_is_called_what_it_asks_for_and_has_a_key_of_its_own() {
        let boxes = [FieldKind::Email, FieldKind::Checkbox, FieldKind::Checkbox, FieldKind::Checkbox];
        let fields = fields(&boxes);
        let keys: Vec<&str> = fields.iter().map(|field| field.key.as_str()).collect();
        assert_eq!(keys, ["email", "checkbox", "checkbox_2", "checkbox_3"]);
        assert_eq!((fields[0].label.as_str(), fields[1].label.as_str()), ("E-mail", ""));
        assert!(!fields[0].label_ru.is_empty());
    }

    #[test]
    fn what_a_form_has_once_is_offered_once() {
        let kinds = kinds_to_add(&fields(&[FieldKind::Name, FieldKind::Consent, FieldKind::Choice]));
        for gone in [FieldKind::Name, FieldKind::Consent] {
            assert!(!kinds.contains(&gone), "{gone:?}");
        }
        for there in [FieldKind::Phone, FieldKind::Choice, FieldKind::Hidden] {
            assert!(kinds.contains(&there), "{there:?}");
        }
    }

    #[test]
    fn options_are_lines_in_one_language_or_both() {
        let typed = TypedField { options: "\n a|b|c \nOther\n|\n | Да".into(), ..TypedField::default() };
        assert_eq!(typed.choices(), [Label::new("a", "b|c"), Label::new("Other", ""), Label::new("", "Да")]);
    }
}
