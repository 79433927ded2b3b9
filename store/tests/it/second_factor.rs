//! The second factor: setting it up, signing in with it, losing it.

use chrono::TimeDelta;
use domain::access::{Actor, Role};
use domain::second_factor::{Demand, State};
use domain::session::SignInOutcome;
use domain::settings::Settings;
use domain::{Fault, Problem};
use sea_orm::{ConnectionTrait, Database, Statement};
use store::sessions::{self, HALF_MINUTES, Origin, SignedIn};
use store::{second_factor, settings, users};
use totp_rs::{Builder, Secret, Totp};

use crate::harness::{PASSWORD, T, both};

both!(
    a_secret_counts_only_after_a_code_and_the_password,
    the_session_begins_after_the_second_step,
    a_code_works_once_and_one_step_apart,
    of_two_who_show_the_same_code_at_once_one_comes_in,
    a_recovery_code_works_once,
    the_step_between_is_short_and_used_once,
    giving_it_up_takes_password_and_code,
    an_admin_takes_it_away_and_nobody_their_own,
    nothing_secret_is_kept_readable,
    the_demand_binds_whom_it_names,
);

const EMAIL: &str = "anna@example.com";

fn wrong_code() -> Option<Problem> {
    Some(Problem::field("code", Fault::Unknown))
}

/// The authenticator of somebody whose secret was just shown.
async fn authenticator(t: &T, actor: &Actor) -> Totp {
    second_factor::begin(&t.db, actor).await.unwrap();
    let State::Begun(enrolment) = second_factor::show(&t.db, actor).await.unwrap().state else {
        panic!("a secret is shown")
    };
    assert!(
        enrolment.address.starts_with("otpauth://totp/") && enrolment.address.contains(&enrolment.secret)
    );
    Builder::new().with_secret(Secret::try_from_base32(enrolment.secret).unwrap()).build().unwrap()
}

fn code_at(t: &T, totp: &Totp, steps: i64) -> String {
    totp.generate((t.db.now().timestamp() + 30 * steps).unsigned_abs()).to_string()
}

/// The authenticator and the recovery codes of somebody who has just turned it on; the code of now is used up.
async fn enrolled(t: &T, actor: &Actor) -> (Totp, Vec<String>) {
    let totp = authenticator(t, actor).await;
    let code = code_at(t, &totp, 0);
    let codes = second_factor::confirm(&t.db, actor, PASSWORD, &code, None).await.unwrap();
    (totp, codes)
}

async fn first_step(t: &T) -> SignedIn {
    sessions::sign_in(&t.db, EMAIL, PASSWORD, Origin::default()).await.unwrap()
}

async fn finish(t: &T, half: &SignedIn, code: &str) -> Result<SignedIn, Problem> {
    sessions::finish(&t.db, &half.token, code, Origin::default()).await
}

async fn a_secret_counts_only_after_a_code_and_the_password(t: &T) {
    let totp = authenticator(t, &t.admin).await;
    assert!(!first_step(t).await.is_half, "a secret that was only shown is not asked for");
    let code = code_at(t, &totp, 0);
    let confirm = async |password: &str, code: &str| {
        second_factor::confirm(&t.db, &t.admin, password, code, None).await.err()
    };
    assert_eq!(
        confirm("чужой пароль, а не мой", &code).await,
        Some(Problem::field("password", Fault::WrongPassword))
    );
    assert_eq!(confirm(PASSWORD, "000 00").await, wrong_code());
    assert_eq!(confirm(PASSWORD, &code_at(t, &totp, 2)).await, wrong_code());
    let here = first_step(t).await.token;
    let there = first_step(t).await.token;
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let codes = second_factor::confirm(&t.db, &t.admin, PASSWORD, &spaced, Some(&here)).await.unwrap();
    assert_eq!(codes.len(), 10);
    assert!(sessions::me(&t.db, &here).await.is_ok());
    assert!(sessions::me(&t.db, &there).await.is_err(), "it began without the second factor");
    assert!(matches!(
        second_factor::show(&t.db, &t.admin).await.unwrap().state,
        State::On { codes_left: 10, .. }
    ));
    assert_eq!(confirm(PASSWORD, &code).await, Some(Problem::Expired));
    let again = second_factor::begin(&t.db, &t.admin).await;
    assert_eq!(again, Err(Problem::field("code", Fault::Taken)), "it is not replaced without a code");
}

async fn the_session_begins_after_the_second_step(t: &T) {
    let (totp, _) = enrolled(t, &t.admin).await;
    t.pass(TimeDelta::minutes(1));
    let half = first_step(t).await;
    assert!(half.is_half);
    assert_eq!(sessions::me(&t.db, &half.token).await.err(), Some(Problem::SignedOut));
    assert_eq!(sessions::half_user(&t.db, &half.token).await.unwrap().email, EMAIL);
    let wrong = if code_at(t, &totp, 0) == "000000" { "000001" } else { "000000" };
    assert_eq!(finish(t, &half, wrong).await.err(), wrong_code());
    assert_eq!(finish(t, &half, "").await.err(), wrong_code());
    let whole = finish(t, &half, &code_at(t, &totp, 0)).await.unwrap();
    assert!(!whole.is_half && whole.token != half.token, "nothing that was known before opens it");
    assert_eq!(sessions::me(&t.db, &whole.token).await.unwrap().0, t.admin);
    let history = sessions::history(&t.db, &t.admin, t.admin.user.unwrap()).await.unwrap();
    let outcomes: Vec<_> = history.iter().take(3).map(|line| line.outcome).collect();
    assert_eq!(outcomes, [SignInOutcome::OkCode, SignInOutcome::WrongCode, SignInOutcome::WrongCode]);
}

async fn a_code_works_once_and_one_step_apart(t: &T) {
    let (totp, _) = enrolled(t, &t.admin).await;
    let half = first_step(t).await;
    assert_eq!(finish(t, &half, &code_at(t, &totp, 0)).await.err(), wrong_code(), "it confirmed the secret");
    assert_eq!(finish(t, &half, &code_at(t, &totp, 2)).await.err(), wrong_code());
    // A clock that is ahead: the step after is taken, and with it all before.
    let ahead = code_at(t, &totp, 1);
    finish(t, &half, &ahead).await.unwrap();
    t.pass(TimeDelta::seconds(30));
    let half = first_step(t).await;
    assert_eq!(finish(t, &half, &ahead).await.err(), wrong_code(), "a replay");
    t.pass(TimeDelta::seconds(60));
    let behind = code_at(t, &totp, -1);
    finish(t, &half, &behind).await.unwrap();
}

async fn of_two_who_show_the_same_code_at_once_one_comes_in(t: &T) {
    let (totp, _) = enrolled(t, &t.admin).await;
    t.pass(TimeDelta::minutes(1));
    let (one, other) = (first_step(t).await, first_step(t).await);
    let code = code_at(t, &totp, 0);
    let (one, other) = tokio::join!(finish(t, &one, &code), finish(t, &other, &code));
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1);
}

async fn a_recovery_code_works_once(t: &T) {
    let (totp, codes) = enrolled(t, &t.admin).await;
    let half = first_step(t).await;
    let typed = codes[3].replace('-', "").to_uppercase();
    finish(t, &half, &typed).await.unwrap();
    let half = first_step(t).await;
    assert_eq!(finish(t, &half, &codes[3]).await.err(), wrong_code());
    finish(t, &half, &codes[4]).await.unwrap();
    let state = second_factor::show(&t.db, &t.admin).await.unwrap().state;
    assert!(matches!(state, State::On { codes_left: 8, .. }));
    // New ones take the place of the old ones.
    t.pass(TimeDelta::minutes(1));
    let code = code_at(t, &totp, 0);
    let fresh = second_factor::renew_codes(&t.db, &t.admin, PASSWORD, &code).await.unwrap();
    let half = first_step(t).await;
    assert_eq!(finish(t, &half, &codes[5]).await.err(), wrong_code());
    finish(t, &half, &fresh[0]).await.unwrap();
}

async fn the_step_between_is_short_and_used_once(t: &T) {
    let (_, codes) = enrolled(t, &t.admin).await;
    let gone = Some(Problem::SignedOut);
    assert_eq!(sessions::finish(&t.db, "", &codes[0], Origin::default()).await.err(), gone);
    let late = first_step(t).await;
    t.pass(TimeDelta::minutes(HALF_MINUTES));
    assert_eq!(finish(t, &late, &codes[0]).await.err(), gone);
    let half = first_step(t).await;
    finish(t, &half, &codes[0]).await.unwrap();
    assert_eq!(finish(t, &half, &codes[1]).await.err(), gone);
    // A new password ends what stands between the steps.
    let half = first_step(t).await;
    users::change_password(&t.db, &t.admin, PASSWORD, "семь мельниц на одной реке", None).await.unwrap();
    assert_eq!(finish(t, &half, &codes[1]).await.err(), gone);
}

async fn giving_it_up_takes_password_and_code(t: &T) {
    let (totp, _) = enrolled(t, &t.admin).await;
    t.pass(TimeDelta::minutes(1));
    let code = code_at(t, &totp, 0);
    let off = async |password: &str, code: &str| {
        second_factor::disable(&t.db, &t.admin, password, code).await.err()
    };
    assert_eq!(
        off("чужой пароль, а не мой", &code).await,
        Some(Problem::field("password", Fault::WrongPassword))
    );
    assert_eq!(off(PASSWORD, &code_at(t, &totp, 5)).await, wrong_code());
    assert!(first_step(t).await.is_half);
    assert_eq!(off(PASSWORD, &code).await, None);
    assert!(!first_step(t).await.is_half);
    assert_eq!(second_factor::show(&t.db, &t.admin).await.unwrap().state, State::Off);
}

async fn an_admin_takes_it_away_and_nobody_their_own(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, None).await;
    let (_, codes) = enrolled(t, &rep.actor()).await;
    let half = sessions::sign_in(&t.db, &rep.email, PASSWORD, Origin::default()).await.unwrap();
    let session = sessions::finish(&t.db, &half.token, &codes[0], Origin::default()).await.unwrap();
    let half = sessions::sign_in(&t.db, &rep.email, PASSWORD, Origin::default()).await.unwrap();
    let id = t.admin.user.unwrap();
    assert_eq!(second_factor::reset(&t.db, &rep.actor(), id).await, Err(Problem::Forbidden));
    assert_eq!(second_factor::reset(&t.db, &t.admin, id).await, Err(Problem::Forbidden));
    second_factor::reset(&t.db, &t.admin, rep.id).await.unwrap();
    assert!(sessions::me(&t.db, &session.token).await.is_err());
    assert!(sessions::half_user(&t.db, &half.token).await.is_err());
    let plain = sessions::sign_in(&t.db, &rep.email, PASSWORD, Origin::default()).await.unwrap();
    assert!(!plain.is_half);
    let none_left = second_factor::reset(&t.db, &t.admin, rep.id).await;
    assert_eq!(none_left, Err(Problem::field("id", Fault::Unknown)));
    let log = store::audit::list(&t.db, &t.admin, &Default::default()).await.unwrap();
    let entry = log.rows.iter().find(|entry| entry.action == "reset_second_factor").unwrap();
    assert_eq!(entry.who.as_ref().map(|person| person.id), t.admin.user);
}

async fn nothing_secret_is_kept_readable(t: &T) {
    let totp = authenticator(t, &t.admin).await;
    let code = code_at(t, &totp, 0);
    let codes = second_factor::confirm(&t.db, &t.admin, PASSWORD, &code, None).await.unwrap();
    let half = first_step(t).await;
    finish(t, &half, &codes[0]).await.unwrap();
    let secrets = [totp.secret().to_base32(), codes[0].clone(), codes[1].replace('-', ""), half.token];
    let conn = Database::connect(&t.url).await.unwrap();
    for (table, column) in [
        ("second_factors", "sealed"),
        ("recovery_codes", "code_hash"),
        ("half_sessions", "token_hash"),
        ("audit_entries", "changes"),
        ("settings", "value"),
    ] {
        let all =
            Statement::from_string(conn.get_database_backend(), format!("SELECT {column} AS x FROM {table}"));
        for row in conn.query_all_raw(all).await.unwrap() {
            let kept: String = row.try_get("", "x").unwrap();
            for secret in &secrets {
                assert!(!kept.to_lowercase().contains(&secret.to_lowercase()), "{table}.{column}");
            }
        }
    }
}

async fn the_demand_binds_whom_it_names(t: &T) {
    let rep = t.user("Boris", Role::SalesRep, None).await;
    let theirs = sessions::sign_in(&t.db, &rep.email, PASSWORD, Origin::default()).await.unwrap().token;
    let mine = first_step(t).await.token;
    let must = async |token: &str| sessions::me(&t.db, token).await.unwrap().1.must_enrol;
    for (demand, admin, other) in
        [(Demand::Off, false, false), (Demand::Admins, true, false), (Demand::Everybody, true, true)]
    {
        let present = settings::show(&t.db, &t.admin).await.unwrap();
        settings::save(&t.db, &t.admin, Settings { second_factor: demand, ..present }).await.unwrap();
        assert_eq!((must(&mine).await, must(&theirs).await), (admin, other), "{demand:?}");
    }
    let totp = authenticator(t, &t.admin).await;
    assert!(must(&mine).await);
    second_factor::confirm(&t.db, &t.admin, PASSWORD, &code_at(t, &totp, 0), Some(&mine)).await.unwrap();
    assert!(!must(&mine).await);
}
