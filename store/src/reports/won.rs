//! Won deals by owner or by service.

use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Field};
use domain::deal::DealStatus;
use domain::funnel::{By, FunnelFilter, WonRow};
use domain::{Currency, Label, Money};
use sea_orm::sea_query::{Condition, Expr, Func, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{chosen, instants, narrowed};
use crate::entity::deal::Column as C;
use crate::entity::{deal, service};
use crate::error::{OrProblem, broken};
use crate::reference::Reference;
use crate::{Db, dialect};

/// The deals of the pipeline that were won in the period, most of them first; those without an owner or service are a row
/// without a name.
pub async fn won_by(db: &Db, actor: &Actor, by: By, filter: FunnelFilter) -> Outcome<Vec<WonRow>> {
    access::check_any(actor, Action::Read, Entity::Report)?;
    filter.check()?;
    let reference = db.reference().await?;
    let mut won = narrowed::<deal::Entity>(actor, &filter)
        .add(C::PipelineId.eq(chosen(&reference, &filter)?.id.0))
        .add(C::Status.eq(DealStatus::Won.code()));
    let (from, until) = instants(&filter, &reference.settings.time_zone);
    if let Some(from) = from {
        won = won.add(C::ClosedAt.gte(from));
    }
    if let Some(until) = until {
        won = won.add(C::ClosedAt.lt(until));
    }
    if let Some(service) = filter.service {
        won = won.add(C::ServiceId.eq(service.0));
    }
    let column = match by {
        By::Owner => C::OwnerId,
        By::Service => C::ServiceId,
    };
    let mut groups: Vec<(Option<Uuid>, WonRow)> = Vec::new();
    for found in db.read().query_all(&grouped(column, won)).await.db()? {
        let id: Option<Uuid> = found.try_get("", "of").db()?;
        let count = found.try_get::<i64>("", "deals").db()?.unsigned_abs();
        let sum: Option<i64> = found.try_get("", "total").db()?;
        let currency: Option<String> = found.try_get("", "currency").db()?;
        let at = groups.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            groups.push((id, WonRow { name: Label::default(), count: 0, sums: Vec::new() }));
            groups.len() - 1
        });
        let row = &mut groups[at].1;
        row.count += count;
        if let (Some(minor), Some(currency)) = (sum.filter(|_| actor.sees(Field::DealAmount)), currency) {
            let currency = Currency::from_code(&currency).ok_or_else(|| broken("a deal in no currency"))?;
            row.sums.push(Money::new(minor, currency));
        }
    }
    match by {
        By::Owner => name_owners(&reference, &mut groups),
        By::Service => name_services(db, &mut groups).await?,
    }
    let mut rows: Vec<WonRow> = groups.into_iter().map(|(_, row)| row).collect();
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.en.cmp(&b.name.en)));
    Ok(rows)
}

fn grouped(column: C, won: Condition) -> SelectStatement {
    let of = || Expr::col((deal::Entity, column));
    Query::select()
        .expr_as(of(), "of")
        .column((deal::Entity, C::Currency))
        .expr_as(Func::count(Expr::cust("1")), "deals")
        .expr_as(dialect::whole(Func::sum(Expr::col((deal::Entity, C::AmountMinor))).into()), "total")
        .from(deal::Entity)
        .cond_where(won)
        .add_group_by([of(), Expr::col((deal::Entity, C::Currency))])
        .order_by((deal::Entity, C::Currency), Order::Asc)
        .take()
}

fn name_owners(reference: &Reference, groups: &mut [(Option<Uuid>, WonRow)]) {
    for (id, row) in groups {
        row.name = reference.person(*id).map(|person| Label::new(person.name, "")).unwrap_or_default();
    }
}

async fn name_services(db: &Db, groups: &mut [(Option<Uuid>, WonRow)]) -> Outcome<()> {
    let ids: Vec<Uuid> = groups.iter().filter_map(|(id, _)| *id).collect();
    let services =
        service::Entity::find().filter(service::Column::Id.is_in(ids)).all(db.read()).await.db()?;
    for (id, row) in groups {
        let service = services.iter().find(|service| Some(service.id) == *id);
        row.name = service.map(|s| Label::new(&s.name_en, &s.name_ru)).unwrap_or_default();
    }
    Ok(())
}
