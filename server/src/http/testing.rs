//! What the tests of the router stand on: a company with a record of each kind behind the real router.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, header};
use axum::response::Response;
use domain::Lang;
use domain::access::{Actor, Role};
use domain::form::NewSubmission;
use domain::id::LeadId;
use domain::lead::ConvertLead;
use domain::user::NewUser;
use store::db::Connect;
use store::intake::Guard;
use store::sessions::Origin;
use store::{Clock, Db};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::config::{BackupConfig, IntakeConfig, ServeConfig};

pub(super) const PASSWORD: &str = "four quiet herons";

/// An empty database in a folder of its own.
pub(super) async fn database(clock: Clock) -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    (Db::open(Connect { url, secret: [7; 32], key: [9; 32], clock }).await.unwrap(), folder)
}

/// An account without an invitation.
pub(super) async fn add(
    db: &Db,
    email: &str,
    role: Role,
    team: Option<domain::id::TeamId>,
) -> domain::user::User {
    let user = NewUser {
        email: email.into(),
        name: email.split('@').next().unwrap().into(),
        role,
        team,
        lang: Lang::En,
        password: PASSWORD.into(),
    };
    store::users::add(db, &Actor::SYSTEM, user).await.unwrap()
}

/// A server at its default address that can send mail.
pub(super) fn config() -> ServeConfig {
    ServeConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: "http://127.0.0.1:3000".into(),
        smtp_url: Some("smtp://127.0.0.1:25".into()),
        mail_from: "crm@example.com".into(),
        sso: None,
        backup: BackupConfig::default(),
        intake: IntakeConfig { guard: Guard::OFF, ..IntakeConfig::default() },
    }
}

/// Makes contact, account and deal of a lead.
pub(super) async fn convert(
    db: &Db,
    actor: &Actor,
    lead: LeadId,
    account: &str,
    title: &str,
) -> domain::lead::Converted {
    let proposal = store::leads::propose(db, actor, lead).await.unwrap();
    let convert = ConvertLead {
        lead,
        version: proposal.version,
        contact: None,
        contact_name: proposal.contact_name,
        account: None,
        account_name: account.into(),
        deal_title: title.into(),
        amount: None,
        pipeline: None,
    };
    store::leads::convert(db, actor, convert).await.unwrap()
}

pub(super) struct Site {
    pub(super) db: Db,
    pub(super) router: axum::Router,
    pub(super) cookie: String,
    /// Paths of a lead, a deal and an offer.
    pub(super) lead: String,
    pub(super) deal: String,
    pub(super) offer: String,
    _folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
}

impl Site {
    pub(super) async fn open() -> Site {
        Site::open_with(config()).await
    }

    pub(super) async fn open_with(config: ServeConfig) -> Site {
        let (db, folder) = database(Clock::default()).await;
        let user = add(&db, "admin@example.com", Role::Admin, None).await;
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
        let deal = convert(&db, &actor, lead, "Alpha", "Audit").await.deal;
        let offer = store::offers::create(&db, &actor, deal).await.unwrap();
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

    pub(super) async fn ask(&self, method: Method, path: &str, cookie: bool, body: &'static str) -> Response {
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

/// A try at a door from an address of its own, as a plain form or a script would send it.
pub(super) async fn knock(
    site: &Site,
    ip: [u8; 4],
    path: &str,
    body: String,
    headers: &[(&str, &str)],
) -> Response {
    let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((ip, 4000))));
    site.router.clone().oneshot(request).await.unwrap()
}

/// The session's cookie that an answer sets.
pub(super) fn cookie(response: &Response) -> Option<String> {
    let value = response.headers().get(header::SET_COOKIE)?.to_str().unwrap();
    value.split(';').next().map(str::to_owned)
}

/// The token of the only mail that waits with a link that begins so; news of leads wait as well.
pub(super) async fn mailed(site: &Site, start: &str) -> String {
    let taken = store::outbox::take(&site.db, "https://crm.example", 10).await.unwrap();
    let mut tokens = taken
        .iter()
        .flat_map(|taken| taken.mail.text.lines())
        .filter(|line| line.contains("://") && !line.contains("/leads/"));
    let link = tokens.next().unwrap();
    assert_eq!(tokens.next(), None);
    link.strip_prefix(start).unwrap_or_else(|| panic!("{link}")).to_owned()
}
