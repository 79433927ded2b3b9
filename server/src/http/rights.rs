//! Every route of the table asked by nobody and by every role, at home with the records and as a stranger to them: the answer is what
//! the policy says, and what is refused leaves the database as it was.

use axum::http::StatusCode;
use domain::access::{Action, Actor, Entity, Ownership, Sharing, can, check_any, may_share};
use serde_json::json;
use store::Clock;

use super::company::{Ask, Company};
use super::routes::{Access, Route, Verb, listed};
use super::testing::run;

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
        (Verb::Get, "/analytics/funnel.csv" | "/analytics/pipe.csv") => (Any(Report, Read), Ask::Plain),
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
        (Verb::Get, "/analytics/funnel" | "/analytics/pipe") => (Any(Report, Read), Ask::Plain),
        (Verb::Get, "/leads/{id}/data" | "/contacts/{id}/data") => (Any(Settings, Write), Ask::Plain),
        (Verb::Get, "/process/{id}/bpmn") => (Any(Entity::Process, Read), Ask::Plain),
        (Verb::Post, "/process/import") => (Any(Entity::Process, Write), form(&[("file", "<a/>")])),
        (Verb::Get, "/process" | "/process/{id}") => (Any(Entity::Process, Read), Ask::Plain),
        (Verb::Post, "/process/{id}") => {
            (Any(Entity::Process, Write), form(&[("version", "99"), ("name", "Sales")]))
        }
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
        (Verb::Post, "/fn/leads/board") => (Any(Lead, Read), Ask::Json(json!({"filter": {}}))),
        (Verb::Post, "/fn/leads/reopen") => {
            (Ours(Lead, Write), form(&[("lead", &id("lead")), ("version", "99"), ("note", "x")]))
        }
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
        (Verb::Post, "/fn/deals/calendar") => {
            (Any(Deal, Read), Ask::Json(json!({"month": "2026-11", "filter": {}})))
        }
        (Verb::Post, "/fn/deals/bulk") => (
            Any(Deal, Write),
            form(&[("on[]", &id("deal")), ("change", "lose"), ("loss_reason", ""), ("back", "/deals")]),
        ),
        // Batches are their maker's.
        (Verb::Post, "/fn/deals/batch") => (Rule::Theirs, Ask::Json(json!({"id": id("deal")}))),
        (Verb::Post, "/fn/deals/undo") => (Rule::Theirs, form(&[("batch", &id("deal")), ("back", "/deals")])),
        (Verb::Post, "/fn/views/list") => (Any(Deal, Read), Ask::Json(json!({}))),
        (Verb::Post, "/fn/views/save") => (Any(Deal, Read), form(&[("name", ""), ("fields[view]", "list")])),
        (Verb::Post, "/fn/views/remove") => (Rule::Theirs, form(&[("id", &id("deal"))])),
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
        (Verb::Post, "/fn/deals/join") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("user", &id("nobody")), ("part", "sales")]))
        }
        (Verb::Post, "/fn/deals/leave") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("user", &id("nobody"))]))
        }
        (Verb::Post, "/fn/deals/add_contact") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("contact", &id("contact")), ("role", "user")]))
        }
        (Verb::Post, "/fn/deals/remove_contact") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("contact", &id("nobody"))]))
        }
        (Verb::Post, "/fn/deals/parties") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("payer", ""), ("consignee", "")]))
        }
        (Verb::Post, "/fn/deals/client") => (
            Ours(Deal, Write),
            form(&[("id", &id("deal")), ("version", "99"), ("contact", ""), ("account", "")]),
        ),
        (Verb::Post, "/fn/deals/service") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("version", "99"), ("service", "")]))
        }
        (Verb::Post, "/fn/deals/find_clients") => {
            (Ours(Deal, Write), Ask::Json(json!({"id": id("deal"), "text": ""})))
        }
        (Verb::Post, "/fn/deals/services") => (Any(Catalog, Read), Ask::Json(json!({}))),
        (Verb::Post, "/fn/deals/assign") => {
            (Ours(Deal, Assign), form(&[("id", &id("deal")), ("version", "99"), ("owner", &id("owner"))]))
        }
        (Verb::Post, "/fn/deals/tick") => {
            (Ours(Deal, Write), form(&[("id", &id("deal")), ("item", &id("nobody")), ("done", "true")]))
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
        (Verb::Post, "/fn/clients/list") => (Any(Client, Read), Ask::Json(json!({"filter": {}}))),
        (Verb::Post, "/fn/accounts/show") => {
            (Ours(Client, Read), Ask::Json(json!({"id": id("account"), "before": null})))
        }
        (Verb::Post, "/fn/contacts/show") => {
            (Ours(Client, Read), Ask::Json(json!({"id": id("contact"), "before": null})))
        }
        (Verb::Post, "/fn/legal/save") => {
            (Ours(Client, Write), form(&[("account", &id("account")), ("name", ""), ("country", "RU")]))
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
        (Verb::Post, "/fn/analytics/funnel" | "/fn/analytics/pipe") => {
            (Any(Report, Read), Ask::Json(json!({"filter": {}})))
        }
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
        (Verb::Post, "/fn/forms/list") => (Any(Entity::Form, Read), Ask::Json(json!({}))),
        (Verb::Post, "/fn/forms/edit") => {
            (Any(Entity::Form, Read), Ask::Json(json!({"form": id("form"), "draft": ""})))
        }
        (Verb::Post, "/fn/forms/save") => (Any(Entity::Form, Write), form(&[("draft[slug]", "x")])),
        (Verb::Post, "/fn/forms/log") => (Any(Entity::Form, Read), Ask::Json(json!({"filter": {}}))),
        (Verb::Post, "/fn/forms/release" | "/fn/forms/discard") => {
            (Any(Entity::Form, Write), form(&[("id", &id("submission"))]))
        }
        (Verb::Post, "/fn/channels/open") => (
            Any(Entity::Form, Read),
            Ask::Json(json!({"asked": {"rule": "", "draft": "", "step": "", "landing": "", "referrer": ""}})),
        ),
        (Verb::Post, "/fn/channels/save") => (Any(Entity::Form, Write), form(&[("draft[channel]", "")])),
        (Verb::Post, "/fn/channels/shift") => {
            (Any(Entity::Form, Write), form(&[("id", &id("rule")), ("way", "up")]))
        }
        (Verb::Post, "/fn/channels/remove") => {
            (Any(Entity::Form, Write), form(&[("id", &id("rule")), ("version", "99")]))
        }
        (Verb::Post, "/fn/channels/standard") => (Any(Entity::Form, Write), form(&[])),
        (Verb::Post, "/fn/losses/open") => {
            (Any(Entity::Process, Read), Ask::Json(json!({"reason": "", "draft": ""})))
        }
        (Verb::Post, "/fn/losses/save") => (Any(Entity::Process, Write), form(&[("draft[name]", "")])),
        (Verb::Post, "/fn/losses/shift") => {
            (Any(Entity::Process, Write), form(&[("id", &id("loss")), ("way", "up")]))
        }
        (Verb::Post, "/fn/process/list") => (Any(Entity::Process, Read), Ask::Json(json!({}))),
        (Verb::Post, "/fn/process/open") => {
            let asked = json!({"id": id("pipeline"), "number": 1, "before": null});
            (Any(Entity::Process, Read), Ask::Json(asked))
        }
        (Verb::Post, "/fn/process/shift") => {
            (Any(Entity::Process, Write), form(&[("id", &id("pipeline")), ("way", "up")]))
        }
        (Verb::Post, "/fn/process/save") => (
            Any(Entity::Process, Write),
            Ask::Json(json!({"draft": {"id": id("pipeline"), "version": "99"}})),
        ),
        (Verb::Post, "/fn/origins/list") => (Any(Lead, Read), Ask::Json(json!({"of": "lead"}))),
        (Verb::Post, "/fn/leads/recognise") => {
            (Any(Lead, Write), Ask::Json(json!({"phone": "+7 921 555-01-38", "email": ""})))
        }
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
        let first = listed().into_iter().find(|route| route.path == "/profile").unwrap();
        let mut dear = Vec::new();
        for route in listed() {
            let file = ["/pdf", "/data", "/live"].iter().any(|end| route.path.ends_with(end));
            if route.verb != Verb::Get || route.access == Access::Public || file {
                continue;
            }
            // The company's reference data are read anew after ten seconds; slow machines take longer for all pages together.
            company.ask(&first, &Ask::Plain, Some(&admin.cookie)).await;
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
