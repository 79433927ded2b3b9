//! Rights that the company has changed: who may, what they mean, and from when on.

use domain::access::{Action, Actor, Entity, Matrix, Reach, Rights, Role};
use domain::activity::Subject;
use domain::audit::AuditFilter;
use domain::task::{NewTask, TaskKind};
use domain::user::{Handover, User};
use domain::{Fault, Problem};
use store::{audit, leads, rights, sessions, tasks, users};

use crate::harness::{T, both};

both!(
    a_change_holds_from_the_next_request_on,
    only_the_differences_are_kept,
    what_may_not_stand_is_refused_and_nothing_is_kept,
    only_administrators_change_rights,
    streams_of_the_role_begin_anew,
    decisions_about_others_know_the_companys_rights,
    a_change_is_in_the_log,
);

async fn token(t: &T, user: &User) -> String {
    sessions::begin(&t.db, user, Default::default()).await.unwrap().token
}

async fn acting(t: &T, token: &str) -> Actor {
    sessions::me(&t.db, token).await.unwrap().0
}

async fn set(t: &T, role: Role, entity: Entity, action: Action, reach: Reach) {
    let row = rights::show(&t.db, &t.admin).await.unwrap().of(role).with(entity, action, reach);
    rights::set(&t.db, &t.admin, role, row).await.unwrap();
}

async fn a_change_holds_from_the_next_request_on(t: &T) {
    let north = t.team("North").await;
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    let token = token(t, &mate).await;
    assert!(leads::show(&t.db, &acting(t, &token).await, lead).await.is_ok());
    assert_eq!(sessions::me(&t.db, &token).await.unwrap().1.new_leads, 1);

    set(t, Role::SalesRep, Entity::Lead, Action::Read, Reach::Own).await;
    let (actor, me) = sessions::me(&t.db, &token).await.unwrap();
    assert_eq!(leads::show(&t.db, &actor, lead).await.err(), Some(Problem::NotFound));
    assert!(leads::list(&t.db, &actor, Default::default()).await.unwrap().rows.is_empty());
    assert_eq!((me.new_leads, me.actor()), (0, actor));

    rights::set(&t.db, &t.admin, Role::SalesRep, Rights::standard(Role::SalesRep)).await.unwrap();
    assert!(leads::show(&t.db, &acting(t, &token).await, lead).await.is_ok());
}

async fn only_the_differences_are_kept(t: &T) {
    use sea_orm::{ConnectionTrait, Database};
    set(t, Role::Viewer, Entity::Deal, Action::Write, Reach::Own).await;
    set(t, Role::SalesRep, Entity::Deal, Action::Assign, Reach::Own).await;
    let conn = Database::connect(&t.url).await.unwrap();
    let rows = async || {
        let kept = "SELECT role, entity, action, reach FROM role_rights ORDER BY role";
        let kept = sea_orm::Statement::from_string(conn.get_database_backend(), kept);
        let rows = conn.query_all_raw(kept).await.unwrap();
        let columns = ["role", "entity", "action", "reach"];
        rows.iter()
            .map(|row| columns.map(|column| row.try_get::<String>("", column).unwrap()).join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows().await, ["sales_rep deal assign own", "viewer deal write own"]);
    set(t, Role::Viewer, Entity::Deal, Action::Write, Reach::None).await;
    assert_eq!(rows().await, ["sales_rep deal assign own"]);
}

async fn what_may_not_stand_is_refused_and_nothing_is_kept(t: &T) {
    let rep = Rights::standard(Role::SalesRep);
    for (role, row, cell) in [
        (Role::SalesRep, rep.with(Entity::Deal, Action::Write, Reach::All), "deal.write"),
        (Role::SalesRep, rep.with(Entity::Settings, Action::Write, Reach::All), "settings.write"),
        (
            Role::Admin,
            Rights::standard(Role::Admin).with(Entity::Lead, Action::Export, Reach::None),
            "lead.export",
        ),
    ] {
        let refused = rights::set(&t.db, &t.admin, role, row).await;
        assert_eq!(refused, Err(Problem::field(cell, Fault::OutOfRange)));
    }
    assert_eq!(rights::show(&t.db, &t.admin).await, Ok(Matrix::default()));
}

async fn only_administrators_change_rights(t: &T) {
    for role in Role::ALL {
        let actor = t.user(&format!("user {}", role.code()), role, None).await.actor();
        let set = rights::set(&t.db, &actor, Role::Viewer, Rights::standard(Role::Viewer)).await;
        assert_eq!(set.is_ok(), role == Role::Admin, "{role:?} sets");
        let shown = rights::show(&t.db, &actor).await;
        assert_eq!(shown.is_ok(), matches!(role, Role::Admin | Role::HeadOfSales), "{role:?} sees");
    }
}

async fn streams_of_the_role_begin_anew(t: &T) {
    let rep = t.user("Rep", Role::SalesRep, None).await;
    t.user("Viewer", Role::Viewer, None).await;
    let mut endings = t.db.endings();
    set(t, Role::SalesRep, Entity::Lead, Action::Read, Reach::Own).await;
    assert_eq!(endings.try_recv(), Ok(rep.id));
    assert!(endings.try_recv().is_err());
}

async fn decisions_about_others_know_the_companys_rights(t: &T) {
    let viewer = t.user("Viewer", Role::Viewer, None).await;
    let lead = t.lead(&t.admin, "Олег", "+79215550138").await;
    let assign = async || {
        let version = leads::show(&t.db, &t.admin, lead).await.unwrap().version;
        leads::assign(&t.db, &t.admin, lead, version, viewer.id).await
    };
    let plan = async || {
        let task = NewTask {
            on: Subject::Lead(lead),
            kind: TaskKind::Call,
            title: "Call".into(),
            due_at: t.clock.now(),
            assignee: Some(viewer.id),
        };
        tasks::create(&t.db, &t.admin, task).await.map(|_| ())
    };
    assert_eq!(assign().await, Err(Problem::field("owner", Fault::Unknown)));
    assert_eq!(plan().await, Ok(()));
    set(t, Role::Viewer, Entity::Lead, Action::Write, Reach::Own).await;
    assert_eq!(assign().await, Ok(()));

    // Whoever may not work with leads any more takes none over either.
    let rep = t.user("Rep", Role::SalesRep, None).await;
    t.lead(&rep.actor(), "Ольга", "+79215550139").await;
    set(t, Role::Viewer, Entity::Lead, Action::Write, Reach::None).await;
    let off = users::deactivate(&t.db, &t.admin, rep.id, rep.version, Handover::To(viewer.id)).await;
    assert_eq!(off.err(), Some(Problem::field("to", Fault::Unknown)));
    set(t, Role::Viewer, Entity::Lead, Action::Read, Reach::Own).await;
    let given = t.lead(&rep.actor(), "Павел", "+79215550140").await;
    let task = NewTask {
        on: Subject::Lead(given),
        kind: TaskKind::Call,
        title: "Call".into(),
        due_at: t.clock.now(),
        assignee: Some(viewer.id),
    };
    assert_eq!(
        tasks::create(&t.db, &t.admin, task).await.err(),
        Some(Problem::field("assignee", Fault::Unknown))
    );
}

async fn a_change_is_in_the_log(t: &T) {
    set(t, Role::SalesRep, Entity::Deal, Action::Assign, Reach::Own).await;
    let log = audit::list(&t.db, &t.admin, &AuditFilter::default()).await.unwrap();
    let entry = &log.rows[0];
    assert_eq!((entry.action.as_str(), entry.entity.as_str()), ("set", "rights"));
    let mut fields: Vec<&str> = entry.changes.iter().map(|change| change.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["deal.assign", "role"]);
}
