//! The owner's account.

use chrono::TimeDelta;
use domain::access::Role;
use domain::{Fault, Problem};
use store::users::{NewOwner, check_setup, create_owner, setup_token};
use store::{Db, settings};

use crate::harness::{PASSWORD, T, both, open, owner};

both!(
    the_owner_is_an_admin_of_the_named_company,
    a_token_works_once,
    a_second_token_kills_the_first,
    a_token_lasts_a_day,
    bad_input_leaves_the_token_usable,
    opening_again_changes_nothing,
    servers_may_start_at_once,
);

/// A database next to the test's own, in which nobody has an account yet.
pub(crate) async fn fresh(t: &T) -> Db {
    open(&empty(t).await, &t.clock).await
}

/// The address of a database without any table.
async fn empty(t: &T) -> String {
    if let Some(file) = t.url.strip_prefix("sqlite://") {
        return format!("sqlite://{file}.fresh");
    }
    use sea_orm::ConnectionTrait;
    let name = format!("{}_fresh", t.url.rsplit_once('/').unwrap().1);
    let server = sea_orm::Database::connect(&t.url).await.unwrap();
    server.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await.unwrap();
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    format!("{}_fresh", t.url)
}

async fn the_owner_is_an_admin_of_the_named_company(t: &T) {
    assert_eq!(t.admin.role, Role::Admin);
    let settings = settings::company(&t.db).await.unwrap();
    assert_eq!((settings.company.as_str(), settings.time_zone.as_str()), ("Меридиан", "Europe/Moscow"));
    assert_eq!(setup_token(&t.db).await.unwrap(), None);
    assert!(t.db.ready().await);
}

async fn a_token_works_once(t: &T) {
    let db = fresh(t).await;
    let token = setup_token(&db).await.unwrap().unwrap();
    assert_eq!(check_setup(&db, "nonsense").await, Err(Problem::NotFound));
    assert_eq!(check_setup(&db, &token).await, Ok(()));
    let user = create_owner(&db, &token, owner()).await.unwrap();
    assert_eq!((user.role, user.email.as_str()), (Role::Admin, "anna@example.com"));
    assert_eq!(check_setup(&db, &token).await, Err(Problem::Expired));
    assert_eq!(create_owner(&db, &token, owner()).await, Err(Problem::Expired));
}

async fn a_second_token_kills_the_first(t: &T) {
    let db = fresh(t).await;
    let first = setup_token(&db).await.unwrap().unwrap();
    let second = setup_token(&db).await.unwrap().unwrap();
    assert_eq!(create_owner(&db, &first, owner()).await, Err(Problem::Expired));
    create_owner(&db, &second, owner()).await.unwrap();
}

async fn a_token_lasts_a_day(t: &T) {
    let db = fresh(t).await;
    let token = setup_token(&db).await.unwrap().unwrap();
    t.pass(TimeDelta::hours(24) - TimeDelta::seconds(1));
    assert_eq!(check_setup(&db, &token).await, Ok(()));
    t.pass(TimeDelta::seconds(1));
    assert_eq!(check_setup(&db, &token).await, Err(Problem::Expired));
}

async fn bad_input_leaves_the_token_usable(t: &T) {
    let db = fresh(t).await;
    let token = setup_token(&db).await.unwrap().unwrap();
    let bad = NewOwner {
        company: " ".into(),
        name: String::new(),
        email: "nobody".into(),
        password: "qwerty123456".into(),
        time_zone: "Moon/Crater".into(),
        ..owner()
    };
    let problem = create_owner(&db, &token, bad).await.unwrap_err();
    for (field, fault) in [
        ("company", Fault::Required),
        ("name", Fault::Required),
        ("email", Fault::NotAnEmail),
        ("password", Fault::CommonPassword),
        ("time_zone", Fault::Unknown),
    ] {
        assert_eq!(problem.fault_of(field), Some(fault), "{field}");
    }
    create_owner(&db, &token, owner()).await.unwrap();
}

async fn opening_again_changes_nothing(t: &T) {
    let before = settings::pipelines(&t.db, &t.admin).await.unwrap();
    let again = open(&t.url, &t.clock).await;
    assert_eq!(settings::pipelines(&again, &t.admin).await.unwrap(), before);
    assert_eq!(before.len(), 1);
    assert_eq!(settings::loss_reasons(&again, &t.admin).await.unwrap().len(), 6);
    let signed = store::sessions::sign_in(&again, "anna@example.com", PASSWORD, Default::default()).await;
    assert!(signed.is_ok());
}

async fn servers_may_start_at_once(t: &T) {
    let url = empty(t).await;
    let servers = futures::future::join_all((0..8).map(|_| open(&url, &t.clock))).await;
    for server in &servers {
        assert!(server.ready().await);
    }
    assert_eq!(settings::pipelines(&servers[0], &t.admin).await.unwrap().len(), 1);
}
