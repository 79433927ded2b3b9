//! The funnel counted beforehand: see `rollups`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::dialect;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000007_rollups"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [reached(), lost(), stays()] {
            let table = dialect::by_key(table, manager.get_database_backend());
            manager.create_table(table).await?;
        }
        Ok(())
    }
}

/// What all three begin with: sums of `days` days from day `begins` on, which is counted from 1970. Nil ids stand for no stage and no
/// reason, an empty currency for no amount: keys cannot be empty. Nothing refers to other tables: writing a sum waits for no record.
fn spans(name: &str) -> TableCreateStatement {
    Table::create()
        .table(name.to_owned())
        .col(uuid("pipeline_id"))
        .col(integer("days"))
        .col(integer("begins"))
        .take()
}

fn key(last: &[&'static str]) -> IndexCreateStatement {
    let mut key = Index::create();
    for column in ["pipeline_id", "days", "begins"].iter().chain(last) {
        key.col(*column);
    }
    key
}

/// Deals by how far they got and what became of them.
fn reached() -> TableCreateStatement {
    spans("funnel_reached")
        .col(uuid("furthest_id"))
        .col(text("status"))
        .col(text("currency"))
        .col(big_integer("deals"))
        .col(big_integer("amount"))
        .primary_key(&mut key(&["furthest_id", "status", "currency"]))
        .take()
}

/// Lost deals by the stage that they were lost out of, and why.
fn lost() -> TableCreateStatement {
    spans("funnel_lost")
        .col(uuid("stage_id"))
        .col(uuid("reason_id"))
        .col(text("currency"))
        .col(big_integer("deals"))
        .col(big_integer("amount"))
        .primary_key(&mut key(&["stage_id", "reason_id", "currency"]))
        .take()
}

/// Stays in stages that ended, by how long they were.
fn stays() -> TableCreateStatement {
    spans("funnel_stays")
        .col(uuid("stage_id"))
        .col(integer("step"))
        .col(big_integer("stays"))
        .primary_key(&mut key(&["stage_id", "step"]))
        .take()
}
