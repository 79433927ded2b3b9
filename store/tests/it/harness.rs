//! A fresh database per test: a file for SQLite, a `CREATE DATABASE` on a throw-away PostgreSQL.

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use domain::Lang;
use domain::access::{Actor, Role};
use domain::id::{LeadId, TeamId};
use domain::lead::{ConvertLead, Converted, NewLead};
use domain::user::{NewUser, User};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use store::db::Connect;
use store::users::NewOwner;
use store::{Clock, Db, leads, users};

/// The public address that links in mails lead to.
pub(crate) const SITE: &str = "https://crm.example";
pub(crate) const PASSWORD: &str = "тихая вода у мельницы";

/// Where the tests stand in time: noon in Moscow.
pub(crate) fn start() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// What a test has at hand.
pub(crate) struct T {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) url: String,
    /// The owner, made through the set-up link.
    pub(crate) admin: Actor,
}

impl T {
    async fn new(url: String) -> T {
        let clock = Clock::manual(start());
        let db = open(&url, &clock).await;
        let token = users::setup_token(&db).await.unwrap().unwrap();
        let owner = users::create_owner(&db, &token, owner()).await.unwrap();
        T { db, clock, url, admin: owner.actor() }
    }

    /// Moves the clock forward.
    pub(crate) fn pass(&self, time: TimeDelta) {
        self.clock.set(self.clock.now() + time);
    }

    pub(crate) async fn team(&self, name: &str) -> TeamId {
        users::add_team(&self.db, &self.admin, name, None).await.unwrap().id
    }

    /// A user of that role; the address is made of the name.
    pub(crate) async fn user(&self, name: &str, role: Role, team: Option<TeamId>) -> User {
        users::add(&self.db, &self.admin, new_user(name, role, team)).await.unwrap()
    }

    /// A lead typed in by `actor`.
    pub(crate) async fn lead(&self, actor: &Actor, name: &str, phone: &str) -> LeadId {
        let lead = NewLead { name: name.into(), phone: phone.into(), ..NewLead::default() };
        leads::create(&self.db, actor, lead).await.unwrap()
    }

    /// A contact with a deal, and with an account unless `account` is empty; by way of a lead.
    pub(crate) async fn client(&self, actor: &Actor, name: &str, phone: &str, account: &str) -> Converted {
        let lead = self.lead(actor, name, phone).await;
        let proposed = leads::propose(&self.db, actor, lead).await.unwrap();
        let convert = ConvertLead {
            lead,
            version: proposed.version,
            contact: None,
            contact_name: name.into(),
            account: None,
            account_name: account.into(),
            deal_title: format!("Deal of {name}"),
            amount: None,
            pipeline: None,
        };
        leads::convert(&self.db, actor, convert).await.unwrap()
    }
}

pub(crate) async fn open(url: &str, clock: &Clock) -> Db {
    Db::open(Connect { url: url.into(), secret: [7; 32], key: [9; 32], clock: clock.clone() }).await.unwrap()
}

pub(crate) fn owner() -> NewOwner {
    NewOwner {
        company: "Меридиан".into(),
        name: "Анна Белова".into(),
        email: "Anna@Example.com".into(),
        password: PASSWORD.into(),
        lang: Lang::Ru,
        time_zone: "Europe/Moscow".into(),
    }
}

pub(crate) fn new_user(name: &str, role: Role, team: Option<TeamId>) -> NewUser {
    NewUser {
        email: format!("{}@example.com", name.to_lowercase().replace(' ', ".")),
        name: name.into(),
        role,
        team,
        lang: Lang::En,
        password: PASSWORD.into(),
    }
}

/// Runs a test on a new SQLite file.
pub(crate) async fn on_sqlite(test: impl AsyncFnOnce(&T)) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("not yet there").join("millrace.db");
    let t = T::new(format!("sqlite://{}", file.display())).await;
    test(&t).await;
}

/// Runs a test on a new PostgreSQL database, dropped when the test passes.
pub(crate) async fn on_postgres(test: impl AsyncFnOnce(&T)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var("MILLRACE_TEST_POSTGRES") else {
        panic!("MILLRACE_TEST_POSTGRES names no server: run scripts/test.sh, which starts one")
    };
    let name = format!("it_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(&server).await.unwrap();
    command(&admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    command(&admin, &format!("CREATE DATABASE {name}")).await;
    let (base, _) = server.rsplit_once('/').unwrap();
    let t = T::new(format!("{base}/{name}")).await;
    test(&t).await;
    drop(t);
    command(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn command(server: &DatabaseConnection, sql: &str) {
    server.execute_unprepared(sql).await.unwrap();
}

/// Makes two tests of each `async fn name(t: &T)`.
macro_rules! both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $name() { crate::harness::on_sqlite(super::$name).await })+
        }
        mod postgres {
            $(#[tokio::test] async fn $name() { crate::harness::on_postgres(super::$name).await })+
        }
    };
}
pub(crate) use both;
