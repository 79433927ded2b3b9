//! Records shared with people and teams beside their owner's.

use std::collections::HashMap;

use domain::access::{self, Action, Actor, Entity, Ownership, Sharing};
use domain::activity::Subject;
use domain::live::Change;
use domain::share::{Share, Shares, With};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Func, OnConflict, Query, SelectStatement};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QueryResult,
};
use serde_json::json;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::share::{self, Column};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::subject::{self, Found};
use crate::{Db, settings};

/// Records that one statement asks for.
const BATCH: usize = 500;

/// With whom a record is shared, for those who may read it.
pub async fn list(db: &Db, actor: &Actor, on: Subject) -> Outcome<Shares> {
    let reference = db.reference().await?;
    let found = subject::find(db.read(), actor, Action::Read, on).await?;
    let (_, id) = subject::named(on);
    let rows = share::Entity::find()
        .filter(Column::RecordId.eq(id))
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .all(db.read())
        .await
        .db()?;
    let may = |sharing: &Sharing| access::may_share(actor, found.entity, found.whose, *sharing);
    let may: Vec<Sharing> = Sharing::ALL.into_iter().filter(may).collect();
    let (mut people, mut teams) = (Vec::new(), Vec::new());
    if !may.is_empty() {
        people = settings::people(db, actor).await?;
        people.retain(|person| takes(&reference, found.entity, With::User(person.id), Sharing::Read));
        teams = settings::teams(db, actor).await?;
        teams.retain(|team| team.active);
    }
    let told = |row: share::Model| {
        let with = row.with().ok_or_else(|| broken("a share with nobody"))?;
        let sharing = Sharing::from_code(&row.sharing).ok_or_else(|| broken("a share for nothing"))?;
        Ok(Share { with, name: name(&reference, with).unwrap_or_default(), sharing })
    };
    Ok(Shares { list: rows.into_iter().map(told).collect::<Outcome<_>>()?, may, people, teams })
}

/// Shares a record, or changes what it is shared for.
pub async fn share(db: &Db, actor: &Actor, on: Subject, with: With, sharing: Sharing) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let found = shareable(tx, actor, on, sharing).await?;
        if found.whose.owner.map(With::User) == Some(with) {
            return Err(Problem::field("with", Fault::Taken));
        }
        if !takes(&reference, found.entity, with, sharing) {
            return Err(Problem::field("with", Fault::Unknown));
        }
        let (entity, id) = subject::named(on);
        let (user, team) = columns(with);
        let row = share::ActiveModel {
            id: Set(new_id()),
            record_id: Set(id),
            user_id: Set(user),
            team_id: Set(team),
            sharing: Set(sharing.code().to_owned()),
            by_id: Set(actor.user.map(|id| id.0)),
            at: Set(tx.now()),
        };
        let whom = if user.is_some() { Column::UserId } else { Column::TeamId };
        let again = OnConflict::columns([whom, Column::RecordId])
            .update_columns([Column::Sharing, Column::ById])
            .to_owned();
        share::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await.db()?;
        tx.changed(found.change());
        tx.audit(actor, "share", entity, id, json!({ "with": user.or(team), "sharing": sharing })).await
    })
    .await
}

/// Takes a share back; where there is none, nothing happens.
pub async fn unshare(db: &Db, actor: &Actor, on: Subject, with: With) -> Outcome<()> {
    db.write(async |tx| {
        let found = shareable(tx, actor, on, Sharing::Read).await?;
        let (entity, id) = subject::named(on);
        let (user, team) = columns(with);
        let theirs = Condition::all()
            .add_option(user.map(|user| Column::UserId.eq(user)))
            .add_option(team.map(|team| Column::TeamId.eq(team)));
        let gone = share::Entity::delete_many().filter(Column::RecordId.eq(id)).filter(theirs);
        if gone.exec(tx.conn()).await.db()?.rows_affected == 0 {
            return Ok(());
        }
        // Those who had it hear of it a last time: their pages have to look again.
        tx.changed(Change { shared: vec![with], ..found.change() });
        tx.audit(actor, "unshare", entity, id, json!({ "with": user.or(team) })).await
    })
    .await
}

async fn shareable(tx: &Tx, actor: &Actor, on: Subject, sharing: Sharing) -> Outcome<Found> {
    let found = subject::find(tx.conn(), actor, Action::Read, on).await?;
    if access::may_share(actor, found.entity, found.whose, sharing) {
        Ok(found)
    } else {
        Err(Problem::Forbidden)
    }
}

fn columns(with: With) -> (Option<Uuid>, Option<Uuid>) {
    match with {
        With::User(id) => (Some(id.0), None),
        With::Team(id) => (None, Some(id.0)),
    }
}

fn name(reference: &Reference, with: With) -> Option<String> {
    match with {
        With::User(id) => reference.user(id).map(|user| user.name.clone()),
        With::Team(id) => reference.teams.iter().find(|team| team.id == id).map(|team| team.name.clone()),
    }
}

/// Whether the share would open the record: to somebody active whose role works with such.
fn takes(reference: &Reference, entity: Entity, with: With, sharing: Sharing) -> bool {
    let action = if sharing == Sharing::Write { Action::Write } else { Action::Read };
    match with {
        With::User(id) => reference
            .user(id)
            .is_some_and(|user| user.active && reference.actor(user).reaches(action, entity)),
        With::Team(id) => reference.teams.iter().any(|team| team.id == id && team.active),
    }
}

/// [`access::check`] for a record that may be shared with the actor; answers whose it is, with the share where it was needed.
pub(crate) async fn check(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    action: Action,
    entity: Entity,
    id: Uuid,
    whose: Ownership,
) -> Outcome<Ownership> {
    if access::can(actor, action, entity, whose) {
        return Ok(whose);
    }
    let asked = Query::select().expr_as(shared_by(actor, Expr::val(id)), SHARED).take();
    let row = conn.query_one(&asked).await.db()?;
    let shared: Option<String> = row.map(|row| row.try_get("", SHARED)).transpose().db()?.flatten();
    let whose = Ownership { shared: shared.as_deref().and_then(Sharing::from_code), ..whose };
    access::check(actor, action, entity, whose)?;
    Ok(whose)
}

/// The column that [`Seen`] reads.
pub(crate) const SHARED: &str = "shared";

/// A row, and what it is shared for with the one who reads it: the column [`shared`] under the name [`SHARED`].
#[derive(Debug, Clone)]
pub(crate) struct Seen<M> {
    pub(crate) row: M,
    pub(crate) shared: Option<Sharing>,
}

impl<M: FromQueryResult> FromQueryResult for Seen<M> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let shared: Option<String> = result.try_get(prefix, SHARED)?;
        Ok(Seen {
            row: M::from_query_result(result, prefix)?,
            shared: shared.as_deref().and_then(Sharing::from_code),
        })
    }
}

/// What the record of that id is shared for with the actor: NULL, `read` or `write`.
pub(crate) fn shared(actor: &Actor, id: impl ColumnTrait) -> Expr {
    shared_by(actor, Expr::col((id.entity_name(), "id")))
}

fn shared_by(actor: &Actor, id: Expr) -> Expr {
    let most = Query::select()
        .expr(Func::max(Expr::col((share::Entity, Column::Sharing))))
        .from(share::Entity)
        .and_where(Column::RecordId.into_expr().eq(id))
        .cond_where(with(actor))
        .take();
    Expr::from(most)
}

/// The ids of what is shared with the actor for `action`; `None` where no share allows it.
pub(crate) fn allowing(actor: &Actor, action: Action) -> Option<SelectStatement> {
    let mut ids = Query::select();
    ids.column((share::Entity, Column::RecordId)).from(share::Entity).cond_where(with(actor));
    match action {
        Action::Read | Action::Export => Some(ids),
        Action::Write => Some(ids.and_where(Column::Sharing.eq(Sharing::Write.code())).take()),
        Action::Assign | Action::Waive => None,
    }
}

fn with(actor: &Actor) -> Condition {
    // An empty disjunction would be true.
    Condition::any()
        .add(Expr::cust("1 = 0"))
        .add_option(actor.user.map(|id| Column::UserId.eq(id.0)))
        .add_option(actor.team.map(|id| Column::TeamId.eq(id.0)))
}

/// Whether the row of `table` is shared with the row of `users` in the same statement.
pub(crate) fn with_user(table: &str) -> String {
    format!(
        "{table}.id IN (SELECT s.record_id FROM shares s WHERE s.user_id = users.id OR s.team_id = users.team_id)"
    )
}

/// With whom each of the records is shared.
pub(crate) async fn with_whom(
    conn: &impl ConnectionTrait,
    mut ids: Vec<Uuid>,
) -> Outcome<HashMap<Uuid, Vec<With>>> {
    ids.sort_unstable();
    ids.dedup();
    let mut shared: HashMap<Uuid, Vec<With>> = HashMap::new();
    for ids in ids.chunks(BATCH) {
        let some = share::Entity::find().filter(Column::RecordId.is_in(ids.iter().copied()));
        for row in some.all(conn).await.db()? {
            shared.entry(row.record_id).or_default().extend(row.with());
        }
    }
    Ok(shared)
}
