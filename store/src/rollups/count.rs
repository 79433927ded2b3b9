//! The rollups counted from the records, set-wise: all of them, or what a change of a pipeline's order touches.

use domain::Outcome;
use domain::access::{Action, Actor, Entity, check_any};
use domain::id::StageId;
use domain::pipeline::Pipeline;
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{LENGTHS, LOST, NONE, REACHED, Rollup, STAYS};
use crate::db::{Db, Tx};
use crate::dialect::{self, catalogue};
use crate::error::OrProblem;

/// `domain::funnel::stay_step` of a column `stayed` of seconds.
pub(crate) const STAYED: &str = "CASE WHEN stayed < 0 THEN 0 WHEN stayed < 3600 THEN stayed / 300 \
     WHEN stayed < 86400 THEN 11 + stayed / 3600 ELSE 34 + stayed / 86400 END";

/// The furthest stage that a deal entered and that is still there.
const FURTHEST: &str = "UPDATE deals SET furthest_id = (SELECT s.id FROM stage_changes c JOIN stages s ON s.id = c.to_stage_id \
     WHERE c.deal_id = deals.id AND s.pipeline_id = deals.pipeline_id AND s.kind <> 'lost' AND s.retired_at IS NULL \
     ORDER BY s.position DESC LIMIT 1)";

/// Counts everything anew, after deals or stage changes were written behind Millrace's back. It takes as long as reading all of them.
pub async fn recount(db: &Db, actor: &Actor) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        run(tx, FURTHEST, &[]).await?;
        catalogue::close_tables(tx.conn(), &[&REACHED, &LOST, &STAYS].map(|rollup| rollup.name))
            .await
            .db()?;
        for rollup in [&REACHED, &LOST, &STAYS] {
            run(tx, &format!("DELETE FROM {}", rollup.name), &[]).await?;
        }
        for length in LENGTHS {
            count_reached(tx, length, None).await?;
            count_lost(tx, length).await?;
            count_stays(tx, length).await?;
        }
        tx.audit(actor, "recount", "settings", Uuid::nil(), json!({})).await
    })
    .await
}

/// A pipeline's stages were put into another order, or some of them retired: how far its deals got is told by the new order. The
/// last thing to be written of it, when deals and stage changes stand.
pub(crate) async fn reshaped(tx: &Tx, before: &Pipeline, after: &Pipeline) -> Outcome<()> {
    let overtaken = before.overtaken(after);
    if overtaken.is_empty() {
        return Ok(());
    }
    let pipeline = after.id.0;
    let ids: Vec<Uuid> = [pipeline].into_iter().chain(overtaken.iter().map(|id| id.0)).collect();
    let places = places_of(overtaken.len());
    run(tx, &format!("{FURTHEST} WHERE pipeline_id = $1 AND furthest_id IN ({places})"), &ids).await?;
    // What stood in retired stages may stand further on now than it ever got.
    let mut earlier: Vec<Uuid> = Vec::new();
    for stage in after.open_stages().map(|stage| stage.id.0) {
        if !earlier.is_empty() {
            let places = places_of(earlier.len());
            let text = format!(
                "UPDATE deals SET furthest_id = $1 WHERE stage_id = $1 AND furthest_id IN ({places})"
            );
            let ids: Vec<Uuid> = [stage].into_iter().chain(earlier.iter().copied()).collect();
            run(tx, &text, &ids).await?;
        }
        earlier.push(stage);
    }
    tx.rollups(|notes| notes.forget_reached(pipeline));
    // Whoever changes an amount meanwhile waits until it is counted.
    catalogue::close_tables(tx.conn(), &[REACHED.name]).await.db()?;
    run(tx, &format!("DELETE FROM {} WHERE pipeline_id = $1", REACHED.name), &[pipeline]).await?;
    for length in LENGTHS {
        count_reached(tx, length, Some(pipeline)).await?;
    }
    Ok(())
}

/// The open deals of a stage are about to be moved all at once: their stays in it end now.
pub(crate) async fn leaving(tx: &Tx, stage: StageId) -> Outcome<()> {
    let conn = tx.conn();
    let entered = dialect::seconds(conn, "stage_entered_at");
    // Now is written out: it is a number.
    let text = format!(
        "SELECT pipeline_id, opened_day, step, count(*) AS stays FROM (\
           SELECT pipeline_id, opened_day, CAST({STAYED} AS bigint) AS step FROM (\
             SELECT pipeline_id, opened_day, {now} - {entered} AS stayed FROM deals WHERE stage_id = $1) s) t \
         GROUP BY pipeline_id, opened_day, step",
        now = tx.now().timestamp(),
    );
    for row in conn.query_all_raw(dialect::sql(conn, &text, [stage.0.into()])).await.db()? {
        let pipeline: Uuid = row.try_get("", "pipeline_id").db()?;
        let day: i32 = row.try_get("", "opened_day").db()?;
        let step: i64 = row.try_get("", "step").db()?;
        let stays: i64 = row.try_get("", "stays").db()?;
        tx.rollups(|notes| notes.stay(pipeline, day, stage.0, step, stays));
    }
    Ok(())
}

/// `$2, $3` …: so many after the first.
fn places_of(count: usize) -> String {
    (2..2 + count).map(|place| format!("${place}")).collect::<Vec<_>>().join(", ")
}

/// How many seconds went by between a stage change and the deal's one before, for rows of `stage_changes` called `changes`.
pub(crate) fn since_last_move(conn: &impl ConnectionTrait, changes: &str) -> String {
    let at = dialect::seconds(conn, &format!("{changes}.at"));
    format!("{at} - LAG({at}) OVER (PARTITION BY {changes}.deal_id ORDER BY {changes}.at, {changes}.id)")
}

async fn run(tx: &Tx, text: &str, ids: &[Uuid]) -> Outcome<()> {
    let statement = dialect::sql(tx.conn(), text, ids.iter().map(|id| (*id).into()));
    tx.conn().execute_raw(statement).await.db()?;
    Ok(())
}

/// `INSERT INTO … (…)` of all columns.
fn into(rollup: &Rollup) -> String {
    format!("INSERT INTO {} ({})", rollup.name, [rollup.keys, rollup.sums].concat().join(", "))
}

async fn count_reached(tx: &Tx, length: i32, pipeline: Option<Uuid>) -> Outcome<()> {
    let only = if pipeline.is_some() { "WHERE d.pipeline_id = $2" } else { "" };
    let text = format!(
        "{} SELECT d.pipeline_id, {length}, d.opened_day / {length} * {length}, COALESCE(d.furthest_id, $1), d.status, \
         COALESCE(d.currency, ''), count(*), COALESCE(CAST(sum(d.amount_minor) AS bigint), 0) \
         FROM deals d {only} GROUP BY 1, 3, 4, 5, 6",
        into(&REACHED)
    );
    let ids: Vec<Uuid> = [NONE].into_iter().chain(pipeline).collect();
    run(tx, &text, &ids).await
}

async fn count_lost(tx: &Tx, length: i32) -> Outcome<()> {
    let text = format!(
        "{} SELECT d.pipeline_id, {length}, d.opened_day / {length} * {length}, COALESCE(d.lost_from_stage_id, $1), \
         COALESCE(d.loss_reason_id, $1), COALESCE(d.currency, ''), count(*), \
         COALESCE(CAST(sum(d.amount_minor) AS bigint), 0) \
         FROM deals d WHERE d.status = 'lost' GROUP BY 1, 3, 4, 5, 6",
        into(&LOST)
    );
    run(tx, &text, &[NONE]).await
}

/// Stays that ended: from one move of a deal to the next.
async fn count_stays(tx: &Tx, length: i32) -> Outcome<()> {
    let text = format!(
        "{} SELECT pipeline_id, {length}, begins, stage_id, step, count(*) FROM (\
           SELECT pipeline_id, begins, stage_id, {STAYED} AS step FROM (\
             SELECT d.pipeline_id, d.opened_day / {length} * {length} AS begins, c.from_stage_id AS stage_id, {stayed} AS stayed \
             FROM stage_changes c JOIN deals d ON d.id = c.deal_id) s \
           WHERE stage_id IS NOT NULL AND stayed IS NOT NULL) t \
         GROUP BY pipeline_id, begins, stage_id, step",
        into(&STAYS),
        stayed = since_last_move(tx.conn(), "c"),
    );
    run(tx, &text, &[]).await
}
