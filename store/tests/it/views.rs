//! Saved views: own ones, the team's, and whose they are to change.

use std::collections::BTreeMap;

use domain::access::{Actor, Role};
use domain::id::ViewId;
use domain::view::{MOST, SaveView};
use domain::{Fault, Outcome, Problem};
use store::users::{self, EditTeam};
use store::views;

use crate::harness::{T, both};
use crate::sales::statements;

both!(
    a_view_is_kept_under_its_name_and_replaced_by_it,
    shared_views_are_the_teams,
    a_head_clears_up_after_those_who_left,
    there_is_an_end_of_views,
    reading_them_costs_nothing,
);

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn save(t: &T, actor: &Actor, name: &str, shared: bool) -> Outcome<ViewId> {
    let fields = fields(&[("view", "list"), ("q", "50% Ёлка"), ("after", "x")]);
    views::save(&t.db, actor, SaveView { name: name.into(), fields, shared }).await
}

/// Name, whose, shared, removable.
async fn list(t: &T, actor: &Actor) -> Vec<(String, Option<String>, bool, bool)> {
    let views = views::list(&t.db, actor).await.unwrap();
    views
        .into_iter()
        .map(|view| (view.name, view.by.map(|by| by.name), view.shared, view.removable))
        .collect()
}

async fn a_view_is_kept_under_its_name_and_replaced_by_it(t: &T) {
    let first = save(t, &t.admin, "  Big  ones ", false).await.unwrap();
    let [view] = &views::list(&t.db, &t.admin).await.unwrap()[..] else { panic!("one view") };
    assert_eq!((view.id, view.name.as_str(), &view.by), (first, "Big ones", &None));
    assert_eq!(view.fields, fields(&[("view", "list"), ("q", "50% Ёлка")]));
    let other = SaveView { name: "Big ones".into(), fields: fields(&[("status", "won")]), shared: false };
    assert_eq!(views::save(&t.db, &t.admin, other).await, Ok(first));
    assert_eq!(views::list(&t.db, &t.admin).await.unwrap()[0].fields, fields(&[("status", "won")]));
    let nameless = save(t, &t.admin, " ", false).await.unwrap_err();
    assert_eq!(nameless.fault_of("name"), Some(Fault::Required));
    let teamless = save(t, &t.admin, "ours", true).await.unwrap_err();
    assert_eq!(teamless.fault_of("shared"), Some(Fault::Unknown));
    views::remove(&t.db, &t.admin, first).await.unwrap();
    assert_eq!(list(t, &t.admin).await, []);
    assert_eq!(views::remove(&t.db, &t.admin, first).await, Err(Problem::NotFound));
}

async fn shared_views_are_the_teams(t: &T) {
    let (north, south) = (t.team("Север").await, t.team("Юг").await);
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await.actor();
    let mate = t.user("Mate", Role::SalesRep, Some(north)).await.actor();
    let stranger = t.user("Stranger", Role::SalesRep, Some(south)).await.actor();
    let private = save(t, &rep, "mine", false).await.unwrap();
    let shared = save(t, &rep, "ours", true).await.unwrap();
    save(t, &mate, "also mine", false).await.unwrap();
    let row = |name: &str, by: Option<&str>, shared, removable| {
        (name.to_owned(), by.map(ToOwned::to_owned), shared, removable)
    };
    assert_eq!(list(t, &rep).await, [row("mine", None, false, true), row("ours", None, true, true)]);
    assert_eq!(
        list(t, &mate).await,
        [row("also mine", None, false, true), row("ours", Some("Rep"), true, false)]
    );
    assert_eq!(list(t, &stranger).await, []);
    assert_eq!(views::remove(&t.db, &mate, shared).await, Err(Problem::Forbidden));
    assert_eq!(views::remove(&t.db, &mate, private).await, Err(Problem::NotFound));
    assert_eq!(views::remove(&t.db, &stranger, shared).await, Err(Problem::NotFound));
}

async fn a_head_clears_up_after_those_who_left(t: &T) {
    let north = t.team("Север").await;
    let rep = t.user("Rep", Role::SalesRep, Some(north)).await;
    let head = t.user("Head", Role::HeadOfSales, Some(north)).await;
    let shared = save(t, &rep.actor(), "ours", true).await.unwrap();
    assert_eq!(views::remove(&t.db, &head.actor(), shared).await, Err(Problem::Forbidden));
    let team = store::settings::teams(&t.db, &t.admin).await.unwrap().remove(0);
    let edit = EditTeam {
        id: north,
        version: team.version,
        name: team.name,
        head: Some(head.id),
        members: vec![rep.id, head.id],
    };
    users::edit_team(&t.db, &t.admin, edit).await.unwrap();
    users::deactivate(&t.db, &t.admin, rep.id, rep.version, domain::user::Handover::Unowned).await.unwrap();
    assert_eq!(list(t, &head.actor()).await.len(), 1);
    views::remove(&t.db, &head.actor(), shared).await.unwrap();
    assert_eq!(list(t, &head.actor()).await, []);
}

async fn there_is_an_end_of_views(t: &T) {
    for number in 0..MOST {
        save(t, &t.admin, &format!("view {number}"), false).await.unwrap();
    }
    let one_more = save(t, &t.admin, "one more", false).await.unwrap_err();
    assert_eq!(one_more.fault_of("name"), Some(Fault::OutOfRange));
    save(t, &t.admin, "view 7", false).await.unwrap();
}

async fn reading_them_costs_nothing(t: &T) {
    save(t, &t.admin, "mine", false).await.unwrap();
    assert_eq!(statements(t, async || views::list(&t.db, &t.admin).await).await, 0);
}
