//! The log as administrators read it.

use std::collections::HashMap;

use domain::Outcome;
use domain::access::{Actor, check_audit};
use domain::audit::{AuditEntry, AuditFilter};
use domain::id::UserId;
use domain::query::Page;
use domain::user::Person;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Value};
use uuid::Uuid;

use super::shown;
use crate::entity::audit_entry;
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::{Db, dialect, page};

/// Newest first.
pub async fn list(db: &Db, actor: &Actor, filter: &AuditFilter) -> Outcome<Page<AuditEntry>> {
    check_audit(actor)?;
    let reference = db.reference().await?;
    let select = audit_entry::Entity::find().filter(wanted(filter));
    let newest = [audit_entry::Column::At, audit_entry::Column::Seq];
    let Page { rows, next, count } =
        page::newest(db.read(), select, newest, filter.cursor.as_deref(), |row| (row.at, row.seq)).await?;
    let names = names(db.read(), &reference, &rows).await?;
    let rows = rows.into_iter().map(|row| told(row, &reference, &names)).collect();
    Ok(Page { rows, next, count })
}

fn wanted(filter: &AuditFilter) -> Condition {
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    Condition::all()
        .add_option(filter.actor.map(|id| audit_entry::Column::ActorId.eq(id.0)))
        .add_option(named(&filter.entity).map(|entity| audit_entry::Column::Entity.eq(entity)))
        .add_option(named(&filter.action).map(|action| audit_entry::Column::Action.eq(action)))
        .add_option(filter.from.map(|at| audit_entry::Column::At.gte(at)))
        .add_option(filter.until.map(|at| audit_entry::Column::At.lt(at)))
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// What the records of a page, and those that its changes name, are called.
async fn names(
    conn: &impl ConnectionTrait,
    reference: &Reference,
    rows: &[audit_entry::Model],
) -> Outcome<HashMap<Uuid, String>> {
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.entity_id).collect();
    ids.extend(rows.iter().flat_map(|row| shown::ids(&row.changes)));
    ids.retain(|id| !id.is_nil());
    ids.sort_unstable();
    ids.dedup();
    let mut names: HashMap<Uuid, String> = HashMap::new();
    if ids.is_empty() {
        return Ok(names);
    }
    let marks: Vec<String> = (1..=ids.len()).map(|at| format!("${at}")).collect();
    let arms = [
        ("leads", "name"),
        ("deals", "title"),
        ("contacts", "name"),
        ("accounts", "name"),
        ("legal_entities", "name"),
        ("offers", "number"),
        ("acts", "number"),
        ("tasks", "title"),
        ("services", "CASE WHEN name_en = '' THEN name_ru ELSE name_en END"),
        ("service_categories", "CASE WHEN name_en = '' THEN name_ru ELSE name_en END"),
    ]
    .map(|(table, name)| {
        format!("SELECT id, {name} AS name FROM {table} WHERE id IN ({})", marks.join(", "))
    });
    let text = arms.join(" UNION ALL ");
    let named = Named::find_by_statement(dialect::sql(conn, &text, ids.into_iter().map(Value::from)));
    names.extend(named.all(conn).await.db()?.into_iter().map(|row| (row.id, row.name)));
    names.extend(reference.users.iter().map(|user| (user.id.0, user.name.clone())));
    names.extend(reference.teams.iter().map(|team| (team.id.0, team.name.clone())));
    Ok(names)
}

fn told(row: audit_entry::Model, reference: &Reference, names: &HashMap<Uuid, String>) -> AuditEntry {
    // Users are switched off, never removed; whoever is not among them all the same is told by their id.
    let who = row.actor_id.map(|id| {
        reference.person(Some(id)).unwrap_or_else(|| Person { id: UserId(id), name: id.to_string() })
    });
    AuditEntry {
        seq: row.seq,
        at: row.at,
        who,
        origin: row.origin,
        action: row.action,
        entity: row.entity,
        id: row.entity_id,
        name: names.get(&row.entity_id).cloned().unwrap_or_default(),
        changes: shown::changes(&row.changes, reference, names),
        erased: row.erased_by.is_some(),
    }
}
