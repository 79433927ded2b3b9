//! Who calls: the records that a whole phone or e-mail address belongs to.

use domain::access::{self, Action, Actor, Entity, Field};
use domain::activity::Subject;
use domain::caller::Caller;
use domain::contact::PointKind;
use domain::id::{AccountId, ContactId, LeadId};
use domain::input::is_email;
use domain::lead::LeadStatus;
use domain::{Outcome, phone};
use sea_orm::sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};
use uuid::Uuid;

use crate::Db;
use crate::entity::{account, contact, contact_point, lead};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::scope::{Owned, readable};

/// More of a kind than this are not told.
const MATCHES: u64 = 5;

/// Contacts, then accounts, then open leads with that phone or e-mail address, the newest first: as many as the actor may read,
/// and recognised by nothing that is kept from them. A number that is typed halfway finds nobody.
pub async fn recognise(db: &Db, actor: &Actor, phone: &str, email: &str) -> Outcome<Vec<Caller>> {
    access::check_any(actor, Action::Write, Entity::Lead)?;
    let reference = db.reference().await?;
    let typed = Typed {
        phone: phone::normalise(phone, &reference.settings.phone_region),
        email: Some(email.trim().to_lowercase()).filter(|email| is_email(email)),
    };
    let of_clients = typed.points(actor.sees_point(PointKind::Phone), actor.sees_point(PointKind::Email));
    let of_leads = typed.points(actor.sees(Field::LeadPhone), actor.sees(Field::LeadEmail));
    let mut callers = Vec::new();
    if let Some(points) = of_clients {
        let detail = Expr::from(account_of_contact(actor));
        let contacts = found::<contact::Entity>(
            db,
            actor,
            (contact_point::Column::ContactId, contact::Column::Name, detail),
            points.clone(),
        );
        callers.extend(told(&reference, contacts.await?, |id| Subject::Contact(ContactId(id)))?);
        let accounts = found::<account::Entity>(
            db,
            actor,
            (contact_point::Column::AccountId, account::Column::Name, Expr::val("")),
            points,
        );
        callers.extend(told(&reference, accounts.await?, |id| Subject::Account(AccountId(id)))?);
    }
    if let Some(points) = of_leads {
        let open = LeadStatus::ALL.into_iter().filter(|status| status.is_open()).map(LeadStatus::code);
        let company = Expr::col(lead::Column::Company.as_column_ref());
        let leads = found::<lead::Entity>(
            db,
            actor,
            (contact_point::Column::LeadId, lead::Column::Name, company),
            points.add(lead::Column::Status.is_in(open)),
        );
        callers.extend(told(&reference, leads.await?, |id| Subject::Lead(LeadId(id)))?);
    }
    Ok(callers)
}

/// What was typed, as far as it is whole.
struct Typed {
    phone: Option<String>,
    email: Option<String>,
}

impl Typed {
    /// The contact points that are the same; `None` where nothing is to be recognised by.
    fn points(&self, by_phone: bool, by_email: bool) -> Option<Condition> {
        let same = |kind: PointKind, normal: &Option<String>| {
            let normal = normal.clone()?;
            Some(contact_point::Column::Kind.eq(kind.code()).and(contact_point::Column::Normal.eq(normal)))
        };
        let any = Condition::any()
            .add_option(same(PointKind::Phone, &self.phone).filter(|_| by_phone))
            .add_option(same(PointKind::Email, &self.email).filter(|_| by_email));
        (!any.is_empty()).then(|| Condition::all().add(any))
    }
}

/// The name of a contact's account, where the actor may know of it.
fn account_of_contact(actor: &Actor) -> SelectStatement {
    Query::select()
        .column((account::Entity, account::Column::Name))
        .from(account::Entity)
        .and_where(account::Column::Id.into_expr().equals(contact::Column::AccountId.as_column_ref()))
        .cond_where(readable::<account::Entity>(actor))
        .take()
}

#[derive(Debug, FromQueryResult)]
struct Found {
    id: Uuid,
    name: String,
    detail: Option<String>,
    owner: Option<Uuid>,
    kind: String,
}

/// Records of a table with these points. `told`: what leads from a point to its record, what the record is called, and what
/// tells it from others.
async fn found<T: Owned>(
    db: &Db,
    actor: &Actor,
    told: (contact_point::Column, T::Column, Expr),
    points: Condition,
) -> Outcome<Vec<Found>> {
    let (link, name, detail) = told;
    let its: RelationDef = contact_point::Entity::belongs_to(T::default()).from(link).to(T::ID).into();
    let mut found = contact_point::Entity::find()
        .select_only()
        .expr_as(Expr::col(T::ID.as_column_ref()), "id")
        .expr_as(Expr::col(name.as_column_ref()), "name")
        .expr_as(detail, "detail")
        .expr_as(Expr::col(T::OWNER.as_column_ref()), "owner")
        .expr_as(Expr::col((contact_point::Entity, contact_point::Column::Kind)), "kind")
        .join(JoinType::InnerJoin, its)
        .filter(points)
        .filter(readable::<T>(actor))
        .order_by_desc(T::CREATED_AT)
        .order_by_desc(T::ID)
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

fn told(reference: &Reference, found: Vec<Found>, on: fn(Uuid) -> Subject) -> Outcome<Vec<Caller>> {
    let caller = |found: Found| {
        Ok(Caller {
            on: on(found.id),
            name: found.name,
            detail: found.detail.unwrap_or_default(),
            owner: reference.person(found.owner),
            by: PointKind::from_code(&found.kind).ok_or_else(|| broken("a contact point of no kind"))?,
        })
    };
    found.into_iter().map(caller).collect()
}
