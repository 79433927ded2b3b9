//! Teams: who belongs to them, who heads them, and how they end.

use domain::access::Role;
use domain::user::{Handover, Team};
use domain::{Fault, Problem, Refusal};
use store::users::{self, EditTeam, EditUser};
use store::{leads, settings};

use crate::harness::{T, both};

both!(
    a_team_is_renamed_headed_and_filled_in_one_go,
    members_take_their_records_along,
    a_team_with_people_stays,
    a_retired_team_takes_nobody,
    somebody_switched_off_heads_no_team,
    what_is_wrong_is_named,
);

async fn team(t: &T, name: &str) -> Team {
    let teams = settings::teams(&t.db, &t.admin).await.unwrap();
    teams.into_iter().find(|team| team.name == name).unwrap()
}

fn as_it_is(team: &Team) -> EditTeam {
    EditTeam {
        id: team.id,
        version: team.version,
        name: team.name.clone(),
        head: team.head,
        members: Vec::new(),
    }
}

async fn a_team_is_renamed_headed_and_filled_in_one_go(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let stays = t.user("Stays", Role::SalesRep, Some(north)).await;
    let goes = t.user("Goes", Role::SalesRep, Some(north)).await;
    let comes = t.user("Comes", Role::SalesRep, Some(south)).await;
    let before = team(t, "North").await;
    let mut endings = t.db.endings();
    let edit = EditTeam {
        name: "Far North".into(),
        head: Some(stays.id),
        members: vec![stays.id, comes.id],
        ..as_it_is(&before)
    };
    let after = users::edit_team(&t.db, &t.admin, edit.clone()).await.unwrap();
    assert_eq!((after.name.as_str(), after.head, after.version), ("Far North", Some(stays.id), 2));
    assert_eq!(team(t, "Far North").await, after);
    let people = users::list(&t.db, &t.admin).await.unwrap();
    let of = |id| people.iter().find(|user| user.id == id).unwrap();
    assert_eq!((of(stays.id).team, of(goes.id).team, of(comes.id).team), (Some(north), None, Some(north)));
    assert_eq!((of(stays.id).version, of(goes.id).version), (1, 2));
    let mut told = [endings.try_recv().unwrap(), endings.try_recv().unwrap()];
    told.sort();
    assert_eq!(told, [goes.id, comes.id], "their streams begin anew");
    assert_eq!(users::edit_team(&t.db, &t.admin, edit).await, Err(Problem::Conflict { version: 2 }));
}

async fn members_take_their_records_along(t: &T) {
    let (north, south) = (t.team("North").await, t.team("South").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let southerner = t.user("Southerner", Role::SalesRep, Some(south)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    assert_eq!(leads::show(&t.db, &southerner.actor(), lead).await.err(), Some(Problem::NotFound));
    let members = vec![southerner.id, rep.id];
    let edit = EditTeam { members, ..as_it_is(&team(t, "South").await) };
    users::edit_team(&t.db, &t.admin, edit).await.unwrap();
    assert_eq!(leads::show(&t.db, &southerner.actor(), lead).await.unwrap().whose.team, Some(south));
}

async fn a_team_with_people_stays(t: &T) {
    let north = t.team("North").await;
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let lead = t.lead(&rep.actor(), "Олег", "+79215550138").await;
    assert_eq!(
        users::retire_team(&t.db, &t.admin, north, 1).await,
        Err(Problem::refused(Refusal::TeamInUse))
    );
    users::deactivate(&t.db, &t.admin, rep.id, rep.version, Handover::Unowned).await.unwrap();
    users::retire_team(&t.db, &t.admin, north, 1).await.unwrap();
    let retired = team(t, "North").await;
    assert_eq!((retired.active, retired.version), (false, 2));
    let person = users::list(&t.db, &t.admin).await.unwrap().into_iter().find(|user| user.id == rep.id);
    assert_eq!(person.unwrap().team, None);
    assert!(leads::show(&t.db, &t.admin, lead).await.is_ok());
    assert_eq!(users::retire_team(&t.db, &t.admin, north, 2).await, Err(Problem::NotFound));
}

async fn a_retired_team_takes_nobody(t: &T) {
    let north = t.team("North").await;
    let rep = t.user("Rep", Role::SalesRep, None).await;
    users::retire_team(&t.db, &t.admin, north, 1).await.unwrap();
    let join = EditUser {
        id: rep.id,
        version: rep.version,
        name: rep.name.clone(),
        role: rep.role,
        team: Some(north),
    };
    assert_eq!(users::edit(&t.db, &t.admin, join).await.err(), Some(Problem::field("team", Fault::Unknown)));
    let fill = EditTeam { members: vec![rep.id], ..as_it_is(&team(t, "North").await) };
    assert_eq!(users::edit_team(&t.db, &t.admin, fill).await.err(), Some(Problem::NotFound));
}

async fn somebody_switched_off_heads_no_team(t: &T) {
    let head = t.user("Head", Role::HeadOfSales, None).await;
    users::add_team(&t.db, &t.admin, "North", Some(head.id)).await.unwrap();
    users::deactivate(&t.db, &t.admin, head.id, head.version, Handover::Unowned).await.unwrap();
    let north = team(t, "North").await;
    assert_eq!((north.head, north.version), (None, 2));
    let edit = EditTeam { head: Some(head.id), ..as_it_is(&north) };
    assert_eq!(
        users::edit_team(&t.db, &t.admin, edit).await.err(),
        Some(Problem::field("head", Fault::Unknown))
    );
}

async fn what_is_wrong_is_named(t: &T) {
    t.team("North").await;
    let north = team(t, "North").await;
    let unnamed = EditTeam { name: " ".into(), ..as_it_is(&north) };
    assert_eq!(
        users::edit_team(&t.db, &t.admin, unnamed).await.err(),
        Some(Problem::field("name", Fault::Required))
    );
    let gone = t.user("Gone", Role::SalesRep, None).await;
    users::deactivate(&t.db, &t.admin, gone.id, gone.version, Handover::Unowned).await.unwrap();
    let with_gone = EditTeam { members: vec![gone.id], ..as_it_is(&north) };
    let refused = users::edit_team(&t.db, &t.admin, with_gone).await;
    assert_eq!(refused.err(), Some(Problem::field("members", Fault::Unknown)));
    assert_eq!(team(t, "North").await, north, "nothing was kept");
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    assert_eq!(users::edit_team(&t.db, &head, as_it_is(&north)).await.err(), Some(Problem::Forbidden));
    assert_eq!(
        users::retire_team(&t.db, &head, north.id, north.version).await.err(),
        Some(Problem::Forbidden)
    );
}
