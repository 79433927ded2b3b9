//! Saved views: whoever reads deals keeps what they look at under a name, alone or with their team.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::{UserId, ViewId};
use domain::input::Checks;
use domain::view::{MOST, NAME_MAX, SaveView, SavedView, kept};
use domain::{Fault, Outcome, Problem};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use serde_json::json;

use crate::audit::changed;
use crate::entity::saved_view::{ActiveModel, Column, Entity as Views, Model};
use crate::entity::user;
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::reference::Reference;
use crate::{Db, page};

/// A view with whose it is.
#[derive(Debug, Clone)]
pub(crate) struct Owned {
    owner: UserId,
    /// As its owner reads it.
    view: SavedView,
}

/// Everybody's, by name.
pub(crate) async fn load_all(conn: &impl ConnectionTrait) -> Outcome<Vec<Owned>> {
    let rows = Views::find().order_by_asc(Column::Name).order_by_asc(Column::Id).all(conn).await.db()?;
    rows.into_iter().map(told).collect()
}

fn told(row: Model) -> Outcome<Owned> {
    let view = SavedView {
        id: ViewId(row.id),
        fields: serde_json::from_str(&row.fields).map_err(broken)?,
        name: row.name,
        shared: row.shared,
        by: None,
        removable: true,
    };
    Ok(Owned { owner: UserId(row.owner_id), view })
}

/// The actor's own, and then those that people of their team share with it.
pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<SavedView>> {
    check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let is_mine = |view: &&Owned| Some(view.owner) == actor.user;
    let mine = reference.views.iter().filter(is_mine).map(|owned| owned.view.clone());
    let teams = reference.views.iter().filter(|view| !is_mine(view) && is_teams(&reference, actor, view));
    let teams = teams.map(|owned| SavedView {
        by: reference.person(Some(owned.owner.0)),
        removable: may_remove(&reference, actor, owned),
        ..owned.view.clone()
    });
    Ok(mine.chain(teams).collect())
}

fn is_teams(reference: &Reference, actor: &Actor, owned: &Owned) -> bool {
    owned.view.shared && actor.team.is_some() && reference.team_of(owned.owner) == actor.team
}

/// Its owner, and of a shared one the team's head: people leave, and their views stay with the team.
fn may_remove(reference: &Reference, actor: &Actor, owned: &Owned) -> bool {
    let heads = |team: &domain::user::Team| Some(team.id) == actor.team && team.head == actor.user;
    actor.user == Some(owned.owner)
        || (is_teams(reference, actor, owned) && reference.teams.iter().any(heads))
}

/// Keeps a view; one of the actor's own of the same name is replaced.
pub async fn save(db: &Db, actor: &Actor, view: SaveView) -> Outcome<ViewId> {
    check_any(actor, Action::Read, Entity::Deal)?;
    let owner = actor.user.ok_or(Problem::SignedOut)?;
    let mut checks = Checks::new();
    let name = checks.required("name", &view.name, NAME_MAX);
    if view.shared && actor.team.is_none() {
        checks.fail("shared", Fault::Unknown);
    }
    checks.finish()?;
    let fields = kept(view.fields)?;
    let text = serde_json::to_string(&fields).map_err(broken)?;
    db.write(async |tx| {
        // Held, so that nobody keeps two of one name, or one too many, at once.
        user::Entity::find_by_id(owner.0).lock_exclusive().one(tx.conn()).await.db()?;
        let mine = Views::find().filter(Column::OwnerId.eq(owner.0));
        let before = mine.clone().filter(Column::Name.eq(&name)).one(tx.conn()).await.db()?;
        let after = json!({ "name": name, "fields": text, "shared": view.shared });
        let (id, before) = match before {
            Some(row) => {
                let id = row.id;
                let old = json!({ "name": row.name, "fields": row.fields, "shared": row.shared });
                let row =
                    ActiveModel { fields: Set(text), shared: Set(view.shared), ..row.into_active_model() };
                row.update(tx.conn()).await.db()?;
                (id, old)
            }
            None if page::count(tx.conn(), mine).await? >= MOST as u64 => {
                return Err(Problem::field("name", Fault::OutOfRange));
            }
            None => {
                let id = new_id();
                let row = ActiveModel {
                    id: Set(id),
                    owner_id: Set(owner.0),
                    name: Set(name.clone()),
                    fields: Set(text),
                    shared: Set(view.shared),
                    created_at: Set(tx.now()),
                };
                row.insert(tx.conn()).await.db()?;
                (id, json!({}))
            }
        };
        tx.reference_changed();
        tx.audit(actor, "save", "saved_view", id, changed(&before, &after)).await?;
        Ok(ViewId(id))
    })
    .await
}

/// Takes a view away. One that the actor may not know of is *not found*.
pub async fn remove(db: &Db, actor: &Actor, id: ViewId) -> Outcome<()> {
    check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let row = Views::find_by_id(id.0).one(tx.conn()).await.db()?.ok_or(Problem::NotFound)?;
        let owned = told(row)?;
        if !may_remove(&reference, actor, &owned) {
            let seen = is_teams(&reference, actor, &owned);
            return Err(if seen { Problem::Forbidden } else { Problem::NotFound });
        }
        Views::delete_by_id(id.0).exec(tx.conn()).await.db()?;
        tx.reference_changed();
        tx.audit(actor, "remove", "saved_view", id.0, json!({ "name": owned.view.name })).await
    })
    .await
}
