//! Whole tables in pages, for the command line and files.

mod clients;
mod deals;
mod leads;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::Outcome;
use domain::access::{self, Action, Actor, Entity};
use sea_orm::sea_query::{Condition, ExprTrait};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use serde_json::Value;
use uuid::Uuid;

use crate::error::OrProblem;
use crate::reference::Reference;
use crate::scope::{Owned, scope};
use crate::{Db, page as cursors};

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Leads,
    Contacts,
    Accounts,
    Deals,
}

/// One row: column names and values in order. Numbers stay numbers, times are RFC 3339.
pub type Row = serde_json::Map<String, serde_json::Value>;

/// Rows of a page.
const ROWS: u64 = 500;

/// The sort key of a page's last row.
type Key = (DateTime<Utc>, Uuid);

/// The next page after `cursor`, oldest first, with the cursor of the one after it.
pub async fn page(
    db: &Db,
    actor: &Actor,
    table: Table,
    cursor: Option<&str>,
) -> Outcome<(Vec<Row>, Option<String>)> {
    let entity = match table {
        Table::Leads => Entity::Lead,
        Table::Contacts | Table::Accounts => Entity::Client,
        Table::Deals => Entity::Deal,
    };
    access::check_any(actor, Action::Export, entity)?;
    let after = cursor.map(cursors::decode::<Key>).transpose()?;
    let reference = db.reference().await?;
    match table {
        Table::Leads => leads::page(db, actor, &reference, after).await,
        Table::Contacts => clients::contacts(db, actor, &reference, after).await,
        Table::Accounts => clients::accounts(db, actor, &reference, after).await,
        Table::Deals => deals::page(db, actor, &reference, after).await,
    }
}

/// The columns of a table, in order, for the CSV header.
pub fn columns(table: Table) -> &'static [&'static str] {
    match table {
        Table::Leads => leads::COLUMNS,
        Table::Contacts => clients::CONTACT_COLUMNS,
        Table::Accounts => clients::ACCOUNT_COLUMNS,
        Table::Deals => deals::COLUMNS,
    }
}

/// The rows of a page and the cursor of the next one.
async fn rows<E: Owned>(
    db: &Db,
    actor: &Actor,
    after: Option<Key>,
    key: impl Fn(&E::Model) -> Key,
) -> Outcome<(Vec<E::Model>, Option<String>)> {
    let mut select: Select<E> = E::find()
        .filter(scope::<E>(actor, E::KIND, Action::Export))
        .order_by_asc(E::CREATED_AT)
        .order_by_asc(E::ID)
        .limit(ROWS + 1);
    if let Some((at, last)) = after {
        select = select
            .filter(Condition::any().add(E::CREATED_AT.gt(at)).add(E::CREATED_AT.eq(at).and(E::ID.gt(last))));
    }
    let mut found = select.all(db.read()).await.db()?;
    let more = found.len() as u64 > ROWS;
    found.truncate(ROWS as usize);
    let next = found.last().filter(|_| more).map(|last| cursors::encode(&key(last)));
    Ok((found, next))
}

/// A row being filled in the order of its columns.
struct Filling {
    row: Row,
    columns: std::slice::Iter<'static, &'static str>,
}

impl Filling {
    fn new(columns: &'static [&'static str]) -> Self {
        Filling { row: Row::new(), columns: columns.iter() }
    }

    /// The value of the next column.
    fn put(&mut self, value: impl Into<Value>) -> &mut Self {
        if let Some(column) = self.columns.next() {
            self.row.insert((*column).to_owned(), value.into());
        }
        self
    }

    fn id(&mut self, id: Uuid) -> &mut Self {
        self.put(id.to_string())
    }

    fn some_id(&mut self, id: Option<Uuid>) -> &mut Self {
        self.put(id.map(|id| id.to_string()))
    }

    fn at(&mut self, at: DateTime<Utc>) -> &mut Self {
        self.put(at.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }

    fn some_at(&mut self, at: Option<DateTime<Utc>>) -> &mut Self {
        self.put(at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
    }

    /// Two columns: the owner's name and e-mail.
    fn owner(&mut self, reference: &Reference, owner: Option<Uuid>) -> &mut Self {
        let user = owner.and_then(|id| reference.user(domain::id::UserId(id)));
        self.put(user.map(|user| user.name.clone())).put(user.map(|user| user.email.clone()))
    }
}
