//! The router as a whole: what a page costs, and that nobody gets in without signing in.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use tower::ServiceExt;

use super::testing::{Site, cookie, knock, mailed, run};

#[test]
fn a_page_costs_five_statements_at_most_and_a_board_three() {
    run(async {
        let site = Site::open().await;
        let pages = [
            "/",
            "/leads",
            "/deals",
            "/deals?view=list",
            "/deals?view=calendar",
            "/clients",
            "/offers",
            "/analytics/funnel",
            "/settings",
            "/settings?section=audit",
            "/profile",
            &site.lead,
            &site.deal,
            &site.offer,
        ];
        // The first page reads the company's reference data.
        site.ask(Method::GET, "/profile", true, "").await;
        for path in pages {
            let before = site.db.statements();
            let response = site.ask(Method::GET, path, true, "").await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            // The body is what renders.
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let statements = site.db.statements() - before;
            let most = if path == "/deals" { 3 } else { 5 };
            assert!(statements <= most, "{path} sent {statements} statements");
        }
    });
}

#[test]
fn pages_send_strangers_to_the_door() {
    run(async {
        let site = Site::open().await;
        for path in [
            "/",
            "/leads",
            "/deals",
            "/clients",
            "/offers",
            "/analytics/funnel",
            "/settings",
            "/profile",
            &site.lead,
            &site.deal,
            &site.offer,
            "/live",
        ] {
            let response = site.ask(Method::GET, path, false, "").await;
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
            assert!(
                response.headers()[header::LOCATION].to_str().unwrap().starts_with("/login?next="),
                "{path}"
            );
        }
    });
}

#[test]
fn server_functions_answer_nobody_without_a_session() {
    run(async {
        let site = Site::open().await;
        let mut asked = 0;
        for (path, _) in leptos::server_fn::axum::server_fn_paths() {
            // Signing in, and the owner's set-up, are for strangers by nature.
            if super::session::is_door_function(path) {
                continue;
            }
            asked += 1;
            let response = site.ask(Method::POST, path, false, "").await;
            // Arguments are read before the session is asked for: bad ones are refused as such, good ones as a stranger's.
            assert!(
                matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::BAD_REQUEST),
                "{path} answered {}",
                response.status()
            );
        }
        assert!(asked > 20, "{asked}");
    });
}

#[test]
fn a_foreign_page_cannot_post() {
    run(async {
        let site = Site::open().await;
        let request = Request::post("/logout")
            .header(header::COOKIE, &site.cookie)
            .header(header::ORIGIN, "https://evil.example")
            .header("sec-fetch-site", "cross-site")
            .body(Body::empty())
            .unwrap();
        let response = site.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        // The session lives on.
        assert_eq!(site.ask(Method::GET, "/profile", true, "").await.status(), StatusCode::OK);
    });
}

#[test]
fn the_doors_are_open_to_strangers() {
    run(async {
        let site = Site::open().await;
        for path in ["/login", "/reset", "/reset/nothing", "/join/nothing"] {
            let response = site.ask(Method::GET, path, false, "").await;
            assert_ne!(response.status(), StatusCode::SEE_OTHER, "{path}");
            let page = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert!(String::from_utf8_lossy(&page).contains("door-form"), "{path}");
        }
        // What only begins like a door is none.
        for path in ["/resets", "/joined/x", "/login/x"] {
            let response = site.ask(Method::GET, path, false, "").await;
            assert!(
                response.status() == StatusCode::SEE_OTHER || response.status() == StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    });
}

#[test]
fn a_poisoned_host_does_not_reach_the_mailed_link() {
    run(async {
        let site = Site::open().await;
        let poison = [
            ("host", "evil.example"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "host=evil.example"),
        ];
        let body = "email=admin%40example.com".to_owned();
        let response = knock(&site, [192, 0, 2, 1], "/fn/reset/ask", body, &poison).await;
        assert!(
            response.status().is_success() || response.status().is_redirection(),
            "{}",
            response.status()
        );
        let token = mailed(&site, "http://127.0.0.1:3000/reset/").await;
        let body = format!("token={token}&password=seven+mills+upon+one+river");
        let response = knock(&site, [192, 0, 2, 1], "/fn/reset/save", body, &[]).await;
        assert!(
            response.status().is_success() || response.status().is_redirection(),
            "{}",
            response.status()
        );
        // The session of before is over.
        assert_eq!(site.ask(Method::GET, "/profile", true, "").await.status(), StatusCode::SEE_OTHER);
    });
}

#[test]
fn too_many_tries_are_refused_alike_for_known_and_unknown_addresses() {
    run(async {
        let site = Site::open().await;
        let mut told = Vec::new();
        for (net, email) in [(1, "admin%40example.com"), (2, "nobody%40example.com")] {
            let mut answers = Vec::new();
            for n in 0..12 {
                // Each try comes from another address: the account is what is counted.
                let body = format!("email={email}&password=not+the+password&next=");
                let response = knock(&site, [192, 0, net, n], "/fn/session/begin", body, &[]).await;
                let status = response.status();
                let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
                answers.push((
                    status,
                    if status == StatusCode::TOO_MANY_REQUESTS { Default::default() } else { body },
                ));
            }
            assert_eq!(answers[9].0, StatusCode::BAD_REQUEST);
            assert_eq!(answers[10].0, StatusCode::TOO_MANY_REQUESTS);
            told.push(answers);
        }
        assert_eq!(told[0], told[1]);
        let hashes = site.db.hashes();
        // The right password is refused as well, unseen.
        let body = "email=admin%40example.com&password=four+quiet+herons&next=".to_owned();
        let response = knock(&site, [192, 0, 3, 1], "/fn/session/begin", body, &[]).await;
        assert_eq!((response.status(), site.db.hashes()), (StatusCode::TOO_MANY_REQUESTS, hashes));

        let mut resets = Vec::new();
        for (net, email) in [(4, "admin%40example.com"), (5, "nobody%40example.com")] {
            for n in 0..4 {
                let response =
                    knock(&site, [192, 0, net, n], "/fn/reset/ask", format!("email={email}"), &[]).await;
                let headers = response.headers().clone();
                let status = response.status();
                let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
                let body = if status == StatusCode::TOO_MANY_REQUESTS { Default::default() } else { body };
                resets.push((status, headers.get(header::LOCATION).cloned(), body));
            }
        }
        assert_eq!(resets[3].0, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(resets[..4], resets[4..]);
    });
}

#[test]
fn an_invitation_signs_in_and_each_sign_in_has_a_new_token() {
    run(async {
        let site = Site::open().await;
        let email = "boris@example.com";
        let invite = format!("name=Boris&email={email}&role=sales_rep&team=&lang=en").replace('@', "%40");
        let admin = site.cookie.clone();
        let sent = knock(&site, [192, 0, 2, 1], "/fn/settings/invite", invite, &[("cookie", &admin)]).await;
        assert!(sent.status().is_success(), "{}", sent.status());
        let body = axum::body::to_bytes(sent.into_body(), usize::MAX).await.unwrap();
        assert_eq!(&body[..], b"null", "a mailed link is shown to nobody");
        let token = mailed(&site, "http://127.0.0.1:3000/join/").await;

        let page =
            site.router.clone().oneshot(Request::get(format!("/join/{token}")).body(Body::empty()).unwrap());
        let page = page.await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        let page = axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
        assert!(String::from_utf8_lossy(&page).contains(email));

        let body = format!("token={token}&name=Boris+Kim&password=seven+mills+upon+one+river");
        let joined = knock(&site, [192, 0, 2, 1], "/fn/join/begin", body.clone(), &[]).await;
        let first = cookie(&joined).unwrap();
        let again = knock(&site, [192, 0, 2, 1], "/fn/join/begin", body, &[]).await;
        assert_eq!((again.status(), cookie(&again)), (StatusCode::GONE, None));

        let body = format!("email={email}&password=seven+mills+upon+one+river&next=").replace('@', "%40");
        let signed = knock(&site, [192, 0, 2, 1], "/fn/session/begin", body, &[("cookie", &first)]).await;
        let second = cookie(&signed).unwrap();
        assert_ne!(first, second);
        for (cookie, status) in [(&first, StatusCode::SEE_OTHER), (&second, StatusCode::OK)] {
            let request =
                Request::get("/profile").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
            assert_eq!(site.router.clone().oneshot(request).await.unwrap().status(), status);
        }
    });
}
