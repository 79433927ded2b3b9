//! Several pipelines: their order, what changed from version to version, and files that leave stages out.

use domain::access::Role;
use domain::bpmn::Drawing;
use domain::id::{PipelineId, StageId};
use domain::pipeline::diff::{Change, Difference, diff};
use domain::pipeline::{About, Pipeline, SavePipeline, Stage, StageKind};
use domain::{Fault, Label, Problem, Refusal};
use store::{deals, process, settings};
use uuid::Uuid;

use crate::harness::{T, both};
use crate::process::{change, services};
use crate::sales::{deal, rows, shown, statements};

both!(
    pipelines_are_put_in_another_order,
    many_hands_put_them_in_one_order,
    two_versions_are_held_against_each_other,
    deals_of_stages_that_a_file_leaves_out_go_where_they_are_told_to,
);

/// A pipeline of one open stage.
async fn made(t: &T, name: &str) -> PipelineId {
    let stage = |kind| Stage {
        id: StageId(store::new_id()),
        name: Label::new(name, ""),
        kind,
        parent: None,
        probability: 50,
        limit_days: None,
        about: About::default(),
    };
    let draft = SavePipeline {
        id: None,
        version: 0,
        name: Label::new(name, ""),
        retired: false,
        stages: StageKind::ALL.map(stage).to_vec(),
        moves: Vec::new(),
    };
    process::save(&t.db, &t.admin, draft).await.unwrap()
}

async fn names(t: &T) -> Vec<String> {
    let all = process::list(&t.db, &t.admin).await.unwrap();
    all.into_iter().map(|pipeline| pipeline.name.en).collect()
}

async fn pipelines_are_put_in_another_order(t: &T) {
    let first = services(t).await.id;
    let (support, repairs) = (made(t, "Support").await, made(t, "Repairs").await);
    process::shift(&t.db, &t.admin, repairs, true).await.unwrap();
    assert_eq!(names(t).await, ["Services", "Repairs", "Support"]);
    process::shift(&t.db, &t.admin, repairs, true).await.unwrap();
    assert_eq!(names(t).await, ["Repairs", "Services", "Support"]);
    // There is nothing before the first and nothing behind the last.
    process::shift(&t.db, &t.admin, repairs, true).await.unwrap();
    process::shift(&t.db, &t.admin, support, false).await.unwrap();
    assert_eq!(names(t).await, ["Repairs", "Services", "Support"]);
    assert_eq!(rows(t, "audit_entries WHERE action = 'move' AND entity = 'pipeline'").await, 2);

    // What is chosen from, what is shown at first, and where a deal begins without a word follow.
    let offered = settings::pipelines(&t.db, &t.admin).await.unwrap();
    assert_eq!(offered.iter().map(|one| one.id).collect::<Vec<_>>(), [repairs, first, support]);
    assert_eq!(deals::board(&t.db, &t.admin, None, Default::default()).await.unwrap().pipeline, repairs);
    let fresh = deal(t, &t.admin, "Насос", None).await;
    assert_eq!(shown(t, fresh).await.pipeline.id, repairs);

    // A retired one stands behind those in force, and they do not pass each other.
    let retired = process::compare(&t.db, &t.admin, repairs, 1, None).await.unwrap().0;
    let retire = SavePipeline { retired: true, ..SavePipeline::from(&retired) };
    process::save(&t.db, &t.admin, retire).await.unwrap();
    assert_eq!(names(t).await, ["Services", "Support", "Repairs"]);
    process::shift(&t.db, &t.admin, repairs, true).await.unwrap();
    process::shift(&t.db, &t.admin, support, false).await.unwrap();
    assert_eq!(names(t).await, ["Services", "Support", "Repairs"]);

    let unknown = process::shift(&t.db, &t.admin, PipelineId(Uuid::nil()), true).await;
    assert_eq!(unknown, Err(Problem::NotFound));
    let rep = t.user("Rep", Role::SalesRep, None).await.actor();
    assert_eq!(process::shift(&t.db, &rep, support, true).await, Err(Problem::Forbidden));
    let head = t.user("Head", Role::HeadOfSales, None).await.actor();
    process::shift(&t.db, &head, support, true).await.unwrap();
    assert_eq!(names(t).await, ["Support", "Services", "Repairs"]);
}

async fn many_hands_put_them_in_one_order(t: &T) {
    let first = services(t).await.id;
    let (support, repairs) = (made(t, "Support").await, made(t, "Repairs").await);
    let shift = async |id, up| process::shift(&t.db, &t.admin, id, up).await;
    let done =
        tokio::join!(shift(repairs, true), shift(support, false), shift(first, false), shift(support, true));
    assert_eq!(done, (Ok(()), Ok(()), Ok(()), Ok(())));
    // Whoever came first: none is lost, and no two stand at the same place.
    let mut all = names(t).await;
    all.sort();
    assert_eq!(all, ["Repairs", "Services", "Support"]);
    assert_eq!(rows(t, "(SELECT DISTINCT position FROM pipelines) x").await, 3);
}

async fn two_versions_are_held_against_each_other(t: &T) {
    change(t, |draft| draft.stages[0].name.en = "Listen".into()).await.unwrap();
    change(t, |draft| draft.stages[1].limit_days = None).await.unwrap();
    let id = services(t).await.id;
    let compare = async |number, other| process::compare(&t.db, &t.admin, id, number, other).await;
    let told = |one: &Pipeline, other: &Pipeline| -> Vec<String> {
        diff(one, other)
            .iter()
            .map(|known| match known {
                Difference::Stage(_, Change::Name(..)) => "name".to_owned(),
                Difference::Stage(_, Change::Limit(..)) => "limit".to_owned(),
                other => format!("{other:?}"),
            })
            .collect()
    };
    let (third, second) = compare(3, Some(2)).await.unwrap();
    assert_eq!((third.version, told(&second.unwrap(), &third)), (3, vec!["limit".to_owned()]));
    let (first, last) = compare(1, Some(3)).await.unwrap();
    assert_eq!(told(&last.unwrap(), &first), ["name", "limit"]);
    let (same, again) = compare(2, Some(2)).await.unwrap();
    assert_eq!(again, Some(same));
    assert_eq!(compare(2, None).await.unwrap().1, None);
    assert_eq!(compare(2, Some(9)).await, Err(Problem::NotFound));
    assert_eq!(compare(9, Some(2)).await, Err(Problem::NotFound));
    assert_eq!(statements(t, async || compare(1, Some(3)).await).await, 1);
    let marketer = t.user("Marketer", Role::Marketer, None).await.actor();
    process::compare(&t.db, &marketer, id, 2, Some(1)).await.unwrap();
}

/// The default pipeline as a file that has only these of its open stages.
async fn drawn(t: &T, kept: &[usize]) -> Drawing {
    let Pipeline { id, name, version, stages, .. } = services(t).await;
    let is_kept = |(place, stage): &(usize, Stage)| kept.contains(place) || stage.kind != StageKind::Open;
    let stages = stages.into_iter().enumerate().filter(is_kept).map(|(_, stage)| stage).collect();
    Drawing { id: Some(id), version: Some(version), name, retired: false, stages }
}

async fn deals_of_stages_that_a_file_leaves_out_go_where_they_are_told_to(t: &T) {
    let before = services(t).await;
    let (clarify, prepare) = (before.stages[0].id, before.stages[1].id);
    let waiting = deal(t, &t.admin, "Склад", None).await;
    let drawing = drawn(t, &[2, 3, 4]).await;
    let left = process::left_out(&t.db, &t.admin, &drawing, None).await.unwrap();
    let left: Vec<_> = left.into_iter().map(|(stage, deals)| (stage.id, deals)).collect();
    assert_eq!(left, [(clarify, 1), (prepare, 0)]);

    let import = async |moves: &[(StageId, usize)]| {
        process::import(&t.db, &t.admin, drawing.clone(), None, moves).await
    };
    assert_eq!(import(&[]).await, Err(Problem::refused(Refusal::StageInUse)));
    // Neither into a stage that wins, nor past the file's end, nor out of a stage that stays.
    let stays = before.stages[2].id;
    for moves in [vec![(clarify, 3)], vec![(clarify, 9)], vec![(clarify, 1), (stays, 0)]] {
        let refused = import(moves.as_slice()).await.unwrap_err();
        let place = format!("moves.{}", moves.len() - 1);
        assert_eq!(refused.fault_of(&place), Some(Fault::Unknown), "{moves:?}");
    }
    assert_eq!(services(t).await, before);

    assert_eq!(import(&[(clarify, 1)]).await, Ok(before.id));
    assert_eq!(shown(t, waiting).await.stage, before.stages[3].id);
    let after = services(t).await;
    assert_eq!((after.version, after.stages.len()), (2, 5));
    // A file that nothing is left out of asks for nothing.
    let whole = drawn(t, &[0, 1, 2]).await;
    assert_eq!(process::left_out(&t.db, &t.admin, &whole, None).await, Ok(Vec::new()));
    let new = Drawing { id: None, ..whole };
    assert_eq!(process::left_out(&t.db, &t.admin, &new, None).await, Ok(Vec::new()));
    let rep = t.user("Rep", Role::SalesRep, None).await.actor();
    assert_eq!(process::left_out(&t.db, &rep, &new, None).await, Err(Problem::Forbidden));
}
