//! A deal's record: its chance, its clients, who takes part, where it was how long.

use chrono::TimeDelta;
use domain::access::{Role, Sharing};
use domain::activity::Subject;
use domain::deal::{EditClient, EditDeal};
use domain::id::{ContactId, DealId, UserId};
use domain::people::{ContactRole, Part};
use domain::share::With;
use domain::{Fault, Outcome, Problem};
use store::{deals, shares};

use crate::harness::{T, both};
use crate::sales::{deal, rows, shown, statements, to_place, win};

both!(
    a_chance_of_its_own_takes_the_place_of_the_stages,
    the_history_tells_how_long_it_was_where,
    colleagues_who_see_the_deal_take_part,
    people_of_the_client_have_roles,
    the_client_is_set_and_searched_for_within_reach,
    who_only_reads_changes_no_people,
);

fn edit(id: DealId, version: i64, probability: Option<i32>) -> EditDeal {
    EditDeal { id, version, title: "Склад".into(), amount: None, expected_close: None, probability }
}

async fn a_chance_of_its_own_takes_the_place_of_the_stages(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    assert_eq!((shown(t, id).await.probability, shown(t, id).await.own_probability), (20, None));
    deals::edit(&t.db, &t.admin, edit(id, 1, Some(5))).await.unwrap();
    to_place(t, &t.admin, id, 3).await.unwrap();
    let own = shown(t, id).await;
    assert_eq!((own.probability, own.own_probability), (5, Some(5)));
    for percent in [-1, 101] {
        let wrong = deals::edit(&t.db, &t.admin, edit(id, 3, Some(percent))).await.unwrap_err();
        assert_eq!(wrong.fault_of("probability"), Some(Fault::OutOfRange));
    }
    deals::edit(&t.db, &t.admin, edit(id, 3, None)).await.unwrap();
    assert_eq!(shown(t, id).await.probability, 80);
}

async fn the_history_tells_how_long_it_was_where(t: &T) {
    let id = deal(t, &t.admin, "Склад", None).await;
    for (hours, place) in [(2, 1), (30, 0), (1, 2)] {
        t.pass(TimeDelta::hours(hours));
        to_place(t, &t.admin, id, place).await.unwrap();
    }
    t.pass(TimeDelta::minutes(10));
    let history = shown(t, id).await.history;
    let now = t.clock.now();
    let told: Vec<_> =
        history.iter().map(|stay| (stay.entered.name.en.as_str(), stay.minutes(now))).collect();
    assert_eq!(
        told,
        [
            ("Clarify needs", Some(120)),
            ("Prepare offer", Some(1800)),
            ("Clarify needs", Some(60)),
            ("Negotiate offer", Some(10)),
        ]
    );
    assert!(history.iter().all(|stay| stay.entered.by.as_ref().unwrap().name == "Анна Белова"));
    assert!(history.iter().all(|stay| stay.entered.process_version == 1));
    assert_eq!(domain::history::in_all(&history, history[0].entered.stage, now), 180);

    crate::sales::waive_all(t, id).await;
    win(t, &t.admin, id).await.unwrap();
    t.pass(TimeDelta::days(9));
    let last = shown(t, id).await.history.pop().unwrap();
    assert_eq!((last.entered.name.en.as_str(), last.minutes(t.clock.now())), ("Closed won", None));
}

async fn colleagues_who_see_the_deal_take_part(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let marketer = t.user("Marketer", Role::Marketer, None).await;
    let actor = owner.actor();
    let id = deal(t, &actor, "Склад", None).await;
    let join = async |user: UserId, part| deals::add_participant(&t.db, &actor, id, user, part).await;
    let people = async || deals::show(&t.db, &actor, id).await.unwrap().people;

    let names: Vec<_> = people().await.may_join.into_iter().map(|person| person.name).collect();
    assert!(names.contains(&"Mate".to_owned()) && !names.contains(&"Owner".to_owned()), "{names:?}");
    assert!(!names.contains(&"Stranger".to_owned()) && !names.contains(&"Marketer".to_owned()), "{names:?}");
    join(mate.id, Part::Presale).await.unwrap();
    join(mate.id, Part::Delivery).await.unwrap();
    let unknown = |outcome: Outcome<()>| outcome.unwrap_err().fault_of("user");
    for blind in [stranger.id, marketer.id, UserId(uuid::Uuid::nil())] {
        assert_eq!(unknown(join(blind, Part::Sales).await), Some(Fault::Unknown));
    }
    assert_eq!(unknown(join(owner.id, Part::Sales).await), Some(Fault::Taken));

    // With whom it is shared, sees it.
    shares::share(&t.db, &actor, Subject::Deal(id), With::User(stranger.id), Sharing::Read).await.unwrap();
    join(stranger.id, Part::Legal).await.unwrap();
    let taking: Vec<_> =
        people().await.participants.into_iter().map(|who| (who.person.name, who.part)).collect();
    assert_eq!(taking, [("Mate".to_owned(), Part::Delivery), ("Stranger".to_owned(), Part::Legal)]);

    deals::remove_participant(&t.db, &actor, id, mate.id).await.unwrap();
    deals::remove_participant(&t.db, &actor, id, mate.id).await.unwrap();
    assert_eq!(people().await.participants.len(), 1);
    // Who takes part is no fact that others type over: the version stays.
    assert_eq!(shown(t, id).await.version, 1);
    assert_eq!(statements(t, async || shown(t, id).await).await, 4);
}

async fn people_of_the_client_have_roles(t: &T) {
    let made = t.client(&t.admin, "Елена", "8 (921) 555-01-38", "Верфь").await;
    let second = t.client(&t.admin, "Пётр", "8 (921) 555-01-39", "").await.contact;
    let add = async |contact, role| deals::add_contact(&t.db, &t.admin, made.deal, contact, role).await;
    add(second, ContactRole::Technical).await.unwrap();
    add(second, ContactRole::Decider).await.unwrap();
    let contacts = shown(t, made.deal).await.people.contacts;
    assert_eq!(contacts.len(), 1);
    assert_eq!((contacts[0].name.as_str(), contacts[0].role), ("Пётр", ContactRole::Decider));
    let first = add(made.contact, ContactRole::User).await.unwrap_err();
    assert_eq!(first.fault_of("contact"), Some(Fault::Taken));
    let unknown = add(ContactId(uuid::Uuid::nil()), ContactRole::User).await.unwrap_err();
    assert_eq!(unknown.fault_of("contact"), Some(Fault::Unknown));
    deals::remove_contact(&t.db, &t.admin, made.deal, second).await.unwrap();
    assert_eq!(rows(t, "deal_contacts").await, 0);
}

async fn the_client_is_set_and_searched_for_within_reach(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let ours = t.client(&rep, "Елена Верфева", "8 (921) 555-01-38", "Верфь").await;
    let theirs = t.client(&stranger, "Пётр Верфев", "8 (921) 555-01-39", "Верфь Юга").await;
    let id = deal(t, &rep, "Склад", None).await;

    let found = deals::find_clients(&t.db, &rep, id, "верф").await.unwrap();
    assert_eq!(found.contacts, [(ours.contact, "Елена Верфева".to_owned(), "Верфь".to_owned())]);
    assert_eq!(found.accounts, [(ours.account.unwrap(), "Верфь".to_owned())]);
    let nothing = deals::find_clients(&t.db, &rep, id, "").await.unwrap();
    assert_eq!(nothing.contacts, []);
    assert_eq!(deals::find_clients(&t.db, &stranger, id, "верф").await, Err(Problem::NotFound));

    let set = |version, contact, account| EditClient { id, version, contact, account };
    let foreign = deals::set_client(&t.db, &rep, set(1, Some(theirs.contact), None)).await.unwrap_err();
    assert_eq!(foreign.fault_of("contact"), Some(Fault::Unknown));
    deals::add_contact(&t.db, &rep, id, ours.contact, ContactRole::User).await.unwrap();
    deals::set_client(&t.db, &rep, set(1, Some(ours.contact), None)).await.unwrap();
    let after = shown(t, id).await;
    assert_eq!(after.account.unwrap().1, "Верфь");
    assert_eq!((after.contact.unwrap().id, after.people.contacts.len()), (ours.contact, 0));
    let stale = deals::set_client(&t.db, &rep, set(1, None, None)).await;
    assert_eq!(stale, Err(Problem::Conflict { version: 2 }));
    // The people of the account are offered without a search.
    assert_eq!(deals::find_clients(&t.db, &rep, id, "").await.unwrap().contacts.len(), 1);
    // A head gives the deal a client that the rep does not see; the rep's next save leaves it.
    deals::set_client(&t.db, &t.admin, set(2, Some(theirs.contact), theirs.account)).await.unwrap();
    deals::set_client(&t.db, &rep, set(3, Some(theirs.contact), theirs.account)).await.unwrap();
    assert_eq!(shown(t, id).await.contact.unwrap().id, theirs.contact);
}

async fn who_only_reads_changes_no_people(t: &T) {
    let north = t.team("Север").await;
    let owner = t.user("Owner", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let made = t.client(&owner.actor(), "Елена", "8 (921) 555-01-38", "Верфь").await;
    let id = made.deal;
    let forbidden = Err(Problem::Forbidden);
    assert_eq!(deals::add_participant(&t.db, &mate, id, mate.user.unwrap(), Part::Sales).await, forbidden);
    assert_eq!(deals::add_contact(&t.db, &mate, id, made.contact, ContactRole::User).await, forbidden);
    assert_eq!(deals::set_parties(&t.db, &mate, id, None, None).await, forbidden);
    assert_eq!(deals::set_service(&t.db, &mate, id, 1, None).await, forbidden);
    let client = EditClient { id, version: 1, contact: None, account: None };
    assert_eq!(deals::set_client(&t.db, &mate, client).await, forbidden);
    let page = deals::show(&t.db, &mate, id).await.unwrap();
    assert!(page.people.may_join.is_empty() && page.people.entities.is_empty());
    assert_eq!(page.version, 1);
}
