//! Signing in by an identity provider: the way there and back, and whom its word lets in.

use chrono::TimeDelta;
use domain::Problem;
use domain::access::Role;
use domain::second_factor::{Demand, State};
use domain::session::{SignInOutcome, SsoRefusal};
use domain::settings::Settings;
use domain::user::Handover;
use store::sessions::{self, Origin, SignedIn};
use store::sso::{self, Vouched, WAY_MINUTES};
use store::{second_factor, settings, users};
use totp_rs::{Builder, Secret};

use crate::harness::{PASSWORD, T, both};

both!(
    the_way_back_is_one_and_the_browsers_own,
    a_verified_address_binds_and_the_subject_counts_from_then_on,
    nobody_else_comes_in,
    the_companys_own_second_factor_comes_after,
);

const ISSUER: &str = "https://id.example";

fn vouched(subject: &str, email: &str) -> Vouched {
    Vouched { issuer: ISSUER.into(), subject: subject.into(), email: email.into(), is_verified: true }
}

async fn sign_in(t: &T, vouched: Vouched) -> Result<SignedIn, SsoRefusal> {
    sso::sign_in(&t.db, vouched, Origin::default()).await.unwrap()
}

async fn the_way_back_is_one_and_the_browsers_own(t: &T) {
    let (one, other) = (sso::begin(&t.db, "/leads").await.unwrap(), sso::begin(&t.db, "/").await.unwrap());
    assert!(one.verifier.len() >= 43 && one.verifier != one.state && one.state != one.nonce);
    let expired = Some(Problem::Expired);
    assert_eq!(sso::arrive(&t.db, &other.token, &one.state).await.err(), expired, "of another browser");
    assert_eq!(sso::arrive(&t.db, &other.token, &other.state).await.err(), expired, "a failure uses it up");
    let back = sso::arrive(&t.db, &one.token, &one.state).await.unwrap();
    assert_eq!((back.next.as_str(), &back.nonce, &back.verifier), ("/leads", &one.nonce, &one.verifier));
    assert_eq!(sso::arrive(&t.db, &one.token, &one.state).await.err(), expired, "a replay");
    let late = sso::begin(&t.db, "/").await.unwrap();
    t.pass(TimeDelta::minutes(WAY_MINUTES));
    assert_eq!(sso::arrive(&t.db, &late.token, &late.state).await.err(), expired);
}

async fn a_verified_address_binds_and_the_subject_counts_from_then_on(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let signed = sign_in(t, vouched("b-1", " BORIS@Example.com")).await.unwrap();
    assert_eq!(sessions::me(&t.db, &signed.token).await.unwrap().1.user.id, user.id);
    // From now on neither the address nor whether it is verified matters.
    let moved = Vouched { is_verified: false, ..vouched("b-1", "moved@example.com") };
    assert_eq!(sign_in(t, moved).await.unwrap().user.id, user.id);
    // Whoever gets the address at the provider later is somebody else.
    assert_eq!(sign_in(t, vouched("b-2", "boris@example.com")).await.err(), Some(SsoRefusal::Unknown));
    let history = sessions::history(&t.db, &t.admin, user.id).await.unwrap();
    let outcomes: Vec<_> = history.iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [SignInOutcome::SsoRefused, SignInOutcome::OkSso, SignInOutcome::OkSso]);
    let log = store::audit::list(&t.db, &t.admin, &Default::default()).await.unwrap();
    assert_eq!(log.rows.iter().filter(|entry| entry.action == "bind_identity").count(), 1);
    assert_eq!(log.rows.iter().filter(|entry| entry.action == "sso_refused").count(), 1);
}

async fn nobody_else_comes_in(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let unverified = Vouched { is_verified: false, ..vouched("b-1", "boris@example.com") };
    assert_eq!(sign_in(t, unverified).await.err(), Some(SsoRefusal::Unverified));
    for email in ["nobody@example.com", ""] {
        assert_eq!(sign_in(t, vouched("n-1", email)).await.err(), Some(SsoRefusal::Unknown), "{email}");
    }
    sign_in(t, vouched("b-1", "boris@example.com")).await.unwrap();
    let elsewhere = Vouched { issuer: "https://evil.example".into(), ..vouched("b-1", "") };
    assert_eq!(sign_in(t, elsewhere).await.err(), Some(SsoRefusal::Unknown), "a subject is its issuer's");
    users::deactivate(&t.db, &t.admin, user.id, user.version, Handover::Unowned).await.unwrap();
    assert_eq!(sign_in(t, vouched("b-1", "boris@example.com")).await.err(), Some(SsoRefusal::Unknown));
}

async fn the_companys_own_second_factor_comes_after(t: &T) {
    second_factor::begin(&t.db, &t.admin).await.unwrap();
    let State::Begun(shown) = second_factor::show(&t.db, &t.admin).await.unwrap().state else { panic!() };
    let totp = Builder::new().with_secret(Secret::try_from_base32(shown.secret).unwrap()).build().unwrap();
    let code = totp.generate(t.db.now().timestamp().unsigned_abs()).to_string();
    let codes = second_factor::confirm(&t.db, &t.admin, PASSWORD, &code, None).await.unwrap();
    let anna = || vouched("a-1", "anna@example.com");
    assert!(!sign_in(t, anna()).await.unwrap().is_half, "the provider's word counts");
    let present = settings::show(&t.db, &t.admin).await.unwrap();
    settings::save(&t.db, &t.admin, Settings { second_factor: Demand::Admins, ..present }).await.unwrap();
    let half = sign_in(t, anna()).await.unwrap();
    assert!(half.is_half && sessions::me(&t.db, &half.token).await.is_err());
    assert!(sessions::finish(&t.db, &half.token, &codes[0], Origin::default()).await.is_ok());
}
