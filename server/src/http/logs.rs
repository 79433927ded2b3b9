//! The log, at its most talkative, tells nothing of people and no token.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use domain::access::{Actor, Role};
use store::Clock;
use store::sessions::Origin;
use tower::ServiceExt;
use tracing_subscriber::EnvFilter;

use super::testing::{add, config, database, run};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What must stand in no line: of a visitor, of a colleague, of links.
const WORDS: [&str; 10] = [
    "Irina",
    "irina.weber",
    "client.example",
    "9217001234",
    "700-12-34",
    "admin@example.com",
    "four quiet herons",
    "wrong quiet herons",
    "secret-token",
    "nobody@example.com",
];

#[test]
fn the_log_names_nobody_and_holds_no_token() {
    run(async {
        let log = Log::default();
        let to = log.clone();
        // For every thread of the runtime; the test runs in a process of its own.
        tracing_subscriber::fmt()
            .with_env_filter(crate::cli::discreet(EnvFilter::new("trace")))
            .with_ansi(false)
            .with_writer(move || to.clone())
            .init();
        let (db, _folder) = database(Clock::default()).await;
        let user = add(&db, "admin@example.com", Role::Admin, None).await;
        let token = store::sessions::begin(&db, &user, Origin::default()).await.unwrap().token;
        let (_stop, stopping) = tokio::sync::watch::channel(false);
        let router = super::router(db.clone(), &config(), stopping);
        let ask = async |method: &str, path: &str, kind: &'static str, body: &str| {
            let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
            // Whoever signs in anew ends the session that they had.
            if path != "/fn/session/begin" {
                request = request.header(header::COOKIE, format!("millrace={token}"));
            }
            let request = request.body(Body::from(body.to_owned()));
            let response = router.clone().oneshot(request.unwrap()).await.unwrap();
            let status = response.status();
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            status
        };
        let (json, form) = ("application/json", "application/x-www-form-urlencoded");

        let intake = "/api/v1/forms/call-back/submissions";
        let lead = r#"{"fields": {"name": "Irina Weber", "phone": "8 (921) 700-12-34", "email": "irina.weber@client.example"}}"#;
        assert_eq!(ask("POST", intake, json, lead).await, StatusCode::CREATED);
        let bad = r#"{"fields": {"name": "Irina", "phone": "irina.weber@client.example"}}"#;
        assert_eq!(ask("POST", intake, json, bad).await, StatusCode::BAD_REQUEST);
        assert_eq!(ask("POST", intake, json, "irina.weber@client.example").await, StatusCode::BAD_REQUEST);
        for password in ["wrong quiet herons", "four quiet herons"] {
            for email in ["admin@example.com", "nobody@example.com"] {
                let typed = format!("email={email}&password={}&next=/", password.replace(' ', "+"));
                ask("POST", "/fn/session/begin", form, &typed).await;
            }
        }
        ask("POST", "/fn/reset/ask", form, "email=nobody@example.com").await;
        for path in [
            "/o/secret-token",
            "/s/secret-token",
            "/reset/secret-token",
            "/join/secret-token",
            "/secret-token",
        ] {
            ask("GET", path, form, "").await;
        }
        ask("GET", "/leads?q=irina.weber@client.example", form, "").await;
        let filter = domain::lead::LeadFilter::default();
        let lead = store::leads::list(&db, &Actor::SYSTEM, filter).await.unwrap().rows[0].id;
        assert_eq!(ask("GET", &format!("/leads/{lead}/data"), form, "").await, StatusCode::OK);
        let typed = |name: &str| format!("on=lead&id={lead}&confirm={name}");
        ask("POST", "/fn/privacy/erase", form, &typed("Irina")).await;
        ask("POST", "/fn/privacy/erase", form, &typed("Irina+Weber")).await;
        assert_eq!(
            store::leads::show(&db, &Actor::SYSTEM, lead).await.unwrap().name,
            domain::privacy::ERASED
        );

        let told = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
        assert!(told.lines().count() > 20 && told.contains("/api/v1/forms/{slug}/submissions"), "{told}");
        for word in WORDS.iter().copied().chain([token.as_str()]) {
            let line = told.lines().find(|line| line.contains(word));
            assert_eq!(line, None, "{word}");
        }
    });
}
