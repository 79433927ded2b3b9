//! Signing in and out, and what every page is told of its user.

use chrono::TimeDelta;
use domain::access::Role;
use domain::user::Theme;
use domain::{Fault, Lang, Problem};
use store::sessions::{self, Origin, SESSION_DAYS};
use store::users;

use crate::harness::{PASSWORD, T, both};

both!(
    wrong_passwords_and_unknown_addresses_look_alike,
    signing_out_ends_one_session,
    a_session_lasts_while_it_is_used,
    the_database_does_not_hold_the_token,
    me_is_one_statement,
    the_badges_count_what_is_mine,
    today_ends_at_the_users_midnight,
);

async fn sign_in(t: &T, email: &str) -> String {
    let origin = Origin { ip: "192.0.2.7".into(), agent: "Test".into(), before: None };
    sessions::sign_in(&t.db, email, PASSWORD, origin).await.unwrap().token
}

async fn wrong_passwords_and_unknown_addresses_look_alike(t: &T) {
    let refused = Some(Problem::field("password", Fault::WrongPassword));
    for (email, password) in [
        ("anna@example.com", "колесо крутится медленно"),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("anna@example.com", ""),
    ] {
        let answer = sessions::sign_in(&t.db, email, password, Origin::default()).await;
        assert_eq!(answer.err(), refused, "{email}");
    }
    let signed = sessions::sign_in(&t.db, "  ANNA@Example.com ", PASSWORD, Origin::default()).await.unwrap();
    assert_eq!(signed.user.name, "Анна Белова");
    assert!(signed.token.len() >= 43);
}

async fn signing_out_ends_one_session(t: &T) {
    let (one, other) = (sign_in(t, "anna@example.com").await, sign_in(t, "anna@example.com").await);
    assert_ne!(one, other);
    sessions::sign_out(&t.db, &one).await.unwrap();
    sessions::sign_out(&t.db, &one).await.unwrap();
    assert_eq!(sessions::me(&t.db, &one).await.err(), Some(Problem::SignedOut));
    let (actor, me) = sessions::me(&t.db, &other).await.unwrap();
    assert_eq!(actor, t.admin);
    assert_eq!(
        (me.company.as_str(), me.zone.name.as_str(), me.now),
        ("Меридиан", "Europe/Moscow", t.db.now())
    );
    assert_eq!(sessions::me(&t.db, "").await.err(), Some(Problem::SignedOut));
}

async fn a_session_lasts_while_it_is_used(t: &T) {
    let token = sign_in(t, "anna@example.com").await;
    for _ in 0..3 {
        t.pass(TimeDelta::days(SESSION_DAYS) - TimeDelta::seconds(1));
        assert!(sessions::me(&t.db, &token).await.is_ok());
    }
    t.pass(TimeDelta::days(SESSION_DAYS));
    assert_eq!(sessions::me(&t.db, &token).await.err(), Some(Problem::SignedOut));
}

async fn the_database_does_not_hold_the_token(t: &T) {
    use sea_orm::{ConnectionTrait, Statement};
    let token = sign_in(t, "anna@example.com").await;
    let conn = sea_orm::Database::connect(&t.url).await.unwrap();
    let kept = Statement::from_string(conn.get_database_backend(), "SELECT token_hash FROM sessions");
    let kept: String = conn.query_one_raw(kept).await.unwrap().unwrap().try_get("", "token_hash").unwrap();
    assert!(!kept.contains(&token) && !token.contains(&kept));
    assert!(sessions::me(&t.db, &kept).await.is_err());
}

async fn me_is_one_statement(t: &T) {
    let token = sign_in(t, "anna@example.com").await;
    sessions::me(&t.db, &token).await.unwrap();
    let statements = async || {
        let before = t.db.statements();
        sessions::me(&t.db, &token).await.unwrap();
        t.db.statements() - before
    };
    t.pass(TimeDelta::minutes(59));
    assert_eq!(statements().await, 1);
    t.pass(TimeDelta::minutes(1));
    assert_eq!(statements().await, 2, "once an hour the use is noticed");
    assert_eq!(statements().await, 1);
}

async fn the_badges_count_what_is_mine(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let marketer = t.user("Marketer", Role::Marketer, None).await;
    let deliverer = t.user("Deliverer", Role::Delivery, Some(north)).await;
    t.lead(&rep.actor(), "Олег", "+79215550138").await;
    t.lead(&rep.actor(), "Ольга", "+79215550139").await;
    for (user, due_today, new_leads) in
        [(&rep, 2, 2), (&mate, 0, 2), (&stranger, 0, 0), (&marketer, 0, 2), (&deliverer, 0, 0)]
    {
        let token = sign_in(t, &user.email).await;
        let (_, me) = sessions::me(&t.db, &token).await.unwrap();
        assert_eq!((me.due_today, me.new_leads), (due_today, new_leads), "{}", user.name);
    }
}

async fn today_ends_at_the_users_midnight(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let token = sign_in(t, &rep.email).await;
    let due_today = async || sessions::me(&t.db, &token).await.unwrap().1.due_today;
    // 23:30 in Moscow: the call is due at half past midnight.
    t.pass(TimeDelta::minutes(11 * 60 + 30));
    t.lead(&rep.actor(), "Олег", "+79215550138").await;
    assert_eq!(due_today().await, 0);
    users::set_preferences(&t.db, &rep.actor(), Lang::Ru, Theme::System, "Europe/London").await.unwrap();
    assert_eq!(due_today().await, 1);
}
