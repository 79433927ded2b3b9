//! What visitors will see, as it is typed. It is a picture: nothing in it can be focused or sent.

use domain::form::FieldKind;
use domain::{Label, Lang};
use leptos::prelude::*;

use super::builder::Draft;
use super::typed::{TypedField, TypedForm};

/// The form in each language, one of them shown; choosing another needs no wasm.
pub fn preview(draft: Draft, consent: Label) -> AnyView {
    let lang = draft.lang;
    let choice = |of: Lang, name: &'static str| {
        view! {
            <label><input type="radio" name="preview" value=of.code() checked=of == lang/>{name}</label>
        }
    };
    let pictures = Lang::ALL.map(|lang| picture(draft, lang, consent.clone()));
    view! {
        <aside class="form-preview" aria-labelledby="preview-title">
            <div class="row wrap">
                <h2 id="preview-title">{tr!(lang, forms.preview)}</h2>
                <div class="segmented push" role="radiogroup" aria-label=tr!(lang, settings.language)>
                    {choice(Lang::En, "English")}{choice(Lang::Ru, "Русский")}
                </div>
            </div>
            {pictures.collect_view()}
        </aside>
    }
    .into_any()
}

fn picture(draft: Draft, lang: Lang, consent: Label) -> AnyView {
    let text = move |en: fn(&TypedForm) -> (&str, &str)| move || draft.form.with(|form| pick(lang, en(form)));
    let title = text(|form| (form.title.as_str(), form.title_ru.as_str()));
    let name = text(|form| (form.name.as_str(), form.name_ru.as_str()));
    let title = move || Some(title()).filter(|title| !title.is_empty()).unwrap_or_else(name);
    let note = text(|form| (form.note.as_str(), form.note_ru.as_str()));
    let note = move || {
        let note = note();
        (!note.is_empty()).then(|| view! { <p class="mr-sub prose">{note}</p> })
    };
    let button = text(|form| (form.button.as_str(), form.button_ru.as_str()));
    let button =
        move || Some(button()).filter(|text| !text.is_empty()).unwrap_or_else(|| tr!(lang, public.form_send));
    let thanks = text(|form| (form.thanks.as_str(), form.thanks_ru.as_str()));
    let after = move || {
        let redirect = draft.form.with(|form| form.redirect.clone());
        if redirect.trim().is_empty() { thanks() } else { redirect }
    };
    let agreed = consent.get(lang).to_owned();
    let fields = move || {
        let rows = draft.fields.read();
        rows.iter().map(|row| field(lang, &row.typed.read(), &agreed)).collect_view()
    };
    view! {
        <div class="preview-of" lang=lang.code() aria-hidden="true">
            <div class="mr-form">
                <h2>{title}</h2>
                {note}
                {fields}
                <button type="button" disabled=true>{button}</button>
            </div>
            <p class="muted">{tr!(draft.lang, forms.afterwards)}</p>
            <div class="mr-form"><p class="any-break prose">{after}</p></div>
        </div>
    }
    .into_any()
}

/// The text in `lang`; where there is none, in the other language.
fn pick(lang: Lang, (en, ru): (&str, &str)) -> String {
    Label::new(en, ru).get(lang).to_owned()
}

fn field(lang: Lang, field: &TypedField, agreed: &str) -> Option<AnyView> {
    let label = pick(lang, (&field.label, &field.label_ru));
    let optional = || {
        let optional = field.required.is_empty();
        optional.then(|| view! { " "<span>"("{tr!(lang, common.optional)}")"</span> })
    };
    let shown = match field.kind()? {
        FieldKind::Hidden => return None,
        FieldKind::Consent if agreed.is_empty() => return None,
        FieldKind::Consent => tick(agreed.to_owned()),
        FieldKind::Checkbox => tick(label),
        FieldKind::Choice => {
            let options = field.choices().into_iter();
            let options = options.map(|option| view! { <option>{option.get(lang).to_owned()}</option> });
            view! {
                <div class="mr-field">
                    <label>{label}{optional()}</label>
                    <select disabled=true><option></option>{options.collect_view()}</select>
                </div>
            }
            .into_any()
        }
        kind => {
            let input = if kind == FieldKind::Message {
                view! { <textarea rows="3" disabled=true></textarea> }.into_any()
            } else {
                view! { <input disabled=true/> }.into_any()
            };
            view! { <div class="mr-field"><label>{label}{optional()}</label>{input}</div> }.into_any()
        }
    };
    Some(shown)
}

fn tick(text: String) -> AnyView {
    view! { <div class="mr-check"><input type="checkbox" disabled=true/><span>{text}</span></div> }.into_any()
}
