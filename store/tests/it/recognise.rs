//! Who calls: recognised by a whole number or address, as far as the actor may know.

use domain::Problem;
use domain::access::{Field, Rights, Role, Shown};
use domain::activity::Subject;
use domain::caller::Caller;
use domain::contact::PointKind;
use domain::lead::{ConvertLead, NewLead};
use domain::user::User;
use store::leads;

use crate::harness::{T, both};

both!(
    a_client_is_recognised_by_every_spelling_of_their_number,
    an_open_lead_is_recognised_and_a_settled_one_is_not,
    what_the_actor_may_not_read_is_recognised_by_nobody,
    nobody_is_recognised_by_a_field_that_is_kept_from_them,
    only_whoever_takes_calls_may_ask,
);

const PHONE: &str = "+79215550138";

async fn known(t: &T, user: &User, phone: &str, email: &str) -> Vec<Caller> {
    leads::recognise(&t.db, &user.actor(), phone, email).await.unwrap()
}

/// Whom the callers are, without what is told of them.
fn who(callers: &[Caller]) -> Vec<Subject> {
    callers.iter().map(|caller| caller.on).collect()
}

async fn a_client_is_recognised_by_every_spelling_of_their_number(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let client = t.client(&rep.actor(), "Ольга", PHONE, "ООО «Ветер»").await;
    for typed in ["+7 921 555-01-38", "8 (921) 555-01-38", "79215550138"] {
        let callers = known(t, &rep, typed, "").await;
        assert_eq!(who(&callers), [Subject::Contact(client.contact)], "{typed}");
        let [caller] = callers.as_slice() else { panic!("one caller") };
        assert_eq!((caller.name.as_str(), caller.detail.as_str()), ("Ольга", "ООО «Ветер»"));
        assert_eq!(caller.owner.as_ref().map(|owner| owner.id), Some(rep.id));
        assert_eq!(caller.by, PointKind::Phone);
    }
    for typed in ["", "8", "+7 921 555", "921 555-01-3", "+7 921 555-01-39", "%", "abc"] {
        assert_eq!(known(t, &rep, typed, "").await, [], "{typed}");
    }
}

async fn an_open_lead_is_recognised_and_a_settled_one_is_not(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let new = NewLead {
        name: "Олег".into(),
        phone: PHONE.into(),
        email: "Oleg@Alpha.example".into(),
        company: "Альфа".into(),
        ..NewLead::default()
    };
    let lead = leads::create(&t.db, &rep.actor(), new).await.unwrap();
    let by_phone = known(t, &rep, PHONE, "").await;
    assert_eq!(who(&by_phone), [Subject::Lead(lead)]);
    assert_eq!((by_phone[0].name.as_str(), by_phone[0].detail.as_str()), ("Олег", "Альфа"));
    let by_email = known(t, &rep, "", " OLEG@alpha.example ").await;
    assert_eq!((who(&by_email), by_email[0].by), (vec![Subject::Lead(lead)], PointKind::Email));
    // Both are one person, not two.
    assert_eq!(known(t, &rep, PHONE, "oleg@alpha.example").await, by_phone);
    assert_eq!(known(t, &rep, "", "oleg@alpha").await, []);

    let proposed = leads::propose(&t.db, &rep.actor(), lead).await.unwrap();
    let convert = ConvertLead {
        lead,
        version: proposed.version,
        contact: None,
        contact_name: "Олег".into(),
        account: None,
        account_name: String::new(),
        deal_title: "Аудит".into(),
        amount: None,
        pipeline: None,
    };
    let made = leads::convert(&t.db, &rep.actor(), convert).await.unwrap();
    assert_eq!(who(&known(t, &rep, PHONE, "").await), [Subject::Contact(made.contact)]);
    // Whoever is a client and asks anew is both.
    let again = t.lead(&rep.actor(), "Олег", PHONE).await;
    assert_eq!(who(&known(t, &rep, PHONE, "").await), [Subject::Contact(made.contact), Subject::Lead(again)]);
}

async fn what_the_actor_may_not_read_is_recognised_by_nobody(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let client = t.client(&rep.actor(), "Ольга", PHONE, "Ветер").await;
    let lead = t.lead(&rep.actor(), "О.", PHONE).await;
    let both = [Subject::Contact(client.contact), Subject::Lead(lead)];
    assert_eq!(who(&known(t, &mate, PHONE, "").await), both);
    assert_eq!(known(t, &stranger, PHONE, "").await, []);
    // The account of a contact that is shared stays unknown.
    let (on, with) = (Subject::Contact(client.contact), domain::share::With::User(stranger.id));
    store::shares::share(&t.db, &t.admin, on, with, domain::access::Sharing::Read).await.unwrap();
    let told = known(t, &stranger, PHONE, "").await;
    assert_eq!((who(&told), told[0].detail.as_str()), (vec![Subject::Contact(client.contact)], ""));
}

async fn nobody_is_recognised_by_a_field_that_is_kept_from_them(t: &T) {
    let client = t.client(&t.admin, "Ольга", PHONE, "").await;
    let lead = t.lead(&t.admin, "О.", PHONE).await;
    for (field, seen) in
        [(Field::ClientPhone, Subject::Lead(lead)), (Field::LeadPhone, Subject::Contact(client.contact))]
    {
        let row = Rights::standard(Role::HeadOfSales).with_shown(field, Shown::Hidden);
        let actor = t.user(&format!("{field:?}"), Role::HeadOfSales, None).await.actor_with(row);
        let callers = leads::recognise(&t.db, &actor, PHONE, "").await.unwrap();
        assert_eq!(who(&callers), [seen], "{field:?}");
    }
}

async fn only_whoever_takes_calls_may_ask(t: &T) {
    for role in [Role::Marketer, Role::Viewer, Role::Delivery] {
        let actor = t.user(role.code(), role, None).await.actor();
        assert_eq!(leads::recognise(&t.db, &actor, PHONE, "").await, Err(Problem::Forbidden), "{role:?}");
    }
}
