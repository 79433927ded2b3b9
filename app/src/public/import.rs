//! A file of a process that was refused. It answers a plain form, so it is a whole document and not a page of the application.

use leptos::prelude::*;

use super::{Visit, bar, document};
use crate::drawing::NotImported;
use crate::ui::icon::Icon;

/// What is wrong with the file, and the form for another one, which posts `file` to `/process/import`.
pub fn not_imported(visit: &Visit, told: &NotImported) -> String {
    let lang = visit.lang;
    let why = told.why.clone();
    let places = told.places.iter().map(|place| view! { <li>{place.clone()}</li> }).collect_view();
    let places = (!told.places.is_empty()).then(
        || view! { <ul class="import-places" aria-label=tr!(lang, drawing.refused_title)>{places}</ul> },
    );
    document(visit, tr!(lang, drawing.refused_title), || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <section class="doc-card stack">
                    <h1>{tr!(lang, drawing.refused_title)}</h1>
                    <div class="form-error" role="alert"><Icon name="warn"/><strong>{why}</strong></div>
                    {places}
                    <form class="stack" method="post" action="/process/import" enctype="multipart/form-data">
                        <div class="field">
                            <label for="file">{tr!(lang, drawing.file)}</label>
                            <input id="file" name="file" type="file" accept=".bpmn,.xml,application/xml,text/xml" required=true/>
                        </div>
                        <button class="button primary large" type="submit">{tr!(lang, drawing.import)}</button>
                    </form>
                    <p><a href="/process">{tr!(lang, drawing.back)}</a></p>
                </section>
            </main>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use domain::Lang;
    use domain::zone::Zone;

    use super::*;

    #[test]
    fn what_a_file_says_is_text() {
        let zone = Zone { name: "UTC".into(), offsets: vec![(0, 0)] };
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let told = NotImported { why: "No".into(), places: vec!["line 3: <script>".into()] };
        for lang in Lang::ALL {
            let visit = Visit { lang, css: "main.css", company: "North Bridge", zone: &zone, now };
            let page = not_imported(&visit, &told);
            assert!(page.contains("line 3: &lt;script&gt;") && !page.contains("<script"), "{page}");
            assert!(page.contains("action=\"/process/import\"") && !page.contains(" style="));
        }
    }
}
