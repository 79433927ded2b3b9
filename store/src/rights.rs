//! How far each role reaches, as the company has set it: the cells that differ from the standard.

use domain::Outcome;
use domain::access::{Action, Actor, Entity, Matrix, Rights, Role, check_any};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::Db;
use crate::entity::role_right;
use crate::error::{OrProblem, broken};

/// Every role's row.
pub async fn show(db: &Db, actor: &Actor) -> Outcome<Matrix> {
    check_any(actor, Action::Read, Entity::Settings)?;
    Ok(db.reference().await?.rights)
}

/// Sets a role's row. Those who have the role reach that far from their next request on, and their event streams begin anew.
pub async fn set(db: &Db, actor: &Actor, role: Role, rights: Rights) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Settings)?;
    rights.check(role)?;
    let reference = db.reference().await?;
    db.write(async |tx| {
        let before = load(tx.conn()).await?.of(role);
        role_right::Entity::delete_many()
            .filter(role_right::Column::Role.eq(role.code()))
            .exec(tx.conn())
            .await
            .db()?;
        let rows: Vec<_> = rights
            .beside(Rights::standard(role))
            .into_iter()
            .map(|(name, value)| {
                let (entity, action) = name.split_once('.').unwrap_or_default();
                role_right::ActiveModel {
                    role: Set(role.code().to_owned()),
                    entity: Set(entity.to_owned()),
                    action: Set(action.to_owned()),
                    reach: Set(value.to_owned()),
                }
            })
            .collect();
        if !rows.is_empty() {
            role_right::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
        }
        tx.reference_changed();
        for user in reference.users.iter().filter(|user| user.role == role) {
            tx.session_ended(user.id);
        }
        let mut changes = Map::from_iter([("role".to_owned(), json!(role))]);
        let (old, new) = (before.beside(rights), rights.beside(before));
        changes.extend(old.into_iter().zip(new).map(|((_, old), (name, new))| (name, json!([old, new]))));
        tx.audit(actor, "set", "rights", Uuid::nil(), changes.into()).await
    })
    .await
}

pub(crate) async fn load(conn: &impl ConnectionTrait) -> Outcome<Matrix> {
    let mut matrix = Matrix::default();
    for row in role_right::Entity::find().all(conn).await.db()? {
        let role = Role::from_code(&row.role).ok_or_else(|| broken("a right of nobody"))?;
        let entry = format!("{}.{}.{}", row.entity, row.action, row.reach);
        matrix.set(role, matrix.of(role).with_entries(&entry));
    }
    Ok(matrix)
}
