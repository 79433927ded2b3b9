//! Records shared beside their owner's: what a share opens, for whom, and until when.

use domain::access::{Action, Entity, Reach, Rights, Role, Sharing};
use domain::account::ClientFilter;
use domain::activity::{LogActivity, Logged, Subject};
use domain::deal::DealFilter;
use domain::id::UserId;
use domain::share::With;
use domain::{Fault, Problem};
use store::export::{Table, page};
use store::{
    accounts, activities, audit, contacts, deals, leads, offers, reports, rights, sessions, shares, today,
};

use crate::harness::{T, both};
use crate::sales::{deal, rub};

both!(
    a_shared_lead_is_read_everywhere_and_nothing_else_is,
    a_share_for_writing_lets_one_work_with_it,
    a_team_shares_as_one,
    deals_clients_and_papers_are_shared_alike,
    exports_and_reports_hold_what_is_shared,
    a_share_ends_when_it_is_taken_back,
    open_pages_of_those_who_share_hear_of_changes,
    owners_and_who_may_assign_share_and_nobody_else,
    a_role_that_has_nothing_to_do_with_such_gets_none,
    a_shared_page_takes_no_more_statements,
    sharing_is_in_the_log,
);

fn note(on: Subject) -> LogActivity {
    LogActivity { on, what: Logged::Note { text: "seen".into() }, next: None }
}

async fn a_shared_lead_is_read_everywhere_and_nothing_else_is(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let other = t.user("Other", Role::SalesRep, Some(south)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let kept = t.lead(&rep.actor(), "Ольга", "+79215550139").await;
    let on = Subject::Lead(lead);
    shares::share(&t.db, &rep.actor(), on, With::User(other.id), Sharing::Read).await.unwrap();

    let actor = other.actor();
    let shown = leads::show(&t.db, &actor, lead).await.unwrap();
    assert_eq!((shown.whose.owner, shown.whose.shared), (Some(rep.id), Some(Sharing::Read)));
    assert!(leads::record(&t.db, &actor, lead, None).await.is_ok());
    let list = leads::list(&t.db, &actor, Default::default()).await.unwrap();
    assert_eq!((list.count, list.rows[0].id), (1, lead));
    assert_eq!(leads::channels(&t.db, &actor).await.unwrap().len(), 1);
    assert!(activities::timeline(&t.db, &actor, on, None).await.is_ok());
    let token = sessions::begin(&t.db, &other, Default::default()).await.unwrap().token;
    assert_eq!(sessions::me(&t.db, &token).await.unwrap().1.new_leads, 1);

    assert_eq!(leads::show(&t.db, &actor, kept).await.err(), Some(Problem::NotFound));
    assert_eq!(activities::log(&t.db, &actor, note(on)).await, Err(Problem::Forbidden));
    assert_eq!(leads::show(&t.db, &rep.actor(), lead).await.unwrap().whose.shared, None);
}

async fn a_share_for_writing_lets_one_work_with_it(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let other = t.user("Other", Role::SalesRep, Some(south)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let on = Subject::Lead(lead);
    for user in [&mate, &other] {
        assert!(activities::log(&t.db, &user.actor(), note(on)).await.is_err());
        shares::share(&t.db, &rep.actor(), on, With::User(user.id), Sharing::Write).await.unwrap();
        activities::log(&t.db, &user.actor(), note(on)).await.unwrap();
        let shown = leads::show(&t.db, &user.actor(), lead).await.unwrap();
        assert_eq!(shown.whose.shared, Some(Sharing::Write));
        let given = leads::assign(&t.db, &user.actor(), lead, shown.version, user.id).await;
        assert_eq!(given, Err(Problem::Forbidden), "it stays the owner's");
    }
    // The same person again: the share says something else, and there is one.
    shares::share(&t.db, &rep.actor(), on, With::User(other.id), Sharing::Read).await.unwrap();
    assert_eq!(activities::log(&t.db, &other.actor(), note(on)).await, Err(Problem::Forbidden));
    assert_eq!(shares::list(&t.db, &other.actor(), on).await.unwrap().list.len(), 2);
}

async fn a_team_shares_as_one(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let on = Subject::Lead(lead);
    shares::share(&t.db, &rep.actor(), on, With::Team(south), Sharing::Read).await.unwrap();
    let member = t.user("Member", Role::SalesRep, Some(south)).await;
    let alone = t.user("Alone", Role::SalesRep, None).await;
    assert!(leads::show(&t.db, &member.actor(), lead).await.is_ok());
    assert_eq!(leads::show(&t.db, &alone.actor(), lead).await.err(), Some(Problem::NotFound));
    // The person's own share says more than the team's.
    shares::share(&t.db, &rep.actor(), on, With::User(member.id), Sharing::Write).await.unwrap();
    assert!(activities::log(&t.db, &member.actor(), note(on)).await.is_ok());
    let told = shares::list(&t.db, &member.actor(), on).await.unwrap();
    let names: Vec<_> = told.list.iter().map(|share| (share.name.as_str(), share.sharing)).collect();
    assert_eq!(names, [("South", Sharing::Read), ("Member", Sharing::Write)]);
    assert!(told.may.is_empty() && told.people.is_empty(), "whom it is shared with does not share it on");
}

async fn deals_clients_and_papers_are_shared_alike(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("North").await)).await;
    let other = t.user("Other", Role::SalesRep, Some(t.team("South").await)).await;
    let client = t.client(&rep.actor(), "Ольга", "+79215550139", "Альфа").await;
    let offer = offers::create(&t.db, &rep.actor(), client.deal).await.unwrap();
    let (actor, with) = (other.actor(), With::User(other.id));
    let account = client.account.unwrap();
    assert_eq!(offers::show(&t.db, &actor, offer).await.err(), Some(Problem::NotFound));

    shares::share(&t.db, &rep.actor(), Subject::Deal(client.deal), with, Sharing::Write).await.unwrap();
    let shown = deals::show(&t.db, &actor, client.deal).await.unwrap();
    assert_eq!(shown.whose.shared, Some(Sharing::Write));
    assert_eq!(deals::list(&t.db, &actor, DealFilter::default()).await.unwrap().count, 1);
    let board = deals::board(&t.db, &actor, None, DealFilter::default()).await.unwrap();
    assert_eq!(board.columns.iter().map(|column| column.count).sum::<u64>(), 1);
    assert_eq!(offers::show(&t.db, &actor, offer).await.unwrap().whose.shared, Some(Sharing::Write));
    assert_eq!(offers::list(&t.db, &actor, None, None).await.unwrap().count, 1);

    assert_eq!(contacts::show(&t.db, &actor, client.contact).await.err(), Some(Problem::NotFound));
    shares::share(&t.db, &rep.actor(), Subject::Contact(client.contact), with, Sharing::Read).await.unwrap();
    let (contact, deals, _) = contacts::show(&t.db, &actor, client.contact).await.unwrap();
    assert_eq!((contact.account, deals.len()), (None, 1), "the account is not shared");
    shares::share(&t.db, &rep.actor(), Subject::Account(account), with, Sharing::Read).await.unwrap();
    assert_eq!(accounts::show(&t.db, &actor, account).await.unwrap().contacts.len(), 1);
    assert!(contacts::show(&t.db, &actor, client.contact).await.unwrap().0.account.is_some());
    let named = ClientFilter { text: "Альфа".into(), ..ClientFilter::default() };
    let found = accounts::clients(&t.db, &actor, &named).await.unwrap();
    assert_eq!((found.count, found.rows[0].open_deals), (1, 1));
}

async fn exports_and_reports_hold_what_is_shared(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("North").await)).await;
    let other = t.user("Other", Role::SalesRep, Some(t.team("South").await)).await;
    let shared = deal(t, &rep.actor(), "Shared", Some(rub(100))).await;
    deal(t, &rep.actor(), "Kept", Some(rub(200))).await;
    let row = Rights::standard(Role::SalesRep).with(Entity::Deal, Action::Export, Reach::Own);
    rights::set(&t.db, &t.admin, Role::SalesRep, row).await.unwrap();
    let actor = other.actor_with(row);
    let exported = async || page(&t.db, &actor, Table::Deals, None).await.unwrap().0.len();
    let counted = async || {
        let funnel = reports::funnel(&t.db, &actor, Default::default()).await.unwrap();
        funnel.rows.iter().map(|row| row.count).max()
    };
    assert_eq!((exported().await, counted().await), (0, Some(0)));
    let with = With::User(other.id);
    shares::share(&t.db, &rep.actor(), Subject::Deal(shared), with, Sharing::Read).await.unwrap();
    assert_eq!((exported().await, counted().await), (1, Some(1)));
}

async fn a_share_ends_when_it_is_taken_back(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("North").await)).await;
    let other = t.user("Other", Role::SalesRep, Some(t.team("South").await)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let (on, with) = (Subject::Lead(lead), With::User(other.id));
    shares::share(&t.db, &rep.actor(), on, with, Sharing::Write).await.unwrap();
    assert_eq!(shares::unshare(&t.db, &other.actor(), on, with).await, Err(Problem::Forbidden));
    let mut changes = t.db.changes();
    shares::unshare(&t.db, &rep.actor(), on, with).await.unwrap();
    assert!(changes.try_recv().unwrap().is_for(&other.actor()), "their page looks again");
    assert_eq!(leads::show(&t.db, &other.actor(), lead).await.err(), Some(Problem::NotFound));
    assert_eq!(activities::log(&t.db, &other.actor(), note(on)).await, Err(Problem::NotFound));
    assert!(leads::list(&t.db, &other.actor(), Default::default()).await.unwrap().rows.is_empty());
    let commits = t.db.commits();
    assert_eq!(shares::unshare(&t.db, &rep.actor(), on, with).await, Ok(()), "it is gone already");
    assert_eq!(t.db.commits(), commits + 1);
}

async fn open_pages_of_those_who_share_hear_of_changes(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("North").await)).await;
    let south = t.team("South").await;
    let other = t.user("Other", Role::SalesRep, Some(south)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, None).await.actor();
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let on = Subject::Lead(lead);
    let mut changes = t.db.changes();
    activities::log(&t.db, &rep.actor(), note(on)).await.unwrap();
    assert!(!changes.try_recv().unwrap().is_for(&other));
    shares::share(&t.db, &rep.actor(), on, With::Team(south), Sharing::Read).await.unwrap();
    assert!(changes.try_recv().unwrap().is_for(&other), "the list has one more");
    activities::log(&t.db, &rep.actor(), note(on)).await.unwrap();
    let change = changes.try_recv().unwrap();
    assert!(change.is_for(&other) && !change.is_for(&stranger));
}

async fn owners_and_who_may_assign_share_and_nobody_else(t: &T) {
    let north = t.team("North").await;
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let other = t.user("Other", Role::SalesRep, None).await;
    let head = t.user("Head", Role::HeadOfSales, None).await;
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let share = async |by: &domain::user::User, with| {
        shares::share(&t.db, &by.actor(), Subject::Lead(lead), With::User(with), Sharing::Read).await
    };
    assert_eq!(share(&other, mate.id).await, Err(Problem::NotFound));
    assert_eq!(share(&mate, other.id).await, Err(Problem::Forbidden));
    assert_eq!(share(&viewer, other.id).await, Err(Problem::Forbidden));
    assert_eq!(share(&head, other.id).await, Ok(()));
    assert_eq!(share(&rep, other.id).await, Ok(()));
    assert_eq!(share(&rep, rep.id).await, Err(Problem::field("with", Fault::Taken)));
    let nobody = UserId(uuid::Uuid::nil());
    assert_eq!(share(&rep, nobody).await, Err(Problem::field("with", Fault::Unknown)));
}

async fn a_role_that_has_nothing_to_do_with_such_gets_none(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let delivery = t.user("Delivery", Role::Delivery, None).await;
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let unknown = Err(Problem::field("with", Fault::Unknown));
    for (user, sharing) in [(&delivery, Sharing::Read), (&viewer, Sharing::Write)] {
        let shared =
            shares::share(&t.db, &rep.actor(), Subject::Lead(lead), With::User(user.id), sharing).await;
        assert_eq!(shared, unknown, "{}", user.name);
    }
    let offered = shares::list(&t.db, &rep.actor(), Subject::Lead(lead)).await.unwrap();
    assert_eq!(offered.may, Sharing::ALL);
    assert!(offered.people.iter().all(|person| person.id != delivery.id));
}

async fn a_shared_page_takes_no_more_statements(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, Some(t.team("North").await)).await;
    let other = t.user("Other", Role::SalesRep, Some(t.team("South").await)).await;
    let client = t.client(&rep.actor(), "Ольга", "+79215550139", "Альфа").await;
    let account = client.account.unwrap();
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    for on in [
        Subject::Lead(lead),
        Subject::Deal(client.deal),
        Subject::Contact(client.contact),
        Subject::Account(account),
    ] {
        shares::share(&t.db, &rep.actor(), on, With::User(other.id), Sharing::Write).await.unwrap();
    }
    let token = sessions::begin(&t.db, &other, Default::default()).await.unwrap().token;
    let zone = sessions::me(&t.db, &token).await.unwrap().1.zone;
    let mut taken = Vec::new();
    for actor in [rep.actor(), other.actor()] {
        let mut pages = Vec::new();
        for page in 0..5 {
            let before = t.db.statements();
            match page {
                0 => drop(leads::record(&t.db, &actor, lead, None).await.unwrap()),
                1 => drop(deals::show(&t.db, &actor, client.deal).await.unwrap()),
                2 => drop(contacts::show(&t.db, &actor, client.contact).await.unwrap()),
                3 => drop(accounts::show(&t.db, &actor, account).await.unwrap()),
                _ => drop(today::show(&t.db, &actor, &zone).await.unwrap()),
            }
            pages.push(t.db.statements() - before);
        }
        taken.push(pages);
    }
    assert_eq!(taken[0], taken[1]);
}

async fn sharing_is_in_the_log(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let other = t.user("Other", Role::SalesRep, None).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let (on, with) = (Subject::Lead(lead), With::User(other.id));
    shares::share(&t.db, &rep.actor(), on, with, Sharing::Read).await.unwrap();
    shares::unshare(&t.db, &rep.actor(), on, with).await.unwrap();
    let log = audit::list(&t.db, &t.admin, &Default::default()).await.unwrap();
    let told: Vec<_> =
        log.rows.iter().take(2).map(|e| (e.action.as_str(), e.entity.as_str(), e.id)).collect();
    assert_eq!(told, [("unshare", "lead", lead.0), ("share", "lead", lead.0)]);
}
