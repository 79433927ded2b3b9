//! Legal entities of accounts.

use domain::access::{Action, Actor, Entity};
use domain::id::{AccountId, DealId, LegalEntityId};
use domain::legal::{ENTITIES, Parties, SaveLegalEntity};
use domain::people::Side;
use domain::{Fault, Outcome, Problem};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use crate::Db;
use crate::audit::changed;
use crate::entity::{account, deal, deal_party, legal_entity};
use crate::error::{OrProblem, broken};
use crate::id::new_id;
use crate::shares;

/// A new legal entity of an account, or other data of one; its account stays.
pub async fn save(db: &Db, actor: &Actor, entity: SaveLegalEntity) -> Outcome<LegalEntityId> {
    let checked = entity.clone().checked();
    db.write(async |tx| {
        let known = match entity.id {
            Some((id, _)) => {
                let known = legal_entity::Entity::find_by_id(id.0).lock_exclusive().one(tx.conn()).await;
                Some(known.db()?.ok_or(Problem::NotFound)?)
            }
            None => None,
        };
        let of = known.as_ref().map_or(entity.account, |known| AccountId(known.account_id));
        let owner = account::Entity::find_by_id(of.0).lock_exclusive().one(tx.conn()).await.db()?;
        let owner = owner.ok_or(Problem::NotFound)?;
        shares::check(tx.conn(), actor, Action::Write, Entity::Client, owner.id, owner.whose()).await?;
        let entity = checked?;
        let row = legal_entity::ActiveModel {
            name: Set(entity.name.clone()),
            country: Set(entity.country.clone()),
            tax_id: Set(entity.tax_id.clone()),
            registration: Set(entity.registration.clone()),
            address: Set(entity.address.clone()),
            bank: Set(entity.bank.clone()),
            ..Default::default()
        };
        let id = match (&known, entity.id) {
            (Some(known), Some((id, version))) => {
                if known.version != version {
                    return Err(Problem::Conflict { version: known.version });
                }
                legal_entity::Entity::update_many()
                    .set(legal_entity::ActiveModel { version: Set(version + 1), ..row })
                    .filter(legal_entity::Column::Id.eq(id.0))
                    .exec(tx.conn())
                    .await
                    .db()?;
                id
            }
            _ => {
                let theirs = legal_entity::Column::AccountId.eq(of.0);
                let count = legal_entity::Entity::find().filter(theirs).count(tx.conn()).await.db()?;
                if count >= ENTITIES as u64 {
                    return Err(Problem::field("name", Fault::OutOfRange));
                }
                let id = LegalEntityId(new_id());
                let row = legal_entity::ActiveModel {
                    id: Set(id.0),
                    account_id: Set(of.0),
                    created_at: Set(tx.now()),
                    version: Set(1),
                    ..row
                };
                legal_entity::Entity::insert(row).exec_without_returning(tx.conn()).await.db()?;
                id
            }
        };
        let before = known.map_or_else(|| json!({}), |known| json!(known.into_entity()));
        let after = json!({
            "account": of,
            "name": entity.name,
            "country": entity.country,
            "tax_id": entity.tax_id,
            "registration": entity.registration,
            "address": entity.address,
            "bank": entity.bank,
        });
        tx.audit(actor, "save", "legal_entity", id.0, changed(&before, &after)).await?;
        Ok(id)
    })
    .await
}

/// Who pays and who receives in a deal, for those who may read it.
pub async fn parties(db: &Db, actor: &Actor, deal: DealId) -> Outcome<Parties> {
    let row = deal::Entity::find_by_id(deal.0).one(db.read()).await.db()?.ok_or(Problem::NotFound)?;
    shares::check(db.read(), actor, Action::Read, Entity::Deal, row.id, row.whose()).await?;
    of_deal(db.read(), deal).await
}

/// The same, whoever asks.
pub(crate) async fn of_deal(conn: &impl ConnectionTrait, deal: DealId) -> Outcome<Parties> {
    let named =
        deal_party::Entity::find().filter(deal_party::Column::DealId.eq(deal.0)).all(conn).await.db()?;
    let mut parties = Parties::default();
    if named.is_empty() {
        return Ok(parties);
    }
    let ids = named.iter().map(|party| party.entity_id);
    let found =
        legal_entity::Entity::find().filter(legal_entity::Column::Id.is_in(ids)).all(conn).await.db()?;
    for party in named {
        let entity = found.iter().find(|entity| entity.id == party.entity_id).cloned();
        let entity = entity.map(legal_entity::Model::into_entity);
        match Side::from_code(&party.kind).ok_or_else(|| broken("an unknown side of a deal"))? {
            Side::Payer => parties.payer = entity,
            Side::Consignee => parties.consignee = entity,
        }
    }
    Ok(parties)
}
