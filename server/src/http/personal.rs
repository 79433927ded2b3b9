//! Consent at the public doors, and how often somebody may search and take files.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::access::{Actor, Role};
use domain::lead::LeadFilter;
use serde_json::json;
use store::Clock;

use super::company::{Ask, Company};
use super::routes::{Access, Route, Verb};
use super::testing::run;

async fn text(response: Response) -> String {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

fn route(verb: Verb, path: &str) -> Route {
    Route { verb, path: path.into(), access: Access::SignedIn }
}

/// How many consents the newest lead has.
async fn agreed(company: &Company) -> usize {
    let leads = store::leads::list(&company.db, &Actor::SYSTEM, LeadFilter::default()).await.unwrap();
    let record = store::leads::record(&company.db, &Actor::SYSTEM, leads.rows[0].id, None).await.unwrap();
    record.consents.len()
}

#[test]
fn a_consent_is_asked_for_and_never_ticked_beforehand() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let send = async |path: &str, kind: &str, body: &str| {
            let request = Request::builder()
                .method(if body.is_empty() { "GET" } else { "POST" })
                .uri(path)
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()));
            company.send(request.unwrap()).await
        };
        let (form, json) = ("application/x-www-form-urlencoded", "application/json");
        let page = text(send("/f/call-back?lang=ru", form, "").await).await;
        let of = page.find("name=\"consent\"").unwrap();
        let (begin, end) = (page[..of].rfind('<').unwrap(), of + page[of..].find('>').unwrap());
        let checkbox = &page[begin..end];
        assert!(checkbox.contains("checkbox") && checkbox.contains("value=\"1\""), "{checkbox}");
        assert!(!checkbox.contains("checked"), "{checkbox}");
        assert!(page.contains("Я согласен на хранение"), "in the visitor's language");

        // What was ticked stays so when another field has to be corrected.
        let again = text(send("/f/call-back", form, "name=Irina&phone=abc&consent=1&lang=en").await).await;
        assert!(again.contains("checked"));

        for (said, expected) in [("&consent=1", 1), ("", 0), ("&consent=7", 0)] {
            let typed = format!("name=Irina&phone=89217001234{said}&lang=en");
            assert_eq!(send("/f/call-back", form, &typed).await.status(), StatusCode::OK);
            assert_eq!(agreed(&company).await, expected, "{said}");
        }
        for (said, expected) in [("true", 1), ("false", 0), ("\"on\"", 1), ("null", 0)] {
            let typed =
                format!(r#"{{"fields": {{"name": "Irina", "phone": "89217001234", "consent": {said}}}}}"#);
            let sent = send("/api/v1/forms/call-back/submissions", json, &typed).await;
            assert_eq!(sent.status(), StatusCode::CREATED);
            assert_eq!(agreed(&company).await, expected, "{said}");
        }
    });
}

#[test]
fn searches_and_files_are_limited_and_say_when_to_come_back() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let admin = company.callers.iter().find(|caller| caller.actor.role == Role::Admin).unwrap();
        let head = company.callers.iter().find(|caller| caller.actor.role == Role::HeadOfSales).unwrap();
        let list = route(Verb::Post, "/fn/clients/list");
        let search = Ask::Json(json!({"filter": {"text": "elena"}}));
        let clients = route(Verb::Get, "/clients");
        // Asked until it is refused: the limit refills once a second, however slow the machine is.
        let until_refused = async |route: &Route, query: &str, ask: &Ask| {
            for _ in 0..300 {
                let response = company.ask_for(route, query, ask, Some(&admin.cookie)).await;
                if response.status() == StatusCode::TOO_MANY_REQUESTS {
                    return response;
                }
            }
            panic!("{route} is not limited")
        };
        let refused = until_refused(&list, "", &search).await;
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        let page = text(until_refused(&clients, "?q=elena", &Ask::Plain).await).await;
        assert!(page.contains("Too many requests"), "the page says so");
        // Reading without searching goes on, and so do others.
        let plain = Ask::Json(json!({"filter": {}}));
        assert_eq!(company.ask_for(&list, "", &plain, Some(&admin.cookie)).await.status(), StatusCode::OK);
        assert_eq!(company.ask_for(&list, "", &search, Some(&head.cookie)).await.status(), StatusCode::OK);

        let file = route(Verb::Get, "/leads/{id}/data");
        let refused = until_refused(&file, "", &Ask::Plain).await;
        assert!(refused.headers().contains_key(header::RETRY_AFTER));
        assert_eq!(refused.headers()[header::CONTENT_TYPE], "application/problem+json");
    });
}
