//! How the lead form comes onto a site.

use leptos::prelude::*;

use super::api::Company;
use crate::ctx::use_lang;
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;

/// The form `call-back`: what to paste into a site, and its own page.
pub fn forms(company: &Company) -> AnyView {
    let lang = use_lang();
    let Some(form) = &company.form else {
        return view! { <div class="empty"><Icon name="form"/><h2>{tr!(lang, settings.no_forms)}</h2></div> }
            .into_any();
    };
    let origin = &company.origin;
    let snippet = format!(
        "<script src=\"{origin}/widget.js\" async></script>\n<millrace-form form=\"{slug}\"></millrace-form>",
        slug = form.slug
    );
    let hosted = format!("{origin}/f/{}", form.slug);
    let fields: Vec<String> = form.fields.iter().map(|field| field.label.get(lang).to_owned()).collect();
    view! {
        <section class="card settings-form" aria-labelledby="form-title">
            <h2 id="form-title">{form.name.get(lang).to_owned()}</h2>
            <dl class="facts">
                <dt>{tr!(lang, settings.form_fields)}</dt><dd>{fields.join(", ")}</dd>
                <dt>{tr!(lang, settings.form_thanks)}</dt><dd>{form.thanks.get(lang).to_owned()}</dd>
                <dt>{tr!(lang, settings.form_minutes)}</dt><dd>{form.call_back_minutes}</dd>
                <dt>{tr!(lang, settings.form_hosted)}</dt><dd><a href=hosted.clone() rel="external">{hosted.clone()}</a></dd>
            </dl>
            <div class="field">
                <label for="snippet">{tr!(lang, settings.form_snippet)}</label>
                <textarea class="textarea mono" id="snippet" rows="3" readonly=true spellcheck="false">{inside_text(&snippet)}</textarea>
                <p class="hint">{tr!(lang, settings.form_snippet_hint)}</p>
            </div>
            <p><a class="button" href="/demo/landing" rel="external"><Icon name="eye"/>{tr!(lang, settings.form_demo)}</a></p>
        </section>
    }
    .into_any()
}
