//! Who takes part in a deal: colleagues, people on the client's side, who pays and who receives; and whose the deal is, of the
//! clients.

use domain::access::{Action, Actor};
use domain::activity::Subject;
use domain::deal::EditClient;
use domain::fold::{escape_like, fold};
use domain::id::{AccountId, ContactId, DealId, LegalEntityId, ServiceId, UserId};
use domain::people::{ContactRole, FoundClients, Part, Side};
use domain::{Fault, Outcome, Problem};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, LikeExpr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;
use uuid::Uuid;

use super::edit::client;
use super::{Write, beside, load, save};
use crate::Db;
use crate::audit::changed;
use crate::db::Tx;
use crate::entity::{account, contact, deal, deal_contact, deal_party, deal_user, legal_entity, service};
use crate::error::OrProblem;
use crate::scope::readable;
use crate::subject;

/// Whoever is not found among so many is looked for by more of the name.
const FOUND: u64 = 20;

/// A colleague who sees the deal takes part in it, or does so as something else from now on.
pub async fn add_participant(db: &Db, actor: &Actor, id: DealId, user: UserId, part: Part) -> Outcome<()> {
    let reference = db.reference().await?;
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        if deal.owner_id == Some(user.0) {
            return Err(Problem::field("user", Fault::Taken));
        }
        if !beside::sees(tx.conn(), &reference, &deal, user).await? {
            return Err(Problem::field("user", Fault::Unknown));
        }
        let row = deal_user::ActiveModel {
            deal_id: Set(deal.id),
            user_id: Set(user.0),
            kind: Set(part.code().to_owned()),
            at: Set(tx.now()),
        };
        let again = OnConflict::columns([deal_user::Column::DealId, deal_user::Column::UserId])
            .update_column(deal_user::Column::Kind)
            .to_owned();
        deal_user::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await.db()?;
        told(tx, actor, &deal, json!({ "participant": [null, user], "part": part })).await
    })
    .await
}

/// A colleague takes part no more; of one who did not, nothing happens.
pub async fn remove_participant(db: &Db, actor: &Actor, id: DealId, user: UserId) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        let theirs = deal_user::Column::DealId.eq(deal.id).and(deal_user::Column::UserId.eq(user.0));
        let gone = deal_user::Entity::delete_many().filter(theirs).exec(tx.conn()).await.db()?;
        if gone.rows_affected == 0 {
            return Ok(());
        }
        told(tx, actor, &deal, json!({ "participant": [user, null] })).await
    })
    .await
}

/// Somebody on the client's side has a role in the deal, or another one from now on.
pub async fn add_contact(
    db: &Db,
    actor: &Actor,
    id: DealId,
    contact: ContactId,
    role: ContactRole,
) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        if deal.contact_id == Some(contact.0) {
            return Err(Problem::field("contact", Fault::Taken));
        }
        client(tx, actor, None, Some(contact)).await?;
        let row = deal_contact::ActiveModel {
            deal_id: Set(deal.id),
            contact_id: Set(contact.0),
            kind: Set(role.code().to_owned()),
            at: Set(tx.now()),
        };
        let again = OnConflict::columns([deal_contact::Column::DealId, deal_contact::Column::ContactId])
            .update_column(deal_contact::Column::Kind)
            .to_owned();
        deal_contact::Entity::insert(row).on_conflict(again).exec_without_returning(tx.conn()).await.db()?;
        told(tx, actor, &deal, json!({ "contact": [null, contact], "role": role })).await
    })
    .await
}

/// Takes a role in the deal from somebody; of one who had none, nothing happens.
pub async fn remove_contact(db: &Db, actor: &Actor, id: DealId, contact: ContactId) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        if !out_of_roles(tx, &deal, contact).await? {
            return Ok(());
        }
        told(tx, actor, &deal, json!({ "contact": [contact, null] })).await
    })
    .await
}

/// Who pays and who receives. Both are legal entities of the deal's account, or stay what they were.
pub async fn set_parties(
    db: &Db,
    actor: &Actor,
    id: DealId,
    payer: Option<LegalEntityId>,
    consignee: Option<LegalEntityId>,
) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        let wanted = [(Side::Payer, payer), (Side::Consignee, consignee)];
        let known = parties(tx, &deal).await?;
        let was = |side: Side| known.iter().find(|row| row.kind == side.code()).map(|row| row.entity_id);
        let ids: Vec<Uuid> = wanted.iter().filter_map(|(_, id)| id.map(|id| id.0)).collect();
        let theirs = legal_entity::Entity::find()
            .filter(legal_entity::Column::Id.is_in(ids))
            .all(tx.conn())
            .await
            .db()?;
        for (side, id) in wanted {
            let Some(id) = id.filter(|id| was(side) != Some(id.0)) else { continue };
            let ours = theirs.iter().any(|row| row.id == id.0 && Some(row.account_id) == deal.account_id);
            if !ours {
                return Err(Problem::field(side.code(), Fault::Unknown));
            }
        }
        let of_deal = deal_party::Column::DealId.eq(deal.id);
        deal_party::Entity::delete_many().filter(of_deal).exec(tx.conn()).await.db()?;
        let rows: Vec<_> = wanted
            .into_iter()
            .filter_map(|(side, id)| {
                Some(deal_party::ActiveModel {
                    deal_id: Set(deal.id),
                    kind: Set(side.code().to_owned()),
                    entity_id: Set(id?.0),
                })
            })
            .collect();
        if !rows.is_empty() {
            deal_party::Entity::insert_many(rows).exec_without_returning(tx.conn()).await.db()?;
        }
        let before = json!({ "payer": was(Side::Payer), "consignee": was(Side::Consignee) });
        let after = json!({ "payer": payer, "consignee": consignee });
        told(tx, actor, &deal, changed(&before, &after)).await
    })
    .await
}

async fn parties(tx: &Tx, deal: &deal::Model) -> Outcome<Vec<deal_party::Model>> {
    deal_party::Entity::find().filter(deal_party::Column::DealId.eq(deal.id)).all(tx.conn()).await.db()
}

/// Whose the deal is, of the clients; where no account is named, the contact's.
pub async fn set_client(db: &Db, actor: &Actor, edit: EditClient) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, edit.id).await?;
        if deal.version != edit.version {
            return Err(Problem::Conflict { version: deal.version });
        }
        // What the deal has already may be out of the actor's own reach.
        let account = edit.account.filter(|id| deal.account_id != Some(id.0));
        let contact = edit.contact.filter(|id| deal.contact_id != Some(id.0));
        let (found, _) = client(tx, actor, account, contact).await?;
        let account = edit.account.or(found).map(|id| id.0);
        let contact = edit.contact.map(|id| id.0);
        let change =
            deal::ActiveModel { account_id: Set(account), contact_id: Set(contact), ..Default::default() };
        save(tx, &deal, Write::From(edit.version), change).await?;
        // The first contact needs no role beside.
        if let Some(contact) = edit.contact {
            out_of_roles(tx, &deal, contact).await?;
        }
        let before = json!({ "account": deal.account_id, "contact": deal.contact_id });
        let after = json!({ "account": account, "contact": contact });
        tx.audit(actor, "edit", "deal", deal.id, changed(&before, &after)).await
    })
    .await
}

/// The main service that the deal sells.
pub async fn set_service(
    db: &Db,
    actor: &Actor,
    id: DealId,
    version: i64,
    service: Option<ServiceId>,
) -> Outcome<()> {
    db.write(async |tx| {
        let deal = load(tx, actor, Action::Write, id).await?;
        if let Some(service) = service {
            let known = service::Entity::find_by_id(service.0).one(tx.conn()).await.db()?;
            let offered = known.is_some_and(|known| known.active || Some(known.id) == deal.service_id);
            if !offered {
                return Err(Problem::field("service", Fault::Unknown));
            }
        }
        let wanted = service.map(|id| id.0);
        let change = deal::ActiveModel { service_id: Set(wanted), ..Default::default() };
        save(tx, &deal, Write::From(version), change).await?;
        let before = json!({ "service": deal.service_id });
        tx.audit(actor, "edit", "deal", deal.id, changed(&before, &json!({ "service": wanted }))).await
    })
    .await
}

/// Clients for the deal, by a part of their names; without one, the people of its account.
pub async fn find_clients(db: &Db, actor: &Actor, id: DealId, text: &str) -> Outcome<FoundClients> {
    subject::find(db.read(), actor, Action::Write, Subject::Deal(id)).await?;
    let text = fold(text);
    let like = |column: Expr| column.like(LikeExpr::new(format!("%{}%", escape_like(&text))).escape('\\'));
    let mut wanted = Condition::any();
    if text.is_empty() {
        let account =
            deal::Entity::find_by_id(id.0).one(db.read()).await.db()?.and_then(|deal| deal.account_id);
        let Some(account) = account else { return Ok(FoundClients::default()) };
        wanted = wanted.add(contact::Column::AccountId.eq(account));
    } else {
        wanted = wanted.add(like(contact::Column::Folded.into_expr()));
    }
    let people = contact::Entity::find()
        .filter(wanted)
        .filter(readable::<contact::Entity>(actor))
        .order_by_asc(contact::Column::Folded)
        .order_by_asc(contact::Column::Id)
        .limit(FOUND)
        .all(db.read())
        .await
        .db()?;
    // Accounts that fit, and those of the people: none that the actor may not know of is named.
    let theirs: Vec<Uuid> = people.iter().filter_map(|row| row.account_id).collect();
    let mut of_interest = Condition::any().add(account::Column::Id.is_in(theirs));
    if !text.is_empty() {
        of_interest = of_interest.add(like(account::Column::Folded.into_expr()));
    }
    let accounts = account::Entity::find()
        .filter(of_interest)
        .filter(readable::<account::Entity>(actor))
        .order_by_asc(account::Column::Folded)
        .order_by_asc(account::Column::Id)
        .limit(2 * FOUND)
        .all(db.read())
        .await
        .db()?;
    let name = |id: Option<Uuid>| {
        accounts.iter().find(|row| Some(row.id) == id).map(|row| row.name.clone()).unwrap_or_default()
    };
    Ok(FoundClients {
        contacts: people.into_iter().map(|row| (ContactId(row.id), row.name, name(row.account_id))).collect(),
        accounts: accounts.iter().map(|row| (AccountId(row.id), row.name.clone())).collect(),
    })
}

/// Whether somebody had a role beside the first contact's; nobody has any more.
async fn out_of_roles(tx: &Tx, deal: &deal::Model, contact: ContactId) -> Outcome<bool> {
    let theirs = deal_contact::Column::DealId.eq(deal.id).and(deal_contact::Column::ContactId.eq(contact.0));
    let gone = deal_contact::Entity::delete_many().filter(theirs).exec(tx.conn()).await.db()?;
    Ok(gone.rows_affected > 0)
}

/// What every change of the people leaves behind.
async fn told(tx: &Tx, actor: &Actor, deal: &deal::Model, changes: serde_json::Value) -> Outcome<()> {
    tx.changed(deal.change());
    tx.audit(actor, "edit", "deal", deal.id, changes).await
}
