//! Teams: who belongs together, and whose head takes over from those who leave.

use std::collections::BTreeMap;

use domain::access::{Action, Actor, Entity, check_any};
use domain::fold::fold;
use domain::id::{TeamId, UserId};
use domain::input::Checks;
use domain::user::Team;
use domain::{Fault, Outcome, Problem, Refusal};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::move_records;
use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::{team, user};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;

/// What an admin changes about a team.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditTeam {
    pub id: TeamId,
    pub version: i64,
    pub name: String,
    pub head: Option<UserId>,
    /// Everybody who belongs to it; who is not named belongs to none afterwards.
    pub members: Vec<UserId>,
}

/// The name of a team, and a head who may be one.
fn check(reference: &Reference, name: &str, head: Option<UserId>) -> Outcome<String> {
    let mut checks = Checks::new();
    let name = checks.required("name", name, 200);
    if head.is_some_and(|head| !reference.user(head).is_some_and(|user| user.active)) {
        checks.fail("head", Fault::Unknown);
    }
    checks.finish()?;
    Ok(name)
}

pub async fn add_team(db: &Db, actor: &Actor, name: &str, head: Option<UserId>) -> Outcome<Team> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    let name = check(&reference, name, head)?;
    db.write(async |tx| {
        let row = team::ActiveModel {
            id: Set(new_id()),
            name: Set(name.clone()),
            head_id: Set(head.map(|head| head.0)),
            active: Set(true),
            created_at: Set(tx.now()),
            version: Set(1),
        };
        let added = told(row.insert(tx.conn()).await.db()?);
        tx.reference_changed();
        tx.audit(actor, "add", "team", added.id.0, json!({"name": name, "head": head})).await?;
        Ok(added)
    })
    .await
}

/// Renames a team, and says who its head is and who belongs to it. What they own goes along with those who come or go.
pub async fn edit_team(db: &Db, actor: &Actor, edit: EditTeam) -> Outcome<Team> {
    check_any(actor, Action::Write, Entity::Settings)?;
    let reference = db.reference().await?;
    let name = check(&reference, &edit.name, edit.head)?;
    db.write(async |tx| {
        let before = load(tx, edit.id, edit.version).await?;
        let change = team::ActiveModel {
            name: Set(name.clone()),
            head_id: Set(edit.head.map(|head| head.0)),
            ..Default::default()
        };
        let after = save(tx, &before, change).await?;
        tx.audit(actor, "edit", "team", edit.id.0, changed(&json!(before), &json!(after))).await?;
        let people: BTreeMap<UserId, Option<TeamId>> = user::Entity::find()
            .filter(user::Column::Active.eq(true))
            .order_by_asc(user::Column::Id)
            .lock_exclusive()
            .all(tx.conn())
            .await
            .db()?
            .into_iter()
            .map(|user| (UserId(user.id), user.team_id.map(TeamId)))
            .collect();
        if edit.members.iter().any(|member| !people.contains_key(member)) {
            return Err(Problem::field("members", Fault::Unknown));
        }
        for (person, team) in people {
            let wanted = if edit.members.contains(&person) {
                Some(edit.id)
            } else {
                team.filter(|team| *team != edit.id)
            };
            if wanted != team {
                put(tx, actor, person, team, wanted).await?;
            }
        }
        Ok(after)
    })
    .await
}

/// A team that nobody belongs to any more is offered no more; records that had it keep it.
pub async fn retire_team(db: &Db, actor: &Actor, id: TeamId, version: i64) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    db.write(async |tx| {
        let before = load(tx, id, version).await?;
        let members = user::Entity::find().filter(user::Column::TeamId.eq(id.0)).all(tx.conn()).await.db()?;
        if members.iter().any(|member| member.active) {
            return Err(Problem::refused(Refusal::TeamInUse));
        }
        // Who was switched off and comes back begins without a team.
        for member in members {
            put(tx, actor, UserId(member.id), Some(id), None).await?;
        }
        let change = team::ActiveModel { active: Set(false), head_id: Set(None), ..Default::default() };
        save(tx, &before, change).await?;
        tx.audit(actor, "retire", "team", id.0, json!({ "name": before.name })).await
    })
    .await
}

/// Somebody who was switched off is head of no team any more.
pub(super) async fn leave(tx: &Tx, actor: &Actor, head: UserId) -> Outcome<()> {
    let teams = team::Entity::find().filter(team::Column::HeadId.eq(head.0)).all(tx.conn()).await.db()?;
    for row in teams {
        let before = told(row);
        let change = team::ActiveModel { head_id: Set(None), ..Default::default() };
        let after = save(tx, &before, change).await?;
        tx.audit(actor, "edit", "team", before.id.0, changed(&json!(before), &json!(after))).await?;
    }
    Ok(())
}

/// Puts a person into another team, or into none.
async fn put(
    tx: &Tx,
    actor: &Actor,
    person: UserId,
    before: Option<TeamId>,
    team: Option<TeamId>,
) -> Outcome<()> {
    user::Entity::update_many()
        .col_expr(user::Column::TeamId, Expr::value(team.map(|team| team.0)))
        .col_expr(user::Column::Version, Expr::cust("version + 1"))
        .filter(user::Column::Id.eq(person.0))
        .exec(tx.conn())
        .await
        .db()?;
    move_records(tx, person, team).await?;
    tx.session_ended(person);
    tx.audit(actor, "edit", "user", person.0, json!({ "team": [before, team] })).await
}

/// The team, locked, if it is not retired and the actor saw its present version.
async fn load(tx: &Tx, id: TeamId, version: i64) -> Outcome<Team> {
    let row = team::Entity::find_by_id(id.0)
        .filter(team::Column::Active.eq(true))
        .lock_exclusive()
        .one(tx.conn())
        .await
        .db()?
        .ok_or(Problem::NotFound)?;
    if row.version == version { Ok(told(row)) } else { Err(Problem::Conflict { version: row.version }) }
}

async fn save(tx: &Tx, team: &Team, change: team::ActiveModel) -> Outcome<Team> {
    team::Entity::update_many()
        .set(change)
        .col_expr(team::Column::Version, Expr::value(team.version + 1))
        .filter(team::Column::Id.eq(team.id.0))
        .exec(tx.conn())
        .await
        .db()?;
    tx.reference_changed();
    team::Entity::find_by_id(team.id.0).one(tx.conn()).await.db()?.map(told).ok_or(Problem::NotFound)
}

/// All teams, by name.
pub(crate) async fn load_teams(conn: &impl ConnectionTrait) -> Outcome<Vec<Team>> {
    let rows = team::Entity::find().all(conn).await.db()?;
    let mut teams: Vec<Team> = rows.into_iter().map(told).collect();
    teams.sort_by_cached_key(|team| (fold(&team.name), team.id));
    Ok(teams)
}

fn told(row: team::Model) -> Team {
    Team {
        id: TeamId(row.id),
        name: row.name,
        head: row.head_id.map(UserId),
        active: row.active,
        version: row.version,
    }
}
