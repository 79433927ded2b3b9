//! Two companies that differ only in what a person may not see answer that person byte for byte alike: every page, every file, every
//! server function that reads, of every role whose reach ends somewhere. What leaks through a count, a filter's choices, a search, a
//! warning about duplicates or somebody else's timeline shows here.

use axum::http::header;
use domain::access::{Action, Actor, Entity, Reach, Rights, Role};
use domain::activity::{LogActivity, Logged, Subject};
use domain::deal::NewDeal;
use domain::id::UserId;
use domain::lead::{ConvertLead, NewLead};
use domain::task::{NewTask, TaskKind};
use serde_json::{Value, json};
use store::{Clock, Db};

use super::company::{Ask, Company};
use super::rights::{Rule, entry};
use super::routes::{Route, Verb, listed};
use super::testing::run;

/// Roles that see some records of a kind and not others.
fn limited() -> Vec<Role> {
    let ends = |role| {
        Entity::ALL.iter().any(|entity| {
            matches!(Rights::standard(role).reach(*entity, Action::Read), Reach::Own | Reach::Team)
        })
    };
    Role::ALL.into_iter().filter(|role| ends(*role)).collect()
}

/// What belongs to `stranger`: names, phones and companies as those of the records at home, and a deal with the client of these.
async fn hide(company: &Company, db: &Db, stranger: UserId, team: Option<domain::id::TeamId>) {
    let actor =
        Actor { user: Some(stranger), role: Role::SalesRep, team, rights: Rights::standard(Role::SalesRep) };
    let lead = async |name: &str| {
        let new = NewLead {
            name: name.into(),
            phone: "+7 921 555-01-38".into(),
            email: format!("{name}@client.example"),
            company: "Alpha".into(),
            message: "hidden".into(),
        };
        store::leads::create(db, &actor, new).await.unwrap()
    };
    lead("Elena").await;
    let converted = lead("Boris").await;
    let version = store::leads::propose(db, &actor, converted).await.unwrap().version;
    let convert = ConvertLead {
        lead: converted,
        version,
        contact: None,
        contact_name: "Boris".into(),
        account: None,
        account_name: "Alpha".into(),
        deal_title: "Audit".into(),
        amount: Some(domain::Money::new(5_000_000, domain::Currency::Eur)),
        pipeline: None,
    };
    let made = store::leads::convert(db, &actor, convert).await.unwrap();
    store::offers::create(db, &actor, made.deal).await.unwrap();
    let task = NewTask {
        kind: TaskKind::Call,
        title: "hidden".into(),
        due_at: db.now(),
        assignee: None,
        on: Subject::Deal(made.deal),
    };
    store::tasks::create(db, &actor, task).await.unwrap();
    // A deal of theirs with the client at home.
    let shared = NewDeal {
        title: "hidden".into(),
        contact: Some(company.id("contact").parse().unwrap()),
        account: Some(company.id("account").parse().unwrap()),
        amount: None,
        expected_close: None,
        pipeline: None,
    };
    let admin = company.callers.iter().find(|caller| caller.actor.role == Role::Admin).unwrap();
    let deal = store::deals::create(db, &admin.actor, shared).await.unwrap();
    let version = store::deals::show(db, &admin.actor, deal).await.unwrap().version;
    store::deals::assign(db, &admin.actor, deal, version, stranger).await.unwrap();
    let note =
        LogActivity { on: Subject::Deal(deal), what: Logged::Note { text: "hidden".into() }, next: None };
    store::activities::log(db, &actor, note).await.unwrap();
}

/// The ways to ask a route: as it stands, and with what filters and searches take.
fn asks(company: &Company, route: &Route) -> Vec<(&'static str, Ask)> {
    let (rule, plain) = entry(company, route);
    // Doors are the same for everybody.
    if matches!(rule, Rule::Open) {
        return Vec::new();
    }
    let with = |value: Value| ("", Ask::Json(value));
    match (route.verb, route.path.as_str(), plain) {
        // It never ends; who hears of what is `Change::is_for`.
        (Verb::Get, "/live", _) => Vec::new(),
        (Verb::Get, "/leads" | "/deals" | "/clients", _) => [
            "",
            "?q=Elena",
            "?q=hidden",
            "?q=5550138",
            "?q=alpha",
            "?view=list",
            "?view=board",
            "?view=calendar",
            "?status=converted",
            "?all=1",
        ]
        .map(|query| (query, Ask::Plain))
        .into(),
        (Verb::Get, "/offers", _) => ["", "?status=draft"].map(|query| (query, Ask::Plain)).into(),
        (Verb::Get, path, _) if path.ends_with("/{id}") => {
            ["", "?do=convert"].map(|query| (query, Ask::Plain)).into()
        }
        (Verb::Get, ..) => vec![("", Ask::Plain)],
        (_, "/fn/leads/inbox" | "/fn/leads/board" | "/fn/deals/list" | "/fn/deals/board", _) => {
            let filters =
                [json!({}), json!({"all": true}), json!({"text": "elena"}), json!({"text": "hidden"})];
            filters.map(|filter| with(json!({ "filter": filter }))).into()
        }
        (_, "/fn/deals/calendar", _) => [json!({}), json!({"all": true}), json!({"text": "hidden"})]
            .map(|filter| with(json!({ "month": "2026-11", "filter": filter })))
            .into(),
        (_, "/fn/deals/find_clients", _) => ["", "elena", "boris", "alpha", "hidden"]
            .map(|text| with(json!({ "id": company.id("deal"), "text": text })))
            .into(),
        (_, "/fn/clients/list", _) => ["", "alpha", "boris", "5550138", "client.example"]
            .map(|text| with(json!({"filter": {"text": text}})))
            .into(),
        (_, "/fn/origins/list", _) => ["lead", "deal", "client"].map(|of| with(json!({ "of": of }))).into(),
        (_, _, Ask::Json(value)) => vec![with(value)],
        // What changes something is no reading.
        _ => Vec::new(),
    }
}

/// Status, headers and body, without what is made anew for each answer. What a page loads may stand in it in any order, in one script
/// or in several: the pieces are sorted.
async fn answer(company: &Company, route: &Route, query: &str, ask: &Ask, cookie: &str) -> String {
    let response = company.ask_for(route, query, ask, Some(cookie)).await;
    let (parts, body) = response.into_parts();
    let mut told = format!("{}\n", parts.status);
    for (name, value) in &parts.headers {
        if name != header::CONTENT_SECURITY_POLICY {
            told.push_str(&format!("{name}: {value:?}\n"));
        }
    }
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let mut pieces = String::from_utf8_lossy(&body).into_owned();
    while let Some(begin) = pieces.find("nonce=\"") {
        let end = begin + 7 + pieces[begin + 7..].find('"').unwrap();
        pieces.replace_range(begin..=end, "");
    }
    let mut pieces: Vec<&str> = ["</script>", "<script", "__RESOLVED_RESOURCES["]
        .into_iter()
        .fold(vec![pieces.as_str()], |pieces, end| {
            pieces.into_iter().flat_map(|piece| piece.split(end)).collect()
        });
    pieces.retain(|piece| !["", ">"].contains(&piece.trim()));
    pieces.sort_unstable();
    told + &pieces.join("\n")
}

#[test]
fn what_somebody_may_not_see_changes_no_answer_they_get() {
    run(async {
        let clock = Clock::manual("2026-11-24T09:00:00Z".parse().unwrap());
        let one = Company::open(clock.clone()).await;
        let other = one.twin(clock.clone()).await;
        let stranger =
            one.callers.iter().filter(|caller| caller.actor.role == Role::SalesRep).nth(1).unwrap();
        hide(&other, &other.db, stranger.actor.user.unwrap(), stranger.actor.team).await;
        assert_eq!(limited(), [Role::SalesRep, Role::Delivery]);
        let at_home = || {
            one.callers.iter().filter(|caller| {
                limited().contains(&caller.actor.role) && caller.actor.team != stranger.actor.team
            })
        };
        let (mut asked, mut leaks) = (0, Vec::new());
        for caller in at_home() {
            for route in listed() {
                for (query, ask) in asks(&one, &route) {
                    asked += 1;
                    let before = answer(&one, &route, query, &ask, &caller.cookie).await;
                    let after = answer(&other, &route, query, &ask, &caller.cookie).await;
                    if before != after {
                        let at = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
                        let near = |text: &str| {
                            let from = (0..=at.saturating_sub(60)).rev().find(|i| text.is_char_boundary(*i));
                            text[from.unwrap_or(0)..].chars().take(160).collect::<String>()
                        };
                        leaks.push(format!(
                            "{route}{query} tells {}:\n  {}\n  {}",
                            caller.name,
                            near(&before),
                            near(&after)
                        ));
                    }
                }
            }
        }
        for caller in at_home() {
            // What no route asks yet.
            let tasks = async |company: &Company| {
                let account = Subject::Account(company.id("account").parse().unwrap());
                store::tasks::open_on(&company.db, &caller.actor, account).await
            };
            assert_eq!(tasks(&one).await, tasks(&other).await, "{}", caller.name);
        }
        assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
        assert!(asked > 60, "{asked}");
        // The difference is there, for who may see it.
        let admin = one.callers.iter().find(|caller| caller.actor.role == Role::Admin).unwrap();
        let board = Route {
            verb: Verb::Post,
            path: "/fn/deals/list".into(),
            access: super::routes::Access::SignedIn,
        };
        let ask = Ask::Json(json!({"filter": {}}));
        let seen = answer(&one, &board, "", &ask, &admin.cookie).await;
        assert_ne!(seen, answer(&other, &board, "", &ask, &admin.cookie).await);
    });
}
