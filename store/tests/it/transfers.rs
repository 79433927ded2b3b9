//! Many records given to somebody else at once.

use domain::access::{Action, Entity, Reach, Rights, Role};
use domain::activity::{Happening, Subject};
use domain::id::{LeadId, UserId};
use domain::task::{NewTask, TaskKind};
use domain::transfer::{Given, MOST, Transfer};
use domain::{Fault, Problem};
use store::{accounts, activities, audit, contacts, deals, leads, tasks, transfers};

use crate::harness::{T, both};

both!(
    chosen_leads_go_with_their_open_tasks,
    tasks_stay_when_they_are_not_wanted,
    what_one_may_not_give_away_stays_and_is_named,
    deals_and_clients_go_alike,
    what_cannot_be_given_is_refused_as_a_whole,
    each_one_is_in_the_log,
);

fn transfer(on: impl IntoIterator<Item = Subject>, to: UserId) -> Transfer {
    Transfer { on: on.into_iter().collect(), to, tasks: true }
}

fn given(given: u32, kept: &[&str]) -> Given {
    Given { given, kept: kept.iter().map(|name| (*name).to_owned()).collect() }
}

async fn plan(t: &T, on: Subject, assignee: UserId) {
    let task = NewTask {
        on,
        kind: TaskKind::Call,
        title: "Call".into(),
        due_at: t.clock.now(),
        assignee: Some(assignee),
    };
    tasks::create(&t.db, &t.admin, task).await.unwrap();
}

/// Whose the open tasks of a record are, by name.
async fn planned(t: &T, on: Subject) -> Vec<String> {
    let open = tasks::open_on(&t.db, &t.admin, on).await.unwrap();
    let mut names: Vec<_> =
        open.into_iter().map(|task| task.assignee.map_or_else(String::new, |person| person.name)).collect();
    names.sort();
    names
}

async fn chosen_leads_go_with_their_open_tasks(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let heir = t.user("Heir", Role::SalesRep, Some(south)).await;
    let first = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let second = t.lead(&mate.actor(), "Ольга", "+79215550139").await;
    let left = t.lead(&rep.actor(), "Павел", "+79215550140").await;
    plan(t, Subject::Lead(first), mate.id).await;
    let shown = leads::show(&t.db, &t.admin, first).await.unwrap();
    let mut changes = t.db.changes();
    let all = transfer([Subject::Lead(first), Subject::Lead(second)], heir.id);
    assert_eq!(transfers::give(&t.db, &t.admin, all.clone()).await, Ok(given(2, &[])));
    let after = leads::show(&t.db, &heir.actor(), first).await.unwrap();
    assert_eq!((after.whose.owner, after.whose.team), (Some(heir.id), Some(south)));
    assert_eq!(after.version, shown.version + 1);
    assert_eq!(
        planned(t, Subject::Lead(first)).await,
        ["Heir", "Mate"],
        "the first call goes, the mate's stays"
    );
    assert_eq!(planned(t, Subject::Lead(second)).await, ["Heir"]);
    assert_eq!(planned(t, Subject::Lead(left)).await, ["Rep"]);
    let timeline = activities::timeline(&t.db, &t.admin, Subject::Lead(second), None).await.unwrap();
    assert_eq!(timeline.rows[0].what, Happening::Assigned { to: "Heir".into() });
    let mut heard = Vec::new();
    while let Ok(change) = changes.try_recv() {
        heard.push((change.on, change.whose.owner));
    }
    for (lead, before) in [(first, rep.id), (second, mate.id)] {
        assert!(heard.contains(&(Subject::Lead(lead), Some(before))));
        assert!(heard.contains(&(Subject::Lead(lead), Some(heir.id))));
    }
    assert_eq!(transfers::give(&t.db, &t.admin, all).await, Ok(given(0, &[])), "they are the heir's already");
}

async fn tasks_stay_when_they_are_not_wanted(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let heir = t.user("Heir", Role::SalesRep, None).await;
    let on = Subject::Lead(t.lead(&rep.actor(), "Олег", "+79215550138").await);
    let alone = Transfer { tasks: false, ..transfer([on], heir.id) };
    transfers::give(&t.db, &t.admin, alone).await.unwrap();
    assert_eq!(planned(t, on).await, ["Rep"]);
}

async fn what_one_may_not_give_away_stays_and_is_named(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await;
    let own = t.lead(&rep.actor(), "Own", "+79215550138").await;
    let mates = t.lead(&mate.actor(), "The mate’s", "+79215550139").await;
    let hidden = t.lead(&stranger.actor(), "Hidden", "+79215550140").await;
    let all = transfer([own, mates, hidden].map(Subject::Lead), mate.id);
    let forbidden = transfers::give(&t.db, &rep.actor(), all.clone()).await;
    assert_eq!(forbidden, Err(Problem::Forbidden), "a rep gives nothing away as delivered");
    let row = Rights::standard(Role::SalesRep).with(Entity::Lead, Action::Assign, Reach::Own);
    let actor = rep.actor_with(row);
    let heir = t.user("Heir", Role::SalesRep, Some(south)).await;
    let to_heir = transfer([own, mates, hidden].map(Subject::Lead), heir.id);
    assert_eq!(transfers::give(&t.db, &actor, to_heir).await, Ok(given(1, &["The mate’s"])));
    let owner = async |id: LeadId| leads::show(&t.db, &t.admin, id).await.unwrap().whose.owner;
    assert_eq!(owner(own).await, Some(heir.id));
    assert_eq!(owner(mates).await, Some(mate.id));
    assert_eq!(owner(hidden).await, Some(stranger.id));
}

async fn deals_and_clients_go_alike(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let heir = t.user("Heir", Role::SalesRep, None).await;
    let client = t.client(&rep.actor(), "Ольга", "+79215550139", "Альфа").await;
    let account = client.account.unwrap();
    plan(t, Subject::Deal(client.deal), rep.id).await;
    plan(t, Subject::Account(account), rep.id).await;
    let account_goes = transfer([Subject::Account(account)], heir.id);
    assert_eq!(transfers::give(&t.db, &t.admin, account_goes).await, Ok(given(1, &[])));
    assert_eq!(accounts::show(&t.db, &t.admin, account).await.unwrap().whose.owner, Some(heir.id));
    let contact = contacts::show(&t.db, &t.admin, client.contact).await.unwrap().0;
    assert_eq!(contact.whose.owner, Some(heir.id), "its people go along");
    assert_eq!(deals::show(&t.db, &t.admin, client.deal).await.unwrap().whose.owner, Some(rep.id));
    // Beside its own task stands the first call of its lead.
    assert_eq!(
        planned(t, Subject::Deal(client.deal)).await,
        ["Rep", "Rep"],
        "a deal's tasks go with the deal"
    );
    assert_eq!(planned(t, Subject::Account(account)).await, ["Heir", "Rep", "Rep"]);

    let deal_goes = transfer([Subject::Deal(client.deal)], heir.id);
    assert_eq!(transfers::give(&t.db, &t.admin, deal_goes).await, Ok(given(1, &[])));
    assert_eq!(deals::show(&t.db, &t.admin, client.deal).await.unwrap().whose.owner, Some(heir.id));
    assert_eq!(planned(t, Subject::Deal(client.deal)).await, ["Heir", "Heir"]);
}

async fn what_cannot_be_given_is_refused_as_a_whole(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let give = async |transfer| transfers::give(&t.db, &t.admin, transfer).await;
    assert_eq!(give(transfer([], rep.id)).await, Err(Problem::field("on", Fault::Required)));
    let many = std::iter::repeat_n(Subject::Lead(lead), MOST + 1);
    assert_eq!(give(transfer(many, rep.id)).await, Err(Problem::field("on", Fault::OutOfRange)));
    assert_eq!(
        give(transfer([Subject::Lead(lead)], viewer.id)).await,
        Err(Problem::field("to", Fault::Unknown))
    );
    assert_eq!(leads::show(&t.db, &t.admin, lead).await.unwrap().whose.owner, Some(rep.id));
}

async fn each_one_is_in_the_log(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let heir = t.user("Heir", Role::SalesRep, None).await;
    let mut leads = Vec::new();
    for name in ["Олег", "Ольга", "Павел"] {
        leads.push(t.lead(&rep.actor(), name, "+79215550138").await);
    }
    let all = transfer(leads.iter().copied().map(Subject::Lead), heir.id);
    transfers::give(&t.db, &t.admin, all).await.unwrap();
    let log = audit::list(&t.db, &t.admin, &Default::default()).await.unwrap();
    let mut told: Vec<_> = log.rows.iter().take(3).map(|entry| (entry.action.clone(), entry.id)).collect();
    told.sort_by_key(|(_, id)| *id);
    leads.sort();
    assert_eq!(told, leads.into_iter().map(|lead| ("assign".to_owned(), lead.0)).collect::<Vec<_>>());
}
