//! What the tests of rights stand on: a company with a record of each kind, and everybody who may ask for one.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, header};
use axum::response::Response;
use domain::access::{Actor, Ownership, Role};
use domain::activity::Subject;
use domain::consent::{Purpose, RecordConsent};
use domain::form::{NewSubmission, SubmissionFilter};
use domain::lead::NewLead;
use domain::offer::{OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::user::{NewUser, User};
use domain::{Currency, Lang};
use serde_json::Value;
use store::intake::{Evidence, Guard};
use store::sessions::Origin;
use store::{Clock, Db};
use tokio::sync::watch;
use tower::ServiceExt;

use super::routes::{Route, Verb};
use super::testing::{config, convert, database};

/// How the route is asked. Server functions that only read take JSON.
pub(super) enum Ask {
    Plain,
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

/// A company with a record of each kind, all of them of one sales rep and their team.
pub(super) struct Company {
    pub(super) db: Db,
    router: axum::Router,
    pub(super) whose: Ownership,
    pub(super) callers: Vec<Caller>,
    /// Ids by what they are called in [`super::rights::entry`].
    ids: BTreeMap<&'static str, String>,
    _folder: tempfile::TempDir,
    _stop: watch::Sender<bool>,
}

#[derive(Clone)]
pub(super) struct Caller {
    pub(super) name: String,
    pub(super) actor: Actor,
    pub(super) cookie: String,
}

impl Company {
    pub(super) async fn open(clock: Clock) -> Company {
        let (db, folder) = database(clock).await;
        let team = async |name| store::users::add_team(&db, &Actor::SYSTEM, name, None).await.unwrap().id;
        let (ours, theirs) = (team("North").await, team("South").await);
        let mut callers = Vec::new();
        let mut owner = None;
        for (team, where_) in [(ours, "at home"), (theirs, "a stranger")] {
            for role in Role::ALL {
                let user = NewUser {
                    email: format!("{}-{team}@example.com", role.code()),
                    name: format!("{} {where_}", role.code()),
                    role,
                    team: Some(team),
                    lang: Lang::En,
                    password: "four quiet herons".into(),
                };
                let user = store::users::add(&db, &Actor::SYSTEM, user).await.unwrap();
                let signed = store::sessions::begin(&db, &user, Origin::default()).await.unwrap();
                if role == Role::SalesRep && owner.is_none() {
                    owner = Some(user.clone());
                }
                callers.push(Caller {
                    name: user.name.clone(),
                    actor: user.actor(),
                    cookie: format!("millrace={}", signed.token),
                });
            }
        }
        let owner = owner.unwrap();
        let mut ids = records(&db, &owner).await;
        ids.insert("admin", callers[0].actor.user.unwrap().to_string());
        ids.insert("team", ours.to_string());
        ids.insert("nobody", uuid::Uuid::nil().to_string());
        let whose = Ownership { owner: Some(owner.id), team: Some(ours), shared: None };
        Company::of(db, folder, whose, callers, ids)
    }

    fn of(
        db: Db,
        folder: tempfile::TempDir,
        whose: Ownership,
        callers: Vec<Caller>,
        ids: BTreeMap<&'static str, String>,
    ) -> Company {
        let (stop, stopping) = watch::channel(false);
        let router = super::router(db.clone(), &config(), stopping);
        Company { db, router, whose, callers, ids, _folder: folder, _stop: stop }
    }

    /// The same company in a database of its own: the same ids, the same sessions.
    pub(super) async fn twin(&self, clock: Clock) -> Company {
        let (db, folder) = database(clock).await;
        let (_, all) = store::backup::write(&self.db, &Actor::SYSTEM, None, Vec::new()).await.unwrap();
        store::backup::restore(&db, &Actor::SYSTEM, all.as_slice(), true).await.unwrap();
        Company::of(db, folder, self.whose, self.callers.clone(), self.ids.clone())
    }

    pub(super) fn id(&self, name: &str) -> String {
        self.ids[name].clone()
    }

    pub(super) async fn ask(&self, route: &Route, ask: &Ask, cookie: Option<&str>) -> Response {
        self.ask_for(route, "", ask, cookie).await
    }

    /// The route with a query.
    pub(super) async fn ask_for(
        &self,
        route: &Route,
        query: &str,
        ask: &Ask,
        cookie: Option<&str>,
    ) -> Response {
        let path = route.path.replace("{id}", &self.id(page_record(&route.path)));
        let path = ["slug", "token", "*name"]
            .iter()
            .fold(path, |path, name| path.replace(&format!("{{{name}}}"), "unknown"));
        let method = if route.verb == Verb::Get { "GET" } else { "POST" };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{path}{query}"))
            .header(header::ACCEPT, "application/json");
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = match ask {
            Ask::Plain => request.body(Body::empty()),
            Ask::Json(value) => {
                request.header(header::CONTENT_TYPE, "application/json").body(Body::from(value.to_string()))
            }
            Ask::Form(fields) => {
                let mut text = url::form_urlencoded::Serializer::new(String::new());
                text.extend_pairs(fields);
                request
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(Body::from(text.finish()))
            }
        };
        self.send(request.unwrap()).await
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// A lead, and a deal with client, sent and accepted offer, draft offer, act and task; all of them `owner`'s.
async fn records(db: &Db, owner: &User) -> BTreeMap<&'static str, String> {
    let actor = owner.actor();
    let lead = async |name: &str| {
        let new = NewLead {
            name: name.into(),
            phone: "+7 921 555-01-38".into(),
            email: format!("{name}@client.example"),
            company: String::new(),
            message: String::new(),
        };
        store::leads::create(db, &actor, new).await.unwrap()
    };
    let (kept, converted) = (lead("Elena").await, lead("Boris").await);
    let made = convert(db, &actor, converted, "Alpha", "Audit").await;
    let deal = store::deals::show(db, &actor, made.deal).await.unwrap();
    let offer = async || {
        let id = store::offers::create(db, &actor, made.deal).await.unwrap();
        let draft = store::offers::show(db, &actor, id).await.unwrap();
        let line = OfferLine {
            id: domain::id::LineId(uuid::Uuid::nil()),
            service: None,
            name: "Audit".into(),
            description: String::new(),
            unit: String::new(),
            quantity_milli: 1000,
            price_minor: 10_000,
            discount_bp: 0,
            vat_bp: 0,
        };
        let save = SaveOffer {
            id,
            version: draft.version,
            title: "Audit".into(),
            intro: String::new(),
            terms: String::new(),
            currency: Currency::Eur,
            valid_until: draft.revision.valid_until,
            lines: vec![line],
        };
        (id, store::offers::save(db, &actor, save).await.unwrap())
    };
    let (accepted, version) = offer().await;
    let send =
        SendOffer { id: accepted, version, email: "client@client.example".into(), message: String::new() };
    store::offers::send(db, &actor, send, "http://127.0.0.1:3000", Lang::En).await.unwrap();
    let sent = store::offers::show(db, &actor, accepted).await.unwrap();
    let token = sent.public_path.unwrap().rsplit('/').next().unwrap().to_owned();
    let answer = OfferAnswer::Accept { name: "Igor".into() };
    store::offers::answer(db, &token, answer).await.unwrap();
    let (draft, version) = offer().await;
    let act = store::acts::create(db, &actor, made.deal).await.unwrap();
    let task = store::tasks::open_on(db, &actor, Subject::Lead(kept)).await.unwrap()[0].clone();
    let agreed =
        RecordConsent { on: Subject::Lead(kept), purpose: Purpose::Processing, how: "on paper".into() };
    let consent = store::consents::record(db, &actor, agreed).await.unwrap();
    let form = store::forms::public(db, "call-back").await.unwrap();
    let verdict = store::intake::judge(db, Guard::STANDARD, &form, &Evidence::default());
    let fields = BTreeMap::from([
        ("name".to_owned(), "Bot".to_owned()),
        ("phone".to_owned(), "+79215550139".to_owned()),
    ]);
    let suspicious = NewSubmission { fields, ..NewSubmission::default() };
    store::intake::submit_judged(db, "call-back", suspicious, None, verdict).await.unwrap();
    let log = store::intake::log(db, &Actor::SYSTEM, SubmissionFilter::default()).await.unwrap();
    let rules = store::channels::list(db, &Actor::SYSTEM).await.unwrap();
    let losses = store::losses::list(db, &Actor::SYSTEM).await.unwrap();
    let stages: Vec<_> = deal.pipeline.open_stages().map(|stage| stage.id.to_string()).collect();
    BTreeMap::from([
        ("lead", kept.to_string()),
        ("deal", made.deal.to_string()),
        ("pipeline", deal.pipeline.id.to_string()),
        ("stage", stages[1].clone()),
        ("account", deal.account.unwrap().0.to_string()),
        ("contact", deal.contact.unwrap().id.to_string()),
        ("offer", draft.to_string()),
        ("offer_version", version.to_string()),
        ("act", act.to_string()),
        ("consent", consent.to_string()),
        ("task", task.id.to_string()),
        ("task_version", task.version.to_string()),
        ("owner", owner.id.to_string()),
        ("form", form.id.to_string()),
        ("submission", log.rows[0].id.to_string()),
        ("rule", rules[1].id.to_string()),
        ("loss", losses[1].id.to_string()),
        ("nothing", String::new()),
    ])
}

/// Which record the `{id}` of a path means.
fn page_record(path: &str) -> &'static str {
    if path.starts_with("/process/") {
        return "pipeline";
    }
    ["lead", "deal", "account", "contact", "offer", "act"]
        .into_iter()
        .find(|kind| path.starts_with(&format!("/{kind}s/")))
        .unwrap_or("nothing")
}
