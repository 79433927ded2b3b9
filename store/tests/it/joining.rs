//! Invitations, new passwords, sessions and their history: who gets in, and who does not.

use chrono::TimeDelta;
use domain::access::Role;
use domain::session::SignInOutcome;
use domain::user::{Invitation, Standing, User};
use domain::{Fault, Lang, Outcome, Problem};
use sea_orm::{ConnectionTrait, Database, Statement};
use store::sessions::{self, Origin, SignedIn};
use store::users::{self, Post};
use store::{Db, outbox};

use crate::harness::{PASSWORD, SITE, T, both};

both!(
    an_invitation_lets_somebody_in_once,
    an_invitation_can_be_sent_again_and_taken_back,
    without_a_mail_server_the_link_is_handed_over,
    only_admins_invite_and_send_links,
    a_reset_sets_the_password_and_ends_sessions,
    a_new_wish_voids_the_old_link,
    old_reused_tampered_and_foreign_tokens_change_nothing,
    a_link_used_twice_at_once_works_once,
    known_and_unknown_addresses_cost_and_answer_the_same,
    links_stand_nowhere_in_the_database,
    weak_passwords_are_refused_before_hashing,
    own_sessions_are_listed_and_ended_at_once,
    signing_in_again_ends_the_browsers_old_session,
    tries_to_sign_in_are_remembered,
);

const ORIGIN: &str = "https://crm.example";
const MAILED: Post<'static> = Post { origin: ORIGIN, mail: true };
const NEW: &str = "колесо крутится медленно";

fn invitation(name: &str) -> Invitation {
    Invitation {
        email: format!("{name}@example.com"),
        name: name.into(),
        role: Role::SalesRep,
        team: None,
        lang: Lang::En,
    }
}

/// The tokens of the mails that wait, oldest first; they count as sent.
async fn tokens(db: &Db, page: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    for taken in outbox::take(db, SITE, 100).await.unwrap() {
        let start = format!("{ORIGIN}/{page}/");
        let at = taken.mail.text.find(&start).unwrap() + start.len();
        tokens.push(taken.mail.text[at..].lines().next().unwrap().to_owned());
        outbox::delivered(db, taken.id).await.unwrap();
    }
    tokens
}

async fn token(t: &T, page: &str) -> String {
    let mut tokens = tokens(&t.db, page).await;
    assert_eq!(tokens.len(), 1);
    tokens.remove(0)
}

async fn sign_in(t: &T, email: &str, password: &str) -> Outcome<SignedIn> {
    sessions::sign_in(&t.db, email, password, Origin::default()).await
}

async fn reload(t: &T, user: &User) -> User {
    users::list(&t.db, &t.admin).await.unwrap().into_iter().find(|u| u.id == user.id).unwrap()
}

async fn an_invitation_lets_somebody_in_once(t: &T) {
    let invited = users::invite(&t.db, &t.admin, invitation("boris"), MAILED).await.unwrap();
    assert_eq!((invited.user.standing, invited.user.active), (Standing::Invited, true));
    assert_eq!(invited.link, None, "the mail alone carries it");
    assert_eq!(
        sign_in(t, "boris@example.com", "").await.err(),
        Some(Problem::field("password", Fault::WrongPassword))
    );

    let taken = outbox::take(&t.db, SITE, 10).await.unwrap().remove(0);
    assert_eq!((taken.mail.to.as_str(), taken.mail.to_name.as_str()), ("boris@example.com", "boris"));
    assert!(taken.mail.text.contains("Анна Белова invites you"), "{}", taken.mail.text);
    outbox::failed(&t.db, taken.id, "greylisted", false).await.unwrap();
    t.pass(TimeDelta::minutes(5));
    // The second try carries the same link.
    let token = token(t, "join").await;
    assert!(taken.mail.text.contains(&token));

    let guest = users::invited(&t.db, &token).await.unwrap();
    assert_eq!((guest.name.as_str(), guest.email.as_str()), ("boris", "boris@example.com"));
    let bad = users::join(&t.db, &token, " ", "boris-kim-2026").await.unwrap_err();
    assert_eq!(
        (bad.fault_of("name"), bad.fault_of("password")),
        (Some(Fault::Required), Some(Fault::PersonalPassword))
    );
    let joined = users::join(&t.db, &token, "Борис Ким", NEW).await.unwrap();
    assert_eq!((joined.name.as_str(), joined.standing), ("Борис Ким", Standing::Joined));
    assert_eq!(sign_in(t, "boris@example.com", NEW).await.unwrap().user.id, invited.user.id);
    assert_eq!(users::join(&t.db, &token, "Eve", PASSWORD).await.err(), Some(Problem::Expired));
    assert_eq!(reload(t, &joined).await.name, "Борис Ким");

    let twice = users::invite(&t.db, &t.admin, invitation("BORIS"), MAILED).await;
    assert_eq!(twice.err(), Some(Problem::field("email", Fault::Taken)));
}

async fn an_invitation_can_be_sent_again_and_taken_back(t: &T) {
    let user = users::invite(&t.db, &t.admin, invitation("boris"), MAILED).await.unwrap().user;
    let first = token(t, "join").await;
    t.pass(TimeDelta::hours(71));
    users::invite_again(&t.db, &t.admin, user.id, MAILED).await.unwrap();
    let second = token(t, "join").await;
    assert_eq!(users::join(&t.db, &first, "B", NEW).await.err(), Some(Problem::Expired));
    assert!(users::invited(&t.db, &second).await.is_ok());

    users::revoke_invitation(&t.db, &t.admin, user.id).await.unwrap();
    assert_eq!(users::join(&t.db, &second, "B", NEW).await.err(), Some(Problem::Expired));
    let off = reload(t, &user).await;
    assert_eq!((off.active, off.standing), (false, Standing::Outside));
    let unknown = Some(Problem::field("id", Fault::Unknown));
    assert_eq!(users::revoke_invitation(&t.db, &t.admin, user.id).await.err(), unknown);
    assert_eq!(users::invite_again(&t.db, &t.admin, user.id, MAILED).await.err(), unknown);

    users::reactivate(&t.db, &t.admin, user.id, off.version).await.unwrap();
    users::invite_again(&t.db, &t.admin, user.id, MAILED).await.unwrap();
    let third = token(t, "join").await;
    users::join(&t.db, &third, "B", NEW).await.unwrap();
    // Who has a password is not invited once more.
    assert_eq!(users::invite_again(&t.db, &t.admin, user.id, MAILED).await.err(), unknown);
}

async fn without_a_mail_server_the_link_is_handed_over(t: &T) {
    let by_hand = Post { mail: false, ..MAILED };
    let invited = users::invite(&t.db, &t.admin, invitation("boris"), by_hand).await.unwrap();
    assert!(
        outbox::take(&t.db, SITE, 10).await.unwrap().is_empty(),
        "it would go out when a mail server is set up"
    );
    let link = invited.link.unwrap();
    let token = link.strip_prefix("https://crm.example/join/").unwrap();
    let user = users::join(&t.db, token, "B", NEW).await.unwrap();
    let link = users::send_reset(&t.db, &t.admin, user.id, by_hand).await.unwrap().unwrap();
    let token = link.strip_prefix("https://crm.example/reset/").unwrap();
    users::reset(&t.db, token, PASSWORD).await.unwrap();
    assert!(sign_in(t, "boris@example.com", PASSWORD).await.is_ok());
}

async fn only_admins_invite_and_send_links(t: &T) {
    let waiting = users::invite(&t.db, &t.admin, invitation("waiting"), MAILED).await.unwrap().user;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Admin) {
        let user = t.user(&format!("user {}", role.code()), role, None).await;
        let actor = user.actor();
        let refused = Some(Problem::Forbidden);
        assert_eq!(users::invite(&t.db, &actor, invitation("x"), MAILED).await.err(), refused);
        assert_eq!(users::invite_again(&t.db, &actor, waiting.id, MAILED).await.err(), refused);
        assert_eq!(users::revoke_invitation(&t.db, &actor, waiting.id).await.err(), refused);
        assert_eq!(users::send_reset(&t.db, &actor, t.admin.user.unwrap(), MAILED).await.err(), refused);
        assert_eq!(users::reactivate(&t.db, &actor, user.id, user.version).await.err(), refused);
        assert_eq!(sessions::history(&t.db, &actor, t.admin.user.unwrap()).await.err(), refused);
        assert!(sessions::history(&t.db, &actor, user.id).await.is_ok());
    }
}

async fn a_reset_sets_the_password_and_ends_sessions(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let here = sign_in(t, &user.email, PASSWORD).await.unwrap().token;
    users::ask_reset(&t.db, " BORIS@example.com ", ORIGIN).await.unwrap();
    let token = token(t, "reset").await;
    assert_eq!(users::check_reset(&t.db, &token).await.unwrap().email, "boris@example.com");
    assert!(sessions::me(&t.db, &here).await.is_ok(), "asking alone changes nothing");

    let weak = users::reset(&t.db, &token, "qwerty123456").await;
    assert_eq!(weak.err(), Some(Problem::field("password", Fault::CommonPassword)));
    users::reset(&t.db, &token, NEW).await.unwrap();
    assert_eq!(sessions::me(&t.db, &here).await.err(), Some(Problem::SignedOut));
    assert!(sign_in(t, &user.email, PASSWORD).await.is_err());
    assert!(sign_in(t, &user.email, NEW).await.is_ok());
    assert_eq!(users::reset(&t.db, &token, PASSWORD).await.err(), Some(Problem::Expired));
}

async fn a_new_wish_voids_the_old_link(t: &T) {
    users::ask_reset(&t.db, "anna@example.com", ORIGIN).await.unwrap();
    let first = token(t, "reset").await;
    users::ask_reset(&t.db, "anna@example.com", ORIGIN).await.unwrap();
    let second = token(t, "reset").await;
    assert_eq!(users::reset(&t.db, &first, NEW).await.err(), Some(Problem::Expired));
    assert!(users::check_reset(&t.db, &second).await.is_ok());
    // A changed password makes the links of before worthless.
    users::change_password(&t.db, &t.admin, PASSWORD, NEW, None).await.unwrap();
    assert_eq!(users::reset(&t.db, &second, PASSWORD).await.err(), Some(Problem::Expired));

    // A wish that nobody could serve in time is no surprise mail later.
    users::ask_reset(&t.db, "anna@example.com", ORIGIN).await.unwrap();
    t.pass(TimeDelta::hours(1));
    assert!(outbox::take(&t.db, SITE, 10).await.unwrap().is_empty());
}

async fn old_reused_tampered_and_foreign_tokens_change_nothing(t: &T) {
    let boris = users::invite(&t.db, &t.admin, invitation("boris"), MAILED).await.unwrap().user;
    let join = token(t, "join").await;
    users::ask_reset(&t.db, "anna@example.com", ORIGIN).await.unwrap();
    let reset = token(t, "reset").await;
    let before = users::list(&t.db, &t.admin).await.unwrap();

    let mut tampered = join.clone();
    let last = if tampered.ends_with('A') { 'B' } else { 'A' };
    tampered.pop();
    tampered.push(last);
    for (foreign, why) in
        [(tampered.as_str(), "tampered"), (&reset, "for a reset"), ("", "empty"), ("' OR 1=1", "typed")]
    {
        assert_eq!(users::join(&t.db, foreign, "Eve", NEW).await.err(), Some(Problem::NotFound), "{why}");
        assert_eq!(users::invited(&t.db, foreign).await.err(), Some(Problem::NotFound), "{why}");
    }
    assert_eq!(users::reset(&t.db, &join, NEW).await.err(), Some(Problem::NotFound), "an invitation");

    t.pass(TimeDelta::hours(1) - TimeDelta::seconds(1));
    assert!(users::check_reset(&t.db, &reset).await.is_ok());
    t.pass(TimeDelta::seconds(1));
    assert_eq!(users::reset(&t.db, &reset, NEW).await.err(), Some(Problem::Expired));
    t.pass(TimeDelta::hours(71));
    assert_eq!(users::join(&t.db, &join, "Eve", NEW).await.err(), Some(Problem::Expired));

    assert_eq!(users::list(&t.db, &t.admin).await.unwrap(), before);
    assert!(sign_in(t, "anna@example.com", PASSWORD).await.is_ok());
    assert!(sign_in(t, "boris@example.com", NEW).await.is_err());

    // Somebody switched off does not come back through a link.
    users::invite_again(&t.db, &t.admin, boris.id, MAILED).await.unwrap();
    let join = token(t, "join").await;
    let version = reload(t, &boris).await.version;
    users::deactivate(&t.db, &t.admin, boris.id, version, domain::user::Handover::Unowned).await.unwrap();
    assert_eq!(users::join(&t.db, &join, "B", NEW).await.err(), Some(Problem::Expired));
}

async fn a_link_used_twice_at_once_works_once(t: &T) {
    users::invite(&t.db, &t.admin, invitation("boris"), MAILED).await.unwrap();
    let token = token(t, "join").await;
    let (a, b) =
        tokio::join!(users::join(&t.db, &token, "One", NEW), users::join(&t.db, &token, "Other", PASSWORD));
    assert_eq!([&a, &b].iter().filter(|joined| joined.is_ok()).count(), 1, "{a:?} {b:?}");
    assert!([a, b].contains(&Err(Problem::Expired)));
}

async fn known_and_unknown_addresses_cost_and_answer_the_same(t: &T) {
    let off = t.user("Off", Role::SalesRep, None).await;
    users::deactivate(&t.db, &t.admin, off.id, off.version, domain::user::Handover::Unowned).await.unwrap();
    users::invite(&t.db, &t.admin, invitation("invited"), MAILED).await.unwrap();
    tokens(&t.db, "join").await;
    let addresses = ["anna@example.com", "nobody@example.com", "off@example.com", "invited@example.com"];
    let mut cost = Vec::new();
    for email in addresses {
        let (hashes, statements) = (t.db.hashes(), t.db.statements());
        let answer = sign_in(t, email, NEW).await;
        assert_eq!(answer.err(), Some(Problem::field("password", Fault::WrongPassword)), "{email}");
        cost.push((t.db.hashes() - hashes, t.db.statements() - statements));
        let (hashes, statements) = (t.db.hashes(), t.db.statements());
        assert_eq!(users::ask_reset(&t.db, email, ORIGIN).await, Ok(()), "{email}");
        cost.push((t.db.hashes() - hashes, t.db.statements() - statements));
    }
    assert_eq!((cost[0].0, cost[1].0), (1, 0));
    assert!(cost.chunks(2).all(|each| each == &cost[..2]), "{cost:?}");
    // Only the worker finds out who is there.
    assert_eq!(tokens(&t.db, "reset").await.len(), 1);
    let wrong = users::ask_reset(&t.db, "no address", ORIGIN).await;
    assert_eq!(wrong, Err(Problem::field("email", Fault::NotAnEmail)));
}

async fn links_stand_nowhere_in_the_database(t: &T) {
    users::invite(&t.db, &t.admin, invitation("boris"), MAILED).await.unwrap();
    users::ask_reset(&t.db, "anna@example.com", ORIGIN).await.unwrap();
    let taken = outbox::take(&t.db, SITE, 10).await.unwrap();
    assert_eq!(taken.len(), 2);
    let conn = Database::connect(&t.url).await.unwrap();
    let mut kept = String::new();
    for table in ["SELECT payload AS kept FROM outbox", "SELECT token_hash AS kept FROM one_time_tokens"] {
        for row in
            conn.query_all_raw(Statement::from_string(conn.get_database_backend(), table)).await.unwrap()
        {
            kept += &row.try_get::<String>("", "kept").unwrap();
        }
    }
    for message in taken {
        let link = message.mail.text.lines().find(|line| line.starts_with(ORIGIN)).unwrap();
        let token = link.rsplit('/').next().unwrap();
        assert!(token.len() >= 32 && !kept.contains(token), "{link}");
    }
}

async fn weak_passwords_are_refused_before_hashing(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    users::ask_reset(&t.db, &user.email, ORIGIN).await.unwrap();
    let token = token(t, "reset").await;
    let hashes = t.db.hashes();
    let huge = "ю".repeat(10 << 20);
    for (password, fault) in [
        ("short", Fault::TooShort(12)),
        (huge.as_str(), Fault::TooLong(256)),
        ("Password2026!", Fault::CommonPassword),
        ("Меридиан-2026", Fault::PersonalPassword),
    ] {
        let answer = users::reset(&t.db, &token, password).await.err();
        assert_eq!(answer, Some(Problem::field("password", fault)));
    }
    assert!(sign_in(t, &user.email, &huge).await.is_err());
    assert_eq!(t.db.hashes(), hashes);
    users::reset(&t.db, &token, NEW).await.unwrap();
}

async fn own_sessions_are_listed_and_ended_at_once(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let actor = user.actor();
    let from = async |ip: &str, agent: &str| {
        let origin = Origin { ip: ip.into(), agent: agent.into(), before: None };
        t.pass(TimeDelta::minutes(1));
        sessions::sign_in(&t.db, &user.email, PASSWORD, origin).await.unwrap().token
    };
    let phone =
        from("192.0.2.1", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1").await;
    let desk = from("192.0.2.2", "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Firefox/143.0").await;
    let third = from("192.0.2.3", "").await;
    let list = sessions::list(&t.db, &actor, Some(&desk)).await.unwrap();
    let shown: Vec<_> = list.iter().map(|s| (s.device.as_str(), s.ip.as_str(), s.this)).collect();
    assert_eq!(
        shown,
        [
            ("", "192.0.2.3", false),
            ("Firefox, Linux", "192.0.2.2", true),
            ("Safari, iPhone", "192.0.2.1", false)
        ]
    );

    // Nobody ends the session of another person.
    let of_phone = list[2].id;
    assert_eq!(sessions::end(&t.db, &t.admin, of_phone).await, Err(Problem::NotFound));
    assert!(sessions::me(&t.db, &phone).await.is_ok());
    let mut endings = t.db.endings();
    sessions::end(&t.db, &actor, of_phone).await.unwrap();
    assert_eq!(endings.try_recv().ok(), Some(user.id), "open event streams hear of it");
    assert_eq!(sessions::me(&t.db, &phone).await.err(), Some(Problem::SignedOut));
    sessions::end_others(&t.db, &actor, &desk).await.unwrap();
    assert_eq!(sessions::me(&t.db, &third).await.err(), Some(Problem::SignedOut));
    assert!(sessions::me(&t.db, &desk).await.is_ok());
    assert_eq!(sessions::list(&t.db, &actor, Some(&desk)).await.unwrap().len(), 1);
}

async fn signing_in_again_ends_the_browsers_old_session(t: &T) {
    let slipped = sign_in(t, "anna@example.com", PASSWORD).await.unwrap().token;
    let origin = Origin { before: Some(slipped.clone()), ..Origin::default() };
    let fresh = sessions::sign_in(&t.db, "anna@example.com", PASSWORD, origin.clone()).await.unwrap().token;
    assert_ne!(fresh, slipped);
    assert_eq!(sessions::me(&t.db, &slipped).await.err(), Some(Problem::SignedOut));
    assert!(sessions::me(&t.db, &fresh).await.is_ok());
    // A failed try ends nothing.
    let origin = Origin { before: Some(fresh.clone()), ..Origin::default() };
    assert!(sessions::sign_in(&t.db, "anna@example.com", NEW, origin).await.is_err());
    assert!(sessions::me(&t.db, &fresh).await.is_ok());
}

async fn tries_to_sign_in_are_remembered(t: &T) {
    let anna = t.admin.user.unwrap();
    let origin = || Origin { ip: "192.0.2.9".into(), agent: "curl/8.16".into(), before: None };
    sessions::sign_in(&t.db, "anna@example.com", NEW, origin()).await.unwrap_err();
    t.pass(TimeDelta::minutes(1));
    sessions::sign_in(&t.db, "nobody@example.com", NEW, origin()).await.unwrap_err();
    sessions::blocked(&t.db, " Anna@EXAMPLE.com", origin()).await.unwrap();
    t.pass(TimeDelta::minutes(1));
    sessions::sign_in(&t.db, "anna@example.com", PASSWORD, origin()).await.unwrap();
    let history = sessions::history(&t.db, &t.admin, anna).await.unwrap();
    let outcomes: Vec<_> = history.iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [SignInOutcome::Ok, SignInOutcome::Blocked, SignInOutcome::Wrong]);
    assert_eq!(history[0].ip, "192.0.2.9");

    // Unknown addresses leave a line without a person, and without what was typed.
    let conn = Database::connect(&t.url).await.unwrap();
    let count = Statement::from_string(
        conn.get_database_backend(),
        "SELECT count(*) AS n FROM sign_ins WHERE user_id IS NULL AND outcome = 'wrong'",
    );
    let count = conn.query_one_raw(count).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap();
    assert_eq!(count, 1);

    for _ in 0..25 {
        t.pass(TimeDelta::seconds(1));
        sessions::blocked(&t.db, "anna@example.com", origin()).await.unwrap();
    }
    assert_eq!(sessions::history(&t.db, &t.admin, anna).await.unwrap().len(), 20);
    t.pass(TimeDelta::days(91));
    sessions::blocked(&t.db, "anna@example.com", origin()).await.unwrap();
    assert_eq!(sessions::history(&t.db, &t.admin, anna).await.unwrap().len(), 1);
}
