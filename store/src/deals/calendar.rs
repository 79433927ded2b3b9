//! Deals by the day on which they are expected to close.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity, Field};
use domain::calendar::{Calendar, CalendarDay, Month};
use domain::deal::DealFilter;
use sea_orm::sea_query::{Asterisk, Condition, Expr, Func, Order, Query, SelectStatement, UnionType};
use sea_orm::{ColumnTrait, ConnectionTrait};

use super::client::join_client;
use super::{filter, list};
use crate::entity::deal::{self, Column as C, money};
use crate::error::OrProblem;
use crate::{Db, dialect, page};

/// Deals of a day that are shown; the list has the others.
const SHOWN: u64 = 4;

/// The weeks of `month`, with the deals that fit the filter: open ones, unless it says otherwise.
pub async fn calendar(db: &Db, actor: &Actor, month: Month, filter: DealFilter) -> Outcome<Calendar> {
    access::check_any(actor, Action::Read, Entity::Deal)?;
    let reference = db.reference().await?;
    let wanted = filter::condition(actor, &reference, &filter)?.add(filter::status(&filter));
    let undated = Condition::all().add(wanted.clone()).add(C::ExpectedClose.is_null());
    let undated = page::count_rows(db.read(), list::select(undated)).await?;
    let weeks = month.weeks();
    let shown: Vec<NaiveDate> = weeks.into_iter().flatten().collect();
    let mut days = sums(db, &wanted, &shown).await?;
    // Each day is a stretch of an index; all of them at once would be sorted for the sake of a few.
    if let Some(few) = first_of_each(&wanted, days.keys()) {
        for row in list::read(db.read(), actor, &reference, &few).await? {
            if let Some(day) = row.expected_close.and_then(|day| days.get_mut(&day)) {
                day.deals.push(row);
            }
        }
    }
    for day in days.values_mut() {
        day.sums = actor.seen(Field::DealAmount, std::mem::take(&mut day.sums));
        day.deals.sort_by_key(|deal| (std::cmp::Reverse(deal.created_at), deal.id));
    }
    Ok(Calendar { month, days: days.into_values().collect(), undated })
}

/// The days on which anything is expected, with how much.
async fn sums(db: &Db, wanted: &Condition, shown: &[NaiveDate]) -> Outcome<BTreeMap<NaiveDate, CalendarDay>> {
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return Ok(BTreeMap::new()) };
    let mut select = Query::select();
    select
        .columns([(deal::Entity, C::ExpectedClose), (deal::Entity, C::Currency)])
        .expr_as(Func::count(Expr::cust("1")), "deals")
        .expr_as(dialect::whole(Func::sum(Expr::col((deal::Entity, C::AmountMinor))).into()), "total")
        .from(deal::Entity);
    join_client(&mut select);
    select
        .cond_where(wanted.clone())
        .and_where(C::ExpectedClose.gte(*first))
        .and_where(C::ExpectedClose.lte(*last))
        .group_by_columns([(deal::Entity, C::ExpectedClose), (deal::Entity, C::Currency)])
        .order_by((deal::Entity, C::Currency), Order::Asc);
    let mut days: BTreeMap<NaiveDate, CalendarDay> = BTreeMap::new();
    for row in db.read().query_all(&select).await.db()? {
        let day: NaiveDate = row.try_get("", "expected_close").db()?;
        let empty = CalendarDay { day, count: 0, sums: Vec::new(), deals: Vec::new() };
        let told = days.entry(day).or_insert(empty);
        told.count += row.try_get::<i64>("", "deals").db()?.unsigned_abs();
        let total: Option<i64> = row.try_get("", "total").db()?;
        let currency: Option<String> = row.try_get("", "currency").db()?;
        told.sums.extend(money(total, currency.as_deref()));
    }
    Ok(days)
}

fn first_of_each<'a>(
    wanted: &Condition,
    days: impl Iterator<Item = &'a NaiveDate>,
) -> Option<SelectStatement> {
    let mut arms = days.map(|day| {
        let mut few = list::select(Condition::all().add(wanted.clone()).add(C::ExpectedClose.eq(*day)));
        few.limit(SHOWN);
        Query::select().column(Asterisk).from_subquery(few, "few").take()
    });
    let mut all = arms.next()?;
    for arm in arms {
        all.union(UnionType::All, arm);
    }
    Some(all)
}
