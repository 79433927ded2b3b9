//! A pipeline made or changed: every change is a version of its own.

use std::collections::HashSet;

use domain::access::{Action, Actor, Entity, check_any};
use domain::fold::fold;
use domain::id::{CheckItemId, PipelineId};
use domain::input::Checks;
use domain::pipeline::{Pipeline, SavePipeline, Stage, TaskTaker};
use domain::{Fault, Lang, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::{load, retire, write};
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::{pipeline, stage};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;
use crate::{Db, rollups};

/// Makes a pipeline, or a new version of one, and moves the deals of the stages that it retires. Saving what is in force already
/// changes nothing.
pub async fn save(db: &Db, actor: &Actor, draft: SavePipeline) -> Outcome<PipelineId> {
    check_any(actor, Action::Write, Entity::Process)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let all = held(tx).await?;
        let before = draft.id.map(|id| before(&all, id, draft.version)).transpose()?;
        let clean = draft.clone().checked(before.as_ref())?;
        known(&reference, before.as_ref(), &all, &clean)?;
        new_stages(tx, before.as_ref(), &clean.stages).await?;
        let after = Pipeline {
            id: before.as_ref().map_or_else(|| PipelineId(new_id()), |before| before.id),
            name: clean.name.clone(),
            version: before.as_ref().map_or(1, |before| before.version + 1),
            retired: clean.retired,
            stages: clean.stages.clone(),
        };
        let Some(before) = before else {
            write::insert(tx, actor, &after).await?;
            tx.audit(actor, "create", "pipeline", after.id.0, facts(&after)).await?;
            return Ok(after.id);
        };
        if (&before.name, before.retired, &before.stages) == (&after.name, after.retired, &after.stages) {
            return Ok(after.id);
        }
        update(tx, &before, &after).await?;
        write::put_stages(tx, &after).await?;
        write::keep_version(tx, actor, &after).await?;
        retire::retire(tx, actor, &reference, &before, &after, &clean).await?;
        rollups::reshaped(tx, &before, &after).await?;
        tx.audit(actor, "save", "pipeline", after.id.0, changed(&facts(&before), &facts(&after))).await?;
        Ok(after.id)
    })
    .await
}

/// Every pipeline, held by this transaction alone: no two editors retire the last two at once, or give two the same name.
async fn held(tx: &Tx) -> Outcome<Vec<Pipeline>> {
    let rows = pipeline::Entity::find().order_by_asc(pipeline::Column::Id).lock_exclusive();
    rows.all(tx.conn()).await.db()?;
    Ok(load::load(tx.conn()).await?.pipelines)
}

/// The pipeline as it is, if it still is what was edited.
fn before(all: &[Pipeline], id: PipelineId, version: i32) -> Outcome<Pipeline> {
    let before = all.iter().find(|pipeline| pipeline.id == id).ok_or(Problem::NotFound)?;
    if before.version != version {
        return Err(Problem::Conflict { version: before.version.into() });
    }
    Ok(before.clone())
}

/// What cannot be seen by looking at the pipeline alone: names and checklist items of other pipelines, teams, people.
fn known(
    reference: &Reference,
    before: Option<&Pipeline>,
    all: &[Pipeline],
    clean: &SavePipeline,
) -> Outcome<()> {
    let mine = clean.id;
    let others = || all.iter().filter(move |other| Some(other.id) != mine);
    if clean.retired && !others().any(|other| !other.retired) {
        return Err(Problem::refused(Refusal::LastPipeline));
    }
    let mut checks = Checks::new();
    let same = |one: &str, other: &str| !one.is_empty() && fold(one) == fold(other);
    let is_namesake = |other: &Pipeline| {
        !other.retired && (same(&clean.name.en, &other.name.en) || same(&clean.name.ru, &other.name.ru))
    };
    if !clean.retired && others().any(is_namesake) {
        checks.fail("name", Fault::Taken);
    }
    let taken: HashSet<CheckItemId> = others().flat_map(Pipeline::check_items).map(|item| item.id).collect();
    for (index, stage) in clean.stages.iter().enumerate() {
        let fields = Fields { reference, index, old: before.and_then(|before| before.stage(stage.id)) };
        fields.check(&mut checks, stage, &taken);
    }
    checks.finish()
}

/// A stage that is looked at, and what it was.
struct Fields<'a> {
    reference: &'a Reference,
    index: usize,
    old: Option<&'a Stage>,
}

impl Fields<'_> {
    /// Teams and people must be there, unless they stood here already: whoever leaves does not make the rest uneditable.
    fn check(&self, checks: &mut Checks, stage: &Stage, taken: &HashSet<CheckItemId>) {
        let at = |part: &str| format!("stages.{}.{part}", self.index);
        if let Some(team) = stage.about.team
            && self.old.is_none_or(|old| old.about.team != Some(team))
            && !self.reference.teams.iter().any(|known| known.id == team && known.active)
        {
            checks.fail(&at("team"), Fault::Unknown);
        }
        for (place, task) in stage.about.tasks.iter().enumerate() {
            let TaskTaker::User(id) = task.assignee else { continue };
            let stood = self.old.is_some_and(|old| {
                old.about.tasks.iter().any(|before| before.assignee == TaskTaker::User(id))
            });
            if !stood && !self.reference.user(id).is_some_and(|user| user.active) {
                checks.fail(&at(&format!("tasks.{place}.assignee")), Fault::Unknown);
            }
        }
        for (place, item) in stage.about.checklist.iter().enumerate() {
            if taken.contains(&item.id) {
                checks.fail(&at(&format!("checklist.{place}.id")), Fault::Taken);
            }
        }
    }
}

/// Stages that were not there before are new everywhere: they are of no other pipeline, and none that was retired comes back.
async fn new_stages(tx: &Tx, before: Option<&Pipeline>, stages: &[Stage]) -> Outcome<()> {
    let is_new = |stage: &&Stage| before.is_none_or(|before| before.stage(stage.id).is_none());
    let ids: Vec<Uuid> = stages.iter().filter(is_new).map(|stage| stage.id.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let foreign = stage::Entity::find()
        .select_only()
        .column(stage::Column::Id)
        .filter(stage::Column::Id.is_in(ids))
        .into_tuple::<Uuid>()
        .one(tx.conn())
        .await
        .db()?;
    if foreign.is_some() { Err(Problem::refused(Refusal::ForeignStage)) } else { Ok(()) }
}

async fn update(tx: &Tx, before: &Pipeline, after: &Pipeline) -> Outcome<()> {
    let mut change = pipeline::ActiveModel {
        id: Set(after.id.0),
        name_en: Set(after.name.en.clone()),
        name_ru: Set(after.name.ru.clone()),
        version: Set(after.version),
        ..Default::default()
    };
    if before.retired != after.retired {
        change.retired_at = Set(after.retired.then(|| tx.now()));
    }
    change.update(tx.conn()).await.db()?;
    let gone: Vec<Uuid> = before
        .stages
        .iter()
        .filter(|stage| after.stage(stage.id).is_none())
        .map(|stage| stage.id.0)
        .collect();
    stage::Entity::update_many()
        .col_expr(stage::Column::RetiredAt, Expr::value(tx.now()))
        .filter(stage::Column::Id.is_in(gone))
        .exec(tx.conn())
        .await
        .db()?;
    Ok(())
}

/// What the audit log keeps; the stages stand in the versions.
fn facts(pipeline: &Pipeline) -> serde_json::Value {
    let stages: Vec<&str> = pipeline.stages.iter().map(|stage| stage.name.get(Lang::En)).collect();
    json!({
        "name": pipeline.name,
        "retired": pipeline.retired,
        "number": pipeline.version,
        "stages": stages.join(" → "),
    })
}
