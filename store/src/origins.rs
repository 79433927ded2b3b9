//! Lists narrowed to what their records came by: channel, campaign, keyword.

use std::collections::BTreeSet;

use domain::Outcome;
use domain::access::Actor;
use domain::attribution::{Attribution, Origins};
use domain::fold::fold;
use sea_orm::sea_query::{Condition, Expr, Order, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, IdenStatic};

use crate::Db;
use crate::entity::{contact, deal, lead};
use crate::error::{OrProblem, broken};
use crate::scope::{Owned, readable_as};

/// Of so many of the newest records it is told what they came by.
const NEWEST: u64 = 2000;
/// More than that nobody chooses from.
const CHOICES: usize = 200;
/// What those records are called in the statement.
const ALIAS: &str = "newest";

/// A table whose rows came from somewhere.
pub(crate) trait Sourced: Owned {
    const CHANNEL: Self::Column;
    const CAMPAIGN: Self::Column;
    const KEYWORD: Self::Column;
}

macro_rules! sourced {
    ($($table:ident),+) => {
        $(impl Sourced for $table::Entity {
            const CHANNEL: $table::Column = $table::Column::Channel;
            const CAMPAIGN: $table::Column = $table::Column::Campaign;
            const KEYWORD: $table::Column = $table::Column::Keyword;
        })+
    };
}

sourced!(lead, contact, deal);

/// Rows that came by what is asked for; an empty text asks for nothing.
pub(crate) fn narrowed<T: Sourced>(channel: &str, campaign: &str, keyword: &str) -> Condition {
    let wanted = [(T::CHANNEL, channel), (T::CAMPAIGN, campaign), (T::KEYWORD, keyword)];
    let wanted = wanted.map(|(column, wanted)| (column, wanted.trim()));
    wanted.into_iter().filter(|(_, wanted)| !wanted.is_empty()).fold(
        Condition::all(),
        |all, (column, wanted)| {
            // Searched for in small letters, and typed with a capital.
            let small = wanted.to_lowercase();
            let same =
                if small == wanted { column.eq(wanted) } else { column.is_in([wanted, small.as_str()]) };
            // Spelt out, it tells the databases that an index without empty ones will do.
            let table = T::default();
            let filled = format!("{}.{} <> ''", table.table_name(), column.as_str());
            all.add(same).add(Expr::cust(filled))
        },
    )
}

/// What the newest records that the actor may read came by. However many there are, no more than a few are looked at.
pub(crate) async fn newest<T: Sourced>(db: &Db, actor: &Actor) -> Outcome<Origins> {
    let told = [T::CHANNEL, T::CAMPAIGN, T::KEYWORD];
    // Ids grow with time.
    let newest = Query::select()
        .columns([T::ID, T::OWNER, T::TEAM])
        .columns(told)
        .from(T::default())
        .order_by(T::ID, Order::Desc)
        .limit(NEWEST)
        .take();
    let rows = Query::select()
        .distinct()
        .columns(told.map(|column| (ALIAS, column)))
        .from_subquery(newest, ALIAS)
        .cond_where(readable_as::<T>(actor, ALIAS))
        .take();
    let mut found = [(); 3].map(|()| BTreeSet::new());
    for row in db.read().query_all(&rows).await.db()? {
        for (values, column) in found.iter_mut().zip(told) {
            let value: String = row.try_get("", column.as_str()).db()?;
            if !value.is_empty() {
                values.insert((fold(&value), value));
            }
        }
    }
    let [channels, campaigns, keywords] = found.map(|values: BTreeSet<(String, String)>| {
        values.into_iter().map(|(_, value)| value).take(CHOICES).collect()
    });
    Ok(Origins { channels, campaigns, keywords })
}

/// The origin that a column keeps.
pub(crate) fn read(kept: &str) -> Outcome<Attribution> {
    serde_json::from_str(kept).map_err(broken)
}

/// The origin as a column keeps it.
pub(crate) fn kept(origin: &Attribution) -> Outcome<String> {
    serde_json::to_string(origin).map_err(broken)
}
