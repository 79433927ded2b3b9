//! Contacts.

use domain::access::{Action, Actor, Entity, Ownership, check};
use domain::activity::Activity;
use domain::attribution::Attribution;
use domain::consent::Consent;
use domain::contact::Contact;
use domain::deal::DealRow;
use domain::id::{AccountId, ContactId};
use domain::query::Page;
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryOrder, QueryResult, QuerySelect,
    RelationDef, Select, SelectTwo,
};

use crate::db::Links;
use crate::entity::{account, contact, contact_point, deal};
use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::readable;
use crate::shares::{SHARED, Seen};
use crate::{Db, activities, consents, deals, origins, page, shares};

/// A contact with what its page shows beside it.
pub struct Record {
    pub contact: Contact,
    pub deals: Vec<DealRow>,
    /// Newest first.
    pub consents: Vec<Consent>,
    /// Newest first.
    pub timeline: Page<Activity>,
}

/// A contact's page, in four statements; `before` is the cursor of older happenings.
pub async fn record(db: &Db, actor: &Actor, id: ContactId, before: Option<&str>) -> Outcome<Record> {
    let before = before.map(page::decode).transpose()?;
    let (contact, deals, consents) = show(db, actor, id).await?;
    let reference = db.reference().await?;
    let trail = Links { contact: Some(id), ..Links::default() };
    let timeline = activities::page_of(db.read(), &reference, actor, trail, before).await?;
    Ok(Record { contact, deals, consents, timeline })
}

/// A contact with its deals and what the person agreed to, newest first.
pub async fn show(db: &Db, actor: &Actor, id: ContactId) -> Outcome<(Contact, Vec<DealRow>, Vec<Consent>)> {
    let reference = db.reference().await?;
    // An account that the actor may not know of is not named either.
    let account = Query::select()
        .column((account::Entity, account::Column::Name))
        .from(account::Entity)
        .and_where(account::Column::Id.into_expr().equals(contact::Column::AccountId.as_column_ref()))
        .cond_where(readable::<account::Entity>(actor))
        .take();
    let rows = with_points(
        contact::Entity::find_by_id(id.0)
            .expr_as(shares::shared(actor, contact::Column::Id), SHARED)
            .expr_as(Expr::from(account), "account"),
    )
    .into_model::<Employed, contact_point::Model>()
    .all(db.read())
    .await
    .db()?;
    let (found, points): (Vec<Employed>, Vec<_>) = rows.into_iter().unzip();
    let Employed { seen: Seen { row, shared }, account } =
        found.into_iter().next().ok_or(Problem::NotFound)?;
    let whose = Ownership { shared, ..row.whose() };
    let source = origins::read(&row.source)?;
    check(actor, Action::Read, Entity::Client, whose)?;
    let account = row.account_id.map(AccountId).zip(account);
    let deals = Condition::all().add(deal::Column::ContactId.eq(id.0));
    let deals = deals::rows_where(db.read(), actor, &reference, deals).await?;
    let contact = told(actor, &reference, row, account, points.into_iter().flatten().collect())?;
    let consents = consents::of_contact(db.read(), &reference, id).await?;
    Ok((Contact { whose, source, ..contact }, deals, consents))
}

/// A contact with the name of its account.
struct Employed {
    seen: Seen<contact::Model>,
    account: Option<String>,
}

impl FromQueryResult for Employed {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        let account = result.try_get(prefix, "account")?;
        Ok(Employed { seen: Seen::from_query_result(result, prefix)?, account })
    }
}

/// Each contact once for each of its points, the oldest point first.
pub(crate) fn with_points(
    contacts: Select<contact::Entity>,
) -> SelectTwo<contact::Entity, contact_point::Entity> {
    let points = contact_point::Entity::belongs_to(contact::Entity)
        .from(contact_point::Column::ContactId)
        .to(contact::Column::Id);
    contacts
        .join(JoinType::LeftJoin, RelationDef::from(points).rev())
        .select_also(contact_point::Entity)
        .order_by_asc(contact_point::Column::CreatedAt)
        .order_by_asc(contact_point::Column::Id)
}

pub(crate) fn told(
    actor: &Actor,
    reference: &Reference,
    row: contact::Model,
    account: Option<(AccountId, String)>,
    points: Vec<contact_point::Model>,
) -> Outcome<Contact> {
    Ok(Contact {
        id: ContactId(row.id),
        account,
        points: actor
            .seen_points(points.into_iter().map(contact_point::Model::into_point).collect::<Outcome<_>>()?),
        owner: reference.person(row.owner_id),
        whose: row.whose(),
        source: Attribution::default(),
        name: row.name,
        created_at: row.created_at,
        version: row.version,
    })
}
