//! The client's names beside a deal, and documents with both.

use domain::access::{self, Action, Actor, Entity, Ownership};
use domain::{Outcome, Problem};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, Iterable, QuerySelect, QueryTrait,
};
use uuid::Uuid;

use crate::entity::{account, contact, deal};
use crate::error::OrProblem;
use crate::shares::{self, SHARED, Seen};

/// Joins the deal's account and contact, and answers with `account_name` and `contact_name`.
pub(crate) fn with_client(select: &mut SelectStatement) {
    join_client(select);
    select
        .expr_as(Expr::col((account::Entity, account::Column::Name)), "account_name")
        .expr_as(Expr::col((contact::Entity, contact::Column::Name)), "contact_name");
}

/// The joins alone, for counting.
pub(super) fn join_client(select: &mut SelectStatement) {
    select
        .left_join(
            account::Entity,
            Expr::col((deal::Entity, deal::Column::AccountId)).equals((account::Entity, account::Column::Id)),
        )
        .left_join(
            contact::Entity,
            Expr::col((deal::Entity, deal::Column::ContactId)).equals((contact::Entity, contact::Column::Id)),
        );
}

/// Adds every column of a joined table under `prefix`.
pub(super) fn with_columns<E: EntityTrait>(select: &mut SelectStatement, table: E, prefix: &str) {
    for column in E::Column::iter() {
        select.expr_as(Expr::col((table, column)), Alias::new(format!("{prefix}{}", column.as_str())));
    }
}

/// Whom a document is made for.
#[derive(Debug, Clone, FromQueryResult)]
pub(crate) struct Names {
    account_name: Option<String>,
    pub(crate) contact_name: Option<String>,
    /// The contact's first address.
    pub(crate) email: Option<String>,
}

impl Names {
    /// The account, or the person where there is none.
    pub(crate) fn client(&self) -> String {
        self.account_name.clone().or_else(|| self.contact_name.clone()).unwrap_or_default()
    }
}

/// A row of a document's table with its deal and client, in one statement; `id` and `of` are its columns of that meaning.
pub(crate) async fn document<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    actor: &Actor,
    (id, of): (E::Column, E::Column),
    wanted: Uuid,
) -> Outcome<(E::Model, Seen<deal::Model>, Names)> {
    let mut select = deal::Entity::find().expr_as(shares::shared(actor, deal::Column::Id), SHARED);
    let query = QueryTrait::query(&mut select);
    with_client(query);
    query.inner_join(E::default(), Expr::col((E::default(), of)).equals((deal::Entity, deal::Column::Id)));
    with_columns(query, E::default(), "document_");
    query
        .expr_as(
            Expr::cust(
                "(SELECT p.raw FROM contact_points p WHERE p.contact_id = deals.contact_id AND p.kind = 'email' \
                 ORDER BY p.created_at, p.id LIMIT 1)",
            ),
            "email",
        )
        .and_where(id.eq(wanted));
    let row = conn.query_one(select.as_query()).await.db()?.ok_or(Problem::NotFound)?;
    let deal = Seen::<deal::Model>::from_query_result(&row, "").db()?;
    let whose = Ownership { shared: deal.shared, ..deal.row.whose() };
    access::check(actor, Action::Read, Entity::Deal, whose)?;
    let document = E::Model::from_query_result(&row, "document_").db()?;
    Ok((document, deal, Names::from_query_result(&row, "").db()?))
}
