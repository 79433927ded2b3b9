//! The router as a whole: what a page costs, and that nobody gets in without signing in.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use domain::Lang;
use domain::access::{Actor, Role};
use domain::form::NewSubmission;
use domain::lead::ConvertLead;
use domain::user::NewUser;
use store::db::Connect;
use store::sessions::Origin;
use store::{Clock, Db};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::config::ServeConfig;

struct Site {
    db: Db,
    router: axum::Router,
    cookie: String,
    /// Paths of a lead, a deal and an offer.
    lead: String,
    deal: String,
    offer: String,
    _folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
}

impl Site {
    async fn open() -> Site {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let db = Db::open(Connect { url, secret: [7; 32], clock: Clock::default() }).await.unwrap();
        let user = NewUser {
            email: "admin@example.com".into(),
            name: "Anna".into(),
            role: Role::Admin,
            team: None,
            lang: Lang::En,
            password: "four quiet herons".into(),
        };
        let user = store::users::add(&db, &Actor::SYSTEM, user).await.unwrap();
        let signed = store::sessions::begin(&db, &user, Origin::default()).await.unwrap();
        let actor = user.actor();
        let mut last = None;
        for name in ["Elena", "Boris", "Clara"] {
            let fields =
                BTreeMap::from([("name".into(), name.into()), ("phone".into(), "+7 921 555-01-38".into())]);
            let submission = NewSubmission { fields, ..NewSubmission::default() };
            last = Some(store::intake::submit(&db, "call-back", submission, None).await.unwrap().id);
        }
        let lead = last.unwrap();
        let proposal = store::leads::propose(&db, &actor, lead).await.unwrap();
        let convert = ConvertLead {
            lead,
            version: proposal.version,
            contact: None,
            contact_name: proposal.contact_name,
            account: None,
            account_name: "Alpha".into(),
            deal_title: "Audit".into(),
            amount: None,
        };
        let deal = store::leads::convert(&db, &actor, convert).await.unwrap().deal;
        let offer = store::offers::create(&db, &actor, deal).await.unwrap();
        let config = ServeConfig {
            listen: "127.0.0.1:0".parse().unwrap(),
            public_url: "http://127.0.0.1:3000".into(),
            smtp_url: None,
            mail_from: String::new(),
            backup: crate::config::BackupConfig::default(),
        };
        let (stop, stopping) = watch::channel(false);
        let router = super::router(db.clone(), &config, stopping);
        Site {
            router,
            cookie: format!("millrace={}", signed.token),
            lead: format!("/leads/{lead}"),
            deal: format!("/deals/{deal}"),
            offer: format!("/offers/{offer}"),
            db,
            _folder: folder,
            _stop: stop,
        }
    }

    async fn ask(&self, method: Method, path: &str, cookie: bool, body: &'static str) -> Response {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if cookie {
            request = request.header(header::COOKIE, &self.cookie);
        }
        self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap()
    }
}

/// Rendering needs more stack than a test's thread has in an unoptimised build.
pub(super) fn run(test: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(crate::RENDER_STACK)
        .build()
        .unwrap();
    runtime.block_on(async { tokio::spawn(test).await.unwrap() });
}

#[test]
fn a_page_costs_five_statements_at_most_and_a_board_three_besides_the_session() {
    run(async {
        let site = Site::open().await;
        let pages = [
            "/",
            "/leads",
            "/deals",
            "/deals?view=list",
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
            let most = if path == "/deals" { 4 } else { 5 };
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
