//! What the conversion dialog proposes, and which records look the same.

use domain::Outcome;
use domain::access::{Action, Actor, Field};
use domain::contact::PointKind;
use domain::fold::fold;
use domain::id::{AccountId, ContactId, LeadId};
use domain::lead::{Conversion, LeadStatus, Match, MatchReason};
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use uuid::Uuid;

use super::record::read;
use crate::Db;
use crate::entity::{account, contact, contact_point, lead};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::readable;

/// More namesakes than this are not worth showing.
const MATCHES: u64 = 10;

/// What the conversion dialog proposes, with existing records that look the same.
pub async fn propose(db: &Db, actor: &Actor, id: LeadId) -> Outcome<Conversion> {
    let reference = db.reference().await?;
    let lead = read(db.read(), actor, Action::Write, id).await?;
    lead.status().settle(LeadStatus::Converted)?;
    let found = contacts(db, actor, &lead).await?;
    let accounts = accounts(db, actor, &reference, &lead, &found).await?;
    let open = reference.pipelines.iter().filter(|pipeline| !pipeline.retired);
    Ok(Conversion {
        lead: lead.id(),
        version: lead.version,
        deal_title: if lead.company.is_empty() { lead.name.clone() } else { lead.company.clone() },
        contact_name: lead.name,
        account_name: lead.company,
        contacts: found.into_iter().map(Found::into_match).collect(),
        accounts,
        pipelines: open.map(|pipeline| (pipeline.id, pipeline.name.clone())).collect(),
    })
}

/// A contact point of the lead's that a contact has as well.
#[derive(Debug, FromQueryResult)]
struct Found {
    id: Uuid,
    name: String,
    account_id: Option<Uuid>,
    account: Option<String>,
    kind: String,
    raw: String,
}

impl Found {
    fn into_match(self) -> Match<ContactId> {
        let why = if self.kind == PointKind::Email.code() {
            MatchReason::SameEmail
        } else {
            MatchReason::SamePhone
        };
        Match { id: ContactId(self.id), name: self.name, detail: self.account.unwrap_or(self.raw), why }
    }
}

async fn contacts(db: &Db, actor: &Actor, lead: &lead::Model) -> Outcome<Vec<Found>> {
    // Two records are not told to be alike by what the reader may not see of either.
    let same = |kind: PointKind, of_lead: Field, normal: &str| {
        (!normal.is_empty() && actor.sees(of_lead) && actor.sees_point(kind)).then(|| {
            contact_point::Column::Kind
                .eq(kind.code())
                .and(contact_point::Column::Normal.eq(normal.to_owned()))
        })
    };
    let points: Vec<_> = [
        same(PointKind::Phone, Field::LeadPhone, &lead.phone),
        same(PointKind::Email, Field::LeadEmail, &lead.email),
    ]
    .into_iter()
    .flatten()
    .collect();
    if points.is_empty() {
        return Ok(Vec::new());
    }
    let any = points.into_iter().fold(Condition::any(), Condition::add);
    let mut found = contact_point::Entity::find()
        .select_only()
        .expr_as(Expr::col((contact::Entity, contact::Column::Id)), "id")
        .expr_as(Expr::col((contact::Entity, contact::Column::Name)), "name")
        .expr_as(Expr::col((contact::Entity, contact::Column::AccountId)), "account_id")
        .expr_as(Expr::col((account::Entity, account::Column::Name)), "account")
        .expr_as(Expr::col((contact_point::Entity, contact_point::Column::Kind)), "kind")
        .expr_as(Expr::col((contact_point::Entity, contact_point::Column::Raw)), "raw")
        .join(JoinType::InnerJoin, its_contact())
        .join(JoinType::LeftJoin, its_account())
        .filter(any)
        .filter(readable::<contact::Entity>(actor))
        .order_by_asc(contact::Column::CreatedAt)
        .order_by_asc(contact::Column::Id)
        // A phone tells people apart better than a mailbox that many share.
        .order_by_desc(contact_point::Column::Kind)
        .limit(2 * MATCHES)
        .into_model::<Found>()
        .all(db.read())
        .await
        .db()?;
    found.dedup_by_key(|found| found.id);
    found.truncate(MATCHES as usize);
    Ok(found)
}

fn its_contact() -> RelationDef {
    contact_point::Entity::belongs_to(contact::Entity)
        .from(contact_point::Column::ContactId)
        .to(contact::Column::Id)
        .into()
}

fn its_account() -> RelationDef {
    contact::Entity::belongs_to(account::Entity)
        .from(contact::Column::AccountId)
        .to(account::Column::Id)
        .into()
}

async fn accounts(
    db: &Db,
    actor: &Actor,
    reference: &Reference,
    lead: &lead::Model,
    contacts: &[Found],
) -> Outcome<Vec<Match<AccountId>>> {
    let theirs: Vec<Uuid> = contacts.iter().filter_map(|found| found.account_id).collect();
    let name = fold(&lead.company);
    let mut any = Condition::any();
    if !theirs.is_empty() {
        any = any.add(account::Column::Id.is_in(theirs.iter().copied()));
    }
    if !name.is_empty() {
        any = any.add(account::Column::Folded.eq(name.as_str()));
    }
    if any.is_empty() {
        return Ok(Vec::new());
    }
    let rows = account::Entity::find()
        .filter(any)
        .filter(readable::<account::Entity>(actor))
        .order_by_asc(account::Column::CreatedAt)
        .order_by_asc(account::Column::Id)
        .limit(MATCHES)
        .all(db.read())
        .await
        .db()?;
    let why = |row: &account::Model| {
        if theirs.contains(&row.id) { MatchReason::ItsAccount } else { MatchReason::SameName }
    };
    Ok(rows
        .into_iter()
        .map(|row| Match {
            id: AccountId(row.id),
            why: why(&row),
            detail: reference.person(row.owner_id).map(|owner| owner.name).unwrap_or_default(),
            name: row.name,
        })
        .collect())
}
