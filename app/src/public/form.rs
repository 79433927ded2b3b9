//! A lead form on a page of its own, for visitors without JavaScript and for links.

use domain::form::{Field, FieldKind, Form, NewSubmission};
use domain::{Lang, Problem};
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

/// The form, with what was typed and what was wrong with it.
pub fn form(
    visit: &Visit,
    form: &Form,
    agreement: &Agreement,
    typed: &NewSubmission,
    problem: Option<&Problem>,
) -> String {
    let lang = visit.lang;
    let name = form.name.get(lang).to_owned();
    document(visit, name.clone(), || {
        let fields = form.fields.iter().map(|asked| {
            let value = typed.fields.get(asked.kind.key()).cloned().unwrap_or_default();
            let fault = problem.and_then(|problem| problem.fault_of(asked.kind.key()));
            field(lang, asked, value, fault.map(|fault| crate::text::fault(lang, fault)))
        });
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
                    <h1 id="form-title">{name}</h1>
                    {hidden.collect_view()}
                    <input type="hidden" name="lang" value=lang.code()/>
                    {fields.collect_view()}
                    {consent(agreement, typed)}
                    {failed(lang, problem)}
                    <button type="submit">{tr!(lang, public.form_send)}</button>
                </form>
            </main>
        }
        .into_any()
    })
}

/// After sending: the visitor's request is kept.
pub fn thanks(visit: &Visit, form: &Form, message: &str) -> String {
    let name = form.name.get(visit.lang).to_owned();
    let message = message.to_owned();
    document(visit, name, || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single"><div class="mr-form mr-thanks" role="status"><h1>{message}</h1></div></main>
        }
        .into_any()
    })
}

/// Ticked only by the visitor; its value says which text they saw.
fn consent(agreement: &Agreement, typed: &NewSubmission) -> Option<impl IntoView + use<>> {
    let Agreement { text, version } = agreement;
    let ticked =
        typed.fields.get(domain::consent::FIELD).is_some_and(|said| domain::consent::agrees(said, *version));
    (!text.is_empty()).then(|| {
        view! {
            <label class="mr-check">
                <input type="checkbox" name=domain::consent::FIELD value=version.to_string() checked=ticked/>
                <span>{text.clone()}</span>
            </label>
        }
    })
}

fn field(lang: Lang, field: &Field, value: String, error: Option<String>) -> AnyView {
    let key = field.kind.key();
    let (id, error_id) = (format!("form-{key}"), format!("form-{key}-error"));
    let optional = (!field.required).then(|| view! { " "<span>"("{tr!(lang, common.optional)}")"</span> });
    let invalid = error.is_some().then_some("true");
    let described = error.is_some().then(|| error_id.clone());
    let max = field.kind.max().to_string();
    let (kind, autocomplete) = match field.kind {
        FieldKind::Name => ("text", "name"),
        FieldKind::Phone => ("tel", "tel"),
        FieldKind::Email => ("email", "email"),
        FieldKind::Company => ("text", "organization"),
        FieldKind::Message => ("text", "off"),
    };
    let input = if field.kind == FieldKind::Message {
        view! {
            <textarea id=id.clone() name=key rows="3" maxlength=max required=field.required aria-invalid=invalid aria-describedby=described>
                {inside_text(&value)}
            </textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=id.clone() name=key type=kind autocomplete=autocomplete maxlength=max required=field.required value=value
                aria-invalid=invalid aria-describedby=described/>
        }
        .into_any()
    };
    view! {
        <div class="mr-field">
            <label for=id>{field.label.get(lang).to_owned()}{optional}</label>
            {input}
            {error.map(|error| view! { <p class="mr-error" id=error_id><Icon name="warn"/>{error}</p> })}
        </div>
    }
    .into_any()
}
