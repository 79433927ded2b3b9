//! Every route of the table asked by nobody and by every role, at home with the records and as a stranger to them: the answer is what
//! the policy says, and what is refused leaves the database as it was.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use domain::access::{Action, Actor, Entity, Ownership, Role, Sharing, can, check_any, may_share};
use domain::consent::{Purpose, RecordConsent};
use domain::lead::ConvertLead;
use domain::lead::NewLead;
use domain::offer::{OfferAnswer, OfferLine, SaveOffer, SendOffer};
use domain::user::{NewUser, User};
use domain::{Currency, Lang};
use serde_json::{Value, json};
use store::sessions::Origin;
use store::{Clock, Db};
use tokio::sync::watch;
use tower::ServiceExt;

use super::routes::{Access, Route, Verb, listed};
use super::testing::{config, database, run};

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// Anybody, signed in or not.
    Open,
    /// Anybody signed in.
    SignedIn,
    /// A right that reaches any record at all.
    Any(Entity, Action),
    /// A right that reaches the company's record.
    Ours(Entity, Action),
    /// The record is the caller's, or the caller may give it to others: both may share it.
    Shares(Entity),
    /// Something of somebody else's own, which no right reaches.
    Theirs,
}

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
    whose: Ownership,
    pub(super) callers: Vec<Caller>,
    /// Ids by what they are called in [`entry`].
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

    async fn ask(&self, route: &Route, ask: &Ask, cookie: Option<&str>) -> Response {
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
    let proposal = store::leads::propose(db, &actor, converted).await.unwrap();
    let convert = ConvertLead {
        lead: converted,
        version: proposal.version,
        contact: None,
        contact_name: proposal.contact_name,
        account: None,
        account_name: "Alpha".into(),
        deal_title: "Audit".into(),
        amount: None,
    };
    let made = store::leads::convert(db, &actor, convert).await.unwrap();
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
    let task =
        store::tasks::open_on(db, &actor, domain::activity::Subject::Lead(kept)).await.unwrap()[0].clone();
    let agreed = RecordConsent {
        on: domain::activity::Subject::Lead(kept),
        purpose: Purpose::Processing,
        how: "on paper".into(),
    };
    let consent = store::consents::record(db, &actor, agreed).await.unwrap();
    let stages: Vec<_> = deal.pipeline.open_stages().map(|stage| stage.id.to_string()).collect();
    BTreeMap::from([
        ("lead", kept.to_string()),
        ("deal", made.deal.to_string()),
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
        ("nothing", String::new()),
    ])
}

/// Which record the `{id}` of a path means.
fn page_record(path: &str) -> &'static str {
    ["lead", "deal", "account", "contact", "offer", "act"]
        .into_iter()
        .find(|kind| path.starts_with(&format!("/{kind}s/")))
        .unwrap_or("nothing")
}

/// The rule of a route, and arguments that would be served; a route that is missing here fails the test.
pub(super) fn entry(company: &Company, route: &Route) -> (Rule, Ask) {
    use Action::{Assign, Read, Waive, Write};
    use Entity::{Catalog, Client, Deal, Lead, Report, Settings, Task};
    use Rule::{Any, Open, Ours, SignedIn};
    let id = |name: &str| company.id(name);
    let form = |fields: &[(&'static str, &str)]| {
        Ask::Form(fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect())
    };
    match (route.verb, route.path.as_str()) {
        (_, path) if path.starts_with("/pkg/") || path.contains('.') => (Open, Ask::Plain),
        (Verb::Options, _) | (_, "/healthz" | "/readyz") => (Open, Ask::Plain),
        (_, path)
            if ["/api/v1/forms/", "/f/", "/o/", "/s/", "/demo/"]
                .iter()
                .any(|open| path.starts_with(open)) =>
        {
            (Open, form(&[]))
        }
        (
            Verb::Get,
            "/login"
            | "/login/code"
            | "/login/sso"
            | "/login/sso/callback"
            | "/reset"
            | "/setup/{token}"
            | "/join/{token}"
            | "/reset/{token}",
        )
        | (Verb::Post, "/logout") => (Open, Ask::Plain),
        (Verb::Post, "/login/code") => (Open, form(&[("code", "000000"), ("next", "/")])),
        (Verb::Post, "/fn/session/begin") => {
            (Open, form(&[("email", "x"), ("password", "x"), ("next", "/")]))
        }
        (Verb::Post, "/fn/setup/check" | "/fn/join/check" | "/fn/reset/check") => {
            (Open, form(&[("token", "x")]))
        }
        (Verb::Post, "/fn/join/begin") => (Open, form(&[("token", "x"), ("name", "x"), ("password", "x")])),
        (Verb::Post, "/fn/reset/open") => (Open, form(&[])),
        (Verb::Post, "/fn/reset/ask") => (Open, form(&[("email", "x")])),
        (Verb::Post, "/fn/reset/save") => (Open, form(&[("token", "x"), ("password", "x")])),
        (Verb::Post, "/fn/setup/owner") => (
            Open,
            form(&[
                ("token", "x"),
                ("company", "x"),
                ("name", "x"),
                ("email", "x"),
                ("password", "x"),
                ("lang", "en"),
                ("time_zone", "UTC"),
            ]),
        ),

        (Verb::Get, "/" | "/profile" | "/profile/second-factor" | "/more" | "/live") => {
            (SignedIn, Ask::Plain)
        }
        (Verb::Get, "/leads") => (Any(Lead, Read), Ask::Plain),
        (Verb::Get, "/leads/{id}") => (Ours(Lead, Read), Ask::Plain),
        (Verb::Get, "/deals" | "/offers") => (Any(Deal, Read), Ask::Plain),
        (
            Verb::Get,
            "/deals/{id}" | "/offers/{id}" | "/acts/{id}" | "/offers/{id}/pdf" | "/acts/{id}/pdf",
        ) => (Ours(Deal, Read), Ask::Plain),
        (Verb::Get, "/clients") => (Any(Client, Read), Ask::Plain),
        (Verb::Get, "/accounts/{id}" | "/contacts/{id}") => (Ours(Client, Read), Ask::Plain),
        (Verb::Get, "/analytics/funnel") => (Any(Report, Read), Ask::Plain),
        (Verb::Get, "/leads/{id}/data" | "/contacts/{id}/data") => (Any(Settings, Write), Ask::Plain),
        (Verb::Get, "/settings") => (Any(Catalog, Read), Ask::Plain),

        (Verb::Post, "/profile/second-factor/begin") => (SignedIn, form(&[])),
        (
            Verb::Post,
            "/profile/second-factor/confirm" | "/profile/second-factor/codes" | "/profile/second-factor/off",
        ) => (SignedIn, form(&[("password", "x"), ("code", "000000")])),
        (Verb::Post, "/fn/today/show") => (SignedIn, Ask::Json(json!({}))),
        (Verb::Post, "/fn/profile/save") => {
            (SignedIn, form(&[("lang", "en"), ("theme", "system"), ("time_zone", "UTC")]))
        }
        (Verb::Post, "/fn/profile/sessions") => (SignedIn, Ask::Json(json!({}))),
        (Verb::Post, "/fn/profile/end-session") => (Rule::Theirs, form(&[("id", &id("task"))])),
        (Verb::Post, "/fn/profile/end-others") => (SignedIn, form(&[])),
        (Verb::Post, "/fn/profile/password") => (SignedIn, form(&[("old", "x"), ("new", "x")])),
        (Verb::Post, "/fn/leads/inbox") => (Any(Lead, Read), Ask::Json(json!({"filter": {}}))),
        (Verb::Post, "/fn/leads/show") => {
            (Ours(Lead, Read), Ask::Json(json!({"id": id("lead"), "before": null})))
        }
        (Verb::Post, "/fn/leads/propose") => (Ours(Lead, Write), Ask::Json(json!({"id": id("lead")}))),
        (Verb::Post, "/fn/leads/create") => (
            Any(Lead, Write),
            form(&[("name", "Clara"), ("phone", "1234567"), ("email", ""), ("company", ""), ("message", "")]),
        ),
        (Verb::Post, "/fn/leads/convert") => (
            Ours(Lead, Write),
            form(&[
                ("lead", &id("lead")),
                ("version", "1"),
                ("contact", "new"),
                ("contact_name", "Elena"),
                ("account", "new"),
                ("account_name", "Beta"),
                ("deal_title", "Plan"),
                ("amount", ""),
            ]),
        ),
        (Verb::Post, "/fn/leads/disqualify") => (
            Ours(Lead, Write),
            form(&[("lead", &id("lead")), ("version", "1"), ("reason", ""), ("note", "x")]),
        ),
        (Verb::Post, "/fn/leads/assign") => {
            (Ours(Lead, Assign), form(&[("lead", &id("lead")), ("version", "99"), ("to", &id("owner"))]))
        }
        (Verb::Post, "/fn/consents/record") => (
            Ours(Lead, Write),
            form(&[("on", "lead"), ("id", &id("lead")), ("purpose", "marketing"), ("how", "on the phone")]),
        ),
        (Verb::Post, "/fn/consents/withdraw") => (
            Ours(Lead, Write),
            form(&[("id", &id("consent")), ("why", "asked to"), ("on", "lead"), ("record", &id("lead"))]),
        ),
        (Verb::Post, "/fn/privacy/preview") => {
            (Any(Settings, Write), Ask::Json(json!({"on": {"on": "lead", "id": id("lead")}})))
        }
        (Verb::Post, "/fn/privacy/erase") => {
            (Any(Settings, Write), form(&[("on", "lead"), ("id", &id("lead")), ("confirm", "somebody else")]))
        }
        (Verb::Post, "/fn/deals/board" | "/fn/deals/list") => {
            (Any(Deal, Read), Ask::Json(json!({"filter": {}})))
        }
        (Verb::Post, "/fn/deals/choices") => (SignedIn, Ask::Json(json!({}))),
        (Verb::Post, "/fn/deals/show") => (Ours(Deal, Read), Ask::Json(json!({"id": id("deal")}))),
        (Verb::Post, "/fn/deals/create") => (
            Any(Deal, Write),
            form(&[("title", "Plan"), ("amount", ""), ("currency", "EUR"), ("expected_close", "")]),
        ),
        (Verb::Post, "/fn/deals/advance") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("version", "99"), ("to", &id("stage"))]))
        }
        (Verb::Post, "/fn/deals/edit") => (
            Ours(Deal, Write),
            form(&[
                ("id", &id("deal")),
                ("version", "99"),
                ("title", "Plan"),
                ("amount", ""),
                ("currency", "EUR"),
                ("expected_close", ""),
            ]),
        ),
        (Verb::Post, "/fn/deals/assign") => {
            (Ours(Deal, Assign), form(&[("id", &id("deal")), ("version", "99"), ("owner", &id("owner"))]))
        }
        (Verb::Post, "/fn/deals/waive") => {
            (Ours(Deal, Waive), form(&[("id", &id("deal")), ("item", "offer_accepted"), ("reason", "x")]))
        }
        (Verb::Post, "/fn/deals/new_offer" | "/fn/acts/create") => {
            (Ours(Deal, Write), form(&[("deal", &id("deal"))]))
        }
        (Verb::Post, "/fn/deals/ask_feedback") => (
            Ours(Deal, Write),
            form(&[("deal", &id("deal")), ("email", "client@client.example"), ("lang", "en")]),
        ),
        (Verb::Post, "/fn/acts/show") => (Ours(Deal, Read), Ask::Json(json!({"id": id("act")}))),
        (Verb::Post, "/fn/acts/sign") => {
            (Ours(Deal, Write), form(&[("id", &id("act")), ("version", "99"), ("signed_by", "Igor")]))
        }
        (Verb::Post, "/fn/offers/list") => {
            (Any(Deal, Read), Ask::Json(json!({"status": null, "cursor": null})))
        }
        (Verb::Post, "/fn/offers/open") => (Ours(Deal, Read), Ask::Json(json!({"id": id("offer")}))),
        (Verb::Post, "/fn/offers/save") => (
            Ours(Deal, Write),
            form(&[
                ("draft[id]", &id("offer")),
                ("draft[version]", "99"),
                ("draft[title]", "Plan"),
                ("draft[currency]", "EUR"),
                ("draft[valid_until]", "2099-01-01"),
                ("step", "save"),
            ]),
        ),
        (Verb::Post, "/fn/offers/send") => (
            Ours(Deal, Write),
            form(&[
                ("id", &id("offer")),
                ("version", "99"),
                ("email", "client@client.example"),
                ("message", ""),
                ("lang", "en"),
            ]),
        ),
        (Verb::Post, "/fn/offers/revise") => {
            (Ours(Deal, Write), form(&[("id", &id("offer")), ("version", "99")]))
        }
        (Verb::Post, "/fn/clients/list") => {
            (Any(Client, Read), Ask::Json(json!({"text": "", "after": null})))
        }
        (Verb::Post, "/fn/accounts/show") => {
            (Ours(Client, Read), Ask::Json(json!({"id": id("account"), "before": null})))
        }
        (Verb::Post, "/fn/contacts/show") => {
            (Ours(Client, Read), Ask::Json(json!({"id": id("contact"), "before": null})))
        }
        (Verb::Post, "/fn/activities/log") => (
            Ours(Lead, Write),
            form(&[
                ("on", "lead"),
                ("id", &id("lead")),
                ("kind", "note"),
                ("minutes", ""),
                ("text", "x"),
                ("next_kind", "call"),
                ("next_title", ""),
                ("next_at", ""),
            ]),
        ),
        (Verb::Post, "/fn/tasks/finish") => {
            (Ours(Task, Write), form(&[("task", &id("task")), ("version", "99"), ("back", "/")]))
        }
        (Verb::Post, "/fn/analytics/funnel") => (Any(Report, Read), Ask::Json(json!({"filter": {}}))),
        (Verb::Post, "/fn/settings/open") => (Any(Catalog, Read), Ask::Json(json!({}))),
        (Verb::Post, "/fn/settings/category") => {
            (Any(Catalog, Write), form(&[("id", ""), ("name", "Audits"), ("name_ru", "")]))
        }
        (Verb::Post, "/fn/settings/service") => (Any(Catalog, Write), form(&[("name", "Audit")])),
        (Verb::Post, "/fn/settings/company") => (Any(Settings, Write), form(&[("company", "Beta")])),
        (Verb::Post, "/fn/settings/add-team") => {
            (Any(Settings, Write), form(&[("name", "West"), ("head", "")]))
        }
        (Verb::Post, "/fn/settings/edit-team") => (
            Any(Settings, Write),
            form(&[("id", &id("team")), ("version", "99"), ("name", "West"), ("head", "")]),
        ),
        (Verb::Post, "/fn/settings/retire-team") => {
            (Any(Settings, Write), form(&[("id", &id("team")), ("version", "1")]))
        }
        // An administrator's own row stays as it is.
        (Verb::Post, "/fn/settings/rights") => {
            (Any(Settings, Write), form(&[("role", "admin"), ("cells[]", "task.write.none")]))
        }
        (Verb::Post, "/fn/shares/list") => {
            (Ours(Lead, Read), Ask::Json(json!({"on": "lead", "id": id("lead")})))
        }
        (Verb::Post, "/fn/shares/share") => (
            Rule::Shares(Lead),
            form(&[
                ("on", "lead"),
                ("id", &id("lead")),
                ("with", "user:00000000-0000-0000-0000-000000000000"),
                ("sharing", "read"),
            ]),
        ),
        (Verb::Post, "/fn/shares/end") => (
            Rule::Shares(Lead),
            form(&[
                ("on", "lead"),
                ("id", &id("lead")),
                ("with", "user:00000000-0000-0000-0000-000000000000"),
            ]),
        ),
        (Verb::Post, "/fn/transfers/people") => (SignedIn, Ask::Json(json!({}))),
        (Verb::Post, "/fn/transfers/give") => (
            Any(Lead, Assign),
            form(&[("on[]", &format!("lead:{}", id("lead"))), ("to", &id("nobody")), ("back", "/leads")]),
        ),
        (Verb::Post, "/fn/settings/add-user") => (
            Any(Settings, Write),
            form(&[
                ("name", "Zoe"),
                ("email", "zoe"),
                ("role", "viewer"),
                ("team", ""),
                ("lang", "en"),
                ("password", "x"),
            ]),
        ),
        (Verb::Post, "/fn/settings/edit-user") => (
            Any(Settings, Write),
            form(&[
                ("id", &id("owner")),
                ("version", "99"),
                ("name", "Zoe"),
                ("role", "viewer"),
                ("team", ""),
            ]),
        ),
        (Verb::Post, "/fn/settings/invite") => (
            Any(Settings, Write),
            form(&[("name", "Zoe"), ("email", "zoe"), ("role", "viewer"), ("team", ""), ("lang", "en")]),
        ),
        (
            Verb::Post,
            "/fn/settings/invite-again"
            | "/fn/settings/revoke-invitation"
            | "/fn/settings/send-reset"
            | "/fn/settings/reset-second-factor",
        ) => (Any(Settings, Write), form(&[("id", &id("owner"))])),
        (Verb::Post, "/fn/settings/deactivate") => {
            (Any(Settings, Write), form(&[("id", &id("owner")), ("version", "99"), ("to", "")]))
        }
        (Verb::Post, "/fn/settings/reactivate") => {
            (Any(Settings, Write), form(&[("id", &id("owner")), ("version", "99")]))
        }
        // Everybody may see their own tries; these are the administrator's.
        (Verb::Post, "/fn/settings/sign-ins") => {
            (Any(Settings, Write), Ask::Json(json!({"id": id("admin")})))
        }
        (Verb::Post, "/fn/settings/audit") => (Any(Settings, Write), Ask::Json(json!({"filter": {}}))),
        (verb, path) => panic!("{verb:?} {path} has no entry: say who may ask it"),
    }
}

impl Rule {
    fn allows(self, actor: &Actor, whose: Ownership) -> bool {
        match self {
            Rule::Open | Rule::SignedIn => true,
            Rule::Any(entity, action) => check_any(actor, action, entity).is_ok(),
            Rule::Ours(entity, action) => can(actor, action, entity, whose),
            Rule::Shares(entity) => may_share(actor, entity, whose, Sharing::Read),
            Rule::Theirs => false,
        }
    }
}

fn refused(status: StatusCode) -> bool {
    matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
}

#[test]
fn every_route_serves_whom_it_should_and_refuses_the_rest_without_a_trace() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let mut wrong = Vec::new();
        for route in listed() {
            let (rule, ask) = entry(&company, &route);
            assert_eq!(matches!(rule, Rule::Open), route.access == Access::Public, "{route}");

            let before = company.db.commits();
            let status = company.ask(&route, &ask, None).await.status();
            let at_the_door = match (rule, route.verb) {
                (Rule::Open, _) => status != StatusCode::UNAUTHORIZED,
                (_, Verb::Get) => status == StatusCode::SEE_OTHER,
                _ => status == StatusCode::UNAUTHORIZED,
            };
            // Strangers leave a trace where they may act: a try to sign in, for example.
            let untouched = company.db.commits() == before || matches!(rule, Rule::Open);
            if !at_the_door || !untouched {
                wrong.push(format!("{route}: nobody got {status}"));
            }
            if matches!(rule, Rule::Open) {
                continue;
            }
            for caller in &company.callers {
                let before = company.db.commits();
                let response = company.ask(&route, &ask, Some(&caller.cookie)).await;
                let status = response.status();
                let allowed = rule.allows(&caller.actor, company.whose);
                if allowed == refused(status)
                    || status.is_server_error()
                    || status == StatusCode::UNAUTHORIZED
                {
                    wrong.push(format!("{route}: {} got {status}, allowed: {allowed}", caller.name));
                }
                if !allowed && company.db.commits() != before {
                    wrong.push(format!("{route}: {} changed the database", caller.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn no_page_costs_more_than_five_statements() {
    run(async {
        let company = Company::open(Clock::default()).await;
        let admin = &company.callers[0];
        // The first page reads the company's reference data.
        let first = listed().into_iter().find(|route| route.path == "/profile").unwrap();
        company.ask(&first, &Ask::Plain, Some(&admin.cookie)).await;
        let mut dear = Vec::new();
        for route in listed() {
            let file = ["/pdf", "/data", "/live"].iter().any(|end| route.path.ends_with(end));
            if route.verb != Verb::Get || route.access == Access::Public || file {
                continue;
            }
            let before = company.db.statements();
            let response = company.ask(&route, &Ask::Plain, Some(&admin.cookie)).await;
            // The body is what renders.
            axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let statements = company.db.statements() - before;
            if statements > 5 {
                dear.push(format!("{route}: {statements}"));
            }
        }
        assert!(dear.is_empty(), "{}", dear.join("\n"));
    });
}
