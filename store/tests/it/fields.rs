//! Fields kept from a role: neither read nor searched nor exported nor recognised by, and not changed by those who only read.

use domain::access::{Action, Actor, Entity, Field, Reach, Rights, Role, Shown};
use domain::account::ClientFilter;
use domain::activity::{Happening, Subject};
use domain::contact::PointKind;
use domain::deal::{DealFilter, EditDeal, NewDeal};
use domain::lead::{LeadFilter, NewLead};
use domain::user::User;
use domain::{Fault, Problem};
use store::export::{Table, page};
use store::{accounts, activities, contacts, deals, leads, reports, rights, sessions, today};

use crate::harness::{T, both};
use crate::sales::{deal, rub, shown, waive_all, win};

both!(
    a_hidden_phone_is_nowhere_on_a_lead,
    a_hidden_email_finds_nothing,
    hidden_points_are_nowhere_on_clients,
    nobody_is_recognised_by_what_is_hidden,
    a_hidden_amount_is_in_no_figure,
    an_amount_that_is_only_read_stays_as_it_is,
    a_choice_is_kept_with_the_rights,
);

/// A rep of a company that has set these fields so.
async fn rep(t: &T, fields: &[(Field, Shown)]) -> (User, Actor) {
    let mut row = Rights::standard(Role::SalesRep)
        .with(Entity::Lead, Action::Export, Reach::Own)
        .with(Entity::Client, Action::Export, Reach::Own)
        .with(Entity::Deal, Action::Export, Reach::Own);
    for (field, shown) in fields {
        row = row.with_shown(*field, *shown);
    }
    rights::set(&t.db, &t.admin, Role::SalesRep, row).await.unwrap();
    let user = t.user("Rep", Role::SalesRep, None).await;
    let token = sessions::begin(&t.db, &user, Default::default()).await.unwrap().token;
    let actor = sessions::me(&t.db, &token).await.unwrap().0;
    assert_eq!(actor.rights, row);
    (user, actor)
}

async fn lead(t: &T, actor: &Actor) -> domain::id::LeadId {
    let new = NewLead {
        name: "Олег".into(),
        phone: "+7 921 555-01-38".into(),
        email: "oleg@alpha.example".into(),
        ..NewLead::default()
    };
    leads::create(&t.db, actor, new).await.unwrap()
}

async fn found(t: &T, actor: &Actor, text: &str) -> u64 {
    leads::list(&t.db, actor, LeadFilter { text: text.into(), ..LeadFilter::default() }).await.unwrap().count
}

async fn a_hidden_phone_is_nowhere_on_a_lead(t: &T) {
    let (user, actor) =
        rep(t, &[(Field::LeadPhone, Shown::Hidden), (Field::ClientPhone, Shown::Hidden)]).await;
    let id = lead(t, &actor).await;
    let seen = leads::show(&t.db, &actor, id).await.unwrap();
    assert_eq!(
        (seen.phone.as_str(), seen.phone_raw.as_str(), seen.email.as_str()),
        ("", "", "oleg@alpha.example")
    );
    let list = leads::list(&t.db, &actor, LeadFilter::default()).await.unwrap();
    assert_eq!(list.rows[0].phone, "");
    assert_eq!((found(t, &actor, "5550138").await, found(t, &t.admin, "5550138").await), (0, 1));
    let token = sessions::begin(&t.db, &user, Default::default()).await.unwrap().token;
    let zone = sessions::me(&t.db, &token).await.unwrap().1.zone;
    let queue = today::show(&t.db, &actor, &zone).await.unwrap();
    assert_eq!(queue.first_calls[0].phone, "");
    let rows = page(&t.db, &actor, Table::Leads, None).await.unwrap().0;
    assert_eq!((rows[0]["phone"].as_str(), rows[0]["phone_raw"].as_str()), (Some(""), Some("")));
    assert_eq!(leads::show(&t.db, &t.admin, id).await.unwrap().phone, "+79215550138");
}

async fn a_hidden_email_finds_nothing(t: &T) {
    let (_, actor) = rep(t, &[(Field::LeadEmail, Shown::Hidden)]).await;
    let id = lead(t, &actor).await;
    let seen = leads::show(&t.db, &actor, id).await.unwrap();
    assert_eq!((seen.phone.as_str(), seen.email.as_str()), ("+79215550138", ""));
    assert_eq!((found(t, &actor, "oleg@").await, found(t, &t.admin, "OLEG@").await), (0, 1));
    assert_eq!((found(t, &actor, "олег").await, found(t, &actor, "5550138").await), (1, 1));
    let rows = page(&t.db, &actor, Table::Leads, None).await.unwrap().0;
    assert_eq!(rows[0]["email"].as_str(), Some(""));
}

async fn hidden_points_are_nowhere_on_clients(t: &T) {
    let (_, actor) = rep(t, &[(Field::ClientPhone, Shown::Hidden)]).await;
    let client = t.client(&actor, "Ольга", "+79215550139", "").await;
    let contact = contacts::show(&t.db, &actor, client.contact).await.unwrap().0;
    assert!(contact.points.iter().all(|point| point.kind != PointKind::Phone));
    assert!(
        contacts::show(&t.db, &t.admin, client.contact).await.unwrap().0.points.len() > contact.points.len()
    );
    let of_deal = deals::show(&t.db, &actor, client.deal).await.unwrap().contact.unwrap();
    assert!(of_deal.points.iter().all(|point| point.kind != PointKind::Phone));
    let list = accounts::clients(&t.db, &actor, &ClientFilter::default()).await.unwrap();
    assert_eq!((list.count, list.rows[0].detail.as_str()), (1, ""));
    for (who, found) in [(&actor, 0), (&t.admin, 1)] {
        let named = ClientFilter { text: "5550139".into(), ..ClientFilter::default() };
        assert_eq!(accounts::clients(&t.db, who, &named).await.unwrap().count, found);
    }
    let rows = page(&t.db, &actor, Table::Contacts, None).await.unwrap().0;
    assert_eq!(rows[0]["phone"].as_str(), Some(""));
}

async fn nobody_is_recognised_by_what_is_hidden(t: &T) {
    for field in [Field::LeadPhone, Field::ClientPhone] {
        t.client(&t.admin, "Ольга", "+79215550139", "").await;
        let row = Rights::standard(Role::HeadOfSales).with_shown(field, Shown::Hidden);
        let actor = t.user(&format!("{field:?}"), Role::HeadOfSales, None).await.actor_with(row);
        let again = t.lead(&t.admin, "О. П.", "+7 921 555-01-39").await;
        assert!(leads::propose(&t.db, &actor, again).await.unwrap().contacts.is_empty(), "{field:?}");
        assert!(!leads::propose(&t.db, &t.admin, again).await.unwrap().contacts.is_empty());
    }
}

async fn a_hidden_amount_is_in_no_figure(t: &T) {
    let (_, actor) = rep(t, &[(Field::DealAmount, Shown::Hidden)]).await;
    let open = deal(t, &t.admin, "Open", Some(rub(100))).await;
    let won = deal(t, &t.admin, "Won", Some(rub(200))).await;
    let to_rep = actor.user.unwrap();
    for id in [open, won] {
        deals::assign(&t.db, &t.admin, id, 1, to_rep).await.unwrap();
    }
    waive_all(t, won).await;
    win(t, &t.admin, won).await.unwrap();
    let seen = deals::show(&t.db, &actor, won).await.unwrap();
    assert_eq!(seen.amount, None);
    assert!(seen.timeline.iter().any(|event| event.what == Happening::Won { amount: None }));
    let timeline = activities::timeline(&t.db, &actor, Subject::Deal(won), None).await.unwrap();
    assert!(timeline.rows.iter().any(|event| event.what == Happening::Won { amount: None }));
    assert_eq!(deals::list(&t.db, &actor, DealFilter::default()).await.unwrap().rows[0].amount, None);
    let board = deals::board(&t.db, &actor, None, DealFilter::default()).await.unwrap();
    assert!(board.columns.iter().all(|column| column.sums.is_empty()));
    assert!(board.columns.iter().flat_map(|column| &column.cards).all(|card| card.amount.is_none()));
    let funnel = reports::funnel(&t.db, &actor, Default::default()).await.unwrap();
    assert!(funnel.rows.iter().all(|row| row.sums.is_empty() && row.lost_sums.is_empty()));
    assert!(funnel.rows.iter().any(|row| row.count > 0));
    for row in page(&t.db, &actor, Table::Deals, None).await.unwrap().0 {
        assert!(
            ["amount", "amount_minor", "currency"].iter().all(|column| row[*column].is_null()),
            "{row:?}"
        );
    }
    assert_eq!(shown(t, won).await.amount, Some(rub(200)));
}

async fn an_amount_that_is_only_read_stays_as_it_is(t: &T) {
    let (_, actor) = rep(t, &[(Field::DealAmount, Shown::ReadOnly)]).await;
    let id = deal(t, &t.admin, "Audit", Some(rub(100))).await;
    deals::assign(&t.db, &t.admin, id, 1, actor.user.unwrap()).await.unwrap();
    assert_eq!(deals::show(&t.db, &actor, id).await.unwrap().amount, Some(rub(100)));
    let edit = |version, amount| EditDeal {
        id,
        version,
        title: "Plan".into(),
        amount,
        expected_close: None,
        probability: None,
    };
    let refused = Err(Problem::field("amount", Fault::ReadOnly));
    assert_eq!(deals::edit(&t.db, &actor, edit(2, Some(rub(200)))).await, refused);
    assert_eq!(deals::edit(&t.db, &actor, edit(2, None)).await, Ok(()), "the form does not show it");
    let after = shown(t, id).await;
    assert_eq!((after.title.as_str(), after.amount), ("Plan", Some(rub(100))));
    let new = NewDeal {
        title: "New".into(),
        contact: None,
        account: None,
        amount: Some(rub(1)),
        expected_close: None,
        pipeline: None,
    };
    assert_eq!(deals::create(&t.db, &actor, new.clone()).await.err(), refused.err());
    assert!(deals::create(&t.db, &actor, NewDeal { amount: None, ..new }).await.is_ok());
}

async fn a_choice_is_kept_with_the_rights(t: &T) {
    let row = Rights::standard(Role::Marketer).with_shown(Field::LeadEmail, Shown::Hidden);
    rights::set(&t.db, &t.admin, Role::Marketer, row).await.unwrap();
    assert_eq!(rights::show(&t.db, &t.admin).await.unwrap().of(Role::Marketer), row);
    let blind = Rights::standard(Role::Admin).with_shown(Field::LeadEmail, Shown::Hidden);
    let refused = rights::set(&t.db, &t.admin, Role::Admin, blind).await;
    assert_eq!(refused, Err(Problem::field("lead.email", Fault::OutOfRange)));
}
