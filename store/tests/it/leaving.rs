//! People who leave, and where their records go.

use chrono::TimeDelta;
use domain::access::Role;
use domain::activity::{Happening, Subject};
use domain::live::Changed;
use domain::task::{NewTask, TaskKind};
use domain::user::Handover;
use domain::{Fault, Problem, Refusal};
use sea_orm::{ConnectionTrait, Database, Statement};
use store::{accounts, activities, contacts, deals, leads, sessions, tasks, users};

use crate::harness::{PASSWORD, T, both};

both!(
    everything_goes_to_the_heir_in_one_go,
    records_go_to_the_teams_head_or_to_nobody,
    who_cannot_take_over_is_refused_and_nothing_moves,
    the_last_admin_who_can_sign_in_stays,
    somebody_switched_off_can_come_back,
);

/// How many rows of each kind `owner` has: leads, deals, contacts, accounts, open tasks, finished tasks.
async fn owned(t: &T, owner: domain::id::UserId) -> Vec<i64> {
    let conn = Database::connect(&t.url).await.unwrap();
    let mut counts = Vec::new();
    for (table, column, more) in [
        ("leads", "owner_id", ""),
        ("deals", "owner_id", ""),
        ("contacts", "owner_id", ""),
        ("accounts", "owner_id", ""),
        ("tasks", "assignee_id", "AND done_at IS NULL"),
        ("tasks", "assignee_id", "AND done_at IS NOT NULL"),
    ] {
        let count = format!("SELECT count(*) AS n FROM {table} WHERE {column} = $1 {more}");
        let count = Statement::from_sql_and_values(conn.get_database_backend(), count, [owner.0.into()]);
        counts.push(conn.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap());
    }
    counts
}

async fn everything_goes_to_the_heir_in_one_go(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let heir = t.user("Heir", Role::SalesRep, Some(south)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let client = t.client(&rep.actor(), "Ольга", "+79215550139", "Альфа").await;
    let task = NewTask {
        on: Subject::Deal(client.deal),
        kind: TaskKind::Call,
        title: "Call".into(),
        due_at: t.clock.now(),
        assignee: None,
    };
    tasks::create(&t.db, &rep.actor(), task).await.unwrap();
    let before = owned(t, rep.id).await;
    assert!(before.iter().take(5).all(|count| *count > 0), "{before:?}");
    let token = sessions::sign_in(&t.db, &rep.email, PASSWORD, Default::default()).await.unwrap().token;
    let shown = leads::show(&t.db, &rep.actor(), lead).await.unwrap();
    let mut changes = t.db.changes();
    t.pass(TimeDelta::minutes(1));

    let off = users::deactivate(&t.db, &t.admin, rep.id, rep.version, Handover::To(heir.id)).await.unwrap();
    assert_eq!((off.active, off.version), (false, rep.version + 1));
    let left = owned(t, rep.id).await;
    assert_eq!(left, [0, 0, 0, 0, 0, before[5]], "what was finished stays");
    assert_eq!(owned(t, heir.id).await[..5], before[..5]);
    assert_eq!(sessions::me(&t.db, &token).await.err(), Some(Problem::SignedOut));
    assert!(sessions::sign_in(&t.db, &rep.email, PASSWORD, Default::default()).await.is_err());

    // The heir's team has them now, their timelines say so, and whoever had one open has to look again.
    let actor = heir.actor();
    let given = leads::show(&t.db, &actor, lead).await.unwrap();
    assert_eq!((given.whose.team, given.version), (Some(south), shown.version + 1));
    assert_eq!(deals::show(&t.db, &actor, client.deal).await.unwrap().whose.team, Some(south));
    assert_eq!(contacts::show(&t.db, &actor, client.contact).await.unwrap().0.whose.owner, Some(heir.id));
    assert_eq!(
        accounts::show(&t.db, &actor, client.account.unwrap()).await.unwrap().whose.owner,
        Some(heir.id)
    );
    let timeline = activities::timeline(&t.db, &actor, Subject::Lead(lead), None).await.unwrap();
    assert_eq!(timeline.rows[0].what, Happening::Assigned { to: "Heir".into() });

    let mut heard = Vec::new();
    while let Ok(change) = changes.try_recv() {
        assert_eq!(change.what, Changed::Updated);
        heard.push((change.on, change.whose.owner));
    }
    for on in [Subject::Lead(lead), Subject::Deal(client.deal), Subject::Contact(client.contact)] {
        assert!(heard.contains(&(on, Some(rep.id))) && heard.contains(&(on, Some(heir.id))), "{on:?}");
    }
}

async fn records_go_to_the_teams_head_or_to_nobody(t: &T) {
    let head = t.user("Head", Role::HeadOfSales, None).await;
    let team = users::add_team(&t.db, &t.admin, "North", Some(head.id)).await.unwrap().id;
    let (one, other) =
        (t.user("One", Role::SalesRep, Some(team)).await, t.user("Other", Role::SalesRep, Some(team)).await);
    let (first, second) = (
        t.lead(&one.actor(), "Олег", "+79215550138").await,
        t.lead(&other.actor(), "Ольга", "+79215550139").await,
    );
    users::deactivate(&t.db, &t.admin, one.id, one.version, Handover::TeamHead).await.unwrap();
    assert_eq!(leads::show(&t.db, &t.admin, first).await.unwrap().whose.owner, Some(head.id));
    users::deactivate(&t.db, &t.admin, other.id, other.version, Handover::Unowned).await.unwrap();
    let whose = leads::show(&t.db, &t.admin, second).await.unwrap().whose;
    assert_eq!((whose.owner, whose.team), (None, None));
    assert_eq!(owned(t, other.id).await, [0; 6]);
}

async fn who_cannot_take_over_is_refused_and_nothing_moves(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    let gone = t.user("Gone", Role::SalesRep, None).await;
    users::deactivate(&t.db, &t.admin, gone.id, gone.version, Handover::Unowned).await.unwrap();
    let before = owned(t, rep.id).await;
    let unknown = Err(Problem::field("to", Fault::Unknown));
    for to in [
        Handover::To(viewer.id),
        Handover::To(gone.id),
        Handover::To(rep.id),
        Handover::To(domain::id::UserId(uuid::Uuid::nil())),
        Handover::TeamHead,
    ] {
        assert_eq!(users::deactivate(&t.db, &t.admin, rep.id, rep.version, to).await, unknown, "{to:?}");
    }
    let head = t.user("Head", Role::HeadOfSales, None).await;
    let by_head = users::deactivate(&t.db, &head.actor(), rep.id, rep.version, Handover::Unowned).await;
    assert_eq!(by_head, Err(Problem::Forbidden));
    let stale = users::deactivate(&t.db, &t.admin, rep.id, rep.version + 1, Handover::Unowned).await;
    assert_eq!(stale, Err(Problem::Conflict { version: rep.version }));
    assert_eq!(owned(t, rep.id).await, before);
    assert!(sessions::sign_in(&t.db, &rep.email, PASSWORD, Default::default()).await.is_ok());
}

async fn the_last_admin_who_can_sign_in_stays(t: &T) {
    let invitation = domain::user::Invitation {
        email: "second@example.com".into(),
        name: "Second".into(),
        role: Role::Admin,
        team: None,
        lang: domain::Lang::En,
    };
    let post = users::Post { origin: "https://crm.example", mail: true };
    users::invite(&t.db, &t.admin, invitation, post).await.unwrap();
    let owner =
        users::list(&t.db, &t.admin).await.unwrap().into_iter().find(|u| Some(u.id) == t.admin.user).unwrap();
    let last = users::deactivate(&t.db, &t.admin, owner.id, owner.version, Handover::Unowned).await;
    assert_eq!(last, Err(Problem::refused(Refusal::LastAdmin)), "the invited one has no password yet");
    let third = t.user("Third", Role::Admin, None).await;
    users::deactivate(&t.db, &third.actor(), owner.id, owner.version, Handover::To(third.id)).await.unwrap();
}

async fn somebody_switched_off_can_come_back(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    let off = users::deactivate(&t.db, &t.admin, rep.id, rep.version, Handover::Unowned).await.unwrap();
    t.pass(TimeDelta::days(1));
    let stale = users::reactivate(&t.db, &t.admin, rep.id, rep.version).await;
    assert_eq!(stale, Err(Problem::Conflict { version: off.version }));
    let back = users::reactivate(&t.db, &t.admin, rep.id, off.version).await.unwrap();
    assert!(back.active);
    assert!(sessions::sign_in(&t.db, &rep.email, PASSWORD, Default::default()).await.is_ok());
}
