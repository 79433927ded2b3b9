//! What boards and lists of deals need to stay quick however many there are, saved views, and changes of many deals at once.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use super::{index, references};
use crate::dialect::counting;

pub(super) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m20261122_000008_views"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [deal_deltas(), stage_sums(), owner_sums(), saved_views(), bulk_batches()] {
            manager.create_table(table).await?;
        }
        // In the order of a board's column, of everybody's deals, of one owner's and of a team's.
        const ORDER: [&str; 3] = ["next_step_at", "stage_entered_at", "id"];
        for (name, whose) in [
            ("deals_board", None),
            ("deals_board_owner", Some("owner_id")),
            ("deals_board_team", Some("team_id")),
        ] {
            let columns: Vec<&str> = ["stage_id"].into_iter().chain(whose).chain(ORDER).collect();
            let open = Expr::cust("status = 'open'");
            manager.create_index(index(name, "deals", &columns).and_where(open).take()).await?;
        }
        let dated = Expr::cust("expected_close IS NOT NULL");
        manager
            .create_index(
                index("deals_closing", "deals", &["expected_close", "created_at", "id"])
                    .and_where(dated)
                    .take(),
            )
            .await?;
        for (name, table, columns) in [
            ("owner_sums_team", "owner_sums", &["stage_id", "team_id", "day"][..]),
            ("bulk_batches_at", "bulk_batches", &["at"]),
        ] {
            manager.create_index(index(name, table, columns)).await?;
        }
        manager
            .create_index(index("saved_views_name", "saved_views", &["owner_id", "name"]).unique().take())
            .await?;
        for statement in counting::note_deals(manager.get_database_backend()) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
        Ok(())
    }
}

/// What is counted: how many, their sum, the part of it that is weighed by the stage's chance, and the rest, weighed already.
fn with_sums(table: &mut TableCreateStatement) -> TableCreateStatement {
    for column in ["deals", "minor", "by_stage", "by_hand"] {
        table.col(big_integer(column));
    }
    table.take()
}

/// Notes of triggers; empty between transactions. Like the counters it has no references: those are written under the lock of the
/// audit log's head, whose holder waits for no other.
fn deal_deltas() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("deal_deltas")
        .col(uuid("stage_id"))
        .col(uuid("owner_id"))
        .col(uuid("team_id"))
        .col(text("day"))
        .col(text("currency"));
    with_sums(&mut table)
}

/// `day` is when the deals were closed, in Greenwich; empty: they are open.
fn stage_sums() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("stage_sums")
        .col(uuid("stage_id"))
        .col(text("day"))
        .col(text("currency"))
        .primary_key(Index::create().col("stage_id").col("day").col("currency"));
    with_sums(&mut table)
}

/// The same by owner and team; those of nobody have the nil id, which refers to nothing.
fn owner_sums() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("owner_sums")
        .col(uuid("stage_id"))
        .col(uuid("owner_id"))
        .col(uuid("team_id"))
        .col(text("day"))
        .col(text("currency"))
        .primary_key(
            Index::create().col("stage_id").col("owner_id").col("team_id").col("day").col("currency"),
        );
    with_sums(&mut table)
}

fn saved_views() -> TableCreateStatement {
    Table::create()
        .table("saved_views")
        .col(pk_uuid("id"))
        .col(uuid("owner_id"))
        .col(text("name"))
        .col(text("fields"))
        .col(boolean("shared"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut references("owner_id", "users"))
        .take()
}

/// `body` is what became of the batch and how each deal was before.
fn bulk_batches() -> TableCreateStatement {
    Table::create()
        .table("bulk_batches")
        .col(pk_uuid("id"))
        .col(uuid("by_id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("body"))
        .foreign_key(&mut references("by_id", "users"))
        .take()
}
