//! Dated migrations, append-only: a released one never changes.

mod m20261122_000001_people;
mod m20261122_000002_clients;
mod m20261122_000003_sales;
mod m20261122_000004_leads;
mod m20261122_000005_work;
mod m20261122_000006_documents;
mod m20261122_000007_rollups;
mod m20261122_000008_views;
mod m20261122_000009_people;

use sea_orm::DatabaseTransaction;
use sea_orm_migration::prelude::*;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_people::Migration),
            Box::new(m20261122_000002_clients::Migration),
            Box::new(m20261122_000003_sales::Migration),
            Box::new(m20261122_000004_leads::Migration),
            Box::new(m20261122_000005_work::Migration),
            Box::new(m20261122_000006_documents::Migration),
            Box::new(m20261122_000007_rollups::Migration),
            Box::new(m20261122_000008_views::Migration),
            Box::new(m20261122_000009_people::Migration),
        ]
    }
}

/// Applies what is missing, all or nothing; whether that was everything, that is, whether the database is new.
pub(crate) async fn apply(tx: &DatabaseTransaction) -> Result<bool, DbErr> {
    let is_new = Migrator::get_applied_migrations(tx).await?.is_empty();
    Migrator::up(tx, None).await?;
    Ok(is_new)
}

/// Applies the first `count` of what is missing.
pub(crate) async fn apply_first(tx: &DatabaseTransaction, count: usize) -> Result<(), DbErr> {
    Migrator::up(tx, Some(count as u32)).await
}

/// The migrations' names, in order.
pub(crate) fn names() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// How many migrations there are.
pub(crate) fn count() -> i64 {
    Migrator::migrations().len() as i64
}

/// A CHECK that a column holds one of the short strings that an enum is kept as.
fn codes<'a>(column: &str, codes: impl IntoIterator<Item = &'a str>) -> Expr {
    Expr::col(column.to_owned()).is_in(codes.into_iter().map(str::to_owned))
}

/// A foreign key to the id of another table.
fn references(column: &str, table: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from_col(column.to_owned()).to_tbl(table.to_owned()).to_col("id").take()
}

/// An index for lists narrowed to what their records came by; most came by no such thing and are not in it.
fn came_by(name: &str, table: &str, column: &str, order: &[&str]) -> IndexCreateStatement {
    index(name, table, &[&[column][..], order].concat()).and_where(Expr::col(column.to_owned()).ne("")).take()
}

/// An index whose order is a list's order.
fn index(name: &str, table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table.to_owned());
    for column in columns {
        index.col((*column).to_owned());
    }
    index
}
