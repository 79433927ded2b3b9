//! Users, teams, settings and who may change them.

use domain::access::{Actor, Role};
use domain::settings::Settings;
use domain::user::{Handover, Theme, User};
use domain::{Fault, Lang, Problem, Refusal};
use store::users::{self, EditUser};
use store::{leads, sessions, settings};

use crate::harness::{PASSWORD, T, both, new_user};

both!(
    only_admins_change_people,
    an_address_belongs_to_one_person,
    a_stale_version_is_a_conflict,
    the_last_active_admin_stays,
    a_change_of_rights_ends_sessions,
    records_follow_their_owner_into_another_team,
    settings_are_checked_and_kept,
    preferences_are_ones_own,
    a_new_password_ends_other_sessions,
);

fn change(user: &User) -> EditUser {
    EditUser { id: user.id, version: user.version, name: user.name.clone(), role: user.role, team: user.team }
}

async fn only_admins_change_people(t: &T) {
    for role in Role::ALL {
        let user = t.user(&format!("user {}", role.code()), role, None).await;
        let actor = user.actor();
        let (may_read, may_write) = (matches!(role, Role::Admin | Role::HeadOfSales), role == Role::Admin);
        let forbidden = |allowed: bool| if allowed { None } else { Some(Problem::Forbidden) };

        let added =
            users::add(&t.db, &actor, new_user(&format!("by {}", role.code()), Role::Viewer, None)).await;
        assert_eq!(added.err(), forbidden(may_write), "{role:?} adds");
        let edited = users::edit(&t.db, &actor, EditUser { name: "Renamed".into(), ..change(&user) }).await;
        assert_eq!(edited.err(), forbidden(may_write), "{role:?} edits");
        assert_eq!(
            users::add_team(&t.db, &actor, "Team", None).await.err(),
            forbidden(may_write),
            "{role:?}: team"
        );
        let saved = settings::save(&t.db, &actor, Settings::default()).await;
        assert_eq!(saved.err(), forbidden(may_write), "{role:?}: settings");
        assert_eq!(users::list(&t.db, &actor).await.err(), forbidden(may_read), "{role:?} lists");
    }
}

async fn an_address_belongs_to_one_person(t: &T) {
    let mut twice = new_user("other", Role::SalesRep, None);
    twice.email = " ANNA@example.COM ".into();
    let problem = users::add(&t.db, &t.admin, twice).await.unwrap_err();
    assert_eq!(problem, Problem::field("email", Fault::Taken));

    let mut bad = new_user("", Role::SalesRep, Some(domain::id::TeamId(uuid::Uuid::nil())));
    bad.email = String::new();
    bad.password = "short".into();
    let problem = users::add(&t.db, &t.admin, bad).await.unwrap_err();
    for (field, fault) in [
        ("email", Fault::Required),
        ("name", Fault::Required),
        ("password", Fault::TooShort(12)),
        ("team", Fault::Unknown),
    ] {
        assert_eq!(problem.fault_of(field), Some(fault), "{field}");
    }
}

async fn a_stale_version_is_a_conflict(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let renamed =
        users::edit(&t.db, &t.admin, EditUser { name: "Борис".into(), ..change(&user) }).await.unwrap();
    assert_eq!(renamed.version, user.version + 1);
    let stale = users::edit(&t.db, &t.admin, EditUser { name: "Bob".into(), ..change(&user) }).await;
    assert_eq!(stale, Err(Problem::Conflict { version: renamed.version }));
    let kept = users::list(&t.db, &t.admin).await.unwrap().into_iter().find(|u| u.id == user.id).unwrap();
    assert_eq!(kept.name, "Борис");
}

async fn the_last_active_admin_stays(t: &T) {
    let owner = users::list(&t.db, &t.admin).await.unwrap().remove(0);
    let last = Err(Problem::refused(Refusal::LastAdmin));
    let demoted = EditUser { role: Role::Viewer, ..change(&owner) };
    let deactivated = users::deactivate(&t.db, &t.admin, owner.id, owner.version, Handover::Unowned).await;
    assert_eq!(deactivated, last);
    assert_eq!(users::edit(&t.db, &t.admin, demoted.clone()).await, last);

    // Two admins who demote each other at the same moment: one of them stays.
    let second = t.user("Second", Role::Admin, None).await;
    let second_demoted = EditUser { role: Role::Viewer, ..change(&second) };
    let second = second.actor();
    let (a, b) =
        tokio::join!(users::edit(&t.db, &second, demoted), users::edit(&t.db, &t.admin, second_demoted));
    assert_eq!([&a, &b].iter().filter(|edited| edited.is_ok()).count(), 1, "{a:?} {b:?}");
    let admins = users::list(&t.db, &Actor::SYSTEM).await.unwrap();
    assert_eq!(admins.iter().filter(|user| user.role == Role::Admin).count(), 1);
}

async fn a_change_of_rights_ends_sessions(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let sign_in = async || sessions::sign_in(&t.db, &user.email, PASSWORD, Default::default()).await;

    let token = sign_in().await.unwrap().token;
    let renamed = users::edit(&t.db, &t.admin, EditUser { name: "B".into(), ..change(&user) }).await.unwrap();
    assert!(sessions::me(&t.db, &token).await.is_ok());
    let viewer =
        users::edit(&t.db, &t.admin, EditUser { role: Role::Viewer, ..change(&renamed) }).await.unwrap();
    assert_eq!(sessions::me(&t.db, &token).await.err(), Some(Problem::SignedOut));

    let token = sign_in().await.unwrap().token;
    users::deactivate(&t.db, &t.admin, viewer.id, viewer.version, Handover::Unowned).await.unwrap();
    assert_eq!(sessions::me(&t.db, &token).await.err(), Some(Problem::SignedOut));
    assert_eq!(sign_in().await.err(), Some(Problem::field("password", Fault::WrongPassword)));
    let people = settings::people(&t.db, &t.admin).await.unwrap();
    assert!(people.iter().all(|person| person.id != user.id));
}

async fn records_follow_their_owner_into_another_team(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let southerner = t.user("Southerner", Role::SalesRep, Some(south)).await.actor();
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    assert_eq!(leads::show(&t.db, &southerner, lead).await.err(), Some(Problem::NotFound));
    users::edit(&t.db, &t.admin, EditUser { team: Some(south), ..change(&rep) }).await.unwrap();
    assert_eq!(leads::show(&t.db, &southerner, lead).await.unwrap().whose.team, Some(south));
}

async fn settings_are_checked_and_kept(t: &T) {
    let bad = Settings {
        company: String::new(),
        phone_region: "R7".into(),
        time_zone: "Nowhere".into(),
        vat_bp: -1,
        offer_days: 0,
        ..Settings::default()
    };
    let problem = settings::save(&t.db, &t.admin, bad).await.unwrap_err();
    for field in ["company", "phone_region", "time_zone", "vat_bp", "offer_days"] {
        assert!(problem.fault_of(field).is_some(), "{field}");
    }
    let good = Settings {
        company: "ООО «Мельница»".into(),
        company_details: "ИНН 7700000000\nМосква".into(),
        phone_region: "DE".into(),
        vat_bp: 1900,
        ..Settings::default()
    };
    settings::save(&t.db, &t.admin, good.clone()).await.unwrap();
    assert_eq!(settings::company(&t.db).await.unwrap(), good);
}

async fn preferences_are_ones_own(t: &T) {
    let user = t.user("Boris", Role::Viewer, None).await;
    let actor = user.actor();
    let bad = users::set_preferences(&t.db, &actor, Lang::Ru, Theme::Dark, "Mars/Olympus").await;
    assert_eq!(bad, Err(Problem::field("time_zone", Fault::Unknown)));
    users::set_preferences(&t.db, &actor, Lang::Ru, Theme::Dark, "Asia/Vladivostok").await.unwrap();
    let token = sessions::sign_in(&t.db, &user.email, PASSWORD, Default::default()).await.unwrap().token;
    let (_, me) = sessions::me(&t.db, &token).await.unwrap();
    assert_eq!(
        (me.user.lang, me.user.theme, me.zone.name.as_str()),
        (Lang::Ru, Theme::Dark, "Asia/Vladivostok")
    );
    assert_eq!(me.user.version, user.version);
}

async fn a_new_password_ends_other_sessions(t: &T) {
    let user = t.user("Boris", Role::SalesRep, None).await;
    let actor = user.actor();
    let sign_in =
        async |password: &str| sessions::sign_in(&t.db, &user.email, password, Default::default()).await;
    let (here, there) = (sign_in(PASSWORD).await.unwrap().token, sign_in(PASSWORD).await.unwrap().token);

    let new = "колесо крутится медленно";
    let wrong = users::change_password(&t.db, &actor, "not this one", new, Some(&here)).await;
    assert_eq!(wrong, Err(Problem::field("old", Fault::WrongPassword)));
    let weak = users::change_password(&t.db, &actor, PASSWORD, "adminadmin12", Some(&here)).await;
    assert_eq!(weak, Err(Problem::field("new", Fault::CommonPassword)));
    users::change_password(&t.db, &actor, PASSWORD, new, Some(&here)).await.unwrap();

    assert!(sessions::me(&t.db, &here).await.is_ok());
    assert_eq!(sessions::me(&t.db, &there).await.err(), Some(Problem::SignedOut));
    assert!(sign_in(PASSWORD).await.is_err());
    assert!(sign_in(new).await.is_ok());
}
