//! How a saved form comes onto a site.

use leptos::prelude::*;

use crate::ctx::use_lang;
use crate::ui::copy::copy;
use crate::ui::field::inside_text;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toast;

/// What to paste into a site, and the form's own page.
pub fn snippet(origin: &str, slug: &str) -> AnyView {
    let lang = use_lang();
    let toast = use_toast();
    let code = format!(
        "<script src=\"{origin}/widget.js\" async></script>\n<millrace-form form=\"{slug}\"></millrace-form>"
    );
    let hosted = format!("{origin}/f/{slug}");
    let shown = inside_text(&code);
    let copy = move |_| {
        copy("snippet", &code);
        toast.say(tr!(lang, forms.copied));
    };
    view! {
        <section class="card settings-form form-embed" aria-labelledby="embed-title">
            <h2 id="embed-title">{tr!(lang, forms.embed)}</h2>
            <div class="field">
                <label for="snippet">{tr!(lang, forms.snippet)}</label>
                <textarea class="textarea mono" id="snippet" rows="3" readonly=true spellcheck="false">{shown}</textarea>
                <p class="hint">{tr!(lang, forms.snippet_hint)}</p>
            </div>
            <div class="row wrap">
                <button class="button" type="button" on:click=copy><Icon name="link"/>{tr!(lang, forms.copy)}</button>
                <a class="button" href=hosted target="_blank" rel="external"><Icon name="eye"/>{tr!(lang, forms.hosted)}</a>
            </div>
        </section>
    }
    .into_any()
}
