//! What a visitor reads when there is nothing else to show.

use domain::Problem;
use leptos::prelude::*;

use super::{Visit, bar, document};

/// A page that says what happened and what to do.
pub fn problem(visit: &Visit, problem: &Problem) -> String {
    let lang = visit.lang;
    let (title, text) = match problem {
        Problem::NotFound => (tr!(lang, public.not_found_title), tr!(lang, public.not_found_text)),
        Problem::Expired => (tr!(lang, public.link_expired_title), tr!(lang, public.link_expired_text)),
        other => (tr!(lang, public.problem_title), crate::text::problem(lang, other)),
    };
    document(visit, title.clone(), || {
        view! {
            {bar(visit.company, ())}
            <main class="doc-single"><section class="doc-card" role="alert"><h1>{title}</h1><p>{text}</p></section></main>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::feedback::PublicSurvey;
    use domain::form::{Field, FieldKind, Form, NewSubmission, OwnerRule, Texts};
    use domain::id::{FormId, LineId, RevisionId};
    use domain::offer::{OfferLine, OfferStatus, PublicOffer, Revision};
    use domain::zone::Zone;
    use domain::{Currency, Fault, Label, Lang, Problem};

    use crate::public::{self, Answering, Rating, Visit};

    fn zone() -> Zone {
        Zone { name: "Europe/Moscow".into(), offsets: vec![(0, 10_800)] }
    }

    fn visit(zone: &Zone, lang: Lang) -> Visit<'_> {
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        Visit { lang, css: "main.1234.css", company: "North Bridge", zone, now }
    }

    fn sample(status: OfferStatus) -> PublicOffer {
        let line = OfferLine {
            id: LineId(uuid::Uuid::nil()),
            service: None,
            name: "<b>Mailboxes</b> & files".into(),
            description: String::new(),
            unit: "seat".into(),
            quantity_milli: 120_000,
            price_minor: 420_000,
            discount_bp: 1000,
            vat_bp: 2200,
        };
        PublicOffer {
            number: "2026-0118".into(),
            revision: Revision {
                id: RevisionId(uuid::Uuid::nil()),
                number: 3,
                status,
                title: "Mail migration".into(),
                intro: "As agreed.".into(),
                terms: "30 % first.".into(),
                currency: Currency::Eur,
                valid_until: "2026-12-11".parse().unwrap(),
                lines: vec![line],
                sent_at: Some("2026-11-23T22:30:00Z".parse().unwrap()),
                viewed_at: None,
                answered_at: Some("2026-11-24T09:00:00Z".parse().unwrap()),
                answered_by: "Igor Melnik".into(),
                answer_note: String::new(),
            },
            seller: "North Bridge".into(),
            seller_details: String::new(),
            client: "Baltstroy".into(),
            recipient: "Igor Melnik".into(),
            parties: domain::legal::Parties::default(),
            manager: None,
            lang: Lang::En,
        }
    }

    fn field(kind: FieldKind, key: &str, required: bool) -> Field {
        let label = Label::new(key, "");
        Field { kind, key: key.to_owned(), label, required, options: Vec::new(), value: String::new() }
    }

    fn form(fields: Vec<Field>) -> Form {
        Form {
            id: FormId(uuid::Uuid::nil()),
            slug: "call-back".into(),
            name: Label::new("Call me back", ""),
            fields,
            texts: Texts::default(),
            redirect: String::new(),
            origins: Vec::new(),
            call_back_minutes: 60,
            owner: OwnerRule::default(),
            duplicate_minutes: 0,
            guarded: true,
            active: true,
            version: 1,
        }
    }

    fn has(page: &str, parts: &[&str]) {
        assert!(page.starts_with("<!DOCTYPE html>"), "{}", &page[..60.min(page.len())]);
        for part in parts {
            assert!(page.contains(part), "{part} is missing in {page}");
        }
        assert!(
            !page.contains("<script") && !page.contains(" style="),
            "a page without scripts and inline styles: {page}"
        );
    }

    #[test]
    fn an_open_offer_can_be_answered_and_its_texts_are_text() {
        let zone = zone();
        let page = public::offer(
            &visit(&zone, Lang::En),
            &sample(OfferStatus::Viewed),
            "t0k",
            &Answering::default(),
            None,
        );
        let parts = [
            "action=\"/o/t0k/accept\"",
            "formaction=\"/o/t0k/decline\"",
            "href=\"/o/t0k/pdf\"",
            "€553,392.00",
            "&lt;b&gt;Mailboxes",
            "120 seat × €4,200, −10%, + VAT 22%",
            "24 November 2026",
            "name=\"robots\" content=\"noindex\"",
            "/pkg/main.1234.css",
        ];
        has(&page, &parts);
    }

    #[test]
    fn an_answered_offer_says_so_and_asks_no_more() {
        let zone = zone();
        let page = public::offer(
            &visit(&zone, Lang::Ru),
            &sample(OfferStatus::Accepted),
            "t0k",
            &Answering::default(),
            None,
        );
        has(&page, &["<html lang=\"ru\"", "Igor Melnik", "24 ноября 2026"]);
        assert!(!page.contains("<form"));
    }

    #[test]
    fn a_refused_answer_keeps_what_was_typed() {
        let zone = zone();
        let typed = Answering { name: " ".into(), reason: "Too \"dear\"".into(), declining: true };
        let problem = Problem::field("name", Fault::Required);
        let page =
            public::offer(&visit(&zone, Lang::En), &sample(OfferStatus::Sent), "t0k", &typed, Some(&problem));
        has(
            &page,
            &[
                "Too \"dear\"",
                "aria-invalid=\"true\"",
                "<details open class=\"decline\"",
                "Please fill this in.",
            ],
        );
    }

    #[test]
    fn a_survey_asks_and_thanks() {
        let zone = zone();
        let survey = |answered| PublicSurvey {
            seller: "North Bridge".into(),
            deal_title: "Mail".into(),
            answered,
            lang: Lang::En,
        };
        let asked = public::survey(&visit(&zone, Lang::En), &survey(None), "t0k", &Rating::default(), None);
        has(&asked, &["action=\"/s/t0k\"", "value=\"10\"", "Send rating"]);
        let thanked =
            public::survey(&visit(&zone, Lang::En), &survey(Some(9)), "t0k", &Rating::default(), None);
        has(&thanked, &["Thank you", "<details"]);
    }

    #[test]
    fn a_form_keeps_what_was_typed_and_where_the_visitor_came_from() {
        let zone = zone();
        let form =
            form(vec![field(FieldKind::Name, "name", true), field(FieldKind::Message, "message", false)]);
        let mut typed = NewSubmission {
            fields: BTreeMap::from([
                ("name".into(), "\"><script>".into()),
                ("message".into(), "</textarea><script>".into()),
            ]),
            ..NewSubmission::default()
        };
        typed.attribution.landing_url = "https://site.example/?utm_source=google&gclid=x".into();
        let problem = Problem::field("name", Fault::TooLong(200));
        let agreement = public::Agreement { text: "<script>".into(), version: 1 };
        let page =
            public::form(&visit(&zone, Lang::En), &form, &agreement, &typed, "o.i.n.seal", Some(&problem));
        has(
            &page,
            &[
                "name=\"attribution.landing_url\"",
                "utm_source=google&amp;gclid=x",
                "name=\"stamp\" value=\"o.i.n.seal\"",
                "&lt;/textarea>&lt;script>",
                "mr-error",
                "action=\"/f/call-back\"",
                "Call me back",
            ],
        );
        assert!(!page.contains("name=\"consent\""), "a form asks only for what is among its fields");
        has(
            &public::thanks(&visit(&zone, Lang::En), &form, "Thank you! I'll call you soon."),
            &["I'll call you soon"],
        );
    }

    #[test]
    fn every_kind_of_field_has_its_input_and_keeps_what_was_chosen() {
        let zone = zone();
        let mut choice = field(FieldKind::Choice, "size", true);
        choice.options = vec![Label::new("Small", "Малый"), Label::new("<i>Large", "Большой")];
        let mut constant = field(FieldKind::Hidden, "campaign", false);
        constant.value = "spring".into();
        let mut form = form(vec![
            field(FieldKind::Phone, "phone", true),
            field(FieldKind::Email, "email", false),
            choice,
            field(FieldKind::Checkbox, "news", false),
            field(FieldKind::Consent, "consent", true),
            constant,
        ]);
        form.texts.title = Label::new("A figure in one call", "");
        form.texts.note = Label::new("From 9 to 7", "");
        form.texts.button = Label::new("Send it", "");
        let answers = [("size", "Большой"), ("news", "on"), ("consent", "2")];
        let typed = NewSubmission {
            fields: answers.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            ..NewSubmission::default()
        };
        let shown = |version, typed: &NewSubmission, problem: Option<&Problem>| {
            let agreement = public::Agreement { text: "I agree to <b>this</b>".into(), version };
            public::form(&visit(&zone, Lang::En), &form, &agreement, typed, "stamp", problem)
        };
        let problem = Problem::field("consent", Fault::Required);
        let page = shown(2, &typed, Some(&problem));
        has(
            &page,
            &[
                "<h1 id=\"form-title\">A figure in one call",
                "From 9 to 7",
                "Send it",
                "type=\"tel\"",
                "type=\"email\"",
                "selected>&lt;i&gt;Large",
                "I agree to &lt;b&gt;this&lt;/b&gt;",
                "id=\"form-consent-error\"",
                "aria-describedby=\"form-consent-error\"",
            ],
        );
        let tag = |page: &str, part: &str| {
            let at = page.find(part).unwrap_or_else(|| panic!("{part} is missing in {page}"));
            page[page[..at].rfind('<').unwrap()..at + page[at..].find('>').unwrap()].to_owned()
        };
        assert!(tag(&page, "Large\"").contains("selected"), "whatever language it was chosen in");
        assert!(!tag(&page, "value=\"Small\"").contains("selected"));
        assert!(tag(&page, "name=\"news\"").contains("checked"));
        assert!(tag(&page, "name=\"consent\"").contains("checked"));
        assert!(
            !tag(&shown(3, &typed, None), "name=\"consent\"").contains("checked"),
            "the text has changed"
        );
        assert!(!page.contains("campaign") && !page.contains("spring"), "constants are not the visitor's");
        let untouched = shown(2, &NewSubmission::default(), None);
        for name in ["news", "consent"] {
            assert!(!tag(&untouched, &format!("name=\"{name}\"")).contains("checked"), "{name}");
        }
        let trap = tag(&untouched, "name=\"website\"");
        assert!(trap.contains("tabindex=\"-1\"") && trap.contains("autocomplete=\"off\""), "{trap}");
        assert!(tag(&untouched, "mr-trap").contains("aria-hidden=\"true\""));
    }

    #[test]
    fn a_problem_is_told_in_the_visitors_language() {
        let zone = zone();
        for lang in Lang::ALL {
            for problem in [Problem::NotFound, Problem::Expired, Problem::TooMany { retry_after: 9 }] {
                has(&public::problem(&visit(&zone, lang), &problem), &["<h1>"]);
            }
        }
    }
}
