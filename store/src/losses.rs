//! Why deals are lost and leads disqualified: the company's list of reasons.

use domain::access::{Action, Actor, Entity, check_any};
use domain::id::LossReasonId;
use domain::loss::{LossKind, LossReason, REASONS, SaveLossReason};
use domain::{Fault, Outcome, Problem};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::loss_reason::{ActiveModel, Column, Entity as Reasons, Model};
use crate::error::OrProblem;
use crate::id::new_id;
use crate::reference::Reference;

/// All of them in order, retired ones included.
pub async fn list(db: &Db, actor: &Actor) -> Outcome<Vec<LossReason>> {
    check_any(actor, Action::Read, Entity::Process)?;
    Ok(db.reference().await?.loss_reasons.clone())
}

/// A new reason, which stands last, or another wording of one.
pub async fn save(db: &Db, actor: &Actor, reason: SaveLossReason) -> Outcome<LossReasonId> {
    check_any(actor, Action::Write, Entity::Process)?;
    let reason = reason.checked()?;
    db.write(async |tx| {
        let rows = locked(tx).await?;
        let known = match reason.id {
            Some((id, version)) => {
                let known = found(&rows, id)?.clone().into_reason()?;
                if known.version != version {
                    return Err(Problem::Conflict { version: known.version });
                }
                Some(known)
            }
            None if rows.len() >= REASONS => return Err(Problem::field("name", Fault::OutOfRange)),
            None => None,
        };
        // Without any reason nothing could be lost any more.
        let others =
            rows.iter().any(|row| row.active && Some(row.id) != known.as_ref().map(|known| known.id.0));
        if !reason.active && !others {
            return Err(Problem::field("active", Fault::Required));
        }
        let row = ActiveModel {
            name_en: Set(reason.name.en.clone()),
            name_ru: Set(reason.name.ru.clone()),
            kind: Set(reason.kind.code().to_owned()),
            note_required: Set(reason.note_required),
            active: Set(reason.active),
            ..Default::default()
        };
        let id = match &known {
            Some(known) => {
                update(tx, known.id, ActiveModel { version: Set(known.version + 1), ..row }).await?;
                known.id
            }
            None => {
                let id = LossReasonId(new_id());
                let last = rows.last().map_or(0, |last| last.position);
                let row = ActiveModel { id: Set(id.0), position: Set(last + 1), version: Set(1), ..row };
                Reasons::insert(row).exec_without_returning(tx.conn()).await.db()?;
                id
            }
        };
        tx.reference_changed();
        let before = known.map_or_else(|| json!({}), |known| json!(known));
        let after = json!({
            "name": reason.name,
            "kind": reason.kind,
            "note_required": reason.note_required,
            "active": reason.active,
        });
        tx.audit(actor, "save", "loss_reason", id.0, changed(&before, &after)).await?;
        Ok(id)
    })
    .await
}

/// Puts a reason one place further up or down in what people choose from.
pub async fn shift(db: &Db, actor: &Actor, id: LossReasonId, up: bool) -> Outcome<()> {
    check_any(actor, Action::Write, Entity::Process)?;
    db.write(async |tx| {
        let rows = locked(tx).await?;
        let reason = found(&rows, id)?;
        let at = rows.iter().position(|row| row.id == id.0).unwrap_or_default();
        let to = if up { at.checked_sub(1) } else { Some(at + 1) };
        let Some((to, other)) = to.and_then(|to| Some((to, rows.get(to)?))) else { return Ok(()) };
        update(tx, id, ActiveModel { position: Set(other.position), ..Default::default() }).await?;
        let other_id = LossReasonId(other.id);
        update(tx, other_id, ActiveModel { position: Set(reason.position), ..Default::default() }).await?;
        tx.reference_changed();
        // People count from one.
        tx.audit(actor, "move", "loss_reason", id.0, json!({ "place": [at + 1, to + 1] })).await
    })
    .await
}

/// The reason that somebody gives with `note`, if it can be chosen so; faults name `field` or the note.
pub(crate) fn chosen<'a>(
    reference: &'a Reference,
    id: LossReasonId,
    field: &str,
    note: &str,
) -> Outcome<&'a LossReason> {
    let reason = reference.loss_reason(id).filter(|reason| reason.active);
    let reason = reason.ok_or_else(|| Problem::field(field, Fault::Unknown))?;
    reason.check_note(note)?;
    Ok(reason)
}

pub(crate) async fn load_all(conn: &impl ConnectionTrait) -> Outcome<Vec<LossReason>> {
    let rows =
        Reasons::find().order_by_asc(Column::Position).order_by_asc(Column::Id).all(conn).await.db()?;
    rows.into_iter().map(Model::into_reason).collect()
}

/// The usual reasons, where there are none.
pub(crate) async fn seed(tx: &Tx) -> Outcome<()> {
    if Reasons::find().one(tx.conn()).await.db()?.is_some() {
        return Ok(());
    }
    let usual = (1..).zip([
        (LossKind::Price, "Price", "Цена"),
        (LossKind::Timing, "Timing", "Сроки"),
        (LossKind::Competitor, "Competitor", "Конкурент"),
        (LossKind::NoFit, "Not a fit", "Не подходит"),
        (LossKind::NoResponse, "No response", "Нет ответа"),
        (LossKind::Other, "Other", "Другое"),
    ]);
    let rows = usual.map(|(position, (kind, en, ru))| ActiveModel {
        id: Set(new_id()),
        name_en: Set(en.into()),
        name_ru: Set(ru.into()),
        position: Set(position),
        kind: Set(kind.code().to_owned()),
        note_required: Set(false),
        active: Set(true),
        version: Set(1),
    });
    Reasons::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
    Ok(())
}

/// All reasons in order; nobody else changes the list until the transaction ends.
async fn locked(tx: &Tx) -> Outcome<Vec<Model>> {
    let rows = Reasons::find().order_by_asc(Column::Position).order_by_asc(Column::Id).lock_exclusive();
    rows.all(tx.conn()).await.db()
}

fn found(rows: &[Model], id: LossReasonId) -> Outcome<&Model> {
    rows.iter().find(|row| row.id == id.0).ok_or(Problem::NotFound)
}

async fn update(tx: &Tx, id: LossReasonId, row: ActiveModel) -> Outcome<()> {
    Reasons::update_many().set(row).filter(Column::Id.eq(id.0)).exec(tx.conn()).await.db()?;
    Ok(())
}
