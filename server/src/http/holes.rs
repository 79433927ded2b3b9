//! The holes that were found in our rivals, each aimed at the feature of ours that is nearest to it. What other tests prove already:
//!
//! | hole | where it is proven |
//! | --- | --- |
//! | write before authorisation | `rights`: what is refused leaves no commit |
//! | CSV formula | `cli::export`: `formulas_are_defused_and_phones_are_not` |
//! | login enumeration, reset by poisoned Host header | `tests` |
//! | readable tokens in the database | `store`: `the_database_does_not_hold_the_token` |

use std::net::TcpListener;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use domain::access::{Actor, Role};
use domain::activity::Subject;
use domain::id::{DealId, LeadId};
use domain::lead::NewLead;
use domain::user::User;
use futures::StreamExt;
use serde_json::{Value, json};
use store::sessions::Origin;
use store::{Clock, Db};
use tokio::sync::watch;
use tower::ServiceExt;

use super::testing::{PASSWORD, Site, add, config, convert, cookie, database, knock, run};

/// Signs somebody in; the session's cookie.
async fn enter(db: &Db, user: &User) -> String {
    format!("millrace={}", store::sessions::begin(db, user, Origin::default()).await.unwrap().token)
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn get(site: &Site, path: &str, cookie: &str) -> Response {
    let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    site.router.clone().oneshot(request).await.unwrap()
}

async fn post(site: &Site, path: &str, cookie: &str, body: Value) -> Response {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    site.router.clone().oneshot(request).await.unwrap()
}

/// A site with two sales reps of two teams.
async fn two_teams() -> (Site, [User; 2]) {
    let site = Site::open().await;
    let team = async |name| store::users::add_team(&site.db, &Actor::SYSTEM, name, None).await.unwrap().id;
    let (north, south) = (team("North").await, team("South").await);
    let users = [
        add(&site.db, "nora@example.com", Role::SalesRep, Some(north)).await,
        add(&site.db, "sam@example.com", Role::SalesRep, Some(south)).await,
    ];
    (site, users)
}

async fn lead_of(db: &Db, user: &User) -> LeadId {
    let new = NewLead {
        name: "Ludmila Hidden".into(),
        phone: "+7 921 555-77-01".into(),
        email: "ludmila@hidden.example".into(),
        company: "Hidden Works".into(),
        message: "the secret of the mill".into(),
    };
    store::leads::create(db, &user.actor(), new).await.unwrap()
}

async fn deal_of(db: &Db, user: &User) -> DealId {
    let lead = lead_of(db, user).await;
    convert(db, &user.actor(), lead, "Hidden Works", "Hidden audit").await.deal
}

#[test]
fn what_was_written_is_not_readable_through_the_timeline_once_the_record_has_gone() {
    run(async {
        let (site, [nora, sam]) = two_teams().await;
        let deal = deal_of(&site.db, &nora).await;
        let cookie = enter(&site.db, &nora).await;
        let path = format!("/deals/{deal}");
        assert!(text(get(&site, &path, &cookie).await).await.contains("Hidden audit"));
        let shown = store::deals::show(&site.db, &nora.actor(), deal).await.unwrap();
        store::deals::assign(&site.db, &Actor::SYSTEM, deal, shown.version, sam.id).await.unwrap();
        // A stranger now: page, data, timeline and papers alike.
        assert_eq!(get(&site, &path, &cookie).await.status(), StatusCode::NOT_FOUND);
        let answer = post(&site, "/fn/deals/show", &cookie, json!({"id": deal})).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert!(!text(answer).await.contains("Hidden"));
        let timeline = store::activities::timeline(&site.db, &nora.actor(), Subject::Deal(deal), None).await;
        assert!(timeline.is_err());
    });
}

#[test]
fn searching_and_matching_do_not_tell_of_other_peoples_addresses() {
    run(async {
        let (site, [nora, sam]) = two_teams().await;
        deal_of(&site.db, &nora).await;
        lead_of(&site.db, &nora).await;
        let cookie = enter(&site.db, &sam).await;
        for term in ["ludmila", "hidden.example", "+79215557701", "5557701", "%", "_", "Hidden Works"] {
            for (path, body) in [
                ("/fn/clients/list", json!({"filter": {"text": term}})),
                ("/fn/leads/inbox", json!({"filter": {"text": term}})),
                ("/fn/deals/list", json!({"filter": {"text": term}})),
            ] {
                let answer = post(&site, path, &cookie, body).await;
                assert_eq!(answer.status(), StatusCode::OK, "{path} {term}");
                let answer = text(answer).await;
                assert!(!answer.to_lowercase().contains("ludmila"), "{path} {term}: {answer}");
            }
        }
        // The same person asks Sam as well: he learns of no colleague's contact or account.
        let lead = lead_of(&site.db, &sam).await;
        let proposal = store::leads::propose(&site.db, &sam.actor(), lead).await.unwrap();
        assert!(proposal.contacts.is_empty() && proposal.accounts.is_empty(), "{proposal:?}");
    });
}

#[test]
fn papers_are_not_found_by_guessing() {
    run(async {
        let (site, [nora, sam]) = two_teams().await;
        let deal = deal_of(&site.db, &nora).await;
        let offer = store::offers::create(&site.db, &nora.actor(), deal).await.unwrap();
        let (own, strange) = (enter(&site.db, &nora).await, enter(&site.db, &sam).await);
        let path = format!("/offers/{offer}/pdf");
        assert_eq!(get(&site, &path, &own).await.status(), StatusCode::OK);
        assert_eq!(get(&site, &path, &strange).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(get(&site, &path, "").await.status(), StatusCode::SEE_OTHER);
        for path in [
            format!("/acts/{offer}/pdf"),
            format!("/o/{offer}/pdf"),
            format!("/o/{offer}"),
            format!("/s/{deal}"),
            "/o/../offers/1/pdf".into(),
        ] {
            let status = get(&site, &path, &strange).await.status();
            assert!(status.is_client_error(), "{path}: {status}");
        }
    });
}

#[test]
fn markup_from_the_public_form_is_text_everywhere() {
    run(async {
        let site = Site::open().await;
        let evil = "</textarea></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}";
        let body = serde_json::to_string(&json!({
            "fields": {"name": evil, "phone": "+7 921 555-77-02", "email": "a@b.example", "message": evil},
            "attribution": {"landing_url": format!("https://s.example/?utm_source={evil}&utm_campaign={evil}"),
                            "referrer": format!("javascript:alert(1)//{evil}")},
        }))
        .unwrap();
        let request = Request::post("/api/v1/forms/call-back/submissions")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let answer = site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let list = store::leads::list(&site.db, &Actor::SYSTEM, Default::default()).await.unwrap();
        let lead = list.rows.iter().find(|lead| lead.name.contains("script")).unwrap().id;
        for path in ["/".into(), "/leads".into(), format!("/leads/{lead}"), "/settings?section=audit".into()]
        {
            let page = text(get(&site, &path, &site.cookie).await).await;
            for bad in ["<script>alert", "<img src=x", "href=\"javascript:"] {
                let found = page.find(bad).map(|at| page[at..].chars().take(200).collect::<String>());
                assert_eq!(
                    found,
                    None,
                    "{path}: {}",
                    &page[page.find(bad).unwrap_or(0).saturating_sub(300)..]
                );
            }
        }
    });
}

#[test]
fn files_cannot_be_uploaded_nor_reached_beside_those_of_the_binary() {
    run(async {
        let site = Site::open().await;
        let part = "--b\r\ncontent-disposition: form-data; name=\"name\"; filename=\"x.pHaR\"\r\ncontent-type: image/svg+xml\r\n\r\n<svg onload=alert(1)>\r\n--b--";
        let commits = site.db.commits();
        for path in ["/api/v1/forms/call-back/submissions", "/f/call-back", "/fn/leads/create"] {
            let request = Request::post(path)
                .header(header::COOKIE, &site.cookie)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
                .body(Body::from(part))
                .unwrap();
            let status = site.router.clone().oneshot(request).await.unwrap().status();
            assert!(status.is_client_error(), "{path}: {status}");
        }
        assert_eq!(site.db.commits(), commits);
        for path in [
            "/pkg/x.pHaR",
            "/pkg/x.svg",
            "/pkg/../millrace.db",
            "/pkg/%2e%2e/millrace.db",
            "/pkg/..%2fCargo.toml",
            "/pkg//etc/passwd",
        ] {
            let response = get(&site, path, &site.cookie).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn statements_are_not_written_by_zones_filters_sort_keys_or_cursors() {
    run(async {
        let site = Site::open().await;
        let evil = "x'; DROP TABLE leads; --";
        let encoded = "x%27%3B%20DROP%20TABLE%20leads%3B%20--";
        for path in ["/leads", "/deals", "/clients", "/offers", "/analytics/funnel", "/settings"] {
            for key in [
                "text", "sort", "order", "status", "channel", "campaign", "keyword", "owner", "cursor",
                "after", "before", "from", "until", "view", "section", "who", "period",
            ] {
                let response = get(&site, &format!("{path}?{key}={encoded}"), &site.cookie).await;
                assert!(!response.status().is_server_error(), "{path}?{key}: {}", response.status());
                assert!(!text(response).await.to_lowercase().contains("syntax error"), "{path}?{key}");
            }
        }
        for (path, body) in [
            ("/fn/leads/inbox", json!({"filter": {"text": evil, "channel": evil}})),
            ("/fn/leads/inbox", json!({"filter": {"campaign": evil, "keyword": evil}})),
            ("/fn/leads/inbox", json!({"filter": {"cursor": evil}})),
            ("/fn/deals/list", json!({"filter": {"text": evil, "cursor": evil}})),
            ("/fn/deals/board", json!({"filter": {"channel": evil, "campaign": evil, "keyword": evil}})),
            ("/fn/clients/list", json!({"filter": {"text": evil, "channel": evil, "keyword": evil}})),
            ("/fn/clients/list", json!({"filter": {"cursor": evil}})),
            ("/fn/offers/list", json!({"status": null, "cursor": evil})),
            ("/fn/settings/audit", json!({"filter": {"action": evil, "cursor": evil}})),
        ] {
            let answer = post(&site, path, &site.cookie, body).await;
            assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
        }
        let saved = knock(
            &site,
            [192, 0, 2, 1],
            "/fn/profile/save",
            format!("lang=en&theme=system&time_zone={encoded}"),
            &[("cookie", &site.cookie)],
        )
        .await;
        assert_eq!(saved.status(), StatusCode::BAD_REQUEST);
        assert_eq!(get(&site, &site.lead, &site.cookie).await.status(), StatusCode::OK);
    });
}

#[test]
fn no_address_that_a_visitor_names_is_ever_fetched() {
    run(async {
        let site = Site::open().await;
        let listener = TcpListener::bind("[::]:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        for host in ["127.0.0.1", "0177.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "localhost"] {
            let url = format!("http://{host}:{port}/?utm_source=x");
            let body = json!({
                "fields": {"name": "Ivo", "phone": "+7 921 555-77-03"},
                "attribution": {"landing_url": url, "referrer": url, "first_landing_url": url, "first_referrer": url},
            });
            let answer = post(&site, "/api/v1/forms/call-back/submissions", "", body).await;
            assert_eq!(answer.status(), StatusCode::CREATED, "{host}");
        }
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    });
}

#[test]
fn foreign_pages_change_nothing_by_form_text_or_link() {
    run(async {
        let site = Site::open().await;
        let commits = site.db.commits();
        for (kind, body) in [
            ("application/x-www-form-urlencoded", "name=West&head="),
            ("text/plain", "{\"name\":\"West\",\"head\":\"\"}"),
            ("application/json", "{\"name\":\"West\",\"head\":\"\"}"),
        ] {
            for headers in [
                vec![("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
                vec![("sec-fetch-site", "same-site"), ("origin", "https://blog.example")],
                vec![("origin", "https://evil.example")],
                vec![("origin", "null")],
            ] {
                let mut request = Request::post("/fn/settings/add-team")
                    .header(header::COOKIE, &site.cookie)
                    .header(header::HOST, "127.0.0.1:3000")
                    .header(header::CONTENT_TYPE, kind);
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let request = request.body(Body::from(body)).unwrap();
                let status = site.router.clone().oneshot(request).await.unwrap().status();
                assert_eq!(status, StatusCode::FORBIDDEN, "{kind}");
            }
        }
        for path in ["/fn/settings/add-team?name=West&head=", "/logout", "/fn/profile/end-others"] {
            let status = get(&site, path, &site.cookie).await.status();
            assert!(status.is_client_error(), "{path}: {status}");
        }
        assert_eq!(site.db.commits(), commits);
        assert_eq!(get(&site, "/profile", &site.cookie).await.status(), StatusCode::OK);
    });
}

#[test]
fn the_mailboxs_password_is_shown_to_nobody() {
    run(async {
        let (db, _folder) = database(Clock::default()).await;
        let user = add(&db, "admin@example.com", Role::Admin, None).await;
        let cookie = enter(&db, &user).await;
        let mut config = config();
        config.smtp_url = Some("smtp://crm:hunter2@mail.example:587".into());
        let (_stop, stopping) = watch::channel(false);
        let router = super::router(db.clone(), &config, stopping);
        let sections = ["company", "users", "invitations", "teams", "catalog", "audit", "rights", "sign-in"];
        let pages = sections.map(|section| format!("/settings?section={section}"));
        for path in pages.iter().map(String::as_str).chain(["/profile", "/readyz", "/reset"]) {
            let request = Request::get(path).header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
            let page = text(router.clone().oneshot(request).await.unwrap()).await;
            assert!(!page.contains("hunter2"), "{path}");
        }
        let request = Request::post("/fn/settings/open")
            .header(header::COOKIE, &cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from("{}"))
            .unwrap();
        assert!(!text(router.oneshot(request).await.unwrap()).await.contains("hunter2"));
    });
}

#[test]
fn a_new_instance_has_no_account_that_anybody_knows_the_password_of() {
    run(async {
        let (db, _folder) = database(Clock::default()).await;
        let (_stop, stopping) = watch::channel(false);
        let router = super::router(db.clone(), &config(), stopping);
        for (email, password) in
            [("admin@example.com", PASSWORD), ("admin", "admin"), ("demo@millrace.example", "demo")]
        {
            let body = format!("email={email}&password={}&next=", password.replace(' ', "+"));
            let request = Request::post("/fn/session/begin")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .unwrap();
            let response = router.clone().oneshot(request).await.unwrap();
            assert_eq!((response.status(), cookie(&response)), (StatusCode::BAD_REQUEST, None), "{email}");
        }
    });
}

#[test]
fn a_planted_session_is_not_the_one_that_signing_in_opens() {
    run(async {
        let site = Site::open().await;
        let planted = format!("millrace={}", "A".repeat(43));
        let body = format!("email=admin%40example.com&password={}&next=", PASSWORD.replace(' ', "+"));
        let signed =
            knock(&site, [192, 0, 2, 1], "/fn/session/begin", body, &[("cookie", planted.as_str())]).await;
        let opened = cookie(&signed).unwrap();
        assert_ne!(opened, planted);
        assert_eq!(get(&site, "/profile", &planted).await.status(), StatusCode::SEE_OTHER);
        assert_eq!(get(&site, "/profile", &opened).await.status(), StatusCode::OK);
        // An administrator's session in front of it is not what the next one gets either.
        assert_ne!(opened, site.cookie);
    });
}

#[test]
fn a_try_costs_the_same_whether_or_not_the_account_exists() {
    run(async {
        let site = Site::open().await;
        let mut costs = Vec::new();
        for email in ["admin%40example.com", "nobody%40example.com"] {
            let before = (site.db.hashes(), site.db.statements());
            let body = format!("email={email}&password=wrong+wrong+wrong&next=");
            knock(&site, [192, 0, 2, 1], "/fn/session/begin", body, &[]).await;
            costs.push(site.db.hashes() - before.0);
        }
        assert_eq!(costs, [1, 1]);
    });
}

#[test]
fn a_change_of_role_ends_the_open_stream_and_every_request_after_it() {
    run(async {
        let (site, [nora, _]) = two_teams().await;
        let cookie = enter(&site.db, &nora).await;
        let stream = get(&site, "/live", &cookie).await;
        assert_eq!(stream.status(), StatusCode::OK);
        let mut events = stream.into_body().into_data_stream();
        let edit = store::users::EditUser {
            id: nora.id,
            version: nora.version,
            name: nora.name.clone(),
            role: Role::Marketer,
            team: nora.team,
        };
        let lead = lead_of(&site.db, &nora).await;
        store::users::edit(&site.db, &Actor::SYSTEM, edit).await.unwrap();
        // The stream is over: it hears of what came before, and then nothing more.
        while let Some(event) = events.next().await {
            event.unwrap();
        }
        let commits = site.db.commits();
        for (path, body) in [
            ("/fn/leads/show", json!({"id": lead, "before": null})),
            ("/fn/leads/create", json!({"name": "Zoe", "phone": "1234567"})),
        ] {
            let status = post(&site, path, &cookie, body).await.status();
            assert!(matches!(status, StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST), "{path}: {status}");
        }
        assert_eq!(site.db.commits(), commits);
    });
}

#[test]
fn a_password_of_ten_megabytes_is_refused_before_it_is_hashed() {
    run(async {
        let site = Site::open().await;
        let (hashes, commits) = (site.db.hashes(), site.db.commits());
        let long = "x".repeat(10 * 1024 * 1024);
        let body = format!("email=admin%40example.com&password={long}&next=");
        let length = body.len().to_string();
        let response =
            knock(&site, [192, 0, 2, 1], "/fn/session/begin", body, &[("content-length", length.as_str())])
                .await;
        assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
        // One that fits into a request is still not worth hashing.
        let body = format!("email=admin%40example.com&password={}&next=", &long[..200_000]);
        knock(&site, [192, 0, 2, 1], "/fn/session/begin", body, &[]).await;
        assert!(site.db.hashes() - hashes <= 1);
        assert!(site.db.commits() - commits <= 1, "the history of sign-ins may have a line");
    });
}

#[test]
fn headers_and_paths_do_not_lead_around_the_door() {
    run(async {
        let site = Site::open().await;
        for headers in [
            vec![("x-original-url", "/login"), ("x-rewrite-url", "/login")],
            vec![("x-forwarded-for", "127.0.0.1"), ("x-real-ip", "127.0.0.1")],
            vec![("x-forwarded-user", "admin@example.com"), ("remote-user", "admin@example.com")],
            vec![("x-http-method-override", "POST"), ("x-forwarded-prefix", "/login")],
            vec![("authorization", "Basic YWRtaW46YWRtaW4=")],
        ] {
            let mut request = Request::get("/settings");
            for (name, value) in &headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).unwrap();
            let status = site.router.clone().oneshot(request).await.unwrap().status();
            assert_eq!(status, StatusCode::SEE_OTHER, "{headers:?}");
        }
        for path in [
            "//settings",
            "/./settings",
            "/login/../settings",
            "/login/%2e%2e/settings",
            "/reset/..%2fsettings",
            "/Settings",
            "/settings/",
            "/settings%00",
            "/settings;.css",
            "/settings.css",
            "/fn/session/../settings/open",
            "/pkg/../settings",
        ] {
            let page = get(&site, path, "").await;
            let status = page.status();
            let page = text(page).await;
            assert!(!page.contains("admin@example.com") && !page.contains("Elena"), "{path}: {status}");
            assert!(status != StatusCode::OK || page.contains("door-form"), "{path}: {status}");
        }
        // Addresses that a proxy would send are nobody's: tries are counted for the connection's.
        let mut last = StatusCode::OK;
        for n in 0..25 {
            let body = format!("email=nobody{n}%40example.com&password=x&next=");
            let spoofed = format!("198.51.100.{n}");
            let headers = [("x-forwarded-for", spoofed.as_str()), ("forwarded", spoofed.as_str())];
            last = knock(&site, [192, 0, 2, 9], "/fn/session/begin", body, &headers).await.status();
        }
        assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    });
}

#[test]
fn every_answer_carries_the_headers_that_browsers_obey() {
    run(async {
        let site = Site::open().await;
        for path in ["/login", "/", "/f/call-back", "/o/unknown", "/healthz", "/nothing/here", "/fn/none"] {
            let response = site.ask(Method::GET, path, true, "").await;
            let header = |name: &str| {
                let value = response.headers().get(name);
                value.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
            };
            let policy = header("content-security-policy");
            assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"), "{path}");
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            assert!(!header("referrer-policy").is_empty(), "{path}");
            assert!(!header("permissions-policy").is_empty(), "{path}");
        }
    });
}
