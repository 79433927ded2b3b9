//! A file of a process that was not taken over, or not yet. It answers a plain form, so it is a whole document and not a page of the
//! application.

use domain::id::StageId;
use leptos::prelude::*;

use super::{Visit, bar, document};
use crate::drawing::NotImported;
use crate::ui::icon::Icon;

/// Before the id of a stage: the field that says where its deals go, by a stage's place in the file.
pub const MOVES: &str = "moves.";

/// A stage that a file leaves out though it has deals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub stage: StageId,
    pub name: String,
    pub deals: u64,
    /// The place that was chosen already.
    pub to: Option<usize>,
}

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

/// Asks where the deals of stages go that the file leaves out, and keeps the file's text meanwhile. `targets` are the places and names
/// of the stages of the file that deals can be in.
pub fn where_to(visit: &Visit, text: &str, left: &[LeftOut], targets: &[(usize, String)]) -> String {
    let lang = visit.lang;
    let choices = left.iter().map(|left| {
        let id = format!("{MOVES}{}", left.stage);
        let options = targets.iter().map(|(place, name)| {
            let selected = left.to == Some(*place);
            view! { <option value=place.to_string() selected=selected>{name.clone()}</option> }
        });
        let options = options.collect_view();
        view! {
            <div class="field">
                <label for=id.clone()>{tr!(lang, process.target, name = left.name.as_str())}</label>
                <select class="select" id=id.clone() name=id required=true>
                    <option value="">{tr!(lang, process.choose_target)}</option>
                    {options}
                </select>
                <p class="hint">{tr!(lang, process.deals_n, n = left.deals)}</p>
            </div>
        }
    });
    let choices = choices.collect_view();
    let text = text.to_owned();
    document(visit, tr!(lang, drawing.moves_title), || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single">
                <section class="doc-card stack">
                    <h1>{tr!(lang, drawing.moves_title)}</h1>
                    <p>{tr!(lang, drawing.moves_text)}</p>
                    <form class="stack" method="post" action="/process/import" enctype="multipart/form-data">
                        <input type="hidden" name="file" value=text/>
                        {choices}
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

    /// The page in both languages.
    fn drawn(page: impl Fn(&Visit) -> String) -> [String; 2] {
        let zone = Zone { name: "UTC".into(), offsets: vec![(0, 0)] };
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        Lang::ALL.map(|lang| {
            let visit = Visit { lang, css: "main.css", company: "North Bridge", zone: &zone, now };
            let page = page(&visit);
            assert!(page.contains("action=\"/process/import\"") && !page.contains(" style="), "{page}");
            assert!(!page.contains("<script"), "{page}");
            page
        })
    }

    #[test]
    fn what_a_file_says_is_text() {
        let told = NotImported { why: "No".into(), places: vec!["line 3: <script>".into()] };
        for page in drawn(|visit| not_imported(visit, &told)) {
            assert!(page.contains("line 3: &lt;script&gt;"), "{page}");
        }
    }

    #[test]
    fn the_text_of_the_file_is_kept_while_it_is_asked_where_deals_go() {
        let stage = StageId(uuid::Uuid::from_u128(7));
        let left = [LeftOut { stage, name: "Visit <script>".into(), deals: 3, to: Some(4) }];
        let targets = [(0, "Clarify".to_owned()), (4, "Offer".to_owned())];
        let text = "<bpmn:a name=\"x &amp; y\">\n<script/></bpmn:a>";
        for page in drawn(|visit| where_to(visit, text, &left, &targets)) {
            assert!(page.contains("Visit &lt;script&gt;"), "{page}");
            assert!(page.contains(&format!("name=\"moves.{stage}\"")), "{page}");
            assert!(page.contains("value=\"4\" selected"), "{page}");
            assert!(!page.contains("value=\"0\" selected"), "{page}");
            let kept = "&lt;bpmn:a name=&quot;x &amp;amp; y&quot;&gt;\n&lt;script/&gt;&lt;/bpmn:a&gt;";
            assert!(page.contains(&format!("value=\"{kept}\"")), "{page}");
        }
    }
}
