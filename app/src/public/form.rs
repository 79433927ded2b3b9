//! A lead form on a page of its own: for visitors without JavaScript, for links, and for frames on other sites.

use domain::form::{Field, FieldKind, Form, HONEYPOT, NewSubmission, STAMP};
use domain::{Lang, Problem, consent};
use leptos::prelude::*;

use super::{Visit, bar, document, failed};
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;

/// What a visitor may agree to.
pub struct Agreement {
    /// Empty: nothing is asked.
    pub text: String,
    pub version: i64,
}

/// The form, with what was typed and what was wrong with it. `stamp` comes back with the submission and tells when the page was
/// opened.
pub fn form(
    visit: &Visit,
    form: &Form,
    agreement: &Agreement,
    typed: &NewSubmission,
    stamp: &str,
    problem: Option<&Problem>,
) -> String {
    let lang = visit.lang;
    let title = form.title(lang).to_owned();
    let note = form.texts.note.get(lang).to_owned();
    let button = match form.texts.button.get(lang) {
        "" => tr!(lang, public.form_send),
        own => own.to_owned(),
    };
    let stamp = stamp.to_owned();
    document(visit, title.clone(), || {
        let asked = form.fields.iter().filter(|field| match field.kind {
            FieldKind::Hidden => false,
            FieldKind::Consent => !agreement.text.is_empty(),
            _ => true,
        });
        let fields = asked.map(|field| Asked::new(lang, field, typed, problem).view(lang, field, agreement));
        let touch = &typed.attribution;
        let hidden = [
            ("attribution.landing_url", touch.landing_url.clone()),
            ("attribution.referrer", touch.referrer.clone()),
            ("attribution.first_landing_url", touch.first_landing_url.clone()),
            ("attribution.first_referrer", touch.first_referrer.clone()),
        ];
        let hidden = hidden.into_iter().filter(|(_, value)| !value.is_empty());
        let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <form class="mr-form" method="post" action=format!("/f/{}", form.slug) aria-labelledby="form-title">
                    <h1 id="form-title">{title}</h1>
                    {(!note.is_empty()).then(|| view! { <p class="mr-sub">{note}</p> })}
                    {hidden.collect_view()}
                    <input type="hidden" name="lang" value=lang.code()/>
                    <input type="hidden" name=STAMP value=stamp/>
                    {fields.collect_view()}
                    {trap(lang)}
                    {failed(lang, problem)}
                    <button type="submit">{button}</button>
                </form>
            </main>
        }
        .into_any()
    })
}

/// After sending: the visitor's request is kept.
pub fn thanks(visit: &Visit, form: &Form, message: &str) -> String {
    let title = form.title(visit.lang).to_owned();
    let message = message.to_owned();
    document(visit, title, || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single"><div class="mr-form mr-thanks" role="status"><h1>{message}</h1></div></main>
        }
        .into_any()
    })
}

/// What only bots fill in: out of sight, of the tab order and of what is read out. Browsers without styles show what it asks.
fn trap(lang: Lang) -> AnyView {
    view! {
        <div class="mr-trap" aria-hidden="true">
            <label for="form-website">{tr!(lang, public.form_trap)}</label>
            <input id="form-website" name=HONEYPOT type="text" tabindex="-1" autocomplete="off"/>
        </div>
    }
    .into_any()
}

/// A field with what was typed into it and what was wrong with that.
struct Asked {
    key: String,
    value: String,
    error: Option<String>,
}

impl Asked {
    fn new(lang: Lang, field: &Field, typed: &NewSubmission, problem: Option<&Problem>) -> Asked {
        let fault = problem.and_then(|problem| problem.fault_of(&field.key));
        Asked {
            key: field.key.clone(),
            value: typed.fields.get(&field.key).cloned().unwrap_or_default(),
            error: fault.map(|fault| crate::text::fault(lang, fault)),
        }
    }

    fn view(&self, lang: Lang, field: &Field, agreement: &Agreement) -> AnyView {
        let label = field.label.get(lang).to_owned();
        let input = match field.kind {
            FieldKind::Consent => {
                let ticked = consent::agrees(&self.value, agreement.version);
                let version = agreement.version.to_string();
                return self.tick(field.required, version, ticked, agreement.text.clone());
            }
            FieldKind::Checkbox => {
                let ticked = matches!(self.value.trim(), "on" | "true" | "yes" | "1");
                return self.tick(field.required, "on".to_owned(), ticked, label);
            }
            FieldKind::Choice => self.choice(lang, field),
            FieldKind::Message => self.paragraph(field),
            _ => self.line(field),
        };
        let optional =
            (!field.required).then(|| view! { " "<span>"("{tr!(lang, common.optional)}")"</span> });
        view! {
            <div class="mr-field">
                <label for=self.id()>{label}{optional}</label>
                {input}
                {self.fault()}
            </div>
        }
        .into_any()
    }

    fn id(&self) -> String {
        format!("form-{}", self.key)
    }

    fn error_id(&self) -> String {
        format!("form-{}-error", self.key)
    }

    fn invalid(&self) -> Option<&'static str> {
        self.error.is_some().then_some("true")
    }

    fn described(&self) -> Option<String> {
        self.error.is_some().then(|| self.error_id())
    }

    fn line(&self, field: &Field) -> AnyView {
        let (kind, autocomplete) = match field.kind {
            FieldKind::Name => ("text", "name"),
            FieldKind::Phone => ("tel", "tel"),
            FieldKind::Email => ("email", "email"),
            FieldKind::Company => ("text", "organization"),
            _ => ("text", "off"),
        };
        view! {
            <input id=self.id() name=self.key.clone() type=kind autocomplete=autocomplete maxlength=field.kind.max().to_string()
                required=field.required value=self.value.clone() aria-invalid=self.invalid() aria-describedby=self.described()/>
        }
        .into_any()
    }

    fn paragraph(&self, field: &Field) -> AnyView {
        view! {
            <textarea id=self.id() name=self.key.clone() rows="3" maxlength=field.kind.max().to_string() required=field.required
                aria-invalid=self.invalid() aria-describedby=self.described()>
                {inside_text(&self.value)}
            </textarea>
        }
        .into_any()
    }

    /// The first line is nothing, so that nobody chooses without looking.
    fn choice(&self, lang: Lang, field: &Field) -> AnyView {
        let options = field.options.iter().map(|option| {
            let chosen = Lang::ALL.iter().any(|lang| option.get(*lang) == self.value.trim());
            let value = option.get(lang).to_owned();
            view! { <option value=value selected=chosen>{option.get(lang).to_owned()}</option> }
        });
        view! {
            <select id=self.id() name=self.key.clone() required=field.required
                aria-invalid=self.invalid() aria-describedby=self.described()>
                <option value=""></option>
                {options.collect_view()}
            </select>
        }
        .into_any()
    }

    /// Ticked only by the visitor.
    fn tick(&self, required: bool, value: String, ticked: bool, label: String) -> AnyView {
        view! {
            <div class="mr-tick">
                <label class="mr-check">
                    <input id=self.id() type="checkbox" name=self.key.clone() value=value checked=ticked required=required
                        aria-invalid=self.invalid() aria-describedby=self.described()/>
                    <span>{label}</span>
                </label>
                {self.fault()}
            </div>
        }
        .into_any()
    }

    fn fault(&self) -> Option<AnyView> {
        let id = self.error_id();
        let error = self.error.clone()?;
        Some(view! { <p class="mr-error" id=id><Icon name="warn"/>{error}</p> }.into_any())
    }
}
