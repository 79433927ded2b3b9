//! What the server does with a typed form: makes it of a saved one, moves its parts, and reads it.

use domain::form::{ChannelOwner, Field, FieldKind, Form, OwnerRule, Taker, Texts};
use domain::input::Checks;
use domain::{Fault, Label, Lang, Outcome, Problem};
use store::forms::SaveForm;

use super::typed::{ON, TypedException, TypedField, TypedForm};

impl TypedForm {
    /// A saved form, as the builder shows it.
    pub fn of(form: &Form) -> Self {
        TypedForm {
            id: form.id.to_string(),
            version: form.version.to_string(),
            slug: form.slug.clone(),
            name: form.name.en.clone(),
            name_ru: form.name.ru.clone(),
            title: form.texts.title.en.clone(),
            title_ru: form.texts.title.ru.clone(),
            note: form.texts.note.en.clone(),
            note_ru: form.texts.note.ru.clone(),
            button: form.texts.button.en.clone(),
            button_ru: form.texts.button.ru.clone(),
            thanks: form.texts.thanks.en.clone(),
            thanks_ru: form.texts.thanks.ru.clone(),
            redirect: form.redirect.clone(),
            origins: form.origins.join("\n"),
            call_back_minutes: form.call_back_minutes.to_string(),
            duplicate_minutes: form.duplicate_minutes.to_string(),
            owner: taker(form.owner.otherwise),
            exceptions: form
                .owner
                .by_channel
                .iter()
                .map(|exception| TypedException {
                    channel: exception.channel.clone(),
                    taker: taker(exception.taker),
                })
                .collect(),
            guarded: ticked(form.guarded),
            active: ticked(form.active),
            fields: form.fields.iter().map(TypedField::of).collect(),
            add: String::new(),
        }
    }

    /// A form to begin with: name, phone, and whether their data may be kept.
    pub fn fresh() -> Self {
        let begin = TypedForm {
            thanks: tr!(Lang::En, forms.standard_thanks),
            thanks_ru: tr!(Lang::Ru, forms.standard_thanks),
            call_back_minutes: "60".to_owned(),
            duplicate_minutes: "10".to_owned(),
            owner: taker(Taker::Turn),
            guarded: ticked(true),
            active: ticked(true),
            ..TypedForm::default()
        };
        [FieldKind::Name, FieldKind::Phone, FieldKind::Consent].into_iter().fold(begin, |mut form, kind| {
            let field = TypedField::fresh(kind, &form.fields);
            form.fields.push(TypedField { required: ticked(kind != FieldKind::Consent), ..field });
            form
        })
    }

    /// What the builder's buttons do to what is typed. With wasm the page does it itself.
    #[must_use]
    pub fn step(mut self, step: &str) -> Self {
        let (verb, at) = step.split_once(':').unwrap_or((step, ""));
        let at = at.parse::<usize>().unwrap_or(usize::MAX);
        let last = self.fields.len().saturating_sub(1);
        match verb {
            "add" => {
                if let Some(kind) = FieldKind::from_code(&self.add) {
                    let field = TypedField::fresh(kind, &self.fields);
                    self.fields.push(field);
                }
            }
            "remove" if at <= last && !self.fields.is_empty() => drop(self.fields.remove(at)),
            "up" if at > 0 && at <= last => self.fields.swap(at - 1, at),
            "down" if at < last => self.fields.swap(at, at + 1),
            "except" => self.exceptions.push(TypedException::default()),
            "drop" if at < self.exceptions.len() => drop(self.exceptions.remove(at)),
            _ => {}
        }
        self
    }

    /// The form that is meant; what is wrong with it only the store knows, except for what cannot be read at all.
    pub fn read(&self) -> Outcome<SaveForm> {
        let mut checks = Checks::new();
        let id = match self.id.as_str() {
            "" => None,
            id => Some((
                id.parse()?,
                self.version.parse().map_err(|_| Problem::field("version", Fault::NotANumber))?,
            )),
        };
        let mut number = |field: &str, typed: &str| {
            typed.trim().parse().unwrap_or_else(|_| {
                checks.fail(field, Fault::NotANumber);
                0
            })
        };
        let call_back_minutes = number("call_back_minutes", &self.call_back_minutes);
        let duplicate_minutes = number("duplicate_minutes", &self.duplicate_minutes);
        let mut named = |field: &str, typed: &str| {
            who(typed).unwrap_or_else(|| {
                checks.fail(field, Fault::Unknown);
                Taker::Turn
            })
        };
        let otherwise = named("owner", &self.owner);
        let by_channel = self.exceptions.iter().enumerate().map(|(index, exception)| ChannelOwner {
            channel: exception.channel.clone(),
            taker: named(&format!("exceptions.{index}.taker"), &exception.taker),
        });
        let owner = OwnerRule { by_channel: by_channel.collect(), otherwise };
        let fields = self.fields.iter().enumerate().filter_map(|(index, typed)| {
            let field = typed.read();
            if field.is_none() {
                checks.fail(&format!("fields.{index}.key"), Fault::Unknown);
            }
            field
        });
        let fields = fields.collect();
        checks.finish()?;
        Ok(SaveForm {
            id,
            slug: self.slug.clone(),
            name: label(&self.name, &self.name_ru),
            fields,
            texts: Texts {
                title: label(&self.title, &self.title_ru),
                note: label(&self.note, &self.note_ru),
                button: label(&self.button, &self.button_ru),
                thanks: label(&self.thanks, &self.thanks_ru),
            },
            redirect: self.redirect.clone(),
            origins: self.origins.lines().map(str::to_owned).collect(),
            call_back_minutes,
            owner,
            duplicate_minutes,
            guarded: !self.guarded.is_empty(),
            active: !self.active.is_empty(),
        })
    }
}

impl TypedField {
    fn of(field: &Field) -> Self {
        TypedField {
            kind: field.kind.code().to_owned(),
            key: field.key.clone(),
            label: field.label.en.clone(),
            label_ru: field.label.ru.clone(),
            required: ticked(field.required),
            options: field.options.iter().map(told).collect::<Vec<_>>().join("\n"),
            value: field.value.clone(),
        }
    }

    fn read(&self) -> Option<Field> {
        Some(Field {
            kind: self.kind()?,
            key: self.key.clone(),
            label: label(&self.label, &self.label_ru),
            required: !self.required.is_empty(),
            options: self.choices(),
            value: self.value.clone(),
        })
    }
}

fn label(en: &str, ru: &str) -> Label {
    Label::new(en, ru)
}

/// An option on its line.
fn told(option: &Label) -> String {
    if option.ru.is_empty() { option.en.clone() } else { format!("{} | {}", option.en, option.ru) }
}

fn ticked(yes: bool) -> String {
    if yes { ON.to_owned() } else { String::new() }
}

/// Who takes leads, as a select's value: `turn`, `team:ID`, `user:ID`.
fn taker(taker: Taker) -> String {
    match taker {
        Taker::Turn => "turn".to_owned(),
        Taker::Team(id) => format!("team:{id}"),
        Taker::User(id) => format!("user:{id}"),
    }
}

/// Who a select's value means.
fn who(typed: &str) -> Option<Taker> {
    match typed.split_once(':') {
        None if typed == "turn" => Some(Taker::Turn),
        Some(("team", id)) => id.parse().ok().map(Taker::Team),
        Some(("user", id)) => id.parse().ok().map(Taker::User),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::id::{FormId, TeamId, UserId};

    use super::*;

    #[test]
    fn what_a_form_shows_is_read_back() {
        let field = |kind: FieldKind, key: &str| Field {
            kind,
            key: key.into(),
            label: Label::new("<b>&", "Да"),
            required: kind == FieldKind::Name,
            options: Vec::new(),
            value: String::new(),
        };
        let form = Form {
            id: FormId(uuid::Uuid::from_u128(1)),
            slug: "audit".into(),
            name: Label::new("Audit", "Аудит"),
            fields: vec![
                field(FieldKind::Name, "name"),
                Field {
                    options: vec![Label::new("One", "Один"), Label::new("Two", "")],
                    ..field(FieldKind::Choice, "which")
                },
                Field { value: "A".into(), ..field(FieldKind::Hidden, "page") },
            ],
            texts: Texts { thanks: Label::new("Thanks", "Спасибо"), ..Texts::default() },
            redirect: "https://example.com/".into(),
            origins: vec!["https://example.com".into(), "https://example.org".into()],
            call_back_minutes: 30,
            owner: OwnerRule {
                by_channel: vec![ChannelOwner {
                    channel: "Google Ads".into(),
                    taker: Taker::Team(TeamId(uuid::Uuid::from_u128(2))),
                }],
                otherwise: Taker::User(UserId(uuid::Uuid::from_u128(3))),
            },
            duplicate_minutes: 5,
            guarded: true,
            active: false,
            version: 7,
        };
        assert_eq!(TypedForm::of(&form).read(), Ok(SaveForm::from(form)));
    }

    fn keys(form: &TypedForm) -> Vec<&str> {
        form.fields.iter().map(|field| field.key.as_str()).collect()
    }

    #[test]
    fn buttons_of_the_plain_form_work_on_its_fields() {
        let add =
            |form: TypedForm, kind: FieldKind| TypedForm { add: kind.code().to_owned(), ..form }.step("add");
        let form = TypedForm::fresh();
        assert_eq!(keys(&form), ["name", "phone", "consent"]);
        let form = add(add(form, FieldKind::Choice), FieldKind::Choice);
        assert_eq!(keys(&form), ["name", "phone", "consent", "choice", "choice_2"]);
        let form = form.step("up:4").step("up:0").step("down:4").step("down:9").step("up:x");
        assert_eq!(keys(&form), ["name", "phone", "consent", "choice_2", "choice"]);
        let form = form.step("down:1").step("remove:3").step("remove:9").step("save");
        assert_eq!(keys(&form), ["name", "consent", "phone", "choice"]);
        let form = form.step("except").step("except").step("drop:0").step("drop:7");
        assert_eq!(form.exceptions.len(), 1);
        assert_eq!(TypedForm::default().step("remove:0").step("up:0").step("down:0").fields, []);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let typed = TypedForm {
            call_back_minutes: "soon".into(),
            owner: "user:nobody".into(),
            fields: vec![TypedField { kind: "cow".into(), ..TypedField::default() }],
            ..TypedForm::fresh()
        };
        let Err(problem) = typed.read() else { panic!("must fail") };
        for (field, fault) in [
            ("call_back_minutes", Fault::NotANumber),
            ("owner", Fault::Unknown),
            ("fields.0.key", Fault::Unknown),
        ] {
            assert_eq!(problem.fault_of(field), Some(fault), "{field}");
        }
    }
}
